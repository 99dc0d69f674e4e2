package coreference

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
)

// entities is one entity for each thing, in the order of their first mentions.
func (d *document) entities() []schema.Entity {
	at := make(map[int]int, len(d.nodes)) // by root: into all
	var all []schema.Entity
	var names []naming
	for i := range d.nodes {
		n := &d.nodes[i]
		root := d.root(i)
		to, ok := at[root]
		if !ok {
			to = len(all)
			at[root] = to
			all = append(all, *n.entity)
			all[to].Type, all[to].Mentions = d.nodes[root].typ, slices.Clone(n.entity.Mentions)
			names = append(names, naming{n.typ, map[string]int{}, nil})
		} else {
			merge(&all[to], n.entity)
		}
		names[to].add(n.name, len(n.entity.Mentions))
	}
	for i := range all {
		all[i].Name = cmp.Or(names[i].best(), all[i].Name)
		slices.SortFunc(all[i].Mentions, reading.Compare)
		all[i].Mentions = slices.Compact(all[i].Mentions)
	}
	slices.SortStableFunc(all, func(a, b schema.Entity) int { return reading.Compare(a.Mentions[0], b.Mentions[0]) })
	return all
}

// merge adds the mentions of e to the entity into, and what else it knows.
func merge(into, e *schema.Entity) {
	into.Mentions = append(into.Mentions, e.Mentions...)
	into.ID = cmp.Or(into.ID, e.ID)
	into.Wikidata = cmp.Or(into.Wikidata, e.Wikidata)
	into.GeoNames = cmp.Or(into.GeoNames, e.GeoNames)
	into.Country = cmp.Or(into.Country, e.Country)
	into.Salience = max(into.Salience, e.Salience)
}

// naming is the names of one thing, and how often the text has each.
type naming struct {
	typ    schema.EntityType
	counts map[string]int
	names  []string // in reading order
}

func (n *naming) add(name string, times int) {
	if n.counts[name] == 0 {
		n.names = append(n.names, name)
	}
	n.counts[name] += times
}

// best is the fullest name: of two with as many words, the one that is not all
// in capitals, is more frequent, comes first.
func (n *naming) best() string {
	var best string
	for _, name := range n.names {
		if best == "" || n.compare(name, best) > 0 {
			best = name
		}
	}
	return best
}

func (n *naming) compare(a, b string) int {
	return cmp.Or(
		cmp.Compare(n.fullness(a), n.fullness(b)),
		cmp.Compare(cased(a), cased(b)),
		cmp.Compare(n.counts[a], n.counts[b]))
}

// ofWord is what a word says, beside an initial.
const ofWord = 10

// fullness is how much a name says: its words, and its initials for less. "State
// of Texas" says no more than "Texas", an acronym less than any other name.
func (n *naming) fullness(name string) (sum int) {
	if isAcronym(name) {
		return 0
	}
	form := formOf(name)
	if n.typ == schema.Location {
		form = placeCore(form)
	}
	for _, word := range wordsOf(form) {
		if sum++; len(word) > 1 {
			sum += ofWord - 1
		}
	}
	return sum
}

// cased is 1 for a name that is not all in capitals or in lower case. Acronyms
// are as they are.
func cased(name string) int {
	if !isAcronym(name) && inCapitals(name) || strings.ToLower(name) == name {
		return 0
	}
	return 1
}
