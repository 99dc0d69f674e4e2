// Package text cuts text into words and sentences, with exact byte offsets.
//
// It serves scripts that put spaces or marks between words. A run of letters of
// another script (Han, Thai) is one word: no rule of Unicode would find names in
// it, so a segmentation library would not serve here.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind uint8

// Kinds of tokens.
const (
	Word    Kind = iota // begins with a letter
	Number              // begins with a digit
	Mark                // one mark of punctuation or symbol, or US$
	Clitic              // ’s and the like, which follow a word
	Address             // of a page or of mail
)

// Token is a word, a number or a mark of a text: text[Start:End], in bytes.
type Token struct {
	Start, End int32
	Kind       Kind
	// Glued is whether nothing stands between it and the token before.
	Glued bool
	// Break is whether a line ends somewhere between it and the token before.
	Break bool
}

// Of is the text of t, which is a token of s.
func (t Token) Of(s string) string { return s[t.Start:t.End] }

// MaxText is the most bytes of a text: more is not read.
const MaxText = 1 << 30

// Tokenize appends the tokens of s, in order and without overlap, on boundaries
// of characters; what is between them is space. It takes time linear in s, and
// allocates only when tokens has too little room.
//
// Compounds are cut at their hyphens ("US-led" is three tokens), possessives and
// contractions before the apostrophe ("Russia’s" is two, "don't" and "O'Brien"
// are one), and initials and common abbreviations keep their points ("U.S.",
// "Mr.").
func Tokenize(tokens []Token, s string) []Token {
	if len(s) > MaxText {
		s = s[:MaxText]
	}
	last, line := -1, false
	for i := 0; i < len(s); {
		if c := s[i]; c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			line = line || c == '\n'
			i++
			continue
		}
		r, size := decode(s[i:])
		if size > 1 && unicode.IsSpace(r) {
			line = line || r == '\u2028' || r == '\u2029' || r == '\u0085'
			i += size
			continue
		}
		end, kind := next(s, i, r, size)
		tokens = append(tokens, Token{Start: int32(i), End: int32(end), Kind: kind, Glued: i == last, Break: line})
		last, i, line = end, end, false
	}
	return tokens
}

// decode is utf8.DecodeRuneInString, at once for ASCII.
func decode(s string) (rune, int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	return utf8.DecodeRuneInString(s)
}

// next is the end and the kind of the token that begins at i with r.
func next(s string, i int, r rune, size int) (int, Kind) {
	switch {
	case isLetter(r):
		if (r == 'h' || r == 'w') && isAddress(s[i:]) {
			return addressEnd(s, i), Address
		}
		return word(s, i)
	case isDigit(r):
		return numberEnd(s, i), Number
	case isApostrophe(r):
		if n := contraction(s[i+size:]); n > 0 {
			return i + size + n, Clitic
		}
	}
	return i + size, Mark
}

// word is the end and the kind of the token that begins at i with a letter.
func word(s string, i int) (int, Kind) {
	if end := initialsEnd(s, i); end > 0 {
		return end, Word
	}
	end := lettersEnd(s, i)
	for end < len(s) {
		r, size := decode(s[end:])
		if !isApostrophe(r) || contraction(s[end+size:]) > 0 || !startsWithLetter(s[end+size:]) {
			break
		}
		end = lettersEnd(s, end+size)
	}
	if end < len(s) && s[end] == '$' && end-i <= 3 && isCapitals(s[i:end]) {
		return end + 1, Mark
	}
	if end < len(s) && s[end] == '.' && abbreviation(s[i:end]) {
		return end + 1, Word
	}
	if end < len(s) && s[end] == '@' {
		if mail := addressEnd(s, end); mail > end+1 {
			return mail, Address
		}
	}
	return end, Word
}

// lettersEnd is the end of the run of letters, marks on letters and digits at i.
func lettersEnd(s string, i int) int {
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			if !isASCIILetter(c) && (c < '0' || c > '9') && c != '_' {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '\u00ad' && r != '\u200d' {
			return i
		}
		i += size
	}
	return i
}

// numberEnd is the end of the number at i: digits with points, commas or colons
// between them, and letters right after (5bn, 1990s).
func numberEnd(s string, i int) int {
	for {
		i = lettersEnd(s, i)
		if i+1 >= len(s) || strings.IndexByte(".,:", s[i]) < 0 || s[i+1] < '0' || s[i+1] > '9' || s[i-1] < '0' || s[i-1] > '9' {
			return i
		}
		i++
	}
}

// initialsEnd is the end of initials with points (U.S., J.) that begin at i, or
// 0. The last letter may lack its point (U.S).
func initialsEnd(s string, i int) int {
	end := i
	for end+1 < len(s) && isASCIILetter(s[end]) && s[end+1] == '.' {
		end += 2
	}
	if end == i {
		return 0
	}
	if end == i+2 && isSmall(s[i]) {
		return 0
	}
	switch tail := lettersEnd(s, end) - end; {
	case tail == 0:
		return end
	case tail == 1 && isCapital(s[end]):
		return end + 1
	case end > i+2 || isSmall(s[i]):
		return 0
	}
	return end // J.Smith
}

// contraction is how many bytes of s, which follow an apostrophe, make it one of
// ’s, ’re and the like: the word must end there.
func contraction(s string) int {
	n := 0
	for n < len(s) && n < 3 && isASCIILetter(s[n]) {
		n++
	}
	switch s[:n] {
	case "s", "S", "d", "D", "m", "M", "re", "RE", "ve", "VE", "ll", "LL":
	default:
		return 0
	}
	if startsWithLetter(s[n:]) || n < len(s) && s[n] >= '0' && s[n] <= '9' {
		return 0
	}
	return n
}

// isAddress reports whether s begins as the address of a page does.
func isAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.")
}

// addressEnd is the end of the address at i: space ends it, and marks that end a
// sentence are not part of it.
func addressEnd(s string, i int) int {
	end := i
	for end < len(s) && s[end] > ' ' && s[end] < utf8.RuneSelf && strings.IndexByte(`<>"(){}|,;`, s[end]) < 0 {
		end++
	}
	for end > i+1 && strings.IndexByte(".?!:'", s[end-1]) >= 0 {
		end--
	}
	return end
}

func startsWithLetter(s string) bool {
	if s == "" {
		return false
	}
	r, _ := decode(s)
	return isLetter(r)
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return isASCIILetter(byte(r))
	}
	return unicode.IsLetter(r)
}

func isDigit(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9'
	}
	return unicode.IsDigit(r)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

func isSmall(c byte) bool { return c >= 'a' && c <= 'z' }

func isASCIILetter(c byte) bool { return isSmall(c | 0x20) }

func isCapitals(s string) bool {
	for i := range len(s) {
		if !isCapital(s[i]) {
			return false
		}
	}
	return true
}
