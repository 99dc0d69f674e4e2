package link

import (
	"testing"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// candidate is one of so much likelihood, of the user's own or not.
func candidate(prior float64, own bool) kb.Candidate {
	var c kb.Candidate
	c.Prior, c.Own = prior, own
	return c
}

// Which candidate is the likeliest, and how likely is the next.
func TestLikeliest(t *testing.T) {
	for name, test := range map[string]struct {
		found  []kb.Candidate
		best   int // its index, or -1
		second float64
	}{
		"none":            {nil, -1, 0},
		"one":             {[]kb.Candidate{candidate(2, false)}, 0, 0},
		"first":           {[]kb.Candidate{candidate(5, false), candidate(2, false)}, 0, 2},
		"last":            {[]kb.Candidate{candidate(2, false), candidate(5, false)}, 1, 2},
		"middle":          {[]kb.Candidate{candidate(2, false), candidate(5, false), candidate(3, false)}, 1, 3},
		"as likely":       {[]kb.Candidate{candidate(2, false), candidate(2, false)}, 0, 2},
		"own wins":        {[]kb.Candidate{candidate(1, true), candidate(9, false)}, 0, 0},
		"two own":         {[]kb.Candidate{candidate(1, true), candidate(4, true), candidate(9, false)}, 1, 1},
		"without a prior": {[]kb.Candidate{candidate(0, false), candidate(0, false)}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			best, second := likeliest(test.found)
			if second != test.second {
				t.Errorf("second: got %v, want %v", second, test.second)
			}
			if test.best < 0 {
				if best != nil {
					t.Errorf("got %+v of none", best)
				}
				return
			}
			if best != &test.found[test.best] {
				t.Errorf("got %+v, want %d", best, test.best)
			}
		})
	}
}
