package tagger

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/internal/text"
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

// check tags a text and fails when a span is not a stretch of whole tokens.
func check(t *testing.T, tagger *Tagger, s string) {
	t.Helper()
	end, valid := 0, utf8.ValidString(s)
	for _, x := range tagger.Tag(nil, []string{s}) {
		if x.Start < end || x.End <= x.Start || x.End > len(s) || !x.Label.begins() {
			t.Fatalf("span %v of %q after %d", x, s, end)
		}
		if valid && !utf8.ValidString(s[x.Start:x.End]) {
			t.Fatalf("span %q of %q is cut inside a character", s[x.Start:x.End], s)
		}
		end = x.End
	}
}

// names is a model that finds a name at each capital.
func names(t testing.TB) *Model {
	w := Weights{Features: map[uint64][Labels]int8{}}
	for c := capital; c <= alphanums; c++ {
		for mode := range uint8(modes) {
			h := tShape.of(uint64(itself)<<40 ^ (&form{casing: c}).written(mode))
			w.Features[h] = [Labels]int8{BeginPerson: 50, InPerson: 60}
		}
	}
	return encode(t, w)
}

func FuzzTag(f *testing.F) {
	for _, s := range []string{"", "Ana Zork", "Mr. Zork-Bo’s U.S.-led", "\xffAna\x80", "北京 ANA", "MR. ANA"} {
		f.Add(s)
	}
	tagger := NewTagger(names(f))
	f.Fuzz(func(t *testing.T, s string) { check(t, tagger, s) })
}

// The time for hostile texts is linear: these are far out of reach otherwise.
func TestLinear(t *testing.T) {
	const size = 5 << 20
	var many strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&many, "Zork%d met Bo. ", i)
	}
	for name, s := range map[string]string{
		"capitals": strings.Repeat("Ana ", size/4), "a token": strings.Repeat("A", 1<<20), "small": strings.Repeat("ana ", size/4),
		"all capitals": strings.Repeat("ANA ", size/4), "names": many.String(), "hyphens": strings.Repeat("A-", size/2),
		"country": strings.Repeat("Republic of ", size/12), "titles": strings.Repeat("Mr. ", size/4),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			check(t, NewTagger(names(t)), s)
			if d := time.Since(start); d > 60*time.Second {
				t.Errorf("took %s", d)
			}
		})
	}
}

func TestNoAllocations(t *testing.T) {
	texts := []string{"Ana Zork Goes Home", strings.Repeat("Then Mr. Zork met Ana Bo of the Republic of Zork, she said. ", 50)}
	tagger := NewTagger(names(t))
	spans := tagger.Tag(nil, texts)
	if n := testing.AllocsPerRun(20, func() { spans = tagger.Tag(spans[:0], texts) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A memory of words that is full changes nothing but time.
func TestCacheIsBounded(t *testing.T) {
	m := names(t)
	tagger := NewTagger(m)
	var b strings.Builder
	for i := range maxForms + 10 {
		fmt.Fprintf(&b, "Zork%d ", i)
	}
	tagger.Tag(nil, []string{b.String()})
	if len(tagger.cache.forms) < maxForms {
		t.Fatalf("%d words", len(tagger.cache.forms))
	}
	const in = "Then Ana met Bo."
	if got, want := found(in, tagger.Tag(nil, []string{in})), found(in, NewTagger(m).Tag(nil, []string{in})); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(tagger.cache.forms) > 10 {
		t.Errorf("%d words are kept", len(tagger.cache.forms))
	}
}
