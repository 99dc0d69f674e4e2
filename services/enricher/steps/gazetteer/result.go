package gazetteer

import (
	"cmp"
	"math"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
)

// result is the entities with their mentions, most salient first, within bounds.
func (d *document) result() []schema.Entity {
	d.addMentions()
	entities := slices.DeleteFunc(d.entities, func(e schema.Entity) bool { return len(e.Mentions) == 0 })
	for i := range entities {
		entities[i].Salience = salience(entities[i].Mentions)
	}
	slices.SortStableFunc(entities, func(a, b schema.Entity) int {
		if a.Salience != b.Salience {
			return cmp.Compare(b.Salience, a.Salience)
		}
		return comparePosition(a.Mentions[0], b.Mentions[0])
	})
	entities = entities[:min(len(entities), maxEntities)]
	distinguish(entities)
	return entities
}

// addMentions gives each entity its first mentions. They are parts of one slice.
func (d *document) addMentions() {
	counts, total := make([]int, len(d.entities)), 0
	d.eachSpan(func(_ *text, sp *span) {
		if counts[sp.entity] < maxMentions {
			counts[sp.entity]++
			total++
		}
	})
	all := make([]schema.Mention, total)
	for i, n := range counts {
		d.entities[i].Mentions, all = all[:0:n], all[n:]
	}
	d.eachSpan(func(t *text, sp *span) {
		if e := &d.entities[sp.entity]; len(e.Mentions) < cap(e.Mentions) {
			e.Mentions = append(e.Mentions, t.mention(sp))
		}
	})
}

func (t *text) mention(sp *span) schema.Mention {
	return schema.Mention{
		Field: t.field, Index: t.index, Text: t.textOf(*sp),
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
	for i := range entities {
		e := &entities[i]
		for hasID(entities[:i], e.ID) {
			e.ID = schema.Token(e.ID + "_" + string(e.Type))
		}
	}
}

// hasID reports whether an entity has this id. There are no more than maxEntities.
func hasID(entities []schema.Entity, id string) bool {
	for i := range entities {
		if entities[i].ID == id {
			return true
		}
	}
	return false
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
	for i := range mentions {
		if mentions[i].Field == field {
			return true
		}
	}
	return false
}

// countriesOf are the codes of the countries that the places are or lie in, the
// most salient first.
func countriesOf(entities []schema.Entity) []string {
	sums := make([]countrySum, 0, someNames)
	for i := range entities {
		e := &entities[i]
		if e.Country == "" || e.Type != schema.Location {
			continue
		}
		at := slices.IndexFunc(sums, func(s countrySum) bool { return s.country == e.Country })
		if at < 0 {
			at = len(sums)
			sums = append(sums, countrySum{country: e.Country})
		}
		sums[at].salience += e.Salience
	}
	slices.SortFunc(sums, func(a, b countrySum) int {
		return cmp.Or(cmp.Compare(b.salience, a.salience), cmp.Compare(a.country, b.country))
	})
	countries := slices.Grow([]string(nil), len(sums))
	for _, s := range sums {
		countries = append(countries, s.country)
	}
	return countries
}

// countrySum is a country and the sum of the saliences of its places.
type countrySum struct {
	country  string
	salience float64
}
