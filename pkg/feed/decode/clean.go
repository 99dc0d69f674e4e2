package decode

import (
	"bytes"
	"unicode/utf8"
)

// clean makes the text, in which l saw what it is like, one that XML allows,
// without a copy when it is already.
func (t *Text) clean(l look) {
	b := t.Bytes
	if l.valid && l.legal && !illegalReferences(b) {
		return
	}
	var out []byte
	done := 0 // b[:done] is in out
	for i := 0; i < len(b); {
		n, repair := defect(b[i:])
		if repair == "" {
			i += n
			continue
		}
		t.repaired(repair)
		if out == nil {
			out = make([]byte, 0, len(b)+64)
		}
		out = append(out, b[done:i]...)
		if repair == RepairBytes {
			out = utf8.AppendRune(out, utf8.RuneError)
		}
		i += n
		done = i
	}
	if done > 0 {
		t.Bytes = append(out, b[done:]...)
	}
}

// defect returns the length of what b starts with, and the repair that it wants,
// empty when it is good.
func defect(b []byte) (n int, repair string) {
	switch c := b[0]; {
	case c == '&':
		if n := illegalReference(b); n > 0 {
			return n, RepairReference
		}
		return 1, ""
	case c < utf8.RuneSelf:
		if !legal(rune(c)) {
			return 1, RepairCharacter
		}
		return 1, ""
	}
	r, n := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError && n == 1:
		return 1, RepairBytes
	case !legal(r):
		return n, RepairCharacter
	}
	return n, ""
}

// illegalReferences reports whether b refers to a character that XML forbids.
func illegalReferences(b []byte) bool {
	for {
		i := bytes.Index(b, []byte("&#"))
		if i < 0 {
			return false
		}
		b = b[i:]
		if illegalReference(b) > 0 {
			return true
		}
		b = b[2:]
	}
}

// legal reports whether XML 1.0 allows a character.
func legal(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		0x20 <= r && r <= 0xd7ff || 0xe000 <= r && r <= 0xfffd || 0x10000 <= r && r <= 0x10ffff
}

// illegalReference returns the length of the reference that b starts with when
// it is to a character that XML does not allow, else 0.
func illegalReference(b []byte) int {
	const longest = 64 // of leading zeros and digits
	if len(b) < 4 || b[1] != '#' {
		return 0
	}
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 0 {
		return 0
	}
	v, ok := number(b[2:end])
	if !ok || v <= utf8.MaxRune && legal(rune(v)) {
		return 0
	}
	return end + 1
}

// number reads the number of a reference, such as 65 or x41. One that is too
// large for a character is any number above all characters.
func number(digits []byte) (v uint32, ok bool) {
	base := uint32(10)
	if len(digits) > 0 && digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	for _, c := range digits {
		d := uint32(16)
		switch {
		case '0' <= c && c <= '9':
			d = uint32(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			d = uint32(c|0x20-'a') + 10
		}
		if d >= base {
			return 0, false
		}
		v = min(v*base+d, utf8.MaxRune+1)
	}
	return v, len(digits) > 0
}
