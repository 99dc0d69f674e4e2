package gazetteer

import (
	"slices"
	"strings"
	"testing"
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
		var got []string
		for _, tok := range tokenize(text, nil) {
			got = append(got, text[tok.start:tok.end])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
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

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"ABC": "abc", "Zürich": "zurich", "São": "sao", "N’Djamena": "n'djamena", "Ł": "ł", "İ": "i", "": "",
	} {
		if got := string(fold(nil, text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
