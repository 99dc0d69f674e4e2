package main

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// The whole way: the article's next revision is its last text, withdrawn.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	dir := t.TempDir()
	writeAll(t, dir, map[string]string{"000_c42f8059e1cbe96e.txt": " date 2022-01-10 A lead.\n\nUK news summary from The Example.\n\nFerry waits"})
	published := sample(1, 1).Article
	published.Source.FeedID, published.Source.FeedURL = schema.FeedID("https://example.org/feed"), "https://example.org/feed"
	bed.publish(bed.article(published))
	bed.normalize()
	bed.ok("import", dir)
	imported := decodeArticle(t, bustest.Next(t, bed.Bus, 2, schema.StreamArticles)[1])
	for i, a := range []schema.Article{published, imported} {
		if r := bed.ok("withdraw", a.ID, "--reason", "Asked by <its> author"); !strings.Contains(r.stderr, "is on its way to be withdrawn as revision 2") {
			t.Errorf("%q", r.stderr)
		}
		got := decodeArticle(t, bustest.Next(t, bed.Bus, 3+i, schema.StreamArticles)[2+i])
		if got.ID != a.ID || got.Revision != 2 || got.Event != schema.EventWithdrawn || got.Headline != a.Headline || got.PreviousHash != a.ContentHash {
			t.Errorf("withdrawn: %+v", got)
		}
		if r := bed.ok("withdraw", a.ID); !strings.Contains(r.stderr, "withdrawn already") {
			t.Errorf("again: %q", r.stderr)
		}
	}
	bed.run("withdraw", strings.Repeat("0", 32)).fails(t, 1, "not in ARTICLES")
	bed.run("withdraw", "x").fails(t, 2, "want an article's id")
}

func decodeArticle(t *testing.T, d bus.Delivery) schema.Article {
	t.Helper()
	a, err := bus.Decode[schema.Article](d)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
