package render

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// change is what became of some words from one text to the next.
type change int

const (
	kept change = iota
	gone
	added
)

// words are some words in their order, and what became of them.
type words struct {
	change change
	text   string
}

// wordsBetween is how one text becomes another, word by word: without what is
// gone it is the second, without what was added the first.
func wordsBetween(before, after string) []words {
	lines := func(text string) string { // the words of a text, each on a line of its own
		var b strings.Builder
		for word := range strings.FieldsSeq(text) {
			b.WriteString(word + "\n")
		}
		return b.String()
	}
	before, after = lines(before), lines(after)
	var all []words
	add := func(c change, text string) {
		text = strings.Join(strings.Fields(text), " ")
		if text == "" {
			return
		}
		if last := len(all) - 1; last >= 0 && all[last].change == c {
			all[last].text += " " + text
			return
		}
		all = append(all, words{c, text})
	}
	at := 0
	for _, edit := range udiff.Lines(before, after) {
		add(kept, before[at:edit.Start])
		add(gone, before[edit.Start:edit.End])
		add(added, edit.New)
		at = edit.End
	}
	add(kept, before[at:])
	return all
}

// around is how many words are shown on either side of a change.
const around = 8

// shorten leaves out the middle of what did not change, or its beginning or end
// where nothing changed before or after it.
func shorten(text string, first, last bool) string {
	all := strings.Fields(text)
	head, tail := around, around
	if first {
		head = 0
	}
	if last {
		tail = 0
	}
	if len(all) <= head+tail+1 {
		return text
	}
	return strings.TrimSpace(strings.Join(all[:head], " ") + " … " + strings.Join(all[len(all)-tail:], " "))
}
