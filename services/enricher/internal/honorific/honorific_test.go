package honorific_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/honorific"
)

func TestOf(t *testing.T) {
	for _, test := range []struct {
		word   string
		gender honorific.Gender
		regnal bool
		known  bool
	}{
		{"Mr", honorific.Male, false, true},
		{"Mr.", honorific.Male, false, true},
		{"MRS.", honorific.Female, false, true},
		{"Dr", honorific.Unknown, false, true},
		{"Señora", honorific.Female, false, true},
		{"Congresswoman", honorific.Female, false, true},
		{"chairman", honorific.Male, false, true},
		{"Chairwoman", honorific.Female, false, true},
		{"Queen", honorific.Female, true, true},
		{"Pope", honorific.Male, true, true},
		{"St.", honorific.Unknown, true, true},
		{"Zork", honorific.Unknown, false, false},
		{"", honorific.Unknown, false, false},
		{".", honorific.Unknown, false, false},
		{strings.Repeat("mr", 20), honorific.Unknown, false, false},
	} {
		got, known := honorific.Of(test.word)
		if got.Gender != test.gender || got.Regnal != test.regnal || known != test.known {
			t.Errorf("%q: got %+v, %t", test.word, got, known)
		}
	}
}

func TestBefore(t *testing.T) {
	for _, test := range []struct {
		before string
		gender honorific.Gender
		known  bool
	}{
		{"", honorific.Unknown, false},
		{"Mr ", honorific.Male, true},
		{"Then Ms. ", honorific.Female, true},
		{"said Mrs\u00a0", honorific.Female, true},
		{"(Mr ", honorific.Male, true},
		{"“Ms ", honorific.Female, true},
		{"Mr, ", honorific.Unknown, false},
		{"The mister and ", honorific.Unknown, false},
		{"a very long sentence that ends in Sir ", honorific.Male, true},
		{"\xff\xfeMr ", honorific.Male, true},
	} {
		got, known := honorific.Before(test.before+"Zork", len(test.before))
		if got.Gender != test.gender || known != test.known {
			t.Errorf("%q: got %+v, %t", test.before, got, known)
		}
	}
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		name, rest string
		gender     honorific.Gender
	}{
		{"Zork", "Zork", honorific.Unknown},
		{"Mr Zork", "Zork", honorific.Male},
		{"President Maria Zork", "Maria Zork", honorific.Unknown},
		{"Prof. Dr. Frau Zork", "Zork", honorific.Female},
		{"mr Zork", "mr Zork", honorific.Unknown},
		{"Mr", "Mr", honorific.Unknown},
		{"", "", honorific.Unknown},
		{"Dr  Zork", "Zork", honorific.Unknown},
	} {
		rest, title, found := honorific.Cut(test.name)
		if rest != test.rest || title.Gender != test.gender || found != (rest != test.name) {
			t.Errorf("%q: got %q, %+v, %t", test.name, rest, title, found)
		}
	}
}

func TestOfFirstName(t *testing.T) {
	for name, want := range map[string]honorific.Gender{
		"Sergei": honorific.Male, "WENDY": honorific.Female, "José": honorific.Male, "Kim": honorific.Unknown,
		"Zork": honorific.Unknown, "": honorific.Unknown, strings.Repeat("Anna", 9): honorific.Unknown,
	} {
		if got := honorific.OfFirstName(name); got != want {
			t.Errorf("%q: got %d, want %d", name, got, want)
		}
	}
}

func TestFormal(t *testing.T) {
	for name, want := range map[string]string{"bob": "robert", "robert": "robert", "zork": "zork", "": ""} {
		if got := honorific.Formal(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestFits(t *testing.T) {
	for _, test := range []struct {
		a, b honorific.Gender
		want bool
	}{
		{honorific.Male, honorific.Male, true}, {honorific.Male, honorific.Female, false},
		{honorific.Unknown, honorific.Female, true}, {honorific.Unknown, honorific.Unknown, true},
	} {
		if test.a.Fits(test.b) != test.want || test.b.Fits(test.a) != test.want {
			t.Errorf("%d and %d: want %t", test.a, test.b, test.want)
		}
	}
}

func FuzzBefore(f *testing.F) {
	f.Add("Then Mr Zork", 8)
	f.Add("\xff Ms\u00a0Zork", 6)
	f.Fuzz(func(t *testing.T, s string, at int) {
		if at >= 0 && at <= len(s) {
			honorific.Before(s, at)
		}
		if rest, _, _ := honorific.Cut(s); !strings.HasSuffix(s, rest) {
			t.Errorf("%q is no end of %q", rest, s)
		}
	})
}
