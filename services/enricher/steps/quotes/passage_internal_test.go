package quotes

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
)

func TestPassagesOf(t *testing.T) {
	for _, test := range []struct {
		in   string
		want []string
		open string // the text from the mark that is not closed
	}{
		{"", nil, ""},
		{"no marks", nil, ""},
		{"“a”", []string{"a"}, ""},
		{"“a” and “b”", []string{"a", "b"}, ""},
		{"“ a ”", []string{"a"}, ""},
		{"“a “b” c”", []string{"a “b” c"}, ""},
		{"“a ‘b’ c”", []string{"a ‘b’ c"}, ""},
		{"‘a “b” c’", []string{"a “b” c"}, ""},
		{"‘the fishers’ lake’", []string{"the fishers’ lake"}, ""},
		{"‘the fishers’ and ‘the lake’", []string{"the fishers", "the lake"}, ""},
		{"‘the lake’s end’", []string{"the lake’s end"}, ""},
		{"“a ‘tis b”", []string{"a ‘tis b"}, ""},
		{"‘tis a “b” c", []string{"b"}, "‘tis a “b” c"},
		{"so ‘tis a “b” c", []string{"b"}, ""},
		{"“a", nil, "“a"},
		{"x “a", nil, "“a"},
		{"“a “b”", []string{"b"}, "“a “b”"},
		{"a”", nil, ""},
		{`"a" "b"`, []string{"a", "b"}, ""},
		{`a "b`, nil, `"b`},
		{`5" by 6"`, nil, ""},
		{`he said:"a"`, []string{"a"}, ""},
		{"''a''", []string{"a"}, ""},
		{"``a''", []string{"a"}, ""},
		{"«a» »b« ‹c› ›d‹", []string{"a", "b", "c", "d"}, ""},
		{"「a『b』」", []string{"a『b』"}, ""},
		{"„a“ „b” ‚c‘", []string{"a", "b", "c"}, ""},
		{"“a» “b”", []string{"b"}, "“a» “b”"},
		{"\xff“\xff”", []string{"\xff"}, ""},
	} {
		found, open := passagesOf(test.in)
		var got []string
		for _, p := range found {
			got = append(got, test.in[p.start:p.end])
		}
		rest := ""
		if open != nil {
			rest = test.in[open.at:]
		}
		if !slices.Equal(got, test.want) || rest != test.open {
			t.Errorf("%q: got %q, open %q", test.in, got, rest)
		}
	}
}

func TestDoubtful(t *testing.T) {
	for s, want := range map[string]bool{
		"fishers’ lake": true, "FISHERS’ lake": true, "fishers’ Lake": false, "fisher’ lake": false, "fishers’, lake": false, "fishers’": false, "fishers’ ": false,
	} {
		if at := strings.Index(s, "’"); doubtful(s, at, len("’")) != want {
			t.Errorf("%q: want %t", s, want)
		}
	}
	if doubtful("’ a", 0, 3) {
		t.Error("nothing is before it")
	}
}

