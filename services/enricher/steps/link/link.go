// Package link says what the entities of an article are: which item of Wikidata or
// of GeoNames, in which country. What it does not know stays unlinked.
package link

import (
	"context"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

// Step links entities. It is safe for concurrent use.
type Step struct{ base *kb.Set }

// New links to the entities of base.
func New(base *kb.Set) *Step { return &Step{base: base} }

// Name is link.
func (*Step) Name() string { return "link" }

// Model names the knowledge base.
func (s *Step) Model() schema.Model {
	return schema.Model{Step: s.Name(), Name: "dateline-kb", Version: "1." + s.base.Version()}
}

// Enrich gives each entity its id, and what the knowledge base has of it. Entities
// that are the same thing become one.
func (s *Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for i, l := range s.Resolve(&e.Article, e.Entities) {
		l.apply(&e.Entities[i])
	}
	e.Entities = merge(e.Entities)
	return nil
}

// Link is what an entity is.
type Link struct {
	// Entity is what it is, or for one that is Near, a place that it lies in or by;
	// empty when neither is known.
	kb.Entity
	// Near is whether the entity is only known to lie near Entity.
	Near bool
}

// Known reports whether l says anything.
func (l *Link) Known() bool { return l.Kind != 0 }

// apply writes what l says to x.
func (l *Link) apply(x *schema.Entity) {
	switch {
	case !l.Known():
		x.ID = unlinkedID(x)
	case l.Near:
		x.ID, x.Country = unlinkedID(x), l.Country
	default:
		x.ID, x.Name, x.Country = l.ID(), l.Entity.Name, l.Country
		x.Wikidata, x.GeoNames = l.Wikidata(), l.GeoNames()
	}
}

// unlinkedID is made of the name, or of the text where that has none.
func unlinkedID(x *schema.Entity) string {
	name := x.Name
	if name == "" && len(x.Mentions) > 0 {
		name = x.Mentions[0].Text
	}
	return kb.Slug(name)
}
