// Package coreference makes one entity of all the names of one thing in an
// article: "Sergei Ryabkov" and "Mr Ryabkov", "World Health Organization" and
// "WHO". It knows names, not the world: that America is the United States is for
// the step that links.
package coreference

import (
	"context"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Step joins the entities of the steps before it. It is safe for concurrent use.
type Step struct{}

// Name is coreference.
func (Step) Name() string { return "coreference" }

// Model names the rules and their version.
func (s Step) Model() schema.Model {
	return schema.Model{Step: s.Name(), Name: "dateline-coreference", Version: "1"}
}

// Enrich joins the entities of one thing, and finds where the text repeats their
// names. They come out in the order in which the text first names them, with their
// mentions in reading order.
func (Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(e.Entities) == 0 {
		return nil
	}
	d := newDocument(e)
	d.vote()
	d.joinForms()
	d.joinPeople()
	d.joinAcronyms()
	d.joinShortNames()
	d.addRepeats()
	e.Entities = d.entities()
	return nil
}
