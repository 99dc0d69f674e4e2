package gazetteer_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

var update = flag.Bool("update", false, "write the golden file anew")

// What the step makes of whole articles, to the byte: testdata/articles.json in,
// testdata/enriched.jsonl out, a line for each article in the same order.
func TestGolden(t *testing.T) {
	golden := filepath.Join("testdata", "enriched.jsonl")
	articles := readArticles(t)
	var lines [][]byte
	for _, a := range articles {
		lines = append(lines, encode(t, enrich(t, a)))
	}
	if *update {
		if err := os.WriteFile(golden, bytes.Join(lines, nil), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.SplitAfter(bytes.TrimRight(data, "\n"), []byte("\n"))
	if len(want) != len(articles) {
		t.Fatalf("%s has %d lines for %d articles: see -update", golden, len(want), len(articles))
	}
	for i, a := range articles {
		t.Run(a.ID, func(t *testing.T) {
			if got, want := bytes.TrimSpace(lines[i]), bytes.TrimSpace(want[i]); !bytes.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func readArticles(t testing.TB) []schema.Article {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "articles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var articles []schema.Article
	if err := json.Unmarshal(data, &articles); err != nil {
		t.Fatal(err)
	}
	return articles
}

// encode writes e on one line, with characters as they are.
func encode(t *testing.T, e schema.Enriched) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
