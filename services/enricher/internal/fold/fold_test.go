package fold_test

import (
	"testing"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/fold"
)

func TestString(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"zork", "zork"},
		{"Zork", "zork"},
		{"NATO", "nato"},
		{"José Ñandú", "jose nandu"},
		{"O’Brien", "o'brien"},
		{"OʼBrien", "o'brien"},
		{"ZÜRICH", "zurich"},
		{"Zu\u0308rich", "zurich"},
		{"Ελλάδα", "ελλαδα"},
		{"北京", "北京"},
		{"A1-b", "a1-b"},
	} {
		if got := fold.String(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
		if got := string(fold.Append([]byte("x "), test.in)); got != "x "+test.want {
			t.Errorf("append %q: got %q", test.in, got)
		}
	}
}

func TestStringAllocatesNothingForPlainWords(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { fold.String("plain words") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What is folded stays as it is when it is folded again.
func FuzzString(f *testing.F) {
	for _, s := range []string{"Zork", "É́é", "İstanbul ſ K Å", "\xff\xc3", "’‘ʼ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := fold.String(s)
		if !utf8.ValidString(once) && utf8.ValidString(s) {
			t.Errorf("%q is not valid", once)
		}
		if twice := fold.String(once); utf8.ValidString(s) && twice != once {
			t.Errorf("%q, then %q", once, twice)
		}
	})
}
