// Package fold makes one of the ways in which a name is written: NATO and Nato,
// Müller and Muller, O’Brien and O'Brien.
package fold

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// String is s in lower case, without accents, and with plain apostrophes. It
// allocates nothing where s is that already.
func String(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return string(Append(make([]byte, 0, len(s)), s))
		}
	}
	return s
}

// Append appends String(s) to buf.
func Append(buf []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return appendRunes(buf[:len(buf)-i], s)
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf = append(buf, c)
	}
	return buf
}

func appendRunes(buf []byte, s string) []byte {
	for _, r := range norm.NFD.String(s) {
		switch {
		case r == '’' || r == 'ʼ' || r == '‘':
			r = '\''
		case unicode.Is(unicode.Mn, r):
			continue
		}
		buf = utf8.AppendRune(buf, unicode.ToLower(r))
	}
	return buf
}
