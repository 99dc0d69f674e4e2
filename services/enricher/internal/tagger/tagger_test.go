package tagger

import (
	"fmt"
	"strings"
	"testing"
)

// words is a lexicon of a few words.
func words() *Lexicon {
	l := NewLexicon()
	l.Name("Ana", FirstName)
	l.Name("Zork", LastName)
	l.Name("Zork Valley", City)
	l.Name("Republic of Zork", Country)
	l.Name("Mr.", PersonTitle)
	l.Name("Inc.", OrgWord)
	l.Name("said", Speech)
	l.Cluster("went", [...]int{2000, 500, 100, 30})
	l.Cluster("U.S.", [...]int{1, 2, 3, 4})
	return l
}

// weigh makes a model in which features that mark makes have weights: mark is
// called for each token of texts with what labels it wants there.
func weigh(t testing.TB, texts []string, want map[string]Label) *Model {
	t.Helper()
	blank := encode(t, Weights{})
	tagger := NewTagger(blank)
	tagger.Read(texts)
	w := Weights{Features: map[uint64][Labels]int8{}}
	for _, tok := range tagger.tokens {
		word := tok.Of(strings.Join(texts, "")) // one text in these tests
		l, ok := want[word]
		if !ok {
			continue
		}
		var weights [Labels]int8
		weights[l] = 100
		h := tLower.of(uint64(itself)<<40 ^ hashOf(lowerOf(nil, word)))
		w.Features[h] = weights
	}
	return encode(t, w)
}

func encode(t testing.TB, w Weights) *Model {
	t.Helper()
	data, err := Encode(Info{Name: "test", Version: "1", Languages: []string{"en"}, Scale: 32}, words(), w)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func found(s string, spans []Span) string {
	var all []string
	for _, x := range spans {
		all = append(all, fmt.Sprintf("%s/%d", s[x.Start:x.End], x.Label))
	}
	return strings.Join(all, " ")
}

func TestTag(t *testing.T) {
	for _, test := range []struct {
		name, in string
		labels   map[string]Label
		want     string
	}{
		{"nothing", "Ana went home.", nil, ""},
		{"one", "then Ana went home.", map[string]Label{"Ana": BeginPerson}, "Ana/1"},
		{"two words", "Ana Zork went.", map[string]Label{"Ana": BeginPerson, "Zork": InPerson}, "Ana Zork/1"},
		{"beside", "Ana Bo went.", map[string]Label{"Ana": BeginPerson, "Bo": BeginPerson}, "Ana/1 Bo/1"},
		{"types", "Ana of Zorbex in Paris", map[string]Label{"Ana": BeginPerson, "Zorbex": BeginOrganization, "Paris": BeginLocation}, "Ana/1 Zorbex/3 Paris/5"},
		{"an inside needs a beginning", "a Zork b", map[string]Label{"Zork": InPerson}, "a Zork/1"},
		{"compound", "the US-led talks", map[string]Label{"US": BeginLocation}, "US/5"},
		{"title", "Then Mr. Zork left", map[string]Label{"Mr.": BeginPerson, "Zork": InPerson}, "Zork/1"},
		{"title alone", "Then Mr. Zork left", map[string]Label{"Mr.": BeginPerson}, "Mr./1"},
		{"lower case is far from names", "nothing of zork here at all", map[string]Label{"zork": BeginPerson}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			tagger := NewTagger(weigh(t, []string{test.in}, test.labels))
			for range 2 { // the second time words are known
				if got := found(test.in, tagger.Tag(nil, []string{test.in})); got != test.want {
					t.Errorf("got %s, want %s", got, test.want)
				}
			}
		})
	}
}

