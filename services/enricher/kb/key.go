package kb

import (
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// maxWords is the most words of a name.
const maxWords = 8

// maxKey is the most bytes of a key.
const maxKey = 200

// Tokenize is text.Tokenize, and cuts words of scripts that put no space between
// them into their characters.
func Tokenize(tokens []text.Token, s string) []text.Token {
	from := len(tokens)
	tokens = text.Tokenize(tokens, s)
	for i := from; i < len(tokens); i++ {
		if t := tokens[i]; t.Kind == text.Word && spaceless(s[t.Start:]) {
			return cut(tokens, i, s)
		}
	}
	return tokens
}

// cut does the cutting from tokens[i] on. Few texts need it.
func cut(tokens []text.Token, i int, s string) []text.Token {
	rest := append([]text.Token(nil), tokens[i:]...)
	tokens = tokens[:i]
	for _, t := range rest {
		if t.Kind != text.Word || !spaceless(s[t.Start:]) {
			tokens = append(tokens, t)
			continue
		}
		for at := t.Start; at < t.End; {
			end := at + characterLen(s[at:t.End])
			tokens = append(tokens, text.Token{
				Start: at, End: end, Kind: text.Word, Glued: t.Glued || at > t.Start, Break: t.Break && at == t.Start,
			})
			at = end
		}
	}
	return tokens
}

// characterLen is the length of the first character of s with its marks.
func characterLen(s string) int32 {
	for i, r := range s {
		if i > 0 && !unicode.IsMark(r) {
			return int32(i)
		}
	}
	return int32(len(s))
}

// spaceless reports whether s begins in a script without spaces.
func spaceless(s string) bool {
	if s[0] < utf8.RuneSelf {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0xe00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// AppendWord appends a word to a key: in lower case, without accents, points and
// apostrophes.
func AppendWord(key []byte, word string) []byte {
	if len(key) > 0 {
		key = append(key, ' ')
	}
	return fold(key, word, true)
}

// Key appends the key of a name: its words as AppendWord makes them, with a space
// between; marks are left out. "U.S." and "US" are one, as are "Guinea-Bissau" and
// "Guinea Bissau". It is empty when the name has no words, or too many.
func Key(key []byte, name string) []byte {
	if len(name) > maxKey {
		return key[:0]
	}
	var room [2 * maxWords]text.Token
	words := 0
	for _, t := range Tokenize(room[:0], name) {
		if !Named(t) {
			continue
		}
		if words++; words > maxWords {
			return key[:0]
		}
		key = AppendWord(key, t.Of(name))
	}
	if len(key) > maxKey {
		return key[:0]
	}
	return key
}

// Named reports whether a token is a word of names.
func Named(t text.Token) bool {
	return t.Kind == text.Word || t.Kind == text.Number || t.Kind == text.Clitic
}

// Written is how a name must be written to mean an entity: its words that begin
// with a capital must, in so far as they are among the first six.
type Written uint8

const (
	// Capitals is a name that is all in capitals, as acronyms are.
	Capitals Written = 1 << iota
	// Marked is a name that only counts where something else says that it is one: a
	// recognizer, or the name of what it lies in after it.
	Marked
)

// capitalsFrom is the bit of the first word.
const capitalsFrom = 2

// Capital reports whether the word, from 0, must begin with a capital.
func (w Written) Capital(word int) bool {
	return word < 8-capitalsFrom && w>>(capitalsFrom+word)&1 != 0
}

// WrittenAs is how name is written.
func WrittenAs(name string) Written {
	var w Written
	words, upper, lower := 0, 0, 0
	var room [2 * maxWords]text.Token
	for _, t := range Tokenize(room[:0], name) {
		if !Named(t) {
			continue
		}
		for i, r := range t.Of(name) {
			if unicode.IsUpper(r) {
				upper++
				if i == 0 && words < 8-capitalsFrom {
					w |= 1 << (capitalsFrom + words)
				}
			} else if unicode.IsLower(r) {
				lower++
			}
		}
		words++
	}
	if upper > 1 && lower == 0 {
		w |= Capitals
	}
	return w
}
