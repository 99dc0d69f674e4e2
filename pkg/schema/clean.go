package schema

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A flag of a part of a country is a black flag and the tag characters of its
// code, at most six of them with the one that ends it: gbeng, gbsct, gbwls.
const (
	blackFlag   = 0x1F3F4
	maxFlagTags = 6
)

// hidden are the characters that print nothing and that a headline or a
// paragraph has no use for: soft hyphens, invisible spaces and operators,
// overrides of the direction of writing, annotation marks.
var hidden = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1},
		{Lo: 0x180E, Hi: 0x180E, Stride: 1},
		{Lo: 0x200B, Hi: 0x200B, Stride: 1},
		{Lo: 0x202A, Hi: 0x202E, Stride: 1},
		{Lo: 0x2060, Hi: 0x2064, Stride: 1},
		{Lo: 0x2066, Hi: 0x206F, Stride: 1},
		{Lo: 0xFDD0, Hi: 0xFDEF, Stride: 1}, // non-characters
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1},
		{Lo: 0xFFF9, Hi: 0xFFFB, Stride: 1},
	},
	LatinOffset: 1,
}

// Clean makes one line of text of any string: valid UTF-8 in NFC, without
// controls and hidden characters, its only white space single spaces between
// words. Quotes, dashes and letters stay as they are. What it returns it leaves
// as it is when called again.
//
// It joins lines, so cut paragraphs before.
func Clean(s string) string {
	s = strings.Trim(s, " \t\n\v\f\r")
	tidied, normal := isTidy(s)
	if !tidied {
		s = tidy(s)
	}
	if normal {
		return s
	}
	return norm.NFC.String(s)
}

// isTidy reports whether tidy would return s unchanged, and whether it is surely
// in NFC besides. s has no ASCII white space at its ends.
func isTidy(s string) (tidied, normal bool) {
	normal = true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == 0x7F || c == ' ' && s[i+1] == ' ' {
				return false, false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || unicode.IsSpace(r) || isTag(r) || isHidden(r) {
			return false, false
		}
		normal = normal && isNormal(r)
		i += size
	}
	return true, normal
}

// isNormal reports whether r is one of the letters and marks of which any text is
// in NFC: Latin and Cyrillic letters of one piece, dashes, quotes. norm knows all
// of them, and takes far longer.
func isNormal(r rune) bool {
	return r < 0x0300 || 0x0400 <= r && r <= 0x0482 || 0x2010 <= r && r <= 0x205E
}

// tidy does all of Clean but the normal form.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space, tags := false, 0
	for _, r := range s { // invalid bytes come as U+FFFD
		switch {
		case isTag(r):
			if tags == 0 {
				continue
			}
			tags--
		case r == blackFlag:
			tags = maxFlagTags
		default:
			tags = 0
		}
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case !isHidden(r):
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isTag reports whether r is a tag character: the letters of flags, and the
// usual carrier of text that people do not see and models read.
func isTag(r rune) bool { return 0xE0000 <= r && r <= 0xE007F }

// isHidden reports whether Clean drops r wherever it stands.
func isHidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(hidden, r) || r&0xFFFE == 0xFFFE
}
