package normalize_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

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
			checkTexts(t, row[0], a)
			for _, rule := range a.Provenance.Rules {
				seen[rule]++
			}
			for _, repair := range repairs(t, item) {
				seen["repair:"+repair]++
			}
		}
	}
	t.Logf("%d items, refused %v, decided by\n%s", total, refused, table(seen))
	if total < 2000 || refused[""] > 0 {
		t.Errorf("%d items, refused %v", total, refused)
	}
}

// repairs are what was mended in an item when it was read.
func repairs(t *testing.T, item schema.Item) []string {
	t.Helper()
	entry, err := parse.One([]byte(item.Document), item.Format, item.Fetch.URL)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range entry.Repairs {
		names = append(names, string(r))
	}
	return names
}

// onMarkup is a feed that is about markup and shows some.
const onMarkup = "real/NetNewsWire--3960.json"

// tag finds what looks like markup.
var tag = regexp.MustCompile(`(?i)</(?:p|div|a|span|li|h\d)>|<(?:a|img|div|span|p)\s+\w+\s*=`)

// checkTexts checks what a reader of any article may count on.
func checkTexts(t *testing.T, file string, a schema.Article) {
	t.Helper()
	for i, text := range append([]string{a.Headline, a.Lead}, a.Body...) {
		if tag.MatchString(text) && file != onMarkup {
			t.Errorf("%s, %.60q: markup in text %d: %.200q", file, a.Headline, i, text)
		}
		if strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%s, %.60q: control characters in text %d: %.200q", file, a.Headline, i, text)
		}
		if i > 1 && strings.TrimSpace(text) == "" {
			t.Errorf("%s, %.60q: paragraph %d is empty", file, a.Headline, i-2)
		}
	}
	if a.Headline == a.Lead || len(a.Body) > 0 && a.Lead == a.Body[0] {
		t.Errorf("%s, %.60q: a text is there twice", file, a.Headline)
	}
	day, err := time.Parse(time.DateOnly, a.Date)
	if err != nil || day.Year() < 1990 || day.After(a.Provenance.FetchedAt.Add(24*time.Hour)) {
		t.Errorf("%s, %.60q: date %s", file, a.Headline, a.Date)
	}
}

// table is counts, a line each, by name.
func table(counts map[string]int) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%6d  %s\n", counts[name], name)
	}
	return b.String()
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
