package decode

import (
	"encoding/binary"
	"unicode/utf8"
)

// look says what bytes are like, taken as UTF-8.
type look struct {
	ascii bool // nothing else
	valid bool // UTF-8
	legal bool // of what is valid, all is allowed in XML
}

// lookAt looks at each byte once, and at eight at a time where they are ASCII:
// every document of every poll goes through it.
func lookAt(b []byte) look {
	const each = 0x0101010101010101
	l := look{ascii: true, valid: true, legal: true}
	for i := 0; i < len(b); {
		if len(b)-i >= 8 {
			if x := binary.LittleEndian.Uint64(b[i:]); x&(0x80*each) == 0 {
				// The sum has the high bit of each byte that is 0x20 or above.
				if small := ^(x + 0x60*each) & (0x80 * each); small != 0 {
					l.legal = l.legal && small&nonzero(x^'\t'*each)&nonzero(x^'\n'*each)&nonzero(x^'\r'*each) == 0
				}
				i += 8
				continue
			}
		}
		if b[i] < utf8.RuneSelf {
			l.legal = l.legal && legal(rune(b[i]))
			i++
			continue
		}
		l.ascii = false
		i += l.character(b[i:])
	}
	return l
}

// nonzero returns the high bit of each byte of x that is not zero; x is ASCII.
func nonzero(x uint64) uint64 { return x + 0x7f7f7f7f7f7f7f7f }

// character looks at the character above ASCII that b starts with, and returns
// its length.
func (l *look) character(b []byte) int {
	if n := usual(b); n > 0 {
		return n
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		l.valid = false
	} else if !legal(r) {
		l.legal = false
	}
	return n
}

// usual returns the length of the character that b starts with, when it is one
// of most scripts, whose length is plain from the first byte. Else it returns 0.
func usual(b []byte) int {
	if len(b) < 3 || b[1]&0xc0 != 0x80 {
		return 0
	}
	switch c := b[0]; {
	case 0xc2 <= c && c <= 0xdf:
		return 2
	case 0xe1 <= c && c <= 0xec && b[2]&0xc0 == 0x80:
		return 3
	}
	return 0
}
