package gazetteer

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// result is the entities with their mentions, most salient first, within bounds.
func (d *document) result() []schema.Entity {
	for i := range d.texts {
		t := &d.texts[i]
		for _, sp := range t.spans {
			if e := &d.entities[sp.entity]; len(e.Mentions) < maxMentions {
				e.Mentions = append(e.Mentions, t.mention(sp))
			}
		}
	}
	entities := slices.DeleteFunc(d.entities, func(e schema.Entity) bool { return len(e.Mentions) == 0 })
	for i := range entities {
		entities[i].Salience = salience(entities[i].Mentions)
	}
	slices.SortStableFunc(entities, func(a, b schema.Entity) int {
		return cmp.Or(cmp.Compare(b.Salience, a.Salience), comparePosition(a.Mentions[0], b.Mentions[0]))
	})
	entities = entities[:min(len(entities), maxEntities)]
	distinguish(entities)
	return entities
}

func (t *text) mention(sp span) schema.Mention {
	return schema.Mention{
		Field: t.field, Index: t.index, Text: t.textOf(sp),
		Start: t.toks[sp.from].start, End: t.toks[sp.to-1].end,
	}
}

func comparePosition(a, b schema.Mention) int {
	return cmp.Or(
		cmp.Compare(readingOrder(a.Field), readingOrder(b.Field)),
		cmp.Compare(a.Index, b.Index), cmp.Compare(a.Start, b.Start))
}

// readingOrder is where a field stands in the article.
func readingOrder(field schema.Field) int {
	switch field {
	case schema.FieldHeadline:
		return 0
	case schema.FieldLead:
		return 1
	}
	return 2
}

// distinguish gives entities of different types with one id ids of their own.
func distinguish(entities []schema.Entity) {
	taken := map[string]bool{}
	for i := range entities {
		e := &entities[i]
		for taken[e.ID] {
			e.ID = schema.Token(e.ID + "_" + string(e.Type))
		}
		taken[e.ID] = true
	}
}

// salience is p/(p+5), rounded to two places, where p is 4 for a mention in the
// headline, 2 for one in the lead, and 1 for each mention: 0.17 for one in the
// body, 0.67 for headline, lead and two more.
func salience(mentions []schema.Mention) float64 {
	points := float64(len(mentions))
	if mentionedIn(mentions, schema.FieldHeadline) {
		points += 4
	}
	if mentionedIn(mentions, schema.FieldLead) {
		points += 2
	}
	return math.Round(100*points/(points+5)) / 100
}

func mentionedIn(mentions []schema.Mention, field schema.Field) bool {
	return slices.ContainsFunc(mentions, func(m schema.Mention) bool { return m.Field == field })
}

// countriesOf are the codes of the countries that the places are or lie in, the
// most salient first.
func countriesOf(entities []schema.Entity) []string {
	sum := map[string]float64{}
	for _, e := range entities {
		if e.Country != "" && e.Type == schema.Location {
			sum[e.Country] += e.Salience
		}
	}
	return slices.SortedFunc(maps.Keys(sum), func(a, b string) int {
		return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b))
	})
}
