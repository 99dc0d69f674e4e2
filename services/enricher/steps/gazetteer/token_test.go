package gazetteer

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokenize(t *testing.T) {
	for text, want := range map[string]string{
		"Maria came.":            "Maria came .",
		"the U.S. and U.K.":      "the U.S. and U.K.",
		"U.S said":               "U.S said",
		"J. Okello, J.Okello":    "J. Okello , J . Okello",
		"Russia's, Russia’s":     "Russia ' s , Russia ’ s",
		"O'Hara and N’Djamena":   "O'Hara and N’Djamena",
		"don't":                  "don ' t",
		"US-led":                 "US - led",
		"3M won 4-2":             "3M won 4 - 2",
		"see https://a.org/B ok": "see https://a.org/B ok",
		"É́cole Zürich":          "É́cole Zürich",
		" \t\n":                  "",
		"\xff\xfe":               "\xff \xfe",
	} {
		if got := words(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// words are the tokens of s with spaces between them.
func words(s string) string {
	var all []string
	for _, tok := range tokenize(s, nil) {
		all = append(all, s[tok.start:tok.end])
	}
	return strings.Join(all, " ")
}

func TestShape(t *testing.T) {
	for text, want := range map[string]shape{
		"a":    letters | opening,
		"A":    letters | capital | opening,
		"Ab":   letters | capital | opening,
		"AB":   letters | capital | capitals | opening,
		"eBay": letters | opening,
		"U.S.": letters | capital | capitals | points | opening,
		"12":   number,
		"-":    0,
	} {
		if got := tokenize(text, nil)[0].shape; got != want {
			t.Errorf("%q: got %b, want %b", text, got, want)
		}
	}
}

func TestOpening(t *testing.T) {
	text := `One two. Three “four” five: six`
	var got []string
	for _, tok := range tokenize(text, nil) {
		if tok.is(opening) {
			got = append(got, text[tok.start:tok.end])
		}
	}
	if want := []string{"One", "Three", "four", "six"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// At most maxInitials letters are initials, and they are in ASCII.
func TestInitials(t *testing.T) {
	for text, want := range map[string]int{
		"J.":                 2,
		"J. K.":              2,
		"J.K.":               4,
		"U.S.A. ":            6,
		"U.S":                3,
		"U.Sx":               0,
		"U.S.x":              0,
		"U":                  0,
		"u.s.":               0,
		"U.s.":               0,
		".U":                 0,
		"":                   0,
		"Ö.":                 0,
		"A.B.C.D.E.F.G.H.":   16,
		"A.B.C.D.E.F.G.H.I.": 17,
	} {
		if got := initialsEnd(text, 0); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

func TestContraction(t *testing.T) {
	for text, want := range map[string]string{
		"Peru's":   "Peru ' s",
		"PERU'S":   "PERU ' S",
		"Zork'll":  "Zork ' ll",
		"we've":    "we ' ve",
		"I’m":      "I ’ m",
		"d'Ivoire": "d'Ivoire",
		"L’Oréal":  "L’Oréal",
		"rock'n":   "rock'n",
		"James'":   "James '",
		"'quoted'": "' quoted '",
		"a'b'c's":  "a'b'c ' s",
	} {
		if got := words(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestGlued(t *testing.T) {
	for text, want := range map[string]string{
		"US-led plan":     "-led",
		"Peru's port":     "'s",
		"a - b":           "",
		"(Peru), he said": "Peru),",
		" Peru":           "",
		"-Peru":           "Peru",
		"4.5 m":           ".5",
	} {
		got := ""
		for _, tok := range tokenize(text, nil) {
			if tok.is(glued) {
				got += text[tok.start:tok.end]
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Tokens are in order, hold all that is no space, and cut no character.
func FuzzTokenize(f *testing.F) {
	f.Add("Maria J. O’Brien, of the U.S.-led “Zork” (LFA) — see https://example.org/a\xff b")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, tok := range tokenize(text, nil) {
			if tok.start < at || tok.end <= tok.start || tok.end > len(text) {
				t.Fatalf("token %d:%d after %d", tok.start, tok.end, at)
			}
			if strings.TrimSpace(text[at:tok.start]) != "" {
				t.Fatalf("left out: %q", text[at:tok.start])
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[tok.start:tok.end]) {
				t.Fatalf("cut: %q", text[tok.start:tok.end])
			}
			at = tok.end
		}
		if strings.TrimSpace(text[at:]) != "" {
			t.Fatalf("left out: %q", text[at:])
		}
	})
}
