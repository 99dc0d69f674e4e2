// Package gazetteer finds people, organizations and places by lists of names and
// by rules, without a model. It prefers to miss a name over giving a wrong one.
// Its README says what it knows and what it does not.
package gazetteer

import (
	"context"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The bounds of one article. What is beyond them is left out.
const (
	maxText     = 1 << 20 // bytes read, over all fields
	maxEntities = 300
	maxMentions = 200 // of one entity
)

// Step finds named entities by lists and rules. It is safe for concurrent use.
type Step struct {
	lexicon *lexicon
	version string
}

// New loads the data that is part of the program.
func New() (*Step, error) {
	l, err := load(entitiesTSV, wordsTSV)
	if err != nil {
		return nil, err
	}
	return &Step{lexicon: l, version: "1." + dataVersion()}, nil
}

// Name is gazetteer.
func (s *Step) Name() string { return "gazetteer" }

// Model names the rules and the data: 1 for the rules, then a hash of the data.
func (s *Step) Model() schema.Model {
	return schema.Model{Step: s.Name(), Name: "dateline-gazetteer", Version: s.version}
}

// Enrich adds the entities of the article's text, its countries and the place
// that it was sent from.
func (s *Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d := s.read(&e.Article)
	for i := range d.texts {
		d.scan(&d.texts[i])
	}
	d.resolve()
	e.Entities = append(e.Entities, d.result()...)
	e.Countries = countriesOf(e.Entities)
	e.DatelinePlace = datelinePlace(d, e.Entities)
	return nil
}

// document is one article while it is worked on.
type document struct {
	lexicon   *lexicon
	texts     []text
	publisher []string        // the folded words of the name of who published it
	context   map[string]bool // the countries that it certainly names
	politics  bool            // it is on politics of the United States

	found []schema.Entity
	byKey map[string]int // into found: by id of the data, or type and folded name
	short map[string]int // into found: by folded surname or acronym
}

// text is one field or paragraph.
type text struct {
	field schema.Field
	index int
	s     string
	toks  []token
	// rules is whether names that no list has are looked for: the language is one
	// that the rules know, and capitals say something.
	rules bool
	loud  bool // all in capitals
	spans []span
	long  map[int]int // long forms before "(ABC)": from token, to token
}

// span is a name in a text.
type span struct {
	from, to int // tokens
	typ      schema.EntityType
	entries  []int32 // what it may be in the data
	entity   int     // what it is in the document, once resolved
}

// read cuts the article into texts and tokens.
func (s *Step) read(a *schema.Article) *document {
	d := &document{
		lexicon: s.lexicon,
		context: map[string]bool{}, byKey: map[string]int{}, short: map[string]int{},
	}
	rules := hasRules(a.Language)
	left := maxText
	add := func(field schema.Field, index int, body string) {
		if body == "" || len(body) > left {
			return
		}
		left -= len(body)
		d.texts = append(d.texts, d.textOf(field, index, body, rules))
	}
	add(schema.FieldHeadline, 0, a.Headline)
	add(schema.FieldLead, 0, a.Lead)
	for i, paragraph := range a.Body {
		add(schema.FieldBody, i, paragraph)
	}
	d.publisher = publisherWords(a)
	return d
}

func (d *document) textOf(field schema.Field, index int, body string, rules bool) text {
	t := text{field: field, index: index, s: body}
	t.toks = tokenize(body, make([]token, 0, len(body)/5+8))
	d.lexicon.look(body, t.toks)
	d.politics = d.politics || slices.ContainsFunc(t.toks, func(t token) bool {
		return t.any(politics) && t.name()
	})
	var titled bool
	titled, t.loud = written(t.toks, body)
	t.rules = rules && !titled && !t.loud
	if t.rules {
		t.long = longForms(t)
	}
	return t
}

// hasRules reports whether the rules know the language: they are made for English.
func hasRules(language string) bool {
	switch schema.LanguageToken(language) {
	case "en", schema.LanguageUndetermined:
		return true
	}
	return false
}

// written reports whether a text is in Title Case, or all in capitals, so that a
// capital does not make a name. What ends in a full stop is no title.
func written(toks []token, s string) (titled, loud bool) {
	long, low, upper, lower := 0, 0, 0, 0
	for _, t := range toks {
		if !t.is(letters) {
			continue
		}
		if t.is(capitals) {
			upper++
		} else if t.end-t.start > 1 {
			lower++
		}
		if t.end-t.start > 3 {
			long++
			if !t.name() {
				low++
			}
		}
	}
	titled = long > 3 && low*10 <= long && !strings.HasSuffix(strings.TrimRight(s, "\"'”’) "), ".")
	return titled, upper > 1 && lower == 0
}

// publisherWords are the words of the publisher's name, for "told the Gazette".
func publisherWords(a *schema.Article) []string {
	name := a.Source.Name
	if a.Attribution != nil && a.Attribution.Source != "" {
		name = a.Attribution.Source
	}
	name = strings.TrimPrefix(name, "The ")
	if len(name) > 60 {
		return nil
	}
	var words []string
	for _, t := range tokenize(name, nil) {
		words = append(words, string(fold(nil, name[t.start:t.end])))
	}
	return words
}
