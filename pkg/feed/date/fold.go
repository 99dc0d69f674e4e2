package date

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold brings a text to the one spelling that the tables know: lower case,
// compatibility forms resolved, no accents, ASCII digits and hyphens.
func fold(s string) string {
	s = strings.ToLower(strings.ToValidUTF8(s, " "))
	// What follows is the reading of a monotonic clock, as Go prints it.
	s, _, _ = strings.Cut(s, " m=")
	if isASCII(s) {
		return s
	}
	return norm.NFC.String(strings.Map(foldRune, norm.NFKD.String(s)))
}

func foldRune(r rune) rune {
	switch {
	case r >= 0x300 && r <= 0x36f, r >= 0x653 && r <= 0x655: // accents, hamzas
		return -1
	case r >= 0x200b && r <= 0x200f, r == 0xfeff: // invisible marks
		return -1
	case r >= 0x2010 && r <= 0x2015, r == 0x2212:
		return '-'
	case r == 'ς': // at the end of a word
		return 'σ'
	case r == 'ı': // in capitals the same as i
		return 'i'
	case unicode.Is(unicode.Nd, r):
		return foldDigit(r)
	}
	return r
}

// foldDigit maps a decimal digit to ASCII. Unicode lays decimal digits out in
// runs of ten, which start at a code point that ends in 0 or 6.
func foldDigit(r rune) rune {
	for _, zero := range []rune{'0', 0x660, 0x6f0, 0x966, 0x9e6, 0xe50} {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	return r
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