func TestIsSpeech(t *testing.T) {
	for name, test := range map[string]struct {
		quote quote
		want  bool
	}{
		"a word":          {quote{words: 1}, false},
		"a word, said":    {quote{words: 1, told: true}, false},
		"a word, beside":  {quote{words: 1, told: true, attached: true}, true},
		"four words":      {quote{words: 4}, false},
		"four words said": {quote{words: 4, told: true}, true},
		"eight words":     {quote{words: 8}, true},
		"continued":       {quote{words: 1, continued: true}, true},
	} {
		if got := test.quote.isSpeech(); got != test.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

// read is a document of one paragraph in which the marked words name people.
func read(t *testing.T, s string, people ...string) (*document, *paragraph) {
	t.Helper()
	e := schema.Enriched{Article: schema.Article{Language: "en", Lead: s}}
	for _, name := range people {
		at := strings.Index(s, name)
		if at < 0 {
			t.Fatalf("%s is not in %q", name, s)
		}
		e.Entities = append(e.Entities, schema.Entity{ID: name, Name: name, Type: schema.Person, Mentions: []schema.Mention{
			{Field: schema.FieldLead, Start: at, End: at + len(name), Text: name},
		}})
	}
	d := newDocument(&e)
	return d, &d.paragraphs[0]
}

func TestIsCue(t *testing.T) {
	for s, want := range map[string]bool{
		"Zork said so":       true,
		"Said Zork":          true,
		"Then Said came":     false,
		"the said lake":      false,
		"Zork claims it":     true,
		"his claims":         false,
		"the lake's reports": false,
		"she also notes":     true,
		"who reports":        true,
		"all that warned":    true,
		"Zork walked":        false,
	} {
		_, p := read(t, s, slices.Repeat([]string{"Zork"}, strings.Count(s, "Zork"))...)
		if got := p.cueIn(0, len(p.tokens)) >= 0; got != want {
			t.Errorf("%q: got %t", s, got)
		}
	}
}

func TestNounBefore(t *testing.T) {
	for s, want := range map[string]string{
		"Maria Zork said":                          "Maria Zork",
		"Maria Zork later also said":               "Maria Zork",
		"On Monday Maria Zork angrily said":        "Maria Zork",
		"Maria Zork, a fisher from the lake, said": "Maria Zork",
		"A fisher, Maria Zork, said":               "Maria Zork",
		"Maria Zork (D-Lima) said":                 "Maria Zork",
		"Maria Zork (D-Lima), a fisher, said":      "Maria Zork",
		"Maria Zork, who said":                     "Maria Zork",
		"Maria Zork's friend said":                 "",
		"Maria Zork of the fishers said":           "",
		"Maria Zork, a fisher, and others said":    "",
		"they said":                                "",
		"said":                                     "",
		") said":                                   "",
		", said":                                   "",
	} {
		d, p := read(t, s, slices.Repeat([]string{"Maria Zork"}, strings.Count(s, "Maria Zork"))...)
		got := ""
		if who := d.nounBefore(p, 0, len(p.tokens)-1); who.entity >= 0 {
			got = d.entities[who.entity].Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

func TestNounAfter(t *testing.T) {
	for s, want := range map[string]string{
		"said Maria Zork":                    "Maria Zork",
		"said spokeswoman Maria Zork":        "Maria Zork",
		"said the chief, Maria Zork":         "Maria Zork",
		"said the chief of it, in Lima":      "",
		"said a fisher to Maria Zork":        "",
		"said a fisher who knows Maria Zork": "",
		"said a fisher, unlike Maria Zork":   "",
		"said":                               "",
		"said " + strings.Repeat("very ", maxInverted) + "Maria Zork": "",
	} {
		d, p := read(t, s, slices.Repeat([]string{"Maria Zork"}, strings.Count(s, "Maria Zork"))...)
		got := ""
		if who := d.nounAfter(p, 1, len(p.tokens)); who.entity >= 0 {
			got = d.entities[who.entity].Name
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

func TestFocus(t *testing.T) {
	d := &document{
		entities: slices.Repeat([]schema.Entity{{Type: schema.Person}}, 20),
		genders:  make([]honorific.Gender, 20),
	}
	d.genders[0], d.genders[1] = honorific.Female, honorific.Male
	var f focus
	if f.pick(d, honorific.Male) >= 0 {
		t.Error("nobody is in focus")
	}
	f.subjects.add(0, 0)
	f.others.add(1, 0)
	if f.pick(d, honorific.Male) != 1 || f.pick(d, honorific.Female) != 0 {
		t.Error("gender says who is meant")
	}
	f.spoke(2)
	if f.pick(d, honorific.Female) != 2 || d.genders[2] != honorific.Female {
		t.Error("the latest is meant, and has a gender from now on")
	}
	for range maxAge + 1 {
		f.end()
	}
	if f.pick(d, honorific.Female) >= 0 {
		t.Error("that is too long ago")
	}
	for who := range 20 {
		f.subjects.add(who, f.age)
	}
	if f.pick(d, honorific.Male) != 19 || f.subjects.n != len(f.subjects.who) {
		t.Error("the latest of many is meant")
	}
	if f.clear(); f.subjects.n != 0 || f.age != 0 {
		t.Error("it is not clear")
	}
}

func TestCountWords(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "We go there, now.": 4, "“We” don't": 2, "5 of 6": 3, "湖に行き": 2, "see www.zork.example": 2,
	} {
		if s == "" {
			continue
		}
		_, p := read(t, s)
		if got := p.countWords(0, len(p.tokens)); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}

func TestEndsWith(t *testing.T) {
	for s, want := range map[string]bool{
		"“We go,” Zork said.":          true,
		"“We go,” Zork said. It rains": false,
		"“We go.”":                     true,
	} {
		d, p := read(t, s, slices.Repeat([]string{"Zork"}, strings.Count(s, "Zork"))...)
		d.attribute(0)
		if got := p.endsWith(lastQuote(p)); got != want {
			t.Errorf("%q: got %t", s, got)
		}
	}
	if lastQuote(nil) != nil || lastQuote(&paragraph{}) != nil {
		t.Error("there is no quote")
	}
}

func TestOnlyQuotes(t *testing.T) {
	for s, want := range map[string]bool{"“We go.”": true, "“We go.” “We stay.”": true, "So “we go”": false, "“We go,” they say": false} {
		if _, p := read(t, s); p.onlyQuotes() != want {
			t.Errorf("%q: want %t", s, want)
		}
	}
}

// Which marks may open a passage between two characters.
func TestOpens(t *testing.T) {
	for _, test := range []struct {
		mark, prev, next rune
		want             bool
	}{
		{'“', ' ', 'a', true},
		{'“', 'a', 'a', false},
		{'‘', ' ', ' ', false},
		{'‘', '(', 'a', true},
		{'\'', ' ', '8', false}, // '80s
		{'\'', ' ', 'a', true},
		{'\'', 'n', 't', false},
		{'"', '5', ' ', false},
		{'"', '.', 'a', false},
		{'"', ':', 'a', true},
		{'"', '-', '.', true}, // ".com
		{'"', '-', ',', false},
		{'«', 'a', ' ', true},
		{'「', 'a', 'a', true},
		{'’', ' ', 'a', false},
	} {
		if got := opens(test.mark, test.prev, test.next); got != test.want {
			t.Errorf("%q between %q and %q: got %t", test.mark, test.prev, test.next, got)
		}
	}
}

func TestSkipMarks(t *testing.T) {
	for s, want := range map[string]int{"a": 0, ", a": 1, ", - a": 2, "- ,": 2} {
		_, p := read(t, s)
		if got := p.skipMarks(0, len(p.tokens)); got != want {
			t.Errorf("%q: got %d", s, got)
		}
	}
	for s, want := range map[string]bool{"a": false, ".": false, ",": true, ". -": true, "—": true, "–": true, ";": false} {
		_, p := read(t, s)
		if got := p.leadsOn(0, len(p.tokens)); got != want {
			t.Errorf("%q leads on: got %t", s, got)
		}
	}
}

func TestLastRune(t *testing.T) {
	for s, want := range map[string]rune{"a": 'a', "a,": ',', "a ‘b,’": ',', `a "b?"`: '?', "a…": '…'} {
		if got := (&quote{text: s}).lastRune(); got != want {
			t.Errorf("%q: got %q", s, got)
		}
	}
}

func TestPersonOf(t *testing.T) {
	d, p := read(t, "Then Zork left", "Zork")
	for token, want := range []int{-1, 0, -1, -1} {
		if got := d.personOf(p, token); got != want {
			t.Errorf("%d: got %d", token, got)
		}
	}
	if d.personOf(p, -1) >= 0 {
		t.Error("nobody is named before the text")
	}
	if d.entities[0].Type = schema.Location; d.personOf(p, 1) >= 0 {
		t.Error("a place is no person")
	}
}

func TestHolds(t *testing.T) {
	p := &paragraph{}
	p.S = "Zork"
	for m, want := range map[[2]int]bool{{0, 4}: true, {1, 2}: true, {0, 5}: false, {-1, 2}: false, {2, 2}: false, {3, 1}: false} {
		if got := p.holds(schema.Mention{Start: m[0], End: m[1]}); got != want {
			t.Errorf("%v: got %t", m, got)
		}
	}
}
