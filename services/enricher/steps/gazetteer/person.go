package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// maxNameWords is the most words of a person's name.
const maxNameWords = 4

// personAt finds a person's name that begins at toks[i] or after the title there.
// The title is not part of the name.
func personAt(d *document, t *text, i int) span {
	if t.toks[i].any(title | rank) {
		return titled(d, t, i)
	}
	if t.toks[i].name() && t.toks[i].any(first|family) {
		return named(t, i)
	}
	return span{}
}

// titled is the name after the title at toks[i]: "Mr Smith", "spokesman John Smith".
func titled(d *document, t *text, i int) span {
	head, from := t.toks[i], i+1
	if t.mark(from) == '.' && t.toks[from].is(glued) {
		from++
	}
	if from >= len(t.toks) || t.toks[from].is(glued) {
		return span{}
	}
	to, words := nameEnd(t, from)
	if words == 0 && head.any(courtesy) && t.toks[from].any(surname) && t.toks[from].name() {
		to, words = from+1, 1 // Mrs May
	}
	sp := span{from: from, to: to, typ: schema.Person}
	switch {
	case words == 0, ofThing(t, to):
		return span{}
	case head.any(courtesy):
		return sp
	case listedAsOther(d, t, from):
		return span{}
	case words > 1, head.any(single) && head.name():
		return sp
	}
	return span{}
}

// listedAsOther reports whether the lists have a place or an organization at toks[i].
func listedAsOther(d *document, t *text, i int) bool {
	found, n := d.lexicon.longest(t.toks, i, t.loud)
	return n > 0 && d.lexicon.entries[found.entries[0]].Type != schema.Person
}

// named is the name that begins with the first name at toks[i].
func named(t *text, i int) span {
	head := t.toks[i]
	doubtful := head.any(soft | stop)
	if doubtful && head.is(opening) || t.mark(i+1) == '-' && t.toks[i+1].is(glued) && head.any(family) && !head.any(first) {
		return span{}
	}
	to, words := nameEnd(t, i)
	if words < 2 && i+1 < len(t.toks) && !doubtful && t.toks[i+1].any(surname) && t.toks[i+1].name() {
		to, words = i+2, 2 // Theresa May
	}
	if words < 2 || ofThing(t, to) {
		return span{}
	}
	if doubtful && t.toks[i+1].word != unknown && !t.toks[i+1].any(first) {
		return span{}
	}
	return span{from: i, to: to, typ: schema.Person}
}

// nameEnd is the end of the run of words from toks[i] that may be a person's
// name, and how many words it has, initials not counted.
func nameEnd(t *text, i int) (end, words int) {
	end = i
	for j := i; j < len(t.toks) && j < i+2*maxRun && words < maxNameWords; {
		next := t.toks[j]
		switch {
		case words > 1 && next.any(listed):
			return end, words
		case next.namePart():
			if !initial(t, j) {
				words++
			}
			j++
		case j > i && t.mark(j) == '-' && next.is(glued) && joined(t, j+1):
			j += 2
		case j > i && next.any(particle) && j+1 < len(t.toks) && particleOf(t, j):
			j++
			continue // The end is not here, but after the name.
		default:
			return end, words
		}
		end = j
	}
	return end, words
}

// ofThing reports whether the word at toks[i] makes the name before it one of
// something else: Roland Garros Stadium, Davis Cup.
func ofThing(t *text, i int) bool {
	return i < len(t.toks) && t.toks[i].name() && t.toks[i].any(thing|placeTail)
}

// namePart reports whether t may be a word of a person's name.
func (t token) namePart() bool {
	const other = stop | adjective | title | rank | orgTail | orgHead | placeTail | placeHead | thing
	if t.is(capitals) && t.end-t.start > 2 && !t.is(points) {
		return false // An acronym.
	}
	return t.name() && (!t.any(other) || t.any(first) && !t.any(stop|title))
}

// joined reports whether toks[j] goes on after a hyphen: Ki-moon, Jean-Luc.
func joined(t *text, j int) bool {
	return j < len(t.toks) && t.toks[j].is(glued) && t.toks[j].is(letters)
}

// particleOf reports whether a name goes on after the particle at toks[j]: van
// Persie, al-Assad.
func particleOf(t *text, j int) bool {
	if t.mark(j+1) == '-' {
		return joined(t, j+2) && t.toks[j+2].name()
	}
	return t.toks[j+1].namePart() || t.toks[j+1].any(particle)
}

// initial reports whether toks[i] is one letter: J.
func initial(t *text, i int) bool {
	w := t.word(i)
	return len(w) == 1 || len(w) == 2 && w[1] == '.'
}
