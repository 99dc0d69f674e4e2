package text

import (
	"strings"
	"unicode"
)

// Sentence is tokens[From:To] of a text.
type Sentence struct{ From, To int }

// Sentences appends the sentences of s, whose tokens these are: each token is in
// one. It takes time linear in s, and allocates only when sentences has too
// little room.
//
// A sentence ends with a line, or with a full stop, a question or an exclamation
// mark and the quotes and brackets right after it, unless what follows goes on in
// lower case. The points of titles (Mr.) and of initials before a name end none.
func Sentences(sentences []Sentence, s string, tokens []Token) []Sentence {
	from := 0
	for i := range tokens {
		if i > from && ends(s, tokens, i) {
			sentences = append(sentences, Sentence{from, i})
			from = i
		}
	}
	if from < len(tokens) {
		sentences = append(sentences, Sentence{from, len(tokens)})
	}
	return sentences
}

// maxClosing is how many quotes and brackets may stand after the end of a
// sentence.
const maxClosing = 3

// ends reports whether a sentence ends before tokens[i], i > 0.
func ends(s string, tokens []Token, i int) bool {
	if tokens[i].Break {
		return true
	}
	last := i - 1
	for n := 0; n < maxClosing && last > 0 && tokens[last].Kind == Mark && tokens[last].Glued && isClosing(tokens[last].Of(s)); n++ {
		last--
	}
	wide, stop := isStop(tokens[last].Of(s), tokens[last].Kind)
	switch {
	case wide:
		return !isClosing(tokens[i].Of(s))
	case stop:
		return !tokens[i].Glued && begins(s, tokens, i)
	}
	pointed := tokens[last].Kind == Word && strings.HasSuffix(tokens[last].Of(s), ".")
	return pointed && !tokens[i].Glued && endsWithAbbreviation(s, tokens, last, i)
}

// isStop reports whether a token ends a sentence, and whether it does so without
// a space after it (wide).
func isStop(s string, kind Kind) (wide, stop bool) {
	if kind != Mark {
		return false, false
	}
	switch s {
	case ".", "!", "?", "…", "؟", "۔", "।":
		return false, true
	case "。", "！", "？":
		return true, true
	}
	return false, false
}

func isClosing(s string) bool {
	switch s {
	case `"`, "'", "”", "’", ")", "]", "»", "」", "』", "）":
		return true
	}
	return false
}

// begins reports whether a sentence may begin at tokens[i]: no small letter is
// there, after the quotes and brackets that open it.
func begins(s string, tokens []Token, i int) bool {
	for n := 0; n < maxClosing && i < len(tokens); n++ {
		r, _ := decode(tokens[i].Of(s))
		switch tokens[i].Kind {
		case Mark:
			i++
		case Clitic, Address:
			return false
		default:
			return !unicode.IsLower(r)
		}
	}
	return true
}

// endsWithAbbreviation reports whether a sentence ends with tokens[last], initials
// or an abbreviation with its point, before tokens[i].
func endsWithAbbreviation(s string, tokens []Token, last, i int) bool {
	word := tokens[last].Of(s)
	if !begins(s, tokens, i) || isTitle(word[:len(word)-1]) {
		return false
	}
	if tokens[i].Kind == Mark || opensSentence(tokens[i].Of(s)) {
		return len(word) > 2 || tokens[i].Kind != Mark
	}
	return false
}
