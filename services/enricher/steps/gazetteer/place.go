package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// maxPlaceWords is the most words of a place that ends in a word for a place.
const maxPlaceWords = 3

// placeAt finds a place by a word that says what it is: "Lake Kivu", "Gulf of
// Guinea", "Osun State", "Borama District".
func (t *text) placeAt(i int) span {
	head := t.toks[i]
	switch {
	case !head.name() || head.any(stop|title|courtesy):
		return span{}
	case head.any(placeHead):
		return t.placeAfter(i)
	case head.any(adjective | placeTail):
		return span{}
	}
	for j := i; j < i+maxPlaceWords && t.placeWord(j); j++ {
		if j > i && t.toks[j].any(placeTail) && !t.ofThing(j+1) {
			return span{from: i, to: j + 1, typ: schema.Location}
		}
	}
	return span{}
}

// placeWord reports whether toks[i] may be a word of a place's name.
func (t *text) placeWord(i int) bool {
	return i < len(t.toks) && t.toks[i].name() && !t.toks[i].any(stop|title|first)
}

// placeAfter is the place that begins with the word at toks[i].
func (t *text) placeAfter(i int) span {
	j := i + 1
	switch of := t.word(j) == "of"; {
	case of:
		j++
	case t.toks[i].any(placeTail):
		return span{} // Bay, Gulf need "of".
	}
	if j >= len(t.toks) || !t.toks[j].namePart() {
		return span{}
	}
	return span{from: i, to: j + 1, typ: schema.Location}
}
