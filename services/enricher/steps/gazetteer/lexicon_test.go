package gazetteer

import (
	"strings"
	"testing"
)

func toyLexicon(t *testing.T) *lexicon {
	t.Helper()
	l, err := load(toyEntities, toyWords)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"ABC": "abc", "Zürich": "zurich", "São": "sao", "N’Djamena": "n'djamena", "Ł": "ł", "İ": "i", "": "",
		"Zu\u0308rich": "zurich", "O‘Zork": "o'zork", "oʼzork": "o'zork", "МОСКВА": "москва", "A\xff": "a\ufffd",
	} {
		if got := string(fold(nil, text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if got := string(fold([]byte("x "), text)); got != "x "+want {
			t.Errorf("%q appended: got %q", text, got)
		}
	}
}

func TestLongest(t *testing.T) {
	l := toyLexicon(t)
	for name, test := range map[string]struct {
		text    string
		allCaps bool
		want    int
	}{
		"name":                 {"Ruritania won", false, 1},
		"capitals":             {"RURITANIA won", false, 1},
		"lower case":           {"ruritania won", false, 0},
		"small words":          {"Kingdom of Ruritania", false, 3},
		"small words, capital": {"Kingdom Of Ruritania", false, 3},
		"all in capitals":      {"KINGDOM OF RURITANIA", true, 3},
		"prefix":               {"Kingdom of", false, 0},
		"prefix and other":     {"Kingdom of Zenda", false, 0},
		"acronym":              {"RU won", false, 1},
		"acronym, lower case":  {"Ru won", false, 0},
		"pronoun":              {"US won", false, 1},
		"pronoun in capitals":  {"US WON", true, 0},
		"acronym in capitals":  {"RU WON", true, 1},
		"unknown":              {"Zenda", false, 0},
		"short name":           {"Bo won", false, 1},
		"short capitals":       {"BO won", false, 0},
		"short, all capitals":  {"BO WON", true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			toks := tokenize(test.text, nil)
			l.annotate(test.text, toks)
			if _, n := l.longest(toks, 0, test.allCaps); n != test.want {
				t.Errorf("%q: got %d tokens, want %d", test.text, n, test.want)
			}
		})
	}
	if _, n := l.longest(nil, 0, false); n != 0 {
		t.Errorf("beyond the end: got %d tokens", n)
	}
}

// Namesakes share a name, in the order of the data; the same name written in
// another case is another.
func TestNamesakes(t *testing.T) {
	l := toyLexicon(t)
	for text, want := range map[string]string{
		"Strelsau": "strelsau_rr strelsau_rr_02",
		"RU":       "q1",
		"US":       "us",
	} {
		toks := tokenize(text, nil)
		l.annotate(text, toks)
		entries, _ := l.longest(toks, 0, false)
		var ids []string
		for _, e := range entries {
			ids = append(ids, e.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestAnnotate(t *testing.T) {
	const text = "Mr US in Ruritania, Kingdom of Zenda"
	l := toyLexicon(t)
	toks := tokenize(text, nil)
	l.annotate(text, toks)
	for i, want := range []struct {
		known bool
		kinds kinds
	}{
		{true, title}, {true, stop | listed}, {false, 0}, {true, listed}, {false, 0}, {true, 0}, {true, 0}, {false, 0},
	} {
		got := toks[i]
		if (got.word != unknown) != want.known || got.kinds != want.kinds {
			t.Errorf("%q: got word %d, kinds %b", text[got.start:got.end], got.word, got.kinds)
		}
	}
}

// Every kind of the data is one, and the data has words of every kind. listed is
// for the names of the data itself.
func TestKinds(t *testing.T) {
	var all, used kinds
	for name, k := range kindNames {
		if k == 0 || all&k != 0 {
			t.Errorf("%s is %b, which is taken", name, k)
		}
		all |= k
	}
	for _, k := range lexiconOf(t).kinds {
		used |= k
	}
	if used != all|listed || all&listed != 0 {
		t.Errorf("the data has %b, the names are %b", used, all)
	}
}
