// Package linkscore scores links against texts in which people have said what the
// names mean. Its figures are those that steps/link/README.md has.
package linkscore

import (
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/rank"
	"github.com/dateline-news/dateline/services/enricher/steps/link"
)

// Near is how far, in kilometres, a place may be from where it should be: 100 miles.
const Near = 161

// Places counts names of places whose spans were given, and whose place is known.
type Places struct {
	// All is how many there are. Found have an entity, Linked one that is right. Near
	// are right only by lying near to another place: they stay without a link.
	All, Found, Linked, Near int
	// Reachable have an entity of this name in the base that would be right.
	Reachable int
}

// Accuracy is the part of all that is linked right.
func (p Places) Accuracy() float64 { return part(p.Linked, p.All) }

// AccuracyNear is the part of all that is put in the right place, linked or not.
func (p Places) AccuracyNear() float64 { return part(p.Linked+p.Near, p.All) }

// String is for people.
func (p Places) String() string {
	return fmt.Sprintf("%d places: %.1f %% right by a link, %.1f %% with those near to one; %.1f %% found, %.1f %% reachable",
		p.All, 100*p.Accuracy(), 100*p.AccuracyNear(), 100*part(p.Found, p.All), 100*part(p.Reachable, p.All))
}

func part(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(n) / float64(all)
}

// ScorePlaces gives the step the marked places of each document, and counts those
// that it puts within Near of where they are, or links to the same GeoNames id.
func ScorePlaces(step *link.Step, docs []corpus.Document) Places {
	var sum Places
	for i := range docs {
		d := &docs[i]
		a, entities, of := article(d, func(corpus.Span) schema.EntityType { return schema.Location })
		links := step.Resolve(&a, entities)
		for j, span := range d.Spans {
			if span.Lat != 0 || span.Lon != 0 { // Else it is not known where this is.
				sum.add(step, &entities[of[j]], &links[of[j]], span)
			}
		}
	}
	return sum
}

func (p *Places) add(step *link.Step, e *schema.Entity, l *link.Link, span corpus.Span) {
	p.All++
	if l.Known() {
		p.Found++
	}
	switch right := isAt(l, span); {
	case right && l.Near:
		p.Near++
	case right:
		p.Linked++
	}
	for _, c := range step.Candidates(e) {
		if isAt(&link.Link{Entity: c.Entity}, span) {
			p.Reachable++
			return
		}
	}
}

// isAt reports whether l is where the span is.
func isAt(l *link.Link, span corpus.Span) bool {
	if !l.Known() {
		return false
	}
	if id, ok := strings.CutPrefix(span.Link, "geonames:"); ok && !l.Near && id == l.GeoNames() {
		return true
	}
	return rank.Distance(l.Lat, l.Lon, span.Lat, span.Lon) <= Near
}

// article is a document as the link step gets it: one entity for each way that a
// name of one type is written. of is, by span, its entity.
func article(d *corpus.Document, typ func(corpus.Span) schema.EntityType) (a schema.Article, entities []schema.Entity, of []int) {
	a = schema.Article{Body: d.Texts, Language: "en"}
	type key struct {
		name string
		typ  schema.EntityType
	}
	at := map[key]int{}
	of = make([]int, len(d.Spans))
	for i, span := range d.Spans {
		k := key{d.Of(span), typ(span)}
		j, ok := at[k]
		if !ok {
			j = len(entities)
			at[k] = j
			entities = append(entities, schema.Entity{Type: k.typ, Name: k.name})
		}
		entities[j].Mentions = append(entities[j].Mentions, schema.Mention{
			Field: schema.FieldBody, Index: span.Text, Start: span.Start, End: span.End, Text: k.name,
		})
		of[i] = j
	}
	return a, entities, of
}
