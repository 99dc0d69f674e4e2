package bounds_test

import (
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/bounds"
)

func TestTellEdges(t *testing.T) {
	for _, test := range []struct {
		name   string
		models []schema.Model
		want   []string
	}{
		{"no models", nil, nil},
		{"no such step", []schema.Model{{Step: "b"}}, []string{""}},
		{"part of a name", []schema.Model{{Step: "aa"}}, []string{""}},
		{"first", []schema.Model{{Step: "a"}}, []string{"2 texts"}},
		{"after another", []schema.Model{{Step: "a", Cut: "1 name"}}, []string{"1 name, 2 texts"}},
		{"two records of a step", []schema.Model{{Step: "a"}, {Step: "b"}, {Step: "a", Cut: "x"}}, []string{"2 texts", "", "x, 2 texts"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := schema.Enriched{Models: test.models}
			bounds.Tell(&e, "a", "2 texts")
			var got []string
			for _, m := range e.Models {
				got = append(got, m.Cut)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
