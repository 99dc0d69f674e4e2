// Package gazetteer finds people, organizations and places by lists of names and
// by rules, without a model. It prefers to miss a name over giving a wrong one.
// Its README says what it knows and what it does not.
package gazetteer

import (
	"context"
	"sync"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The bounds of one article. What is beyond them is left out.
const (
	maxText     = 1 << 20 // bytes read, over all fields
	maxEntities = 300
	maxMentions = 200 // of one entity
)

// maxRoom is the most tokens for which room is kept from one article to the next.
const maxRoom = 16 << 10

// Step finds named entities by lists and rules. It is safe for concurrent use.
type Step struct {
	lexicon *lexicon
	version string
	room    sync.Pool // of *[]token: the tokens of an article are most of what it takes
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
	room, ok := s.room.Get().(*[]token)
	if !ok {
		room = new([]token)
	}
	d := newDocument(s.lexicon, &e.Article, *room)
	for i := range d.texts {
		d.scan(&d.texts[i])
	}
	d.resolve()
	e.Entities = append(e.Entities, d.result()...)
	e.Countries = countriesOf(e.Entities)
	e.DatelinePlace = datelinePlace(d, e.Entities)
	if *room = d.toks; cap(d.toks) <= maxRoom {
		s.room.Put(room)
	}
	return nil
}
