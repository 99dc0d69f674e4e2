package reading_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/reading"
)

func TestTextsEdges(t *testing.T) {
	half := strings.Repeat("a", reading.MaxText/2)
	for _, test := range []struct {
		name    string
		article schema.Article
		want    []int // bytes of the texts
	}{
		{"nothing", schema.Article{}, nil},
		{"empty paragraphs", schema.Article{Body: []string{"", ""}}, nil},
		{"all", schema.Article{Headline: "a", Lead: "bb", Body: []string{"ccc"}}, []int{1, 2, 3}},
		{"bytes, not letters", schema.Article{Headline: "é"}, []int{2}},
		{"all that fits", schema.Article{Headline: half, Lead: half}, []int{len(half), len(half)}},
		{"nothing left", schema.Article{Headline: half, Lead: half, Body: []string{"a"}}, []int{len(half), len(half)}},
		{"later ones that fit", schema.Article{Headline: half, Lead: "a", Body: []string{half, "bb"}}, []int{len(half), 1, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []int
			for _, text := range reading.Texts(&test.article) {
				got = append(got, len(text.S))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
