package schema

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What Clean sees to be clean must be what the whole of its work leaves as it is.
func TestCleanIsTidyAndNormal(t *testing.T) {
	pieces := []string{
		" ", "  ", "\t", "\n", "\v", "\f", "\r", "\x00", "\x1f", "\x7f", "\u0080", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u2009",
		"\u2028", "\u202e", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff", "\uffff", "\U000e0041", "\U0001f3f4", "\U000e007f",
		"a", "Z", "é", "e\u0301", "\u0301", "й", "и\u0306", "\u0344", "\u1100\u1161", "Å", "“", "…", "—", "雨", "\xff", "\xe2\x80", "\ufffd",
	}
	rng := rand.New(rand.NewPCG(2, 9))
	for range 50_000 {
		var b strings.Builder
		for range rng.IntN(8) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		s := b.String()
		if got, want := Clean(s), norm.NFC.String(tidy(s)); got != want {
			t.Fatalf("Clean(%+q) = %+q, want %+q", s, got, want)
		}
	}
}

// The characters that are in NFC in any text begin a segment of it, join with
// nothing before them, and are what they decompose to when it is put together.
func TestIsNormal(t *testing.T) {
	n := 0
	for r := rune(utf8.RuneSelf); r <= utf8.MaxRune; r++ {
		if !isNormal(r) || !utf8.ValidRune(r) {
			continue
		}
		n++
		if p := norm.NFC.PropertiesString(string(r)); !p.BoundaryBefore() || p.CCC() != 0 || !norm.NFC.IsNormalString(string(r)) {
			t.Errorf("%U is not in NFC in any text", r)
		}
	}
	if n < 500 {
		t.Errorf("only %d characters", n)
	}
	for _, r := range []rune{0x0301, 0x0340, 0x0374, 0x0483, 0x1161, 0x212B} {
		if isNormal(r) {
			t.Errorf("%U is", r)
		}
	}
}
