package corpus

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Case is a way to write all words of a text.
type Case int

// Cases.
const (
	AsWritten Case = iota
	TitleCase      // Each Word with a Capital
	AllCaps        // ALL LETTERS
)

// Recase is the document with all of its texts written so, and its spans where
// they are then.
func (d Document) Recase(c Case) Document {
	if c == AsWritten {
		return d
	}
	texts, spans := make([]string, len(d.Texts)), make([]Span, len(d.Spans))
	places := make([][]int, len(d.Texts))
	for i, text := range d.Texts {
		texts[i], places[i] = recase(text, c)
	}
	for i, s := range d.Spans {
		s.Start, s.End = places[s.Text][s.Start], places[s.Text][s.End]
		spans[i] = s
	}
	d.Texts, d.Spans = texts, spans
	return d
}

// recase is the text written so, and for each byte of the old text, and its end,
// where it is in the new.
func recase(text string, c Case) (string, []int) {
	var b strings.Builder
	places := make([]int, 0, len(text)+1)
	inWord := false
	for i, r := range text {
		start := b.Len()
		switch {
		case r == utf8.RuneError:
			b.WriteByte(text[i])
		case c == AllCaps || !inWord && !isSmallWord(text[i:]):
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteRune(r)
		}
		inWord = unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '\'' || r == '’' || inWord && r == '.'
		for len(places) < i+1 {
			places = append(places, start)
		}
	}
	for len(places) < len(text)+1 {
		places = append(places, b.Len())
	}
	return b.String(), places
}

// isSmallWord reports whether s begins with a word that a headline has in lower
// case.
func isSmallWord(s string) bool {
	word, _, _ := strings.Cut(s[:min(len(s), 5)], " ")
	switch word {
	case "a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "and", "or", "as":
		return true
	}
	return false
}
