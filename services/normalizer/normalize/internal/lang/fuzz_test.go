package lang

import (
	"slices"
	"strings"
	"testing"
)

// FuzzDetect holds that any text is in a language that is known, or in none that can
// be told, and that it is told the same again.
func FuzzDetect(f *testing.F) {
	for tag, texts := range sentences(f) {
		f.Add(texts[0], tag)
		f.Add(strings.ToUpper(texts[0]), "")
	}
	f.Add(strings.Repeat("a", 5000), "de")
	f.Add(strings.Repeat("\u0301", 200)+"\xff\x00", "x")
	f.Add("雨が降る한국ไทย Ελλάδα", "\x1b[2J")
	f.Fuzz(func(t *testing.T, text, declared string) {
		got := Detect(text, declared)
		if again := Detect(text, declared); again != got {
			t.Errorf("%q and then %q", got, again)
		}
		if got == "" || slices.Contains(theModel().languages, got) {
			return
		}
		for s := range scripts {
			if slices.Contains(s.written(), got) {
				return
			}
		}
		t.Errorf("%q is no language", got)
	})
}
