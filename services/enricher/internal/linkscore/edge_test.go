package linkscore_test

import (
	"math"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/internal/linkscore"
)

func TestLinksRatios(t *testing.T) {
	for _, test := range []struct {
		name                            string
		links                           linkscore.Links
		coverage, precision, recall, f1 float64
	}{
		{"nothing", linkscore.Links{}, 0, 0, 0, 0},
		{"none covered", linkscore.Links{All: 4}, 0, 0, 0, 0},
		{"only extra", linkscore.Links{All: 4, Extra: 2}, 0, 0, 0, 0},
		{"all right", linkscore.Links{All: 2, Covered: 2, Given: 2, Right: 2}, 1, 1, 1, 1},
		{"extra costs precision", linkscore.Links{All: 4, Covered: 2, Given: 2, Right: 2, Extra: 2}, 0.5, 0.5, 1, 2.0 / 3},
		{"missed costs recall", linkscore.Links{All: 4, Covered: 4, Given: 1, Right: 1}, 1, 1, 0.25, 0.4},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := test.links
			got := [4]float64{l.Coverage(), l.Precision(), l.Recall(), l.F1()}
			for i, want := range [4]float64{test.coverage, test.precision, test.recall, test.f1} {
				if math.Abs(got[i]-want) > 1e-9 {
					t.Errorf("%d: got %v, want %v", i, got[i], want)
				}
			}
		})
	}
}
