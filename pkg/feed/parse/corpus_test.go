package parse_test

import (
	"bufio"
	"encoding/json"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/parse"
)

// reference is what another parser, feedparser, made of a file.
type reference struct {
	File  string
	Items []struct {
		Title, Link string
		UTC         string
	}
}

// agreement counts how often two parsers say the same.
type agreement struct{ same, all int }

func (a *agreement) add(same bool) {
	a.all++
	if same {
		a.same++
	}
}

func (a agreement) atLeast(t *testing.T, what string, floor float64) {
	t.Helper()
	percent := 100 * float64(a.same) / float64(max(a.all, 1))
	t.Logf("%s: %d of %d the same, %.2f %%", what, a.same, a.all, percent)
	if percent < floor {
		t.Errorf("%s: %.2f %% the same, want %.1f %%", what, percent, floor)
	}
}

// misread are the files whose dates the reference gets wrong, and how.
var misread = map[string]string{
	"real/RSSOwl--158.xml":                  "24 May with -800 is read as 27 May",
	"real/NetNewsWire--kc0011.rss":          "2020/1/10 is read as the first of November",
	"synthetic/zh-gbk.xml":                  "10 January is read as the first of November",
	"real/feed-rs--rss2--rss_2.0_nbcny.xml": "PM is not read",
}

// TestCorpus reads the feeds of the reference data item by item: all of them
// must be read, with all dates, and titles, links and dates must agree.
func TestCorpus(t *testing.T) {
	folder := filepath.Join(sharedFolder(t), "feeds")
	var titles, links, dates agreement
	items := 0
	repairs := map[string]int{}
	for _, ref := range references(t, folder) {
		d, ok := cutFile(t, filepath.Join(folder, ref.File))
		for n := range d.Items {
			items++
			got, err := parse.One(d.One(n), d.Format, feedURL)
			if err != nil {
				t.Errorf("%s %d: %v", ref.File, n, err)
			}
			for _, date := range []parse.Date{got.Published, got.Updated} {
				if date.Raw != "" && date.Time.IsZero() {
					t.Errorf("%s %d: date %q is not read", ref.File, n, date.Raw)
				}
			}
			for _, name := range got.Repairs {
				repairs[name]++
			}
			if !ok || len(d.Items) != len(ref.Items) {
				continue // the reference has another number of items, or none
			}
			want := ref.Items[n]
			compare(t, ref.File, "title", &titles, got.Title, plainReference(want.Title))
			if want.Link != "" && !strings.Contains(want.Link, "/~r/") { // FeedBurner's, which we replace
				compare(t, ref.File, "link", &links, got.Link, absolute(want.Link))
			}
			if want.UTC != "" && misread[ref.File] == "" {
				compare(t, ref.File, "date", &dates, instant(got), want.UTC)
			}
		}
	}
	t.Logf("%d items read, repaired %v", items, repairs)
	titles.atLeast(t, "titles", 98)
	links.atLeast(t, "links", 99.5)
	dates.atLeast(t, "dates", 99.5)
}

func compare(t *testing.T, file, what string, a *agreement, got, want string) {
	t.Helper()
	a.add(got == want)
	if got != want && testing.Verbose() {
		t.Logf("%s: %s %q, reference %q", file, what, got, want)
	}
}

// instant returns the date that the reference calls the item's: that of
// publication, or else of the last change.
func instant(i parse.Item) string {
	for _, d := range []parse.Date{i.Published, i.Updated} {
		if !d.Time.IsZero() {
			return d.Time.UTC().Format(time.RFC3339)
		}
	}
	return ""
}

var tags = regexp.MustCompile(`</?(b|i|em|div|span)\b[^>]*>`)

// plainReference makes of the reference's title, which is HTML, what ours is.
func plainReference(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(s, ""))), " ")
}

func absolute(ref string) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || u.IsAbs() {
		return ref
	}
	base, _ := url.Parse(feedURL)
	return base.ResolveReference(u).String()
}

func cutFile(t *testing.T, name string) (cut.Document, bool) {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := decode.UTF8(body, "", 1<<24)
	if err != nil {
		return cut.Document{}, false
	}
	d, err := cut.Cut(text.Bytes)
	return d, err == nil
}

func references(t *testing.T, folder string) []reference {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, "REFERENCE.jsonl"))
	if err != nil {
		t.Skipf("no reference data: %v", err)
	}
	defer f.Close()
	var all []reference
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var r reference
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// sharedFolder finds the reference data, which is not part of the repository.
func sharedFolder(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("DATELINE_SHARED"); folder != "" {
		return folder
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			folder := filepath.Join(dir, "..", "shared")
			if _, err := os.Stat(folder); err == nil {
				return folder
			}
		}
	}
	t.Skip("the reference data is not here; name its folder in DATELINE_SHARED")
	return ""
}
