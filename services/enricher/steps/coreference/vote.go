package coreference

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// ballot is how often a form is of each type.
type ballot struct {
	counts  [3]int
	first   int // the type of the first
	strong  bool
	surname bool // of a person with more names
}

// strongMajority is how many times as often a single word must be of the one type
// for the others to be taken for errors: Paris may be a person, too.
const strongMajority = 3

// vote settles the types of names that are of several types. The same words in
// one article are the same thing where there are two words or more, or an acronym;
// a single word is what it mostly is.
func (d *document) vote() {
	ballots := make(map[string]*ballot, len(d.nodes))
	mixed := false
	for i := range d.nodes {
		n := &d.nodes[i]
		typ := typeIndex(n.typ)
		if typ < 0 {
			continue
		}
		b, ok := ballots[n.form]
		if !ok {
			b = &ballot{first: typ, strong: strings.Contains(n.form, " ")}
			ballots[n.form] = b
		}
		b.strong = b.strong || isAcronym(n.name)
		b.counts[typ] += len(n.entity.Mentions)
		mixed = mixed || typ != b.first
	}
	if !mixed {
		return
	}
	d.noteSurnames(ballots)
	for i := range d.nodes {
		if b := ballots[d.nodes[i].form]; b != nil {
			d.nodes[i].typ = b.decide(d.nodes[i].typ)
		}
	}
}

// noteSurnames marks the forms that are the last word of a longer name of a
// person.
func (d *document) noteSurnames(ballots map[string]*ballot) {
	for i := range d.nodes {
		n := &d.nodes[i]
		if n.typ != schema.Person || len(n.form) > maxName {
			continue
		}
		if at := strings.LastIndexByte(n.form, ' '); at >= 0 {
			if b, ok := ballots[n.form[at+1:]]; ok {
				b.surname = true
			}
		}
	}
}

// decide is the type that a name of this form and type gets.
func (b *ballot) decide(typ schema.EntityType) schema.EntityType {
	own := typeIndex(typ)
	if own < 0 || b.surname && typ == schema.Person {
		return typ
	}
	best := b.first
	for i, n := range b.counts {
		if n > b.counts[best] {
			best = i
		}
	}
	if b.strong || b.counts[best] >= strongMajority*b.counts[own] {
		return entityTypes()[best]
	}
	return typ
}

func entityTypes() [3]schema.EntityType {
	return [3]schema.EntityType{schema.Person, schema.Organization, schema.Location}
}

// typeIndex is where typ is in entityTypes, or -1.
func typeIndex(typ schema.EntityType) int {
	for i, t := range entityTypes() {
		if t == typ {
			return i
		}
	}
	return -1
}
