package demo_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/decode"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

// items reads a feed of the demo as the pipeline does.
func items(t *testing.T, f schema.Feed) []parse.Item {
	t.Helper()
	response, body := get(t, f.URL, "")
	text, err := decode.UTF8(body, response.Header.Get("Content-Type"), 0)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := cut.Cut(text.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Torn {
		t.Error("the feed is torn")
	}
	var all []parse.Item
	for i := range doc.Items {
		item, err := parse.One(doc.One(i), doc.Format, f.URL)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, item)
	}
	return all
}

// TestRead holds that the pipeline finds in each feed what the demo means to
// show.
func TestRead(t *testing.T) {
	newest := time.Date(2026, 3, 12, 15, 0, 0, 0, time.UTC)
	for _, f := range serve(t).Feeds() {
		t.Run(f.Title, func(t *testing.T) {
			for _, item := range items(t, f) {
				at := item.Published.Time
				if item.Title == "" || item.Summary == "" || len(item.Authors) != 1 || len(item.Categories) == 0 {
					t.Errorf("%s: lacks a title, a summary, an author or a category: %+v", item.Link, item)
				}
				if at.IsZero() || at.After(newest) || newest.Sub(at) > 7*24*time.Hour {
					t.Errorf("%s: is of %v", item.Link, at)
				}
				if n := strings.Count(item.Content, "<p>"); n < 3 || n > 6 {
					t.Errorf("%s: got %d paragraphs, want 3 to 6", item.Link, n)
				}
				if item.FeedTitle != f.Title || !strings.HasPrefix(item.Language, f.Language[:2]) {
					t.Errorf("%s: is of %q in %q", item.Link, item.FeedTitle, item.Language)
				}
			}
		})
	}
}

// TestLinks holds that no article is linked to a host that exists.
func TestLinks(t *testing.T) {
	for _, f := range serve(t).Feeds() {
		all := items(t, f)
		if len(all) < 4 || len(all) > 8 {
			t.Errorf("%s: got %d articles, want 4 to 8", f.Title, len(all))
		}
		for _, item := range all {
			if !strings.HasSuffix(schema.IdentityHost(item.Link), ".example") {
				t.Errorf("%s: %s is not under .example", f.Title, item.Link)
			}
		}
	}
}

// TestSharedArticle holds that the article which stands in two feeds says the
// same in both, so that it is one article.
func TestSharedArticle(t *testing.T) {
	first := map[string]parse.Item{}
	shared := 0
	for _, f := range serve(t).Feeds() {
		for _, item := range items(t, f) {
			other, found := first[item.Link]
			if !found {
				first[item.Link] = item
				continue
			}
			shared++
			if item.Title != other.Title || item.Summary != other.Summary || item.Content != other.Content || !item.Published.Time.Equal(other.Published.Time) {
				t.Errorf("%s: differs:\n%+v\n%+v", item.Link, item, other)
			}
		}
	}
	if shared != 1 || len(first) != 34 {
		t.Errorf("got %d articles, %d of them in two feeds; want 34 and 1", len(first), shared)
	}
}
