package main

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/app"
)

func TestSummaryTellsWhatWaits(t *testing.T) {
	for name, test := range map[string]struct {
		of   map[string]uint64
		want string
	}{
		"one":     {map[string]uint64{"a_example": 3}, "3 pages still waiting: a_example (3); their items come with the next run\n"},
		"in turn": {map[string]uint64{"a_example": 1, "c_example": 2, "b_example": 1}, ": c_example (2), a_example (1), b_example (1);"},
		"many":    {map[string]uint64{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1}, "e (1), and 2 more;"},
		"none":    {nil, ""},
	} {
		s := app.Summary{WaitingFor: test.of}
		for _, n := range test.of {
			s.PagesWaiting += int64(n)
		}
		var b strings.Builder
		if err := printSummary(&b, s); err != nil {
			t.Fatal(err)
		}
		if got := b.String(); !strings.Contains(got, test.want) || strings.Contains(got, "waiting") != (test.of != nil) {
			t.Errorf("%s: got %s", name, got)
		}
	}
}
