package normalize_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Each document of testdata (its format before the hyphen) has beside it the
// article that it gives, as JSON and in the dated format.
func TestGolden(t *testing.T) {
	documents, err := filepath.Glob("testdata/*-*")
	if err != nil || len(documents) == 0 {
		t.Fatalf("documents: %v, %v", documents, err)
	}
	for _, path := range documents {
		if strings.Contains(path, ".want.") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			name := strings.TrimSuffix(path, filepath.Ext(path))
			format, _, _ := strings.Cut(filepath.Base(path), "-")
			item := rss()
			item.Format, item.Document = schema.Format(format), read(t, path)
			a := mustNormalize(t, item)
			got, err := json.MarshalIndent(a, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(read(t, name+".want.json"), string(got)+"\n"); diff != "" {
				t.Errorf("article:\n%s", diff)
			}
			dated, _ := a.Dated() // checked by mustNormalize
			if diff := cmp.Diff(read(t, name+".want.dated.txt"), string(dated)); diff != "" {
				t.Errorf("dated format:\n%s", diff)
			}
		})
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
