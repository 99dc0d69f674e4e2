package coreference

import (
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
)

// person is somebody whom the text names.
type person struct {
	node   int // the first that names them
	words  []string
	suffix string // jr
	gender honorific.Gender
}

// people are those of a document, and who bears a name.
type people struct {
	all []person
	// same has those with this first and last word.
	same map[string][]int
	// last has the bearers of the words that end a name (ryabkov, van der merwe),
	// other those of its other words (sergei), initial those of an initial and the
	// last word (s ryabkov).
	last, other, initial map[string]*bearers
}

// maxNamesakes is how many people with the same first and last word are told
// apart.
const maxNamesakes = 8

// joinPeople joins the names of people: first those with first and last name,
// then, in reading order, those whose names are parts of these.
func (d *document) joinPeople() {
	p := &d.people
	p.same, p.last = map[string][]int{}, map[string]*bearers{}
	p.other, p.initial = map[string]*bearers{}, map[string]*bearers{}
	parsed, who := make([]personName, len(d.nodes)), make([]int, len(d.nodes))
	for i := range d.nodes {
		who[i] = -1
		if n := &d.nodes[i]; n.typ == schema.Person && len(n.name) <= maxName {
			parsed[i] = parsePerson(n.name, n.title)
		}
	}
	for _, kind := range []nameKind{longName, fullName, initialName} {
		for i := range parsed {
			if parsed[i].kind == kind {
				who[i] = d.personOf(i, &parsed[i])
			}
		}
	}
	for i := range parsed {
		switch parsed[i].kind {
		case noName:
		case shortName:
			d.resolve(i, &parsed[i])
		default:
			p.register(who[i], i)
		}
	}
}

// personOf finds or adds the person with a full name.
func (d *document) personOf(i int, name *personName) int {
	p := &d.people
	who, ok := p.find(name)
	if !ok {
		who = p.add(i, name)
		return who
	}
	d.join(p.all[who].node, i)
	if found := &p.all[who]; len(name.words) > len(found.words) {
		found.words = name.words
	}
	p.all[who].learn(name)
	return who
}

func (p *people) find(name *personName) (int, bool) {
	for _, who := range p.same[name.ends()] {
		if p.all[who].isCalled(name) {
			return who, true
		}
	}
	if name.kind == initialName {
		return p.initial[name.initialKey()].only(p, name)
	}
	if name.kind == fullName && name.first() == honorific.Unknown {
		return p.last[strings.Join(name.words, " ")].only(p, name) // Peña Nieto
	}
	return 0, false
}

func (p *people) add(node int, name *personName) int {
	who := len(p.all)
	p.all = append(p.all, person{node: node, words: name.words, suffix: name.suffix, gender: name.gender})
	if ends := name.ends(); len(name.words) > 1 && len(p.same[ends]) < maxNamesakes {
		p.same[ends] = append(p.same[ends], who)
	}
	p.announce(who, name)
	return who
}

// announce lets the parts of a name mean this person where nobody of that name
// has come before.
func (p *people) announce(who int, name *personName) {
	eachKey(name.words, func(part string, last bool) {
		p.bearersOf(part, last).announce(who, name.gender, p.all[who].node)
	})
	if len(name.words) > 1 {
		k := name.initialKey()
		if p.initial[k] == nil {
			p.initial[k] = &bearers{}
		}
		p.initial[k].announce(who, name.gender, p.all[who].node)
	}
}

// register lets the parts of this person's name mean them from node on.
func (p *people) register(who, node int) {
	if who < 0 {
		return
	}
	eachKey(p.all[who].words, func(part string, last bool) {
		p.bearersOf(part, last).note(who, p.all[who].gender, node)
	})
}

func (p *people) bearersOf(part string, last bool) *bearers {
	m := p.other
	if last {
		m = p.last
	}
	b, ok := m[part]
	if !ok {
		b = &bearers{}
		m[part] = b
	}
	return b
}

// eachKey calls do for the ends of a name, and for each other word and beginning.
func eachKey(words []string, do func(part string, last bool)) {
	for i := range words {
		if len(words[i]) == 1 && i < len(words)-1 {
			continue // An initial alone names nobody.
		}
		if i > 0 || len(words) == 1 {
			do(strings.Join(words[i:], " "), true)
		}
		if i < len(words)-1 {
			do(words[i], false)
		}
		if i > 0 && i < len(words)-1 {
			do(strings.Join(words[:i+1], " "), false)
		}
	}
}

// resolve joins a part of a name to the person whom it means: of those who bear
// it and whose gender fits, the one who was named in full last, else the first who
// is after it.
func (d *document) resolve(i int, name *personName) {
	p := &d.people
	part := strings.Join(name.words, " ")
	who, ok := p.last[part].pick(p, name)
	if !ok && !name.regnal {
		who, ok = p.other[part].pick(p, name)
	}
	if !ok {
		p.register(p.add(i, name), i)
		return
	}
	d.join(p.all[who].node, i)
	if p.all[who].learn(name); name.gender != honorific.Unknown {
		p.register(who, i)
	}
}

// isCalled reports whether a full name may be of this person.
func (a *person) isCalled(name *personName) bool {
	return a.fits(name) && middlesFit(a.words[1:len(a.words)-1], name.words[1:len(name.words)-1])
}

// fits reports whether gender and suffix are no evidence against the name.
func (a *person) fits(name *personName) bool {
	return a.gender.Fits(name.gender) && (a.suffix == "" || name.suffix == "" || a.suffix == name.suffix)
}

// learn keeps what a name of this person says.
func (a *person) learn(name *personName) {
	if a.gender == honorific.Unknown {
		a.gender = name.gender
	}
	if a.suffix == "" {
		a.suffix = name.suffix
	}
}

// middlesFit reports whether the words between first and last name may be of one
// person: one has none, or each of the fewer is one of the more, or its initial,
// in order.
func middlesFit(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	for _, word := range a {
		for len(b) > 0 && !sameOrInitial(word, b[0]) {
			b = b[1:]
		}
		if len(b) == 0 {
			return false
		}
		b = b[1:]
	}
	return true
}

func sameOrInitial(a, b string) bool {
	if len(a) == 1 || len(b) == 1 {
		return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
	}
	return a == b
}
