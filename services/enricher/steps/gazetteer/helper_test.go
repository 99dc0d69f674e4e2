package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// newText is s as a text of an article. rules is whether the rules know its
// language.
func newText(l *lexicon, s string, rules bool) text {
	t := text{lexicon: l, s: s, toks: tokenize(s, nil)}
	t.annotate(rules)
	return t
}

// read is an article before its names are looked for.
func read(l *lexicon, a *schema.Article) *document { return newDocument(l, a, nil) }
