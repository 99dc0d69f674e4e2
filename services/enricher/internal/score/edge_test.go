package score_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
)

func TestOfEdges(t *testing.T) {
	per, org := corpus.Span{End: 3, Type: "PER"}, corpus.Span{End: 3, Type: "ORG"}
	long, misc := corpus.Span{End: 8, Type: "PER"}, corpus.Span{End: 3, Type: "MISC"}
	for _, test := range []struct {
		name           string
		marks          []corpus.Span
		found          []score.Name
		typed, untyped score.Count
	}{
		{"nothing of nothing", nil, nil, score.Count{}, score.Count{}},
		{"found where nothing is", nil, []score.Name{{0, 0, 3, "PER"}}, score.Count{0, 1, 0}, score.Count{0, 1, 0}},
		{"marked as two types", []corpus.Span{per, org}, []score.Name{{0, 0, 3, "ORG"}}, score.Count{1, 1, 2}, score.Count{1, 1, 2}},
		{"one in another", []corpus.Span{long, per}, []score.Name{{0, 0, 8, "PER"}}, score.Count{1, 1, 2}, score.Count{1, 1, 2}},
		{"on what does not count", []corpus.Span{misc}, []score.Name{{0, 0, 3, "LOC"}}, score.Count{0, 1, 0}, score.Count{0, 1, 0}},
		{"types in small letters", []corpus.Span{per}, []score.Name{{0, 0, 3, "per"}}, score.Count{0, 0, 1}, score.Count{0, 0, 1}},
		{"out of order", []corpus.Span{long, per}, []score.Name{{0, 0, 8, "PER"}, {0, 0, 3, "PER"}, {0, 0, 8, "PER"}}, score.Count{2, 2, 2}, score.Count{2, 2, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := score.Of(test.found, corpus.Document{Texts: []string{"Ana Zork"}, Spans: test.marks})
			if got.Typed != test.typed || got.Untyped != test.untyped {
				t.Errorf("got %+v, want %+v, %+v", got, test.typed, test.untyped)
			}
		})
	}
}

func TestTypeOf(t *testing.T) {
	for typ, want := range map[schema.EntityType]string{
		schema.Person: "PER", schema.Organization: "ORG", schema.Location: "LOC", "": "", "zork": "",
	} {
		if got := score.TypeOf(typ); got != want {
			t.Errorf("%s: got %q, want %q", typ, got, want)
		}
	}
}
