package decode

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"
)

// clean makes the text one that XML allows, without a copy when it is already.
func (t *Text) clean() {
	b := t.Bytes
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
	digits, base := b[2:end], 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(string(digits), base, 32)
	if errors.Is(err, strconv.ErrSyntax) || err == nil && v <= utf8.MaxRune && legal(rune(v)) {
		return 0
	}
	return end + 1
}