func TestTagTexts(t *testing.T) {
	texts := []string{"", "Ana", "", "Zork Ana"}
	m := weigh(t, []string{"Ana"}, map[string]Label{"Ana": BeginPerson})
	got := NewTagger(m).Tag(nil, texts)
	want := []Span{{Token{1, 0, 3}, BeginPerson}, {Token{3, 5, 8}, BeginPerson}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A name does not go on from one text to the next.
func TestTextsEndNames(t *testing.T) {
	m := weigh(t, []string{"Ana Zork"}, map[string]Label{"Ana": BeginPerson, "Zork": InPerson})
	got := NewTagger(m).Tag(nil, []string{"Ana", "Zork"})
	if len(got) != 1 || got[0].Text != 0 {
		t.Errorf("got %v", got)
	}
}

func TestVotes(t *testing.T) {
	in := "We met Ana in Zork. Then Ana left. The Ana stayed."
	tagger := NewTagger(weigh(t, []string{in}, map[string]Label{"Ana": BeginPerson}))
	tagger.Vote([]string{in})
	n := 0
	for _, seg := range tagger.Segments() {
		for i := seg.From; i < seg.To; i++ {
			if tagger.tokens[i].Of(in) == "Ana" {
				n++
				if got := tagger.voteFeatures(nil, i); len(got) != 2 {
					t.Errorf("Ana: %d features", len(got))
				}
			}
			if tagger.tokens[i].Of(in) == "Zork" {
				if got := tagger.voteFeatures(nil, i); len(got) != 0 {
					t.Errorf("Zork, which is there once: %d features", len(got))
				}
			}
		}
	}
	if n != 3 {
		t.Errorf("%d in segments", n)
	}
	tagger.Read([]string{in})
	if got := tagger.voteFeatures(nil, 2); len(got) != 0 {
		t.Error("votes are not forgotten")
	}
}

func TestEager(t *testing.T) {
	m := *names(t)
	m.Eager = 1000
	m.weights = encode(t, Weights{}).weights
	for in, want := range map[string]int16{"ANA WENT HOME": -1000, "then Ana went home": 0} {
		tagger := NewTagger(&m)
		tagger.Read([]string{in})
		tagger.label()
		if got := tagger.emissions[0][Outside]; got != want {
			t.Errorf("%s: got %d, want %d", in, got, want)
		}
	}
}

func TestModes(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"sentence", "Ana went to Paris.", "1000 0"},
		{"two sentences", "Ana went. Bo stayed.", "100100"},
		{"quote", "He said “Ana left” today", "1001000"},
		{"Title Case", "Ana Zork Goes Home to Paris", "222222"},
		{"nearly Title Case", "Ana Zork Goes Home With Nine Bad Eels said", "222222222"},
		{"ALL CAPS", "ANA ZORK GOES HOME", "3333"},
		{"acronyms", "UN and EU met", "1000"},
		{"one word", "Ana", "1"},
		{"number first", "12 People went", "100"},
	} {
		t.Run(test.name, func(t *testing.T) {
			tagger := NewTagger(encode(t, Weights{}))
			tagger.Read([]string{test.in})
			var got strings.Builder
			for _, m := range tagger.modes {
				fmt.Fprint(&got, m)
			}
			want := strings.ReplaceAll(test.want, " ", "")
			if got.String() != want {
				t.Errorf("got %s, want %s", got.String(), want)
			}
		})
	}
}

func TestSegments(t *testing.T) {
	in := "it was long ago that Ana went to see al-Zork in the far north of nowhere and met Bo"
	tagger := NewTagger(encode(t, Weights{}))
	tagger.Read([]string{in})
	var got []string
	for _, s := range tagger.Segments() {
		got = append(got, in[tagger.tokens[s.From].Start:tagger.tokens[s.To-1].End])
	}
	if want := "ago that Ana went|al-Zork in|and met Bo"; strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
}

func TestFacts(t *testing.T) {
	in := "Then Mr. Zork met Ana Bo of Tel Inc. in Zorland. Zork said so. A zorland is no place’s name."
	tagger := NewTagger(encode(t, Weights{}))
	tagger.Read([]string{in})
	facts := map[string]fact{}
	for i, tok := range tagger.tokens {
		facts[tok.Of(in)] = tagger.factsOf(tagger.form(i))
	}
	for word, want := range map[string]fact{
		"Zork": afterTitle, "Bo": afterFirst | runFirstName, "Tel": beforeOrg, "Zorland": afterIn | seenSmall | seenNamed | alone, "place": seenSmall,
	} {
		if facts[word]&want != want {
			t.Errorf("%s: got %b, want %b", word, facts[word], want)
		}
	}
	tagger.Read([]string{"Zorland"})
	if got := tagger.factsOf(tagger.form(0)); got != 0 {
		t.Errorf("of another article: %b", got)
	}
}

func TestPhrases(t *testing.T) {
	in := "the Republic of Zork and Zork Valley and the Republic of Bo"
	tagger := NewTagger(encode(t, Weights{}))
	tagger.Read([]string{in})
	var got []string
	for i, tok := range tagger.tokens {
		if tagger.phrases[i] != 0 {
			got = append(got, fmt.Sprintf("%s:%d", tok.Of(in), tagger.phrases[i]&^more))
		}
	}
	if want := fmt.Sprintf("Republic:%d of:%[1]d Zork:%[1]d Zork:%[2]d Valley:%[2]d", Country, City); strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}
