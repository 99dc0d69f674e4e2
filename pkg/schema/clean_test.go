package schema_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

func TestClean(t *testing.T) {
	england := "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"
	for name, test := range map[string]struct{ in, want string }{
		"empty":                     {"", ""},
		"only white space":          {" \t\r\n\u00A0\u2028\u3000", ""},
		"as it is":                  {"It is ‘so’ – “quite” 3' 2\"", "It is ‘so’ – “quite” 3' 2\""},
		"edges":                     {" a ", "a"},
		"runs of space":             {"a \t b\u00A0\u202Fc\u2003d", "a b c d"},
		"line ends":                 {"a\nb\r\nc\vd\fe\u0085f\u2028g\u2029h", "a b c d e f g h"},
		"space around a hidden one": {"a \u200B b", "a b"},
		"hidden one at the edge":    {"\u200B a \uFEFF", "a"},
		"invalid UTF-8":             {"a\xff\xc0b", "a\uFFFD\uFFFDb"},
		"surrogate":                 {"\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
		"controls":                  {"a\x00\x1b\x1c\x1f\x7f\u0080\u009Fb", "ab"},
		"soft hyphen":               {"co\u00ADoperate", "cooperate"},
		"invisible":                 {"a\u200B\u2060\u2064\uFEFF\u180Eb", "ab"},
		"bidi overrides":            {"a\u202A\u202E\u2066\u2069\u206Fb", "ab"},
		"annotations":               {"a\uFFF9\uFFFA\uFFFBb", "ab"},
		"non-characters":            {"a\uFDD0\uFDEF\uFFFE\uFFFF\U0001FFFE\U0010FFFFb", "ab"},
		"joiners":                   {"می\u200Cخواهم \U0001F469\u200D\U0001F4BB", "می\u200Cخواهم \U0001F469\u200D\U0001F4BB"},
		"marks of direction":        {"a\u200E\u200F\u061Cb", "a\u200E\u200F\u061Cb"},
		"variation, private use":    {"\u2764\uFE0F\U000E0100\uE000\U000F0000", "\u2764\uFE0F\U000E0100\uE000\U000F0000"},
		"composed":                  {"e\u0301 \u1112\u1161\u11AB \u212B", "é 한 Å"},
		"composed over a hidden":    {"e\u200B\u0301", "é"},
		"mark after a space":        {"a \u0301", "a \u0301"},
		"flag":                      {england + "!", england + "!"},
		"tags without a flag":       {"a\U000E0068\U000E0069b", "ab"},
		"tags beyond a flag":        {england + "\U000E0068\U000E0069", england},
		"tags not at the flag":      {"\U0001F3F4 \U000E0067 \U0001F3F4\u200B\U000E0067", "\U0001F3F4 \U0001F3F4"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := schema.Clean(test.in); got != test.want {
				t.Errorf("Clean(%+q) = %+q, want %+q", test.in, got, test.want)
			}
		})
	}
}

func TestCleanDoesNotAllocateForCleanASCII(t *testing.T) {
	s := strings.Repeat("A line of plain text. ", 50) + "End"
	if n := testing.AllocsPerRun(10, func() { schema.Clean(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestCleanIsIdempotent(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 8))
	for range 20_000 {
		checkClean(t, hostileString(rng))
	}
	checkClean(t, "a"+strings.Repeat("\u0301\u0328", 200))
	checkClean(t, strings.Repeat("\u0301", 200)+"a")
	checkClean(t, strings.Repeat("\u0344", 200))
}

func FuzzClean(f *testing.F) {
	f.Add("plain text")
	f.Add(" a\u00A0 \r\nb\x00\xff ")
	f.Add("e\u0301\u0327\U0001F3F4\U000E0067\U000E007F\u202E")
	f.Add("a" + strings.Repeat("\u0301\u0328", 40))
	f.Fuzz(func(t *testing.T, s string) { checkClean(t, s) })
}

// checkClean checks property R8 of the dated format.
func checkClean(t *testing.T, s string) {
	t.Helper()
	clean := schema.Clean(s)
	if again := schema.Clean(clean); again != clean {
		t.Errorf("Clean(%+q) = %+q, and of that %+q", s, clean, again)
	}
	if strings.Contains(clean, "\n") || strings.Contains(clean, "  ") || strings.TrimSpace(clean) != clean {
		t.Errorf("Clean(%+q) = %+q", s, clean)
	}
}

func BenchmarkClean(b *testing.B) {
	for name, s := range map[string]string{
		"ascii":       strings.Repeat("A line of plain text. ", 50) + "End",
		"typographic": strings.Repeat("‘A line’ of “plain” text. ", 50) + "End",
		"hostile":     strings.Repeat("a\u0301\u200B \u00A0\xff", 200),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				schema.Clean(s)
			}
		})
	}
}
