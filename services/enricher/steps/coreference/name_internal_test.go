package coreference

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
)

func TestClean(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"Zork", "Zork"},
		{" Zork ", "Zork"},
		{"Zork's", "Zork"},
		{"Zork’s", "Zork"},
		{"ZORK'S", "ZORK"},
		{"Jones'", "Jones"},
		{"Jones’", "Jones"},
		{"Zork 's", "Zork"},
		{"’s", "’s"},
		{"the Zork", "Zork"},
		{"The  Zork", "Zork"},
		{"The", "The"},
		{"Theo Zork", "Theo Zork"},
		{"“Zork”", "Zork"},
		{"Zork,", "Zork"},
		{"(Zork", "Zork"},
		{"Maria\n Zork", "Maria Zork"},
		{"Maria\u00a0Zork", "Maria Zork"},
		{"Maria  Zork", "Maria Zork"},
		{"U.S.", "U.S."},
		{"O'Brien", "O'Brien"},
		{"-", ""},
	} {
		if got := clean(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestFormOf(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"NATO", "nato"},
		{"U.S.", "us"},
		{"Zork, Inc.", "zork inc"},
		{"Jean-Luc Zork", "jean luc zork"},
		{"Zork & Blix", "zork and blix"},
		{"Zork&Blix", "zork and blix"},
		{"Ñandú", "nandu"},
		{"...", ""},
		{strings.Repeat("A", maxName+1), strings.Repeat("A", maxName+1)},
	} {
		if got := formOf(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestWordsOf(t *testing.T) {
	for form, want := range map[string]int{
		"": 0, "zork": 1, "a b": 2, strings.Repeat("a ", maxWords): maxWords, strings.Repeat("a ", maxWords+1): 0, strings.Repeat("a", maxName+1): 0,
	} {
		if got := len(wordsOf(form)); got != want {
			t.Errorf("%q: %d words, want %d", form, got, want)
		}
	}
}

func TestIsAcronym(t *testing.T) {
	for name, want := range map[string]bool{
		"WHO": true, "U.S.": true, "AT&T": true, "ÖBB": true, "US": true,
		"A": false, "Who": false, "WHO EU": false, "G7": false, "": false, "...": false, "ABCDEFGHIJKLMNOPQ": false,
	} {
		if got := isAcronym(name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}

func TestParsePerson(t *testing.T) {
	for _, test := range []struct {
		name, words, suffix string
		kind                nameKind
		gender              honorific.Gender
	}{
		{"Zork", "zork", "", shortName, honorific.Unknown},
		{"Maria Zork", "maria zork", "", fullName, honorific.Female},
		{"Ivan B. Zork", "ivan b zork", "", fullName, honorific.Male},
		{"Ivan Bob Zork", "ivan bob zork", "", longName, honorific.Male},
		{"J.R. Zork", "j r zork", "", initialName, honorific.Unknown},
		{"J Zork", "j zork", "", initialName, honorific.Unknown},
		{"Zork Jr.", "zork", "jr", shortName, honorific.Unknown},
		{"Ivan Zork Senior", "ivan zork", "sr", fullName, honorific.Male},
		{"Ivan Zork III", "ivan zork", "iii", fullName, honorific.Male},
		{"van der Zork", "van der zork", "", shortName, honorific.Unknown},
		{"Al-Zork", "al zork", "", shortName, honorific.Unknown},
		{"Al Zork", "al zork", "", fullName, honorific.Unknown},
		{"Jr", "jr", "", shortName, honorific.Unknown},
		{strings.Repeat("Zork ", maxWords+1), "", "", shortName, honorific.Unknown},
	} {
		got := parsePerson(test.name, honorific.Title{})
		if test.words == "" {
			test.words = test.name
		}
		if words := strings.Join(got.words, " "); words != test.words || got.suffix != test.suffix || got.kind != test.kind || got.gender != test.gender {
			t.Errorf("%q: got %+v", test.name, got)
		}
	}
	if got := parsePerson("Maria Zork", honorific.Title{Gender: honorific.Male}); got.gender != honorific.Male {
		t.Error("a title says more than a first name")
	}
	if got := parsePerson("Queen Zork", honorific.Title{Regnal: true}); !got.regnal || got.words[0] != "zork" {
		t.Errorf("got %+v", got)
	}
}

func TestWithoutAffiliation(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"Zork", "Zork"},
		{"Maria Zork", "Maria Zork"},
		{"US President Maria Zork", "Maria Zork"},
		{"Lake Board Director Dr Zork", "Zork"},
		{"Maria Zork of Blix FC", "Maria Zork"},
		{"Joan of Zork", "Joan of Zork"},
		{"the president Zork", "the president Zork"},
		{"Zork Minister", "Zork Minister"},
		{"Sacha Baron Zork", "Sacha Baron Zork"},
		{"", ""},
		{" ", " "},
	} {
		if got := withoutAffiliation(test.in); got != test.want {
			t.Errorf("%q: got %q, want %q", test.in, got, test.want)
		}
	}
}

func TestEachKey(t *testing.T) {
	for _, test := range []struct {
		name        string
		ends, other []string
	}{
		{"zork", []string{"zork"}, nil},
		{"maria zork", []string{"zork"}, []string{"maria"}},
		{"j zork", []string{"zork"}, nil},
		{"maria j zork", []string{"zork"}, []string{"maria"}},
		{"ana van der zork", []string{"van der zork", "der zork", "zork"}, []string{"ana", "van", "ana van", "der", "ana van der"}},
	} {
		var ends, other []string
		eachKey(strings.Fields(test.name), func(part string, last bool) {
			if last {
				ends = append(ends, part)
			} else {
				other = append(other, part)
			}
		})
		if !slices.Equal(ends, test.ends) || !slices.Equal(other, test.other) {
			t.Errorf("%s: got %q and %q", test.name, ends, other)
		}
	}
}

func TestMiddlesFit(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"", "", true}, {"", "jola", true}, {"jola", "jola", true}, {"j", "jola", true}, {"jola", "j", true}, {"j", "b", false},
		{"jola", "jana", false}, {"j", "ana jola", true}, {"jola ana", "ana jola", false}, {"a b", "a c b", true},
	} {
		if got := middlesFit(strings.Fields(test.a), strings.Fields(test.b)); got != test.want {
			t.Errorf("%q and %q: got %t", test.a, test.b, got)
		}
		if got := middlesFit(strings.Fields(test.b), strings.Fields(test.a)); got != test.want {
			t.Errorf("%q and %q: got %t", test.b, test.a, got)
		}
	}
}

func TestBearers(t *testing.T) {
	p := &people{all: []person{{gender: honorific.Female}, {gender: honorific.Male}, {}}}
	b := &bearers{}
	b.announce(1, honorific.Male, 5)
	b.announce(0, honorific.Female, 3)
	b.announce(0, honorific.Female, 9)
	if !b.several {
		t.Error("there are two")
	}
	for name, test := range map[string]struct {
		gender honorific.Gender
		want   int
	}{"the first": {honorific.Unknown, 0}, "the man": {honorific.Male, 1}, "the woman": {honorific.Female, 0}} {
		if got, ok := b.pick(p, &personName{gender: test.gender}); !ok || got != test.want {
			t.Errorf("%s: got %d, %t", name, got, ok)
		}
	}
	b.note(1, honorific.Male, 6)
	b.note(2, honorific.Unknown, 7)
	if got, _ := b.pick(p, &personName{}); got != 2 {
		t.Errorf("the latest: got %d", got)
	}
	if got, _ := b.pick(p, &personName{gender: honorific.Female}); got != 2 {
		t.Errorf("a woman: got %d", got)
	}
	if _, ok := b.only(p, &personName{}); ok {
		t.Error("there is not only one")
	}
	var nobody *bearers
	if _, ok := nobody.pick(p, &personName{}); ok {
		t.Error("nobody is somebody")
	}
}

func TestInitialsOf(t *testing.T) {
	for name, want := range map[string]string{
		"world health board": "whb", "union of the lakes": "uotl ul", "zork": "", "": "", "of the": "ot", "été à zork": "éàz",
	} {
		if got := strings.Join(initialsOf(strings.Fields(name)), " "); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestExplains(t *testing.T) {
	for _, test := range []struct {
		long, acronym string
		want          bool
	}{
		{"lake zork association", "lza", true},
		{"zorbex", "zbx", true},
		{"union of rational fishers", "urf", true},
		{"national centre of lake research", "cnlr", true},
		{"lake zork association", "xya", false},
		{"lake zork association", "lqq", false},
		{"", "a", false},
	} {
		if got := explains(test.long, test.acronym); got != test.want {
			t.Errorf("%q, %q: got %t", test.long, test.acronym, got)
		}
	}
}

func TestPlaceCore(t *testing.T) {
	for form, want := range map[string]string{
		"state of zork": "zork", "zork": "zork", "gulf of zork": "gulf of zork", "republic of zork and blix": "republic of zork and blix", "": "",
	} {
		if got := placeCore(form); got != want {
			t.Errorf("%q: got %q, want %q", form, got, want)
		}
	}
}

func TestFullest(t *testing.T) {
	for name, test := range map[string]struct {
		typ   schema.EntityType
		names string
		want  string
	}{
		"most words":       {schema.Person, "Zork|Maria Zork|Maria", "Maria Zork"},
		"an initial":       {schema.Person, "Maria Zork|Maria J. Zork", "Maria J. Zork"},
		"a word, no point": {schema.Person, "M. Zork|Maria Zork", "Maria Zork"},
		"not in capitals":  {schema.Organization, "ZORK GROUP|Zork Group", "Zork Group"},
		"most frequent":    {schema.Organization, "ZATO|Zato|Zato", "Zato"},
		"no acronym":       {schema.Organization, "ZBX|ZBX|ZBX|Zorbex", "Zorbex"},
		"the place itself": {schema.Location, "Zork|Zork|State of Zork", "Zork"},
		"first of equals":  {schema.Location, "Zork|Blix", "Zork"},
	} {
		n := naming{test.typ, map[string]int{}, nil}
		for one := range strings.SplitSeq(test.names, "|") {
			n.add(one, 1)
		}
		if got := n.best(); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

func TestDecide(t *testing.T) {
	const p, o, l = schema.Person, schema.Organization, schema.Location
	for name, test := range map[string]struct {
		ballot ballot
		typ    schema.EntityType
		want   schema.EntityType
	}{
		"all the same":    {ballot{counts: [3]int{2, 0, 0}}, p, p},
		"three to one":    {ballot{counts: [3]int{0, 3, 1}, first: 2}, l, o},
		"two to one":      {ballot{counts: [3]int{0, 2, 1}}, l, l},
		"strong":          {ballot{counts: [3]int{0, 2, 1}, strong: true}, l, o},
		"strong, a tie":   {ballot{counts: [3]int{0, 1, 1}, first: 2, strong: true}, o, l},
		"a surname stays": {ballot{counts: [3]int{1, 0, 9}, surname: true}, p, p},
		"another type":    {ballot{counts: [3]int{1, 0, 9}}, "event", "event"},
	} {
		if got := test.ballot.decide(test.typ); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}
