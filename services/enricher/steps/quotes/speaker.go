package quotes

import (
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// speaker is who speaks: an entity, or -1 for somebody unknown.
type speaker struct{ entity int }

// maxApposition is how many words back the name may be that "the minister, ...,"
// explains.
const maxApposition = 25

// nounBefore is the subject right before a verb, in tokens[from:verb].
func (d *document) nounBefore(p *paragraph, from, verb int) speaker {
	i := verb - 1
	for i >= from && p.at[i] == 0 && isFiller(p.word(i)) {
		i--
	}
	if i >= from && p.word(i) == ")" {
		i = p.openBracket(from, i) - 1
	}
	if i >= from && p.word(i) == "who" {
		i--
	}
	if i < from {
		return speaker{-1}
	}
	if p.word(i) == "," {
		return d.beforeComma(p, from, i)
	}
	return d.nounAt(p, i)
}

// openBracket is the bracket that the one at i closes, or from.
func (p *paragraph) openBracket(from, i int) int {
	for ; i > from; i-- {
		if p.word(i) == "(" {
			return i
		}
	}
	return from
}

// beforeComma is who is named by an apposition that ends with the comma at i: "the
// minister, Maria Zork," or "Maria Zork, the minister,".
func (d *document) beforeComma(p *paragraph, from, i int) speaker {
	if i-1 >= from && d.personOf(p, i-1) >= 0 {
		return d.nounAt(p, i-1)
	}
	for j := i - 1; j > from && j > i-maxApposition; j-- {
		if p.word(j) != "," {
			continue
		}
		before := p.skipBrackets(from, j-1)
		switch {
		case before < from:
		case d.personOf(p, before) >= 0:
			return d.nounAt(p, before)
		case p.at[before] == 0 && startsLarge(p.word(before)):
			return speaker{-1} // the name of somebody unknown
		}
	}
	return speaker{-1}
}

// skipBrackets is the token at i, or the one before the brackets that end there.
func (p *paragraph) skipBrackets(from, i int) int {
	if p.word(i) == ")" {
		return p.openBracket(max(from, i-maxApposition), i) - 1
	}
	return i
}

// personOf is the person whom the mention at the token names, or -1.
func (d *document) personOf(p *paragraph, token int) int {
	if token < 0 || token >= len(p.at) || p.at[token] == 0 || !d.isPerson(p, token) {
		return -1
	}
	return p.mentions[p.at[token]-1].entity
}

func (d *document) isPerson(p *paragraph, token int) bool {
	return d.entities[p.mentions[p.at[token]-1].entity].Type == schema.Person
}

// nounAt is who the token names: an entity, or the one in focus if it is "he" or
// "she".
func (d *document) nounAt(p *paragraph, i int) speaker {
	if p.at[i] > 0 {
		return speaker{p.mentions[p.at[i]-1].entity}
	}
	if who, ok := p.pronouns[i]; ok {
		return speaker{who}
	}
	if gender := ofPronoun(p.word(i)); gender != honorific.Unknown {
		return speaker{d.focus.pick(d, gender)}
	}
	return speaker{d.theRole(p, i)}
}

// ofPronoun is what "he" and "she" say.
func ofPronoun(word string) honorific.Gender {
	switch word {
	case "he", "He", "HE":
		return honorific.Male
	case "she", "She", "SHE":
		return honorific.Female
	}
	return honorific.Unknown
}

// maxInverted is how many words a name may stand after its verb: "said the head of
// the lake fishers, Maria Zork".
const maxInverted = 16

// nounAfter is the subject after a verb, in tokens[from:to].
func (d *document) nounAfter(p *paragraph, from, to int) speaker {
	for i := from; i < min(to, from+maxInverted); i++ {
		switch {
		case p.at[i] > 0 && d.isPerson(p, i):
			return d.nounAt(p, i)
		case p.at[i] > 0:
			if last := p.mentions[p.at[i]-1].to; d.alone(p, from, i, last) {
				return d.nounAt(p, i)
			}
		case i == from && d.nounAt(p, i).entity >= 0:
			return d.nounAt(p, i)
		case i == from+1 && d.theRole(p, i) >= 0 && d.alone(p, i, i, i+1):
			return speaker{d.theRole(p, i)}
		case p.word(i) == ",":
			if i+1 >= to || p.at[i+1] == 0 || !d.isPerson(p, i+1) {
				return speaker{-1}
			}
		case isStop(p.word(i)) || isCue(p.word(i)):
			return speaker{-1}
		}
	}
	return speaker{-1}
}

// alone reports whether the organization or place at tokens[i:last] is all of the
// noun: "said Zorbex", not "said a Zorbex driver".
func (d *document) alone(p *paragraph, from, i, last int) bool {
	if i > from && (i > from+1 || p.word(from) != "the") {
		return false
	}
	return last >= len(p.tokens) || p.tokens[last].Kind == text.Mark || isStop(p.word(last)) || isFiller(p.word(last))
}

// focus is whom "he" and "she" may mean: the people who were named last, outside
// of quotes.
type focus struct {
	// subjects are those who open a sentence or speak, others the rest.
	subjects, others recent
	age              int
}

// recent are the last few people, the latest last.
type recent struct {
	who [8]int
	age [8]int // the paragraph in which they were named
	n   int
}

// maxAge is how many paragraphs on a pronoun may still mean somebody.
const maxAge = 3

func (f *focus) clear() { *f = focus{} }

// end says that a paragraph ends.
func (f *focus) end() { f.age++ }

func (f *focus) spoke(who int) { f.subjects.add(who, f.age) }

func (r *recent) add(who, age int) {
	if r.n == len(r.who) {
		copy(r.who[:], r.who[1:])
		copy(r.age[:], r.age[1:])
		r.n--
	}
	r.who[r.n], r.age[r.n] = who, age
	r.n++
}

// read brings the people in focus whom tokens[from:to] name, and settles whom "he"
// and "she" mean there.
func (f *focus) read(d *document, p *paragraph, from, to int) {
	opens := true
	for i := from; i < to; i++ {
		if p.endsSentence(i) {
			opens = true
			continue
		}
		who, ok := f.personAt(d, p, i)
		switch {
		case !ok:
			continue
		case opens:
			f.subjects.add(who, f.age)
		default:
			f.others.add(who, f.age)
		}
		opens = false
	}
}

// personAt is the person whom a mention that begins at the token names, or whom
// the pronoun there means.
func (f *focus) personAt(d *document, p *paragraph, i int) (who int, ok bool) {
	if at := p.at[i]; at > 0 {
		m := p.mentions[at-1]
		return m.entity, m.from == i && d.isPerson(p, i)
	}
	gender := ofPronoun(p.word(i))
	if gender == honorific.Unknown {
		return 0, false
	}
	if who = f.pick(d, gender); who < 0 {
		return 0, false
	}
	if p.pronouns == nil {
		p.pronouns = map[int]int{}
	}
	p.pronouns[i] = who
	return who, true
}

// pick is who is meant by a pronoun, or -1. Somebody of whom nothing else says so is
// of that gender from now on.
func (f *focus) pick(d *document, gender honorific.Gender) int {
	who := f.subjects.pick(d, gender, f.age)
	if who < 0 {
		who = f.others.pick(d, gender, f.age)
	}
	if who >= 0 {
		d.genders[who] = gender
	}
	return who
}

func (r *recent) pick(d *document, gender honorific.Gender, age int) int {
	for i := r.n - 1; i >= 0; i-- {
		if age-r.age[i] <= maxAge && d.genders[r.who[i]].Fits(gender) && d.entities[r.who[i]].Type == schema.Person {
			return r.who[i]
		}
	}
	return -1
}
