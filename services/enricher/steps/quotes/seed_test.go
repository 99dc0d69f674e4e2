package quotes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

// seedArticle reads the seed article.
func seedArticle(t *testing.T) schema.Article {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t), "seed", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("no seed article")
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "\n\n")
	return schema.Article{
		Language: "en",
		Lead:     strings.TrimPrefix(blocks[0], " date 2022-01-10 "),
		Body:     blocks[1 : len(blocks)-1],
		Headline: blocks[len(blocks)-1],
	}
}

// The seed article has eight quotes, by two speakers.
func TestSeed(t *testing.T) {
	want := []struct{ begin, speaker, cue string }{
		{"In some ways", "sergei_ryabkov", "said"},
		{"difficult, long", "sergei_ryabkov", "adding"},
		{"remain steadfast", "wendy_sherman", "stated"},
		{"In some ways", "sergei_ryabkov", "told"},
		{"We emphasize", "sergei_ryabkov", "added"},
		{"In a sense", "sergei_ryabkov", ""},
		{"No one will", "wendy_sherman", "stated"},
		{"Bilateral", "wendy_sherman", ""},
	}
	e := enrich(t, seedArticle(t))
	if len(e.Quotes) != len(want) {
		t.Errorf("%d quotes, want %d", len(e.Quotes), len(want))
	}
	for i, q := range e.Quotes {
		if i >= len(want) || !strings.HasPrefix(q.Text, want[i].begin) || q.Speaker != want[i].speaker || q.Cue != want[i].cue {
			t.Errorf("%d: %.20q by %q, cue %q", i, q.Text, q.Speaker, q.Cue)
		}
	}
}
