package honorific_test

import (
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
)

func TestFitsEdges(t *testing.T) {
	const u, m, f = honorific.Unknown, honorific.Male, honorific.Female
	for _, test := range []struct {
		a, b honorific.Gender
		want bool
	}{{u, u, true}, {u, m, true}, {f, u, true}, {m, m, true}, {f, f, true}, {m, f, false}, {f, m, false}} {
		if got := test.a.Fits(test.b); got != test.want {
			t.Errorf("%d and %d: got %t", test.a, test.b, got)
		}
	}
}

func TestCutEdges(t *testing.T) {
	for _, test := range []struct {
		name, rest string
		title      honorific.Title
		found      bool
	}{
		{"", "", honorific.Title{}, false},
		{"Mr", "Mr", honorific.Title{}, false},
		{"mr Zork", "mr Zork", honorific.Title{}, false},
		{"Ana Mr Zork", "Ana Mr Zork", honorific.Title{}, false},
		{"Mr  Zork", "Zork", honorific.Title{Gender: honorific.Male}, true},
		{"Dr. Mrs. Zork", "Zork", honorific.Title{Gender: honorific.Female, Office: true}, true},
		{"Lady Mr Zork", "Zork", honorific.Title{Gender: honorific.Female}, true},
		{"President Queen Ana", "Ana", honorific.Title{Gender: honorific.Female, Office: true, Regnal: true}, true},
		{"Señora Łuk", "Łuk", honorific.Title{Gender: honorific.Female}, true},
	} {
		rest, title, found := honorific.Cut(test.name)
		if rest != test.rest || title != test.title || found != test.found {
			t.Errorf("%q: got %q, %+v, %t", test.name, rest, title, found)
		}
	}
}

func TestFirstNames(t *testing.T) {
	for name, want := range map[string]honorific.Gender{
		"": honorific.Unknown, "JOSÉ": honorific.Male, "François": honorific.Male, "Zoë": honorific.Female, "ana": honorific.Female,
		"Kim": honorific.Unknown, "Ana ": honorific.Unknown, "Ana Zork": honorific.Unknown, "annaannaannaannaanna": honorific.Unknown,
	} {
		if got := honorific.OfFirstName(name); got != want {
			t.Errorf("%q: got %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]string{"": "", "bob": "robert", "robert": "robert", "Bob": "Bob", "betsy": "elizabeth", "zork": "zork"} {
		if got := honorific.Formal(name); got != want || honorific.Formal(got) != got {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
