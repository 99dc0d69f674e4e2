package gazetteer

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// document is one article while it is worked on.
type document struct {
	texts     []text
	toks      []token         // of all texts, which have parts of it
	spans     []span          // the same
	publisher []string        // the folded words of the name of who published it
	countries map[string]bool // the codes of those that it certainly names
	politics  bool            // it is on politics of the United States

	entities []schema.Entity
	byKey    map[string]int // into entities: by id of the data, or type and folded name
	short    map[string]int // into entities: by folded surname or acronym
}

// someNames is room for the names of most articles.
const someNames = 16

// maxPublisher is the most bytes of a publisher's name that is looked for.
const maxPublisher = 60

// newDocument cuts the article into texts and tokens, for which it takes the room
// of toks.
func newDocument(l *lexicon, a *schema.Article, toks []token) *document {
	d := &document{
		publisher: publisherWords(a),
		countries: map[string]bool{}, byKey: map[string]int{}, short: map[string]int{},
		texts: make([]text, 0, 2+len(a.Body)), toks: toks[:0],
		spans: make([]span, 0, someNames), entities: make([]schema.Entity, 0, someNames),
	}
	rules := hasRules(a.Language)
	left := maxText
	add := func(field schema.Field, index int, s string) {
		if s == "" || len(s) > left {
			return
		}
		left -= len(s)
		from := len(d.toks)
		d.toks = tokenize(s, d.toks)
		t := text{lexicon: l, field: field, index: index, s: s, toks: d.toks[from:len(d.toks):len(d.toks)]}
		t.annotate(rules)
		d.texts = append(d.texts, t)
		d.politics = d.politics || t.politicsOfUS()
	}
	add(schema.FieldHeadline, 0, a.Headline)
	add(schema.FieldLead, 0, a.Lead)
	for i, paragraph := range a.Body {
		add(schema.FieldBody, i, paragraph)
	}
	return d
}

// hasRules reports whether the rules know the language: they are made for English.
func hasRules(language string) bool {
	switch schema.LanguageToken(language) {
	case "en", schema.LanguageUndetermined:
		return true
	}
	return false
}

// politicsOfUS reports whether t names the Senate, Republicans and the like.
func (t *text) politicsOfUS() bool {
	for i := range t.toks {
		if t.toks[i].any(politics) && t.toks[i].name() {
			return true
		}
	}
	return false
}

// publisherWords are the words of the publisher's name, for "told the Gazette".
func publisherWords(a *schema.Article) []string {
	name := a.Source.Name
	if a.Attribution != nil && a.Attribution.Source != "" {
		name = a.Attribution.Source
	}
	name = strings.TrimPrefix(name, "The ")
	if len(name) > maxPublisher {
		return nil
	}
	var words []string
	var toks [16]token
	var buf [maxPublisher]byte
	for _, t := range tokenize(name, toks[:0]) {
		words = append(words, string(fold(buf[:0], name[t.start:t.end])))
	}
	return words
}
