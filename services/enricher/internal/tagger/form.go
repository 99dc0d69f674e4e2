package tagger

import (
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

// casing is how a word is written.
type casing uint8

const (
	edge      casing = iota // no word: before or after a sentence
	mark                    // a mark, an address
	clitic                  // ’s
	number                  // digits
	small                   // no capital in it
	capital                 // the first letter alone is a capital
	capitals                // all letters are, two or more
	letter                  // one capital, with its point or without
	initials                // U.S.
	mixed                   // iPhone, McDonald
	uncased                 // letters of a script without capitals
	alphanums               // G7, 3M
)

// named reports whether a word so written may be part of a name.
func (c casing) named() bool { return c >= capital }

// form is a word as it is written, and all that follows from that alone.
type form struct {
	start, end int32 // its bytes in the cache
	lower      uint64
	shape      uint64
	lowerID    int32 // the same for all forms of a lower-cased word
	casing     casing
	class      Class
	clusters   [Granularities]uint16
	scored     [modes]int32 // 1 + index of its scores, by mode
}

// maxForm is the most bytes of a word that are looked at.
const maxForm = 64

// analyse fills in what follows from the word alone. lower is room for its
// lower-cased letters.
func (m *lexicon) analyse(f *form, word []byte, kind text.Kind, lower []byte) []byte {
	lower = lowerOf(lower, string(word))
	f.lower = hashOf(lower)
	f.casing, f.shape = shapeOf(word, kind)
	f.class = m.classOf(f.lower)
	f.clusters = m.clustersOf(f.lower)
	if f.clusters[0] == 0 && len(lower) > 2 && lower[len(lower)-1] == '.' {
		f.clusters = m.clustersOf(hashOf(lower[:len(lower)-1]))
	}
	return lower
}

// lowerOf appends the lower-cased letters of s to lower.
func lowerOf(lower []byte, s string) []byte {
	lower = lower[:0]
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			lower = append(lower, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '’', 'ʼ':
			lower = append(lower, '\'')
		case utf8.RuneError:
			lower = append(lower, s[i:i+n]...)
		default:
			lower = utf8.AppendRune(lower, unicode.ToLower(r))
		}
		i += n
	}
	return lower
}

// lowerTokens are the hashes of the lower-cased tokens of s.
func lowerTokens(s string) []uint64 {
	var all []uint64
	for _, t := range text.Tokenize(nil, s) {
		all = append(all, hashOf(lowerOf(nil, t.Of(s))))
	}
	return all
}

// counts are the characters of a word by kind.
type counts struct {
	upper, lower, digit, point, other, letters int
	first                                      bool // the first letter is a capital
	shape                                      uint64
	last                                       byte
	run                                        int
}

func (c *counts) add(r rune) {
	var kind byte
	switch {
	case r >= 'a' && r <= 'z':
		c.lower++
		kind = 'x'
	case r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf && (unicode.IsUpper(r) || unicode.IsTitle(r)):
		c.first = c.first || c.letters == 0
		c.upper++
		kind = 'X'
	case r >= '0' && r <= '9':
		c.digit++
		kind = 'd'
	case r == '.':
		c.point++
		kind = '.'
	case r >= utf8.RuneSelf && unicode.IsLower(r):
		c.lower++
		kind = 'x'
	case r >= utf8.RuneSelf && unicode.IsLetter(r):
		c.other++
		kind = 'o'
	default:
		kind = '\''
	}
	if kind == 'x' || kind == 'X' || kind == 'o' {
		c.letters++
	}
	if kind != c.last {
		c.run = 0
	}
	if c.run++; c.run <= 2 {
		c.shape = c.shape<<4 + c.shape>>60 + uint64(kind)
	}
	c.last = kind
}

// shapeOf is how a word is written, and a hash of it in more detail.
func shapeOf(word []byte, kind text.Kind) (casing, uint64) {
	if kind == text.Clitic {
		return clitic, uint64(clitic)
	}
	if kind == text.Mark || kind == text.Address {
		return mark, uint64(mark) + uint64(kind)<<8
	}
	var c counts
	for i := 0; i < len(word); {
		r, n := utf8.DecodeRune(word[i:])
		c.add(r)
		i += n
	}
	return c.casing(), mix(c.shape)
}

func (c *counts) casing() casing {
	switch {
	case c.upper == 0 && c.lower == 0 && c.other == 0:
		return number
	case c.digit > 0 && c.upper > 0:
		return alphanums
	case c.upper == 0 && c.other > 0 && c.lower == 0:
		return uncased
	case c.upper == 0:
		return small
	case c.upper == 1 && c.letters == 1:
		return letter
	case c.lower == 0 && c.point > 1:
		return initials
	case c.lower == 0:
		return capitals
	case c.first && c.upper == 1:
		return capital
	}
	return mixed
}
