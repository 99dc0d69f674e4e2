package tagger

import (
	"errors"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
)

func TestShape(t *testing.T) {
	for word, want := range map[string]casing{
		"ana": small, "Ana": capital, "ANA": capitals, "A": letter, "J.": letter, "U.S.": initials, "iPhone": mixed, "McZork": mixed,
		"Łódź": capital, "ÉCOLE": capitals, "北京": uncased, "12": number, "1.5": number, "5bn": small, "G7": alphanums, "Ǆ": letter, "Mr.": capital,
	} {
		kind := text.Word
		if word[0] >= '0' && word[0] <= '9' {
			kind = text.Number
		}
		if got, _ := shapeOf([]byte(word), kind); got != want {
			t.Errorf("%s: got %d, want %d", word, got, want)
		}
	}
	if got, _ := shapeOf([]byte("'s"), text.Clitic); got != clitic {
		t.Errorf("clitic: got %d", got)
	}
	if got, _ := shapeOf([]byte("."), text.Mark); got != mark {
		t.Errorf("mark: got %d", got)
	}
}

func TestLower(t *testing.T) {
	for word, want := range map[string]string{"ANA": "ana", "Łódź": "łódź", "D’Or": "d'or", "a\xffB": "a\xffb", "İ": "i"} {
		if got := string(lowerOf(nil, word)); got != want && word != "İ" {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}

func TestLexicon(t *testing.T) {
	m := encode(t, Weights{})
	if got := m.clustersOf(hashOf("went")); got != [...]uint16{2001, 501, 101, 31} {
		t.Errorf("clusters: got %v", got)
	}
	if got := m.clustersOf(hashOf("unknown")); got != [Granularities]uint16{} {
		t.Errorf("clusters: got %v", got)
	}
	l := words()
	for name, want := range map[string]Class{"ANA": FirstName, "zork": LastName, "Zork valley": City, "Zork hill": 0, "": 0} {
		if got := l.Class(name); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
	if l.Name("a b c d e f g", City); l.Class("a b c d e f g") != 0 {
		t.Error("a long name is kept")
	}
}

func TestTable(t *testing.T) {
	const n = 1000
	data := appendTable(nil, 4, 3, n, func(i int) (uint64, []byte) {
		return mix(uint64(i + 1)), []byte{byte(i), byte(i >> 8), 7}
	})
	table, rest, err := openTable(append(data, 1, 2))
	if err != nil || len(rest) != 2 {
		t.Fatalf("%d bytes left, %v", len(rest), err)
	}
	for i := range n {
		v := table.find(mix(uint64(i + 1)))
		if v == nil || int(v[0])|int(v[1])<<8 != i {
			t.Fatalf("%d: got %v", i, v)
		}
	}
	for i := n; i < 2*n; i++ {
		if v := table.find(mix(uint64(i + 1))); v != nil {
			t.Errorf("%d: got %v", i, v)
		}
	}
}

func TestBadModels(t *testing.T) {
	data, err := Encode(Info{Scale: 1}, words(), Weights{Features: map[uint64][Labels]int8{1: {1}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(data); err != nil {
		t.Fatal(err)
	}
	for n := range len(data) {
		if _, err := Load(data[:n]); !errors.Is(err, ErrModel) {
			t.Fatalf("cut at %d: got %v", n, err)
		}
	}
	for i := range data {
		broken := []byte(string(data))
		broken[i] ^= 0xff
		if m, err := Load(broken); err == nil {
			NewTagger(m).Tag(nil, []string{"Ana Zork went to the Republic of Zork."})
		}
	}
}

func TestKnows(t *testing.T) {
	m := &Model{Info: Info{Languages: []string{"en", "de"}}}
	for tag, want := range map[string]bool{"en": true, "en-GB": true, "EN": true, "de-AT": true, "fr": false, "und": false, "": false, "eng": false} {
		if got := m.Knows(tag); got != want {
			t.Errorf("%q: got %v", tag, got)
		}
	}
}

func TestFollows(t *testing.T) {
	for _, test := range []struct {
		before, after Label
		want          bool
	}{
		{Outside, BeginPerson, true}, {Outside, InPerson, false}, {BeginPerson, InPerson, true}, {InPerson, InPerson, true},
		{BeginPerson, InLocation, false}, {InPerson, BeginLocation, true}, {InOther, Outside, true},
	} {
		if got := test.after.Follows(test.before); got != test.want {
			t.Errorf("%d after %d: got %v", test.after, test.before, got)
		}
	}
}
