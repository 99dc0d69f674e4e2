package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// maxRun is the most tokens of a name that a rule makes.
const maxRun = 8

// scan finds the names of a text, left to right. Where several begin at one word
// the longest is taken, and of two as long the one from the lists.
func (d *document) scan(t *text) {
	from := len(d.spans)
	for i := 0; i < len(t.toks); {
		if !t.mayBegin(i) {
			i++
			continue
		}
		best := d.longestAt(t, i)
		if best.to == 0 {
			i++
			continue
		}
		t.addCandidates(&best)
		d.spans = append(d.spans, best)
		i = best.to
	}
	t.spans = d.spans[from:len(d.spans):len(d.spans)]
}

// mayBegin reports whether a name may be found at toks[i], which is far cheaper to
// see than which one: one of the lists begins with it, or it has a capital or is a
// title, as all rules ask.
func (t *text) mayBegin(i int) bool {
	w := &t.toks[i]
	return w.word != unknown && t.lexicon.first[w.word] != 0 || t.rules && (w.name() || w.any(title|rank))
}

// longestAt is the longest name that begins at toks[i], or after a title there.
func (d *document) longestAt(t *text, i int) span {
	best := t.listedAt(i)
	if !t.rules {
		return best
	}
	for _, sp := range [...]span{
		t.personAt(i), t.orgAt(i), t.longFormAt(i), t.placeAt(i), d.publisherAt(t, i),
	} {
		if sp.to > best.to {
			best = sp
		}
	}
	return best
}

// addCandidates looks up in the lists what a rule has found.
func (t *text) addCandidates(sp *span) {
	if sp.candidates != nil {
		return
	}
	if found, n := t.match(sp.from); n == sp.to-sp.from && found[0].Type == sp.typ {
		sp.candidates = found
	}
}

// listedAt is the longest name of the lists that begins at toks[i], when the
// words around it do not speak against it.
func (t *text) listedAt(i int) span {
	if !t.toks[i].is(letters|number) || t.before(i) == '@' {
		return span{}
	}
	found, n := t.match(i)
	if n == 0 {
		return span{}
	}
	sp := span{from: i, to: i + n, typ: found[0].Type, candidates: found}
	if n == 1 && t.meansOther(sp) {
		return span{}
	}
	return sp
}

// meansOther reports whether the words around a listed name of one word say that
// something else is meant.
func (t *text) meansOther(sp span) bool {
	if t.mark(sp.to) == '$' {
		return true // US$
	}
	switch e := sp.candidates[0]; e.kind {
	case city, region:
		return e.soft && !t.placed(sp) || t.rules && t.partOfName(sp)
	case figure:
		return t.rules && t.hasOtherFirstName(sp)
	}
	return false
}

// placed reports whether the text says that a place is meant: "in Austin", or
// "Austin, Texas".
func (t *text) placed(sp span) bool {
	if sp.from > 0 && t.toks[sp.from-1].any(place) {
		return true
	}
	if t.mark(sp.to) != ',' {
		return false
	}
	after, n := t.match(sp.to + 1)
	return n > 0 && (after[0].kind == country || after[0].kind == region)
}

// partOfName reports whether an unlisted name goes on before or after the span:
// Baltimore Orioles, Mike London.
func (t *text) partOfName(sp span) bool {
	return t.unlistedAfter(sp.to) || t.apart(sp.to) && t.ofThing(sp.to) || t.unlistedBefore(sp.from)
}

// unlistedAfter reports whether a name that no list has follows at toks[i].
func (t *text) unlistedAfter(i int) bool { return t.apart(i) && t.toks[i].unlistedName() }

// unlistedBefore reports whether a name that no list has goes on to toks[i].
func (t *text) unlistedBefore(i int) bool {
	return i > 0 && t.apart(i) && t.toks[i-1].unlistedName() && !t.toks[i-1].is(opening)
}

// apart reports whether toks[i] is there and does not touch the token before.
func (t *text) apart(i int) bool { return i < len(t.toks) && !t.toks[i].is(glued) }

// unlistedName reports whether t is written as a name, and no list has it.
func (t token) unlistedName() bool { return t.name() && t.word == unknown }

// hasOtherFirstName reports whether a word of a person's name stands before a
// surname that is known by itself. The rules may know the full name.
func (t *text) hasOtherFirstName(sp span) bool {
	if sp.from == 0 {
		return false
	}
	before := t.toks[sp.from-1]
	return before.namePart() && !before.is(opening)
}

// publisherAt finds the name of the article's own publisher.
func (d *document) publisherAt(t *text, i int) span {
	n := len(d.publisher)
	if n == 0 || i+n > len(t.toks) || !t.toks[i].name() {
		return span{}
	}
	var buf [64]byte
	for k, want := range d.publisher {
		if string(fold(buf[:0], t.word(i+k))) != want {
			return span{}
		}
	}
	return span{from: i, to: i + n, typ: schema.Organization}
}
