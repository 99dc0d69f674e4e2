package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// maxNameWords is the most words of a person's name.
const maxNameWords = 4

// personAt finds a person's name that begins at toks[i] or after the title there.
// The title is not part of the name.
func (t *text) personAt(i int) span {
	switch {
	case t.toks[i].any(title | rank):
		return t.afterTitle(i)
	case t.firstNameAt(i):
		return t.fromFirstName(i)
	}
	return span{}
}

// afterTitle is the name after the title at toks[i]: "Mr Smith", "spokesman John
// Smith".
func (t *text) afterTitle(i int) span {
	from := i + 1
	if t.attached(from, '.') {
		from++
	}
	if !t.apart(from) {
		return span{}
	}
	to, words := t.nameEnd(from)
	if words == 0 && t.toks[i].any(courtesy) && t.surnameAt(from) {
		to, words = from+1, 1 // Mrs May
	}
	if words == 0 || t.ofThing(to) || !t.introduces(t.toks[i], from, words) {
		return span{}
	}
	return span{from: from, to: to, typ: schema.Person}
}

// introduces reports whether this title goes before a name of so many words at
// toks[i]: Mr before any, President before a surname, spokesman before two words.
func (t *text) introduces(head token, i, words int) bool {
	switch {
	case head.any(courtesy):
		return true
	case t.listedAsOther(i):
		return false
	case words > 1:
		return true
	}
	return head.any(single) && head.name()
}

// listedAsOther reports whether the lists have a place or an organization at toks[i].
func (t *text) listedAsOther(i int) bool {
	found, n := t.match(i)
	return n > 0 && found[0].Type != schema.Person
}

// firstNameAt reports whether toks[i] may be the first name of a person, or a
// family name that comes first.
func (t *text) firstNameAt(i int) bool {
	head := t.toks[i]
	switch {
	case !head.name() || !head.any(first|family) || head.any(stop):
		return false
	case head.any(soft) && head.is(opening):
		return false // Grant it!
	case t.attached(i+1, '-'):
		return head.any(first) // Jean-Luc, but not Li-based
	}
	return true
}

// fromFirstName is the name that begins with the first name at toks[i]. It has two
// words or more.
func (t *text) fromFirstName(i int) span {
	doubtful := t.toks[i].any(soft)
	to, words := t.nameEnd(i)
	if words < 2 && !doubtful && t.surnameAt(i+1) {
		to, words = i+2, 2 // Theresa May
	}
	if words < 2 || t.ofThing(to) || doubtful && !t.toks[i+1].nameOrUnknown() {
		return span{}
	}
	return span{from: i, to: to, typ: schema.Person}
}

// nameOrUnknown reports whether t is a first name, or a word that no list has:
// what must follow Grant and Mark for them to be names.
func (t token) nameOrUnknown() bool { return t.word == unknown || t.any(first) }

// surnameAt reports whether the word at toks[i] is also a surname, and is written
// as one: May.
func (t *text) surnameAt(i int) bool {
	return i < len(t.toks) && t.toks[i].any(surname) && t.toks[i].name()
}

// nameEnd is the end of the run of words from toks[i] that may be a person's
// name, and how many words it has, initials not counted.
func (t *text) nameEnd(i int) (end, words int) {
	if !t.toks[i].namePart() {
		return i, 0
	}
	end = i
	for j := i; j < min(len(t.toks), i+2*maxRun) && words < maxNameWords; {
		switch next := t.toks[j]; {
		case words > 1 && next.any(listed):
			return end, words
		case next.namePart():
			if !t.initial(j) {
				words++
			}
			j++
			end = j
		case t.hyphenated(j):
			j += 2
			end = j
		case t.particleAt(j):
			j++ // The end is not here, but after the name.
		default:
			return end, words
		}
	}
	return end, words
}

// ofThing reports whether the word at toks[i] makes the name before it one of
// something else: Roland Garros Stadium, Davis Cup.
func (t *text) ofThing(i int) bool {
	return i < len(t.toks) && t.toks[i].name() && t.toks[i].any(thing|placeTail)
}

// namePart reports whether t may be a word of a person's name.
func (t token) namePart() bool {
	const other = stop | adjective | title | rank | orgTail | orgHead | placeTail | placeHead | thing
	if !t.name() || t.acronym() {
		return false
	}
	return !t.any(other) || t.any(first) && !t.any(stop|title)
}

// acronym reports whether t is three letters or more in capitals, without points.
func (t token) acronym() bool { return t.is(capitals) && t.size() > 2 && !t.is(points) }

// hyphenated reports whether the hyphen at toks[i] joins a word to the one before:
// Ki-moon, Jean-Luc.
func (t *text) hyphenated(i int) bool { return t.attached(i, '-') && t.joined(i+1) }

// joined reports whether toks[i] is a word that touches the token before.
func (t *text) joined(i int) bool {
	return i < len(t.toks) && t.toks[i].is(glued) && t.toks[i].is(letters)
}

// particleAt reports whether toks[i] is a particle that a name goes on after: van
// Persie, al-Assad.
func (t *text) particleAt(i int) bool {
	if i+1 >= len(t.toks) || !t.toks[i].any(particle) {
		return false
	}
	if t.mark(i+1) == '-' {
		return t.joined(i+2) && t.toks[i+2].name()
	}
	return t.toks[i+1].namePart() || t.toks[i+1].any(particle)
}

// initial reports whether toks[i] is one letter: J.
func (t *text) initial(i int) bool {
	w := t.word(i)
	return len(w) == 1 || len(w) == 2 && w[1] == '.'
}
