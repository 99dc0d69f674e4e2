package score_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

func TestCount(t *testing.T) {
	for _, test := range []struct {
		count                 score.Count
		precision, recall, f1 float64
	}{
		{score.Count{}, 0, 0, 0},
		{score.Count{Hit: 1, Found: 1, Wanted: 1}, 1, 1, 1},
		{score.Count{Hit: 1, Found: 2, Wanted: 4}, 0.5, 0.25, 1.0 / 3},
		{score.Count{Found: 3}, 0, 0, 0},
	} {
		if p, r, f := test.count.Precision(), test.count.Recall(), test.count.F1(); p != test.precision || r != test.recall || math.Abs(f-test.f1) > 1e-9 {
			t.Errorf("%+v: got %v, %v, %v", test.count, p, r, f)
		}
	}
}

func document() corpus.Document {
	return corpus.Document{
		Texts: []string{"Ana left Łódź.", "Zorbex is Zorkian."},
		Spans: []corpus.Span{
			{Start: 0, End: 3, Type: "PER"}, {Start: 9, End: 16, Type: "LOC"},
			{Text: 1, Start: 0, End: 6, Type: "ORG"}, {Text: 1, Start: 10, End: 17, Type: "MISC"},
			{Text: 1, Start: 0, End: 6, Type: "ORG"}, // marked twice
		},
	}
}

func TestOf(t *testing.T) {
	for _, test := range []struct {
		name           string
		found          []score.Name
		typed, untyped score.Count
	}{
		{"nothing", nil, score.Count{Wanted: 3}, score.Count{Wanted: 3}},
		{"all", []score.Name{{0, 0, 3, "PER"}, {0, 9, 16, "LOC"}, {1, 0, 6, "ORG"}}, score.Count{3, 3, 3}, score.Count{3, 3, 3}},
		{"wrong type", []score.Name{{1, 0, 6, "PER"}}, score.Count{0, 1, 3}, score.Count{1, 1, 3}},
		{"wrong end", []score.Name{{0, 0, 4, "PER"}}, score.Count{0, 1, 3}, score.Count{0, 1, 3}},
		{"wrong text", []score.Name{{1, 0, 3, "PER"}}, score.Count{0, 1, 3}, score.Count{0, 1, 3}},
		{"twice", []score.Name{{0, 0, 3, "PER"}, {0, 0, 3, "PER"}}, score.Count{1, 1, 3}, score.Count{1, 1, 3}},
		{"other names do not count", []score.Name{{1, 10, 17, "MISC"}, {0, 0, 1, ""}}, score.Count{0, 0, 3}, score.Count{0, 0, 3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := score.Of(test.found, document())
			if got.Typed != test.typed || got.Untyped != test.untyped {
				t.Errorf("got %+v, want %+v, %+v", got, test.typed, test.untyped)
			}
			var sum score.Count
			for _, c := range got.Types {
				sum.Add(c)
			}
			if sum != got.Typed {
				t.Errorf("types sum up to %+v, not %+v", sum, got.Typed)
			}
		})
	}
}

func TestAdd(t *testing.T) {
	var all score.Names
	for range 2 {
		all.Add(score.Of([]score.Name{{0, 0, 3, "PER"}}, document()))
	}
	if want := (score.Count{2, 2, 6}); all.Typed != want || all.Untyped != want || all.Types["PER"] != (score.Count{2, 2, 2}) {
		t.Errorf("got %+v", all)
	}
}

// fixed finds the same spans in the first text.
type fixed struct {
	spans []recognizer.Span
	err   error
}

func (fixed) Model() schema.Model { return schema.Model{} }

func (fixed) Knows(string) bool { return true }

func (f fixed) Recognize(_ context.Context, _ string, texts []string) ([][]recognizer.Span, error) {
	spans := make([][]recognizer.Span, len(texts))
	spans[0] = f.spans
	return spans, f.err
}

func TestRecognizer(t *testing.T) {
	r := fixed{spans: []recognizer.Span{{End: 3, Type: schema.Person}, {Start: 9, End: 16, Type: schema.Organization}, {Start: 4, End: 8, Type: schema.Location}}}
	for _, c := range []corpus.Case{corpus.AsWritten, corpus.TitleCase, corpus.AllCaps} {
		got, err := score.Recognizer(t.Context(), r, []corpus.Document{document()}, c)
		if err != nil || got.Typed != (score.Count{1, 3, 3}) || got.Untyped != (score.Count{2, 3, 3}) {
			t.Errorf("%d: got %+v, %v", c, got, err)
		}
	}
	bad := errors.New("bad")
	if _, err := score.Recognizer(t.Context(), fixed{err: bad}, []corpus.Document{document()}, corpus.AsWritten); !errors.Is(err, bad) {
		t.Errorf("got %v", err)
	}
}
