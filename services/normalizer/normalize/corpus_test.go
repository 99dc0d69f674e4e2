package normalize_test

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// Every item of the sample feeds gives an article, or is refused for a reason
// that we know.
func TestSampleFeeds(t *testing.T) {
	dir := sharedFeeds(t)
	total := 0
	refused := map[string]int{}
	seen := map[string]int{}
	for _, row := range manifest(t, dir) {
		body, err := os.ReadFile(filepath.Join(dir, row[0]))
		if err != nil {
			t.Fatal(err)
		}
		document, _, err := feed.Read(body, row[7], feed.DefaultLimits())
		if err != nil {
			continue // no feed: a matter of that package
		}
		for i := range document.Items {
			item := sampleItem(row[0], document, i)
			total++
			a, err := normalize.Normalize(item)
			if err != nil {
				refused[reason(t, row[0], err)]++
				continue
			}
			checkArticle(t, item, a)
			for _, rule := range a.Provenance.Rules {
				seen[rule]++
			}
		}
	}
	t.Logf("%d items, refused %v, decided by %v", total, refused, seen)
	if total < 2000 || refused[""] > 0 {
		t.Errorf("%d items, refused %v", total, refused)
	}
}

// reason names a refusal that is right, "" for any other.
func reason(t *testing.T, file string, err error) string {
	t.Helper()
	for _, known := range []error{normalize.ErrNoHeadline, parse.ErrEmptyItem} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	t.Errorf("%s: %v", file, err)
	return ""
}

func sampleItem(file string, document cut.Document, i int) schema.Item {
	url := "https://feeds.example.com/" + file
	return schema.Item{
		Feed:     schema.FeedRef{ID: schema.FeedID(url), URL: url},
		Fetch:    schema.Fetch{URL: url, FetchedAt: time.Date(2026, 1, 1, 0, 0, 0, i, time.UTC)},
		Format:   document.Format,
		Document: string(document.One(i)),
	}
}

// manifest is the rows that describe the sample feeds.
func manifest(t testing.TB, dir string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var feeds [][]string
	for _, row := range rows[1:] {
		if row[1] != "opml" {
			feeds = append(feeds, row)
		}
	}
	return feeds
}

// sharedFeeds is the folder of sample feeds.
func sharedFeeds(t testing.TB) string { return shared(t, "feeds") }

// shared is a folder of samples, which are not part of the project.
func shared(t testing.TB, name string) string {
	t.Helper()
	if dir := os.Getenv("DATELINE_SHARED"); dir != "" {
		return filepath.Join(dir, name)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err != nil {
			continue
		}
		folder := filepath.Join(dir, "..", "shared", name)
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
	}
	t.Skipf("no samples (%s): set DATELINE_SHARED", name)
	return ""
}
