package gazetteer

import (
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

// fieldText is one field or paragraph.
type fieldText struct {
	*document
	s       string
	tokens  []text.Token
	taken   []reach // where names are already, in order
	allCaps bool
}

// room is what look-ups take, from one text of an article to the next.
type room struct {
	tokens []text.Token
	found  []kb.Candidate
	key    []byte
	ends   []end
}

// newText cuts s into tokens.
func newText(d *document, s string) *fieldText {
	d.room.tokens = kb.Tokenize(d.room.tokens[:0], s)
	t := &fieldText{document: d, s: s, tokens: d.room.tokens}
	t.allCaps = t.isAllCaps()
	return t
}

// isAllCaps reports whether all words are in capitals, so that they say nothing.
func (t *fieldText) isAllCaps() bool {
	words := 0
	for i, token := range t.tokens {
		if token.Kind != text.Word || token.End-token.Start < 2 {
			continue
		}
		if words++; !t.capitals(i) {
			return false
		}
	}
	return words > 1
}

// word is the text of tokens[i], empty outside of them.
func (t *fieldText) word(i int) string {
	if i < 0 || i >= len(t.tokens) {
		return ""
	}
	return t.tokens[i].Of(t.s)
}

// capital reports whether tokens[i] begins with a capital.
func (t *fieldText) capital(i int) bool {
	r, _ := utf8.DecodeRuneInString(t.word(i))
	return unicode.IsUpper(r)
}

// capitals reports whether tokens[i] has capitals, and no small letters.
func (t *fieldText) capitals(i int) bool {
	upper := false
	for _, r := range t.word(i) {
		if unicode.IsLower(r) {
			return false
		}
		upper = upper || unicode.IsUpper(r)
	}
	return upper
}

// is reports whether tokens[i] is a word of one of the kinds.
func (t *fieldText) is(i int, k kinds) bool {
	if i < 0 || i >= len(t.tokens) || !kb.Named(t.tokens[i]) {
		return false
	}
	var room [64]byte
	return t.step.words[string(kb.AppendWord(room[:0], t.word(i)))]&k != 0
}

// opens reports whether tokens[i] begins a sentence or a quotation.
func (t *fieldText) opens(i int) bool {
	if i <= 0 || t.tokens[i].Break {
		return true
	}
	if kb.Named(t.tokens[i-1]) {
		return false
	}
	switch t.word(i - 1) {
	case ".", "!", "?", ":", ";", "“", "‘", "\"", "(", "—", "–", "-", "•", "|":
		return true
	}
	return false
}

// apart reports whether tokens[i] is there and does not touch the one before, nor
// begins a line.
func (t *fieldText) apart(i int) bool {
	return i > 0 && i < len(t.tokens) && !t.tokens[i].Glued && !t.tokens[i].Break
}
