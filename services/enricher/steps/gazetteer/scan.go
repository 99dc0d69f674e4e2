package gazetteer

import (
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

// span is a name in a text.
type span struct {
	from, to int // tokens
	typ      schema.EntityType
}

// end is where a name may end: after tokens[to-1], with a key of so many bytes.
type end struct{ to, key, words int }

// scan finds the names of the text, left to right, each the longest.
func (t *fieldText) scan() []span {
	var spans []span
	for i := 0; i < len(t.tokens); {
		for len(t.taken) > 0 && t.taken[0].end <= int(t.tokens[i].Start) {
			t.taken = t.taken[1:]
		}
		sp := t.longestAt(i)
		if sp.to == 0 {
			i++
			continue
		}
		spans = append(spans, sp)
		i = sp.to
	}
	return spans
}

// longestAt is the longest name that begins at tokens[i] and takes no part of
// another.
func (t *fieldText) longestAt(i int) span {
	if !kb.Named(t.tokens[i]) || i > 0 && t.tokens[i].Glued && t.word(i-1) == "@" {
		return span{}
	}
	words := t.readAhead(i)
	for n := len(t.ends); n > 0; n-- {
		if sp := t.endsAt(i, t.ends[n-1], n <= words); sp.to > 0 && t.free(sp) {
			return sp
		}
	}
	return span{}
}

// endsAt is the name from tokens[i] to e, of the publisher or one that is listed.
func (t *fieldText) endsAt(i int, e end, listed bool) span {
	if string(t.key[:e.key]) == string(t.publisher) && t.capital(i) {
		return span{i, e.to, schema.Organization}
	}
	if !listed {
		return span{}
	}
	t.found = t.step.base.Find(t.found[:0], t.key[:e.key])
	return t.choose(i, e)
}

// free reports whether a name overlaps none that is there, or only such as are of
// its type and wholly within it: of "Crimean peninsula" a recognizer may have seen
// the half.
func (t *fieldText) free(sp span) bool {
	start, end := int(t.tokens[sp.from].Start), int(t.tokens[sp.to-1].End)
	for _, other := range t.taken {
		if other.start >= end {
			break
		}
		if other.typ != sp.typ || other.start < start || other.end > end || other.start == start && other.end == end {
			return false
		}
	}
	return true
}

// readAhead notes the keys of the names that may begin at tokens[i], and returns
// how many words they have at most.
func (t *fieldText) readAhead(i int) int {
	t.ends, t.key = t.ends[:0], kb.AppendWord(t.key[:0], t.word(i))
	most, small := t.step.base.Begins(t.key)
	if !small && beginsSmall(t.word(i)) {
		most = 0 // In lower case it begins none.
	}
	ahead := most
	if publisherBegins(t.publisher, t.key) {
		ahead = max(most, maxPublisherWords)
	}
	t.noteEnds(i, ahead)
	return most
}

// beginsSmall reports whether a word begins with a small letter of ASCII.
func beginsSmall(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return first >= 'a' && first < utf8.RuneSelf
}

// noteEnds notes where a name of at most so many words may end whose first word,
// tokens[i], is in t.key.
func (t *fieldText) noteEnds(i, most int) {
	for j := i; j < len(t.tokens) && len(t.ends) < most; j++ {
		switch token := t.tokens[j]; {
		case token.Break && j > i:
			return
		case kb.Named(token):
			if j > i {
				t.key = kb.AppendWord(t.key, t.word(j))
			}
			t.ends = append(t.ends, end{to: j + 1, key: len(t.key), words: len(t.ends) + 1})
		case !t.joins(j):
			return
		}
	}
}

// maxPublisherWords is the most words of a publisher's name that is looked for.
const maxPublisherWords = 5

// publisherBegins reports whether the name of the publisher begins with a word.
func publisherBegins(publisher, word []byte) bool {
	return len(publisher) >= len(word) && len(word) > 0 && string(publisher[:len(word)]) == string(word) &&
		(len(publisher) == len(word) || publisher[len(word)] == ' ')
}

// joins reports whether the mark at tokens[j] may stand within a name.
func (t *fieldText) joins(j int) bool {
	switch t.word(j) {
	case "&":
		return true
	case "-", "‑":
		return t.tokens[j].Glued && j+1 < len(t.tokens) && t.tokens[j+1].Glued
	}
	return false
}

// choose is the span of a name whose candidates are t.found, if the words around it
// do not speak against it.
func (t *fieldText) choose(from int, e end) span {
	if e.words == 1 && t.word(e.to) == "$" {
		return span{} // US $5
	}
	first := t.firstSure(from, e.to)
	if first != nil && (e.words > 1 || !t.meansOther(&first.Entity, from, e.to)) {
		return span{from, e.to, first.Kind.Type()}
	}
	if t.saysWhere(from, e.to) {
		return span{from, e.to, schema.Location}
	}
	return span{}
}

// firstSure is the first candidate that is written as the tokens are and needs no
// word around it to be meant, or nil.
func (t *fieldText) firstSure(from, to int) *kb.Candidate {
	for i := range t.found {
		if c := &t.found[i]; c.Written&kb.Marked == 0 && t.fits(c.Written, from, to) {
			return c
		}
	}
	return nil
}

// fits reports whether the tokens are written as a name asks.
func (t *fieldText) fits(w kb.Written, from, to int) bool {
	words := 0
	for i := from; i < to; i++ {
		if !kb.Named(t.tokens[i]) {
			continue
		}
		if w&kb.Capitals != 0 && !t.capitals(i) || w.Capital(words) && !t.capital(i) {
			return false
		}
		words++
	}
	return words > 1 || !t.otherWord(w, from)
}

// maxShortAcronym is the most bytes of an acronym that is taken for no name of one
// word: CHAD may be Chad, but IRA is not Ira.
const maxShortAcronym = 3

// otherWord reports whether tokens[i], that is a name of one word, is more likely
// another word: in a text all in capitals US and WHO are pronouns, and in any other
// one a short word in capitals is an acronym.
func (t *fieldText) otherWord(w kb.Written, i int) bool {
	if t.allCaps {
		return w&kb.Capitals != 0 && t.is(i, stop)
	}
	return w&kb.Capitals == 0 && w.Capital(0) && len(t.word(i)) > 1 && len(t.word(i)) <= maxShortAcronym && t.capitals(i)
}

// meansOther reports whether the words around a name of one word say that something
// else is meant.
func (t *fieldText) meansOther(e *kb.Entity, from, to int) bool {
	switch e.Kind {
	case kb.City, kb.Region:
		return t.is(from-1, title) && t.apart(from) || e.Soft && !t.placed(from, to) || t.english && t.partOfName(from, to)
	case kb.Figure:
		return t.english && t.nameBefore(from)
	}
	return false
}

// placed reports whether the text says that a place is meant: "in Austin", or
// "Austin, Texas".
func (t *fieldText) placed(from, to int) bool {
	return t.is(from-1, preposition) || t.saysWhere(from, to)
}

// saysWhere reports whether the name of an area follows that one of the candidates
// lies in: "Springfield, Illinois".
func (t *fieldText) saysWhere(from, to int) bool {
	const most = 3 // words
	if t.word(to) != "," || !t.capital(from) {
		return false
	}
	var key []byte
	for i := to + 1; i < min(len(t.tokens), to+1+most) && kb.Named(t.tokens[i]); i++ {
		key = kb.AppendWord(key, t.word(i))
		for _, where := range t.step.base.Find(nil, key) {
			if isArea(&where) && t.fits(where.Written, to+1, i+1) && t.anyWithin(&where, from, to) {
				return true
			}
		}
	}
	return false
}

// anyWithin reports whether one of the candidates that are written as the tokens
// are lies in an area.
func (t *fieldText) anyWithin(where *kb.Candidate, from, to int) bool {
	for i := range t.found {
		if c := &t.found[i]; where.Contains(&c.Entity) && t.fits(c.Written, from, to) {
			return true
		}
	}
	return false
}

// isArea reports whether a name that was looked up is that of a country or a region.
func isArea(c *kb.Candidate) bool { return c.Kind <= kb.Region && !isDemonym(c) }

// isDemonym reports whether the name of a country that was looked up is only that
// of its people.
func isDemonym(c *kb.Candidate) bool { return c.Kind == kb.Country && c.Written&kb.Marked != 0 }

// partOfName reports whether a name goes on before or after the span: Baltimore
// Orioles, Mike London.
func (t *fieldText) partOfName(from, to int) bool {
	if t.apart(to) && (t.unlisted(to) || t.capital(to) && t.is(to, thing)) {
		return true
	}
	return t.apart(from) && t.unlisted(from-1) && !t.opens(from-1)
}

// unlisted reports whether tokens[i] is written as a name, and is neither a word
// that is known nor a name by itself.
func (t *fieldText) unlisted(i int) bool {
	if !kb.Named(t.tokens[i]) || !t.capital(i) || t.is(i, stop|adjective|title|preposition|thing) {
		return false
	}
	for _, c := range t.step.base.Find(nil, kb.AppendWord(nil, t.word(i))) {
		if c.Written&kb.Marked == 0 {
			return false
		}
	}
	return true
}

// nameBefore reports whether a word that may be a first name stands before a
// surname that is known by itself: it is someone else, or a longer name.
func (t *fieldText) nameBefore(from int) bool {
	return t.apart(from) && t.unlisted(from-1) && !t.opens(from-1)
}
