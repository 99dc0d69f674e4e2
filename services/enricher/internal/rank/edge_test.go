package rank_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/rank"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

func TestDistanceEdges(t *testing.T) {
	nan := math.NaN()
	for _, test := range []struct {
		name       string
		a, b, c, d float64
		want       float64
	}{
		{"same", 51.5, -0.1, 51.5, -0.1, 0},
		{"a degree", 0, 0, 0, 1, 111.19},
		{"over the date line", 0, 179.5, 0, -179.5, 111.19},
		{"quarter", 0, 0, 90, 0, 10007.5},
		{"pole to pole", 90, 0, -90, 0, 20015.1},
		{"other side", 0, 0, 0, 180, 20015.1},
		{"at the pole all are one", 90, 0, 90, 120, 0},
		{"not known", nan, nan, 1, 1, math.Inf(1)},
		{"half known", 1, 1, 1, nan, math.Inf(1)},
	} {
		got := rank.Distance(test.a, test.b, test.c, test.d)
		if back := rank.Distance(test.c, test.d, test.a, test.b); got != test.want && math.Abs(got-test.want) > 0.1 || back != got && math.Abs(back-got) > 1e-6 {
			t.Errorf("%s: got %v and %v, want %v", test.name, got, back, test.want)
		}
	}
}

func TestRankEdges(t *testing.T) {
	var many []kb.Candidate
	for i := range 20 {
		many = append(many, at(kb.City, strconv.Itoa(i), "US", "TX", 33, -95, float64(1000*i)))
	}
	tie := []kb.Candidate{at(kb.City, "first", "PE", "", -12, -77, 9), at(kb.City, "second", "US", "", 40, -90, 9)}
	for _, test := range []struct {
		name       string
		candidates []kb.Candidate
		country    string
		first      string
		left       int
	}{
		{"none", nil, "", "", 0},
		{"one", tie[1:], "", "second", 1},
		{"tie keeps the order", tie, "", "first", 2},
		{"tie at home", tie, "US", "second", 2},
		{"home of none", tie, "KE", "first", 2},
		{"twelve are left", many, "", "19", 12},
	} {
		t.Run(test.name, func(t *testing.T) {
			places := []rank.Place{named(1, append([]kb.Candidate(nil), test.candidates...)...)}
			rank.Rank(places, test.country)
			p := &places[0]
			if len(p.Candidates) != test.left || test.left > 0 && p.Candidates[0].Name != test.first {
				t.Fatalf("got %v", p.Candidates)
			}
			least := 0.0
			if test.left > 0 {
				least = 1 / float64(test.left)
			}
			if b := p.Belief(); b < least-1e-9 || b > 1+1e-9 {
				t.Errorf("belief %v of %d", b, test.left)
			}
		})
	}
	rank.Rank(nil, "")
}
