package main

import (
	"math"
	"os"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	for name, test := range map[string]struct {
		truth, found      string
		precision, recall float64
		exact             bool
	}{
		"the same":       {"a b c d e f", "A b, c d e f.", 1, 1, true},
		"nothing found":  {"a b c d e", "", 0, 0, false},
		"nothing true":   {"", "a b c d e", 0, 0, false},
		"both empty":     {"", "", 1, 1, true},
		"half is lost":   {"a b c d e", "a b c d", 1, .5, false},
		"half is extra":  {"a b c d", "a b c d e", .5, 1, false},
		"short texts":    {"a b", "a b", 1, 1, true},
		"twice is extra": {"a b c d", "a b c d a b c d", .2, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := compare(test.truth, test.found)
			if math.Abs(o.precision()-test.precision) > 1e-9 || math.Abs(o.recall()-test.recall) > 1e-9 || o.exact() != test.exact {
				t.Errorf("precision %.2f, recall %.2f, exact %t", o.precision(), o.recall(), o.exact())
			}
		})
	}
}

func TestParagraphs(t *testing.T) {
	for name, test := range map[string]struct {
		truth, found []string
		want         float64
	}{
		"all":       {[]string{"A b.", "C d."}, []string{"a b", "c d"}, 1},
		"one lost":  {[]string{"a", "b"}, []string{"a"}, 2. / 3},
		"one wrong": {[]string{"a"}, []string{"a", "b"}, 2. / 3},
		"twice":     {[]string{"a"}, []string{"a", "a"}, 2. / 3},
		"none":      {[]string{"a"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := paragraphs(test.truth, test.found); math.Abs(got-test.want) > 1e-9 {
				t.Errorf("got %.3f, want %.3f", got, test.want)
			}
		})
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		numbers []float64
		want    float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}} {
		if got := median(test.numbers); got != test.want {
			t.Errorf("%v: got %v", test.numbers, got)
		}
	}
}

// TestHalvesAreHalves holds that about as many samples are in either half.
func TestHalvesAreHalves(t *testing.T) {
	second := 0
	for i := range 1000 {
		second += sample{id: strings.Repeat("x", i%37) + string(rune('a'+i%26)) + strings.Repeat("y", i/37)}.half()
	}
	if second < 400 || second > 600 {
		t.Errorf("%d of 1,000 in the second half", second)
	}
}

// TestOthersRead holds that each extractor finds the text of a plain article.
func TestOthersRead(t *testing.T) {
	line := "The harbour office said on Monday that the ferry would sail again by the end of the week, weather permitting."
	s := sample{address: "https://example.com/a", lines: []string{line}, html: []byte("<html><head><title>Ferry</title></head><body><article><h1>Ferry</h1>" +
		strings.Repeat("<p>"+line+"</p>", 8) + "</article></body></html>")}
	for _, e := range append(others(), extractor{"ours", ours}) {
		t.Run(e.name, func(t *testing.T) {
			if !holds(e.find(s), line) {
				t.Errorf("%q", e.find(s))
			}
		})
	}
}

// TestOursIsAbove holds that ours is above the others in each column of the sets
// that have a truth, on samples that are not part of the project.
func TestOursIsAbove(t *testing.T) {
	dir := folder()
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no sample pages: set DATELINE_SHARED")
	}
	sets, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	of := func(e extractor, set set) total {
		var results []result
		for _, s := range set.samples {
			results = append(results, measure(e, s))
		}
		return totals(results)
	}
	for _, set := range sets[:2] {
		we := of(extractor{"ours", ours}, set)
		for _, e := range others() {
			they := of(e, set)
			if we.f1 <= they.f1 || we.exact <= they.exact || we.paragraphs <= they.paragraphs || they.standfirst > 0 && we.standfirst <= they.standfirst {
				t.Errorf("%s: ours %+v, %s %+v", set.name, we, e.name, they)
			}
		}
	}
}

// TestFacts counts what a page says of its date and its authors.
func TestFacts(t *testing.T) {
	var out strings.Builder
	facts(&out, []sample{{
		html: []byte(`<meta name="author" content="Jo Example"><meta property="article:published_time" content="2022-01-10T09:30:20Z"><p>x`), published: "2022-01-10 09:30:00+00:00", authors: []string{"Jo Example"},
	}, {html: []byte("<p>x"), authors: []string{"Sam Sample"}}})
	if got, want := out.String(), "1 news pages: day 1, minute 1; of the authors of 2: all of them 1\n"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q", got)
	}
}
