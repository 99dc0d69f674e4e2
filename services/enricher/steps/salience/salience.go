// Package salience says how much of an article is about each entity, puts the most
// salient first, and holds the bounds of an article.
package salience

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/bounds"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
)

// The bounds of one article. What is beyond them is left out, and told in the
// models of the article.
const (
	maxEntities = 300
	maxMentions = 200 // of one entity
)

// Step weighs entities. It is safe for concurrent use.
type Step struct{}

// Name is salience.
func (Step) Name() string { return "salience" }

// Model names the formula and its version.
func (s Step) Model() schema.Model {
	return schema.Model{Step: s.Name(), Name: "dateline-salience", Version: "2"}
}

// Enrich sets the salience of each entity, the order and the bounds. Of equal ones
// the first that is named comes first. Quotes lose a speaker who is left out.
func (s Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entities := slices.DeleteFunc(slices.Clone(e.Entities), func(x schema.Entity) bool { return len(x.Mentions) == 0 })
	w := newWeights(e)
	cut := 0
	for i := range entities {
		x := &entities[i]
		if !slices.IsSortedFunc(x.Mentions, reading.Compare) {
			x.Mentions = slices.SortedFunc(slices.Values(x.Mentions), reading.Compare)
		}
		x.Salience = w.salience(x)
		if len(x.Mentions) > maxMentions {
			cut += len(x.Mentions) - maxMentions
			x.Mentions = slices.Clip(x.Mentions[:maxMentions])
		}
	}
	slices.SortStableFunc(entities, compare)
	if left := entities[min(len(entities), maxEntities):]; len(left) > 0 {
		entities = slices.Clip(entities[:maxEntities])
		silence(e.Quotes, left)
		bounds.Tell(e, s.Name(), fmt.Sprintf("%d entities", len(left)))
	}
	if cut > 0 {
		bounds.Tell(e, s.Name(), fmt.Sprintf("%d mentions", cut))
	}
	e.Entities = entities
	return nil
}

func compare(a, b schema.Entity) int {
	return cmp.Or(cmp.Compare(b.Salience, a.Salience), reading.Compare(a.Mentions[0], b.Mentions[0]))
}

// silence takes speakers who are left out from their quotes.
func silence(quotes []schema.Quote, left []schema.Entity) {
	gone := make(map[string]bool, len(left))
	for i := range left {
		gone[left[i].ID] = true
	}
	for i := range quotes {
		if gone[quotes[i].Speaker] {
			quotes[i].Speaker = ""
		}
	}
}

// The points of an entity: one for each mention and each quote that it says, and
// once these. The first mention counts the more, the earlier it is.
const (
	inHeadline = 4.0
	inLead     = 2.0
	early      = 3.0
)

// halfway is how many points make a salience of a half.
const halfway = 8.0

// weights is what the points of one article are made of.
type weights struct {
	starts map[place]int // where each text begins, in bytes
	length int           // of all texts
	said   map[string]int
	credit credits
}

type place struct {
	field schema.Field
	index int
}

func newWeights(e *schema.Enriched) *weights {
	w := &weights{starts: map[place]int{}, said: map[string]int{}, credit: newCredits(&e.Article)}
	for _, t := range reading.Texts(&e.Article) {
		w.starts[place{t.Field, t.Index}] = w.length
		w.length += len(t.S)
	}
	for i := range e.Quotes {
		w.said[e.Quotes[i].Speaker]++
	}
	return w
}

// salience is p/(p+8) of p points, rounded to two places. One who is named in the
// credits alone has one point.
func (w *weights) salience(x *schema.Entity) float64 {
	points := 1.0
	if !w.credit.alone(x) {
		points = float64(len(x.Mentions)) + w.firstMention(x.Mentions[0])
		if x.ID != "" {
			points += float64(w.said[x.ID])
		}
		if mentionedIn(x.Mentions, schema.FieldHeadline) {
			points += inHeadline
		}
		if mentionedIn(x.Mentions, schema.FieldLead) {
			points += inLead
		}
	}
	return math.Round(100*points/(points+halfway)) / 100
}

// firstMention is the points for where the first mention stands: early at the
// start of the article, 0 at its end.
func (w *weights) firstMention(m schema.Mention) float64 {
	if w.length == 0 {
		return 0
	}
	at := w.starts[place{m.Field, m.Index}] + m.Start
	return early * (1 - min(1, max(0, float64(at)/float64(w.length))))
}

func mentionedIn(mentions []schema.Mention, field schema.Field) bool {
	return slices.ContainsFunc(mentions, func(m schema.Mention) bool { return m.Field == field })
}
