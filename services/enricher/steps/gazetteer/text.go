package gazetteer

import (
	"strings"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
)

// text is one field or paragraph.
type text struct {
	lexicon *lexicon
	field   schema.Field
	index   int
	s       string
	toks    []token
	// rules is whether names that no list has are looked for: the language is one
	// that the rules know, and capitals say something.
	rules   bool
	allCaps bool
	spans   []span
	long    map[int]int // long forms before "(ABC)": from token, to token
}

// span is a name in a text.
type span struct {
	from, to   int // tokens
	typ        schema.EntityType
	candidates []*entry // what it may be in the data
	surnames   []string // of a full name, once it is resolved
	entity     int      // what it is in the document, once resolved
}

// annotate fills in what follows from the tokens. rules is whether the rules know
// the language.
func (t *text) annotate(rules bool) {
	t.lexicon.annotate(t.s, t.toks)
	c := casingOf(t.toks)
	t.allCaps = c.allCaps()
	t.rules = rules && !t.allCaps && (!c.titleCase() || sentence(t.s))
	if t.rules {
		t.long = t.longForms()
	}
}

// casing counts the words of a text by how they are written.
type casing struct {
	long, longLower int // words of four bytes or more; those of them that are no names
	capitals, mixed int // words in capitals; other words of two bytes or more
}

func casingOf(toks []token) (c casing) {
	for i := range toks {
		t := &toks[i]
		if !t.is(letters) {
			continue
		}
		if t.is(capitals) {
			c.capitals++
		} else if t.size() > 1 {
			c.mixed++
		}
		if t.size() > 3 {
			c.long++
			if !t.name() {
				c.longLower++
			}
		}
	}
	return c
}

// titleCase reports whether at most one in ten long words is in lower case, so
// that a capital does not make a name.
func (c casing) titleCase() bool { return c.long > 3 && c.longLower*10 <= c.long }

func (c casing) allCaps() bool { return c.capitals > 1 && c.mixed == 0 }

// sentence reports whether s ends in a full stop, as no headline does.
func sentence(s string) bool {
	return strings.HasSuffix(strings.TrimRight(s, "\"'”’) "), ".")
}

// match is what the longest name of the lists that begins at toks[i] may mean,
// and how many tokens it has.
func (t *text) match(i int) (candidates []*entry, n int) {
	return t.lexicon.longest(t.toks, i, t.allCaps)
}

// mark is the mark at toks[i], or 0.
func (t *text) mark(i int) rune {
	if i >= len(t.toks) || t.toks[i].is(letters|number) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(t.s[t.toks[i].start:])
	return r
}

// attached reports whether toks[i] is this mark and stands right after what is
// before it: a hyphen and no dash, the point of an abbreviation.
func (t *text) attached(i int, mark rune) bool {
	return t.mark(i) == mark && t.toks[i].is(glued)
}

// before is the mark that stands right before toks[i], or 0.
func (t *text) before(i int) rune {
	if i == 0 || !t.toks[i].is(glued) {
		return 0
	}
	return t.mark(i - 1)
}

// word is the text of toks[i], empty beyond the end.
func (t *text) word(i int) string {
	if i >= len(t.toks) {
		return ""
	}
	return t.s[t.toks[i].start:t.toks[i].end]
}

// folded is the word at toks[i] as the lists have it.
func (t *text) folded(i int) string {
	if i < len(t.toks) && t.toks[i].word != unknown {
		return t.lexicon.folded[t.toks[i].word]
	}
	var buf [64]byte
	return string(fold(buf[:0], t.word(i)))
}

// textOf is the text that a span covers.
func (t *text) textOf(sp span) string {
	return t.s[t.toks[sp.from].start:t.toks[sp.to-1].end]
}
