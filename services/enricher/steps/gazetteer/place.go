package gazetteer

import "github.com/dateline-news/dateline/pkg/schema"

// placeAt finds a place by a word that says what it is: "Lake Kivu", "Gulf of
// Guinea", "Osun State", "Borama District".
func placeAt(t *text, i int) span {
	head := t.toks[i]
	if !head.name() || head.any(stop|title|courtesy) {
		return span{}
	}
	if head.any(placeHead) {
		return placeAfter(t, i)
	}
	for j := i; j < len(t.toks) && j < i+3 && t.toks[j].name() && !t.toks[j].any(stop|title|first); j++ {
		if j > i && t.toks[j].any(placeTail) && !t.toks[i].any(adjective|placeTail) && !ofThing(t, j+1) {
			return span{from: i, to: j + 1, typ: schema.Location}
		}
	}
	return span{}
}

// placeAfter is the place that begins with the word at toks[i].
func placeAfter(t *text, i int) span {
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
