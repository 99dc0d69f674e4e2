package date

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold brings a text to the one spelling that the tables know: lower case,
// compatibility forms resolved, no accents, ASCII digits and hyphens.
func fold(s string) string {
	if !isASCII(s) {
		s = foldUnicode(s)
	} else {
		s = strings.ToLower(s)
	}
	// What follows is the reading of a monotonic clock, as Go prints it.
	s, _, _ = strings.Cut(s, " m=")
	return s
}

func foldUnicode(s string) string {
	s = strings.ToLower(strings.ToValidUTF8(s, " "))
	s = norm.NFC.String(strings.Map(foldRune, norm.NFKD.String(s)))
	return strings.ReplaceAll(s, "元年", "1年") // the first year of an era
}

func foldRune(r rune) rune {
	switch {
	case r >= 0x300 && r <= 0x36f, r >= 0x64b && r <= 0x655, r == 0x670: // accents, vowels
		return -1
	case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff, r == 0xad, r == 0x640: // invisible marks
		return -1
	case r >= 0x2010 && r <= 0x2015, r == 0x2212:
		return '-'
	case r == 0x2019 || r == 0x2bc || r == 0x5f3 || r == 0x2032: // apostrophes
		return '\''
	case unicode.Is(unicode.Nd, r):
		return foldDigit(r)
	}
	return foldLetter(r)
}

// foldLetter maps letters that several languages write as one.
func foldLetter(r rune) rune {
	switch r {
	case 'ς': // at the end of a word
		return 'σ'
	case 'ı': // in capitals the same as i
		return 'i'
	case 0x649, 0x6cc: // Arabic alef maksura, Persian yeh
		return 0x64a
	case 0x6a9: // Persian kaf
		return 0x643
	case 0x5f4: // Hebrew gershayim
		return '"'
	}
	return r
}

// foldDigit maps a decimal digit to ASCII. Unicode lays decimal digits out in
// runs of ten.
func foldDigit(r rune) rune {
	value := rune(0)
	for value < 9 && unicode.Is(unicode.Nd, r-value-1) {
		value++
	}
	return '0' + value
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
