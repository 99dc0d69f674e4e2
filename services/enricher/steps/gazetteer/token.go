package gazetteer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// shape is how a token is written.
type shape uint8

const (
	letters  shape = 1 << iota // it begins with a letter
	capital                    // its first letter is a capital
	capitals                   // all of its letters are, and there are two or more
	number                     // it begins with a digit
	glued                      // nothing stands between it and the token before
	opening                    // it is the first word of a sentence or of a quotation
	points                     // it is initials with points: U.S.
)

// token is a word, a number or one mark of a text.
type token struct {
	start, end int
	shape      shape
	kinds      kinds
	word       wordID
}

func (t token) is(s shape) bool { return t.shape&s != 0 }

func (t token) any(k kinds) bool { return t.kinds&k != 0 }

// name reports whether t is written as a name is.
func (t token) name() bool { return t.is(capital) }

// size is how many bytes t has.
func (t token) size() int { return t.end - t.start }

// tokenize cuts s into tokens. A word is a run of letters, digits and marks; it
// keeps an apostrophe before a capital or in O'Brien, and the points of initials
// (U.S., J.).
func tokenize(s string, toks []token) []token {
	open, last := true, 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		end, shape := tokenAt(s, i, r, size)
		if i == last && i > 0 {
			shape |= glued
		}
		if open && shape&letters != 0 {
			shape |= opening
		}
		open = shape&(letters|number) == 0 && (open || opens(r))
		toks = append(toks, token{start: i, end: end, shape: shape, word: unknown})
		last, i = end, end
	}
	return toks
}

// tokenAt is the end of the token that begins at i with r, and how it is written
// without what the tokens before it say.
func tokenAt(s string, i int, r rune, size int) (end int, sh shape) {
	switch {
	case (r == 'h' || r == 'w') && address(s[i:]):
		return i + addressEnd(s[i:]), 0
	case isLetter(r):
		end = wordEnd(s, i)
		return end, shapeOf(s[i:end])
	case unicode.IsDigit(r):
		return i + runEnd(s[i:]), number
	}
	return i + size, 0
}

// isLetter is unicode.IsLetter, at once for ASCII.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return isCapital(byte(r)) || isSmall(byte(r))
	}
	return unicode.IsLetter(r)
}

// address reports whether s begins with the address of a page, which is one
// token and names nothing.
func address(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.")
}

func addressEnd(s string) int {
	if end := strings.IndexFunc(s, unicode.IsSpace); end >= 0 {
		return end
	}
	return len(s)
}

// opens reports whether a sentence or quotation begins after r.
func opens(r rune) bool {
	return strings.ContainsRune(".!?:;“‘\"(—–•|", r)
}

// runEnd is the length of the letters, digits and marks that s begins with.
func runEnd(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if !isSmall(c) && !isCapital(c) && (c < '0' || c > '9') {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return i
		}
		i += size
	}
	return len(s)
}

// wordEnd is the end of the word that begins at i.
func wordEnd(s string, i int) int {
	if startsInitial(s[i:]) {
		if end := initialsEnd(s, i); end > 0 {
			return end
		}
	}
	end := i + runEnd(s[i:])
	for {
		rest, size := s[end:], 0
		switch {
		case strings.HasPrefix(rest, "'"):
			size = len("'")
		case strings.HasPrefix(rest, "’"):
			size = len("’")
		default:
			return end
		}
		tail := runEnd(rest[size:])
		if tail == 0 || contraction(rest[size:size+tail]) {
			return end
		}
		end += size + tail
	}
}

// contraction reports whether s, after an apostrophe, belongs to no name.
func contraction(s string) bool {
	switch s {
	case "s", "S", "t", "d", "m", "re", "ve", "ll", "T", "D", "M", "RE", "VE", "LL":
		return true
	}
	return false
}

// maxInitials is the most letters of initials.
const maxInitials = 8

// initialsEnd is the end of initials with points (U.S., J.) that begin at i, or 0.
// The second letter of U.S may lack its point.
func initialsEnd(s string, i int) int {
	end, most := i, i+2*maxInitials
	for end < most && startsInitial(s[end:]) {
		end += 2
	}
	if end == i {
		return 0
	}
	switch tail := runEnd(s[end:]); {
	case tail == 0:
		return end
	case tail == 1 && isCapital(s[end]):
		return end + 1
	}
	return 0
}

// startsInitial reports whether s begins with a capital and a point.
func startsInitial(s string) bool { return len(s) > 1 && isCapital(s[0]) && s[1] == '.' }

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

func isSmall(c byte) bool { return c >= 'a' && c <= 'z' }

func shapeOf(word string) shape {
	sh := letters
	upper, lower := 0, 0
	for i, r := range word {
		switch {
		case r < utf8.RuneSelf && isSmall(byte(r)):
			lower++
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			upper++
			if i == 0 {
				sh |= capital
			}
		case unicode.IsLower(r):
			lower++
		case r == '.':
			sh |= points
		}
	}
	if upper > 1 && lower == 0 {
		sh |= capitals
	}
	return sh
}
