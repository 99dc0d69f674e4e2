package coreference_test

import (
	"math"
	"testing"

	"github.com/dateline-news/dateline/services/enricher/steps/coreference"
)

func TestScore(t *testing.T) {
	for name, test := range map[string]struct {
		found, gold map[string]int
		want        coreference.Pairs
	}{
		"nothing":     {nil, nil, coreference.Pairs{}},
		"alone":       {map[string]int{"a": 1}, map[string]int{"a": 1}, coreference.Pairs{}},
		"all right":   {map[string]int{"a": 1, "b": 1, "c": 1}, map[string]int{"a": 7, "b": 7, "c": 7}, coreference.Pairs{Found: 3, Gold: 3, Right: 3}},
		"apart":       {map[string]int{"a": 1, "b": 2}, map[string]int{"a": 1, "b": 1}, coreference.Pairs{Gold: 1}},
		"wrong":       {map[string]int{"a": 1, "b": 1}, map[string]int{"a": 1, "b": 2}, coreference.Pairs{Found: 1}},
		"split":       {map[string]int{"a": 1, "b": 1, "c": 2}, map[string]int{"a": 1, "b": 1, "c": 1}, coreference.Pairs{Found: 1, Gold: 3, Right: 1}},
		"not in gold": {map[string]int{"a": 1, "x": 1}, map[string]int{"a": 1, "b": 1}, coreference.Pairs{Found: 1, Gold: 1}},
	} {
		if got := coreference.Score(test.found, test.gold); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestPairs(t *testing.T) {
	p := coreference.Pairs{Found: 1, Gold: 3, Right: 1}.Add(coreference.Pairs{Found: 3, Gold: 1, Right: 1})
	if p.Precision() != 0.5 || p.Recall() != 0.5 || math.Abs(p.F1()-0.5) > 1e-9 {
		t.Errorf("got %v %v %v", p.Precision(), p.Recall(), p.F1())
	}
	if zero := (coreference.Pairs{}); zero.F1() != 0 || zero.Precision() != 0 || zero.Recall() != 0 {
		t.Error("nothing has a score")
	}
}
