package gazetteer

import (
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
)

// maxRun is the most tokens of a name that a rule makes.
const maxRun = 8

// scan finds the names of a text, left to right. Where several begin at one word
// the longest is taken, and of two as long the one from the lists.
func (d *document) scan(t *text) {
	for i := 0; i < len(t.toks); {
		best := d.listed(t, i)
		if t.rules {
			for _, sp := range [...]span{
				personAt(d, t, i), orgAt(t, i), t.longForm(i), placeAt(t, i), d.publisherAt(t, i),
			} {
				if sp.to > best.to {
					best = sp
				}
			}
		}
		if best.to == 0 {
			i++
			continue
		}
		d.link(t, &best)
		t.spans = append(t.spans, best)
		i = best.to
	}
}

// link looks up in the lists what a rule has found.
func (d *document) link(t *text, sp *span) {
	if sp.entries != nil {
		return
	}
	if found, n := d.lexicon.longest(t.toks, sp.from, t.loud); n == sp.to-sp.from {
		if typ := d.lexicon.entries[found.entries[0]].Type; typ == sp.typ {
			sp.entries = found.entries
		}
	}
}

// listed is the longest name of the lists that begins at toks[i], when the words
// around it do not speak against it.
func (d *document) listed(t *text, i int) span {
	if !t.toks[i].is(letters|number) || t.before(i) == '@' {
		return span{}
	}
	found, n := d.lexicon.longest(t.toks, i, t.loud)
	if n == 0 {
		return span{}
	}
	sp := span{from: i, to: i + n, entries: found.entries}
	e := d.lexicon.entries[found.entries[0]]
	sp.typ = e.Type
	if n > 1 {
		return sp
	}
	if t.mark(i+1) == '$' {
		return span{} // US$
	}
	switch e.kind {
	case city, region:
		if e.soft && !d.placed(t, sp) || t.rules && partOfName(t, sp) {
			return span{}
		}
	case figure:
		if t.rules && i > 0 && t.toks[i-1].namePart() && !t.toks[i-1].is(opening) {
			return span{} // A namesake: the rules may know the full name.
		}
	}
	return sp
}

// before is the mark that stands right before toks[i], or 0.
func (t *text) before(i int) rune {
	if i == 0 || !t.toks[i].is(glued) || t.toks[i-1].is(letters|number) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(t.s[t.toks[i-1].start:])
	return r
}

// placed reports whether the text says that a place is meant: "in Austin", or
// "Austin, Texas".
func (d *document) placed(t *text, sp span) bool {
	if sp.from > 0 && t.toks[sp.from-1].any(place) {
		return true
	}
	if t.mark(sp.to) != ',' {
		return false
	}
	found, n := d.lexicon.longest(t.toks, sp.to+1, t.loud)
	if n == 0 {
		return false
	}
	kind := d.lexicon.entries[found.entries[0]].kind
	return kind == country || kind == region
}

// partOfName reports whether an unknown name goes on before or after the span:
// Baltimore Orioles, Mike London.
func partOfName(t *text, sp span) bool {
	if i := sp.to; i < len(t.toks) && !t.toks[i].is(glued) && (t.toks[i].nameOfNoList() || ofThing(t, i)) {
		return true
	}
	i := sp.from - 1
	return i >= 0 && !t.toks[sp.from].is(glued) && t.toks[i].nameOfNoList() && !t.toks[i].is(opening)
}

// nameOfNoList reports whether t is written as a name, and no list has it.
func (t token) nameOfNoList() bool { return t.name() && t.word == unknown }

// mark is the mark at toks[i], or 0.
func (t *text) mark(i int) rune {
	if i >= len(t.toks) || t.toks[i].is(letters|number) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(t.s[t.toks[i].start:])
	return r
}

// word is the text of toks[i], empty beyond the end.
func (t *text) word(i int) string {
	if i >= len(t.toks) {
		return ""
	}
	return t.s[t.toks[i].start:t.toks[i].end]
}

// textOf is the text that a span covers.
func (t *text) textOf(sp span) string {
	return t.s[t.toks[sp.from].start:t.toks[sp.to-1].end]
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
