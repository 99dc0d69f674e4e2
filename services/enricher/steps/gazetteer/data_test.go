package gazetteer

import (
	"strings"
	"testing"
)

const toyWords = "title\tmr\nstop\tus\n"

const toyEntities = "# kind, name, ...\n" +
	"country\tRuritania\tRU|Kingdom of Ruritania\tQ1\t5\tRR\t\t9\t\n" +
	"city\tStrelsau\t\t\t6\tRR\t01\t8\t\n" +
	"city\tStrelsau\t\t\t7\tRR\t02\t7\t\n" +
	"org\tUS\t\t\t\t\t\t0\t\n"

func TestLoad(t *testing.T) {
	l, err := load([]byte(toyEntities), []byte(toyWords))
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range l.entries {
		ids = append(ids, e.ID)
	}
	if got := strings.Join(ids, " "); got != "q1 strelsau_rr strelsau_rr_02 us" {
		t.Errorf("ids are %s", got)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ entities, words, want string }{
		"kind of word":   {"", "noun\tdog", "words.tsv: line 1: no such kind"},
		"no words":       {"", "title", "words.tsv: line 1"},
		"columns":        {"city\tStrelsau", "", "entities.tsv: line 1: 2 columns"},
		"weight":         {"city\tStrelsau\t\t\t6\tRR\t01\tmany\t", "", "entities.tsv: line 1: weight"},
		"kind of entity": {"# one\nmoon\tStrelsau\t\t\t6\tRR\t01\t8\t", "", "entities.tsv: line 2: no such kind"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load([]byte(test.entities), []byte(test.words))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestLongest(t *testing.T) {
	l, err := load([]byte(toyEntities), []byte(toyWords))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		text string
		loud bool
		want int
	}{
		{"Ruritania won", false, 1},
		{"RURITANIA won", false, 1},
		{"ruritania won", false, 0},
		{"Kingdom of Ruritania", false, 3},
		{"Kingdom of", false, 0},
		{"RU won", false, 1},
		{"Ru won", false, 0},
		{"US won", false, 1},
		{"US WON", true, 0},
		{"Zenda", false, 0},
	} {
		toks := tokenize(test.text, nil)
		l.look(test.text, toks)
		if _, n := l.longest(toks, 0, test.loud); n != test.want {
			t.Errorf("%q: got %d tokens, want %d", test.text, n, test.want)
		}
	}
}

// The data that is built in: ids are there and are not shared.
func TestData(t *testing.T) {
	l, err := load(entitiesTSV, wordsTSV)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, e := range l.entries {
		if other, ok := seen[e.ID]; ok || e.ID == "" {
			t.Errorf("%s and %s are both %q", e.Name, other, e.ID)
		}
		seen[e.ID] = e.Name
	}
	if size := len(entitiesTSV) + len(wordsTSV); size > 1<<20 {
		t.Errorf("the data has %d bytes", size)
	}
}
