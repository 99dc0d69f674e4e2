// Package gazetteer finds the names of the knowledge base in a text, in any
// language, beside those that a recognizer has found. It prefers to miss a name
// over giving a wrong one: a city that is also a word, or that is part of a longer
// name, is left out.
package gazetteer

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

// The bounds of one article. What is beyond them is left out.
const (
	maxText  = 1 << 20 // bytes read, over all fields
	maxSpans = 5000
)

// Step finds names. It is safe for concurrent use.
type Step struct {
	base    *kb.Set
	words   map[string]kinds
	version string
}

// New looks for the names of base.
func New(base *kb.Set) (*Step, error) {
	words, err := parseWords(wordsTSV)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(wordsTSV))
	return &Step{base: base, words: words, version: "2." + hex.EncodeToString(sum[:4]) + "." + base.Version()}, nil
}

// Name is gazetteer.
func (*Step) Name() string { return "gazetteer" }

// Model names the rules and the data: 2 for the rules, then checksums of the words
// and of the knowledge base.
func (s *Step) Model() schema.Model {
	return schema.Model{Step: s.Name(), Name: "dateline-gazetteer", Version: s.version}
}

// Enrich adds an entity for each name that it finds: its type, its name and one
// mention, without an id. None overlaps a mention that is there, but for those that
// are a part of a longer name of their type, which takes their place.
func (s *Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d := document{step: s, left: maxText, english: isEnglish(e.Language), taken: takenBy(e.Entities), within: map[place][]reach{}}
	d.publisher = kb.Key(nil, publisher(&e.Article))
	d.add(schema.FieldHeadline, 0, e.Headline)
	d.add(schema.FieldLead, 0, e.Lead)
	for i, paragraph := range e.Body {
		d.add(schema.FieldBody, i, paragraph)
	}
	e.Entities = append(slices.DeleteFunc(e.Entities, d.replaces), d.names...)
	return nil
}

// isEnglish reports whether capitals say in the language what they say in English.
func isEnglish(language string) bool {
	switch schema.LanguageToken(language) {
	case "en", schema.LanguageUndetermined:
		return true
	}
	return false
}

// publisher is the name of who published the article.
func publisher(a *schema.Article) string {
	name := a.Source.Name
	if a.Attribution != nil && a.Attribution.Source != "" {
		name = a.Attribution.Source
	}
	return strings.TrimPrefix(name, "The ")
}

// document is an article while its texts are read.
type document struct {
	step      *Step
	english   bool
	publisher []byte // the key of its name
	left      int    // bytes that may still be read
	taken     map[place][]reach
	names     []schema.Entity   // that were found
	within    map[place][]reach // where they are, in order
	room
}

// place is a field, or one of its paragraphs.
type place struct {
	field schema.Field
	index int
}

// reach is from where to where a mention reaches, and of what.
type reach struct {
	start, end int
	typ        schema.EntityType
}

// takenBy is where the entities have their mentions, in order.
func takenBy(entities []schema.Entity) map[place][]reach {
	taken := map[place][]reach{}
	for i := range entities {
		for _, m := range entities[i].Mentions {
			at := place{m.Field, m.Index}
			taken[at] = append(taken[at], reach{m.Start, m.End, entities[i].Type})
		}
	}
	for _, reaches := range taken {
		slices.SortFunc(reaches, func(a, b reach) int { return cmp.Compare(a.start, b.start) })
	}
	return taken
}

// replaces reports whether the one mention of an entity is a part of a name that
// was found.
func (d *document) replaces(e schema.Entity) bool {
	if len(e.Mentions) != 1 {
		return false
	}
	m := e.Mentions[0]
	found := d.within[place{m.Field, m.Index}]
	at, same := slices.BinarySearchFunc(found, m.Start, func(r reach, start int) int { return cmp.Compare(r.start, start) })
	if !same {
		at--
	}
	return at >= 0 && m.End <= found[at].end
}

// add looks for names in one text.
func (d *document) add(field schema.Field, index int, s string) {
	if s == "" || len(s) > d.left {
		return
	}
	d.left -= len(s)
	t := newText(d, s)
	at := place{field, index}
	t.taken = d.taken[at]
	for _, sp := range t.scan() {
		if len(d.names) == maxSpans {
			return
		}
		start, end := int(t.tokens[sp.from].Start), int(t.tokens[sp.to-1].End)
		d.within[at] = append(d.within[at], reach{start, end, sp.typ})
		d.names = append(d.names, schema.Entity{
			Type: sp.typ, Name: s[start:end],
			Mentions: []schema.Mention{{Field: field, Index: index, Start: start, End: end, Text: s[start:end]}},
		})
	}
}
