package fingerprint

import (
	"unicode"
	"unicode/utf8"
)

// MinWords is how many words a text needs: of a shorter one a few common
// phrases would be too large a part.
const MinWords = 60

// The scripts by how they write words. A word of a script without spaces has
// about two characters (Chinese, Japanese) or four (Thai, Lao, Khmer, Burmese),
// and a shingle is about three words in any.
const (
	spaced = iota
	ideographic
	unspaced
)

// width is how many tokens of a kind make a shingle, and weight how much of a
// word a token is, in quarters.
func width(kind uint8) int  { return [...]int{spaced: 3, ideographic: 5, unspaced: 10}[kind] }
func weight(kind uint8) int { return [...]int{spaced: 4, ideographic: 2, unspaced: 1}[kind] }

// token is a word, or a character of a script without spaces.
type token struct {
	hash uint64
	kind uint8
}

// Of is the signature of a text of some paragraphs, nil when it has fewer than
// MinWords. Case and punctuation do not count, nor where paragraphs begin; a
// shingle stays within its paragraph. The time is that of sorting its shingles.
func Of(paragraphs []string) *Signature {
	var all shingles
	var tokens []token
	quarters := 0
	for _, p := range paragraphs {
		tokens = tokenize(tokens[:0], p)
		for _, t := range tokens {
			quarters += weight(t.kind)
		}
		all.addAll(tokens)
	}
	if quarters < 4*MinWords || len(all) == 0 {
		return nil
	}
	return all.sign()
}

// tokenize appends the tokens of a text.
func tokenize(tokens []token, text string) []token {
	const none = uint64(14695981039346656037) // FNV-1a of nothing
	word, begun := none, false
	end := func() {
		if begun {
			tokens = append(tokens, token{mix(word), spaced})
		}
		word, begun = none, false
	}
	for i := 0; i < len(text); {
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		i += n
		switch kind := kindOf(r); {
		case r == '\'' || r == '’': // within a word, or around one: nothing
		case kind == nothing:
			end()
		case kind == spaced:
			word, begun = hashRune(word, lower(r)), true
		default:
			end()
			tokens = append(tokens, token{mix(hashRune(none, r)), kind})
		}
	}
	end()
	return tokens
}

// nothing is the kind of what stands between words.
const nothing = 255

// kindOf is how a character's script writes words.
func kindOf(r rune) uint8 {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' {
			return spaced
		}
		return nothing
	case r < 0x0E00: // before Thai all scripts have spaces
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return ideographic
	case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return unspaced
	}
	if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
		return spaced
	}
	return nothing
}

func lower(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}

// hashRune is FNV-1a over the bytes of a character, of which there are four.
func hashRune(h uint64, r rune) uint64 {
	const prime = 1099511628211
	if r < utf8.RuneSelf {
		return (h ^ uint64(r)) * prime
	}
	for range 4 {
		h = (h ^ uint64(r&0xff)) * prime
		r >>= 8
	}
	return h
}

// mix spreads the bits of a hash (the finalizer of splitmix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
