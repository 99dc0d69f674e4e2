package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// atomOf is an Atom feed of these elements.
func atomOf(elements ...string) []byte {
	return []byte(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>Harbour</title>` +
		strings.Join(elements, "") + `</feed>`)
}

// An entry that its publisher takes back by a tombstone becomes a last revision,
// once; one that only leaves the feed stays as it is.
func TestATombstoneWithdraws(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	entry := func(n int) string {
		return fmt.Sprintf(`<entry><id>tag:harbour,2026:%d</id><link href="https://harbour.example/news/%d"/><title>Ferry number %d waits for the tide</title>`+
			`<updated>2026-03-01T0%d:00:00Z</updated><summary>The crew of ferry %d says that it is going to wait.</summary></entry>`, n, n, n, n, n)
	}
	tombstone := `<at:deleted-entry ref="tag:harbour,2026:1" when="2026-03-01T09:00:00Z"/>`
	site.File("/news.atom", "application/atom+xml", atomOf(entry(2), entry(1)))
	pipeline := open(t, t.TempDir())
	if _, _, err := pipeline.Registry.Register(t.Context(), feedsOf(site, "/news.atom")); err != nil {
		t.Fatal(err)
	}
	if s := once(t, pipeline); s.Articles != 2 || s.Withdrawn != 0 {
		t.Fatalf("first poll: %+v", s)
	}
	site.File("/news.atom", "application/atom+xml", atomOf(entry(3), tombstone)) // the second has only left
	if s := once(t, pipeline); s.Articles != 1 || s.Withdrawn != 1 || s.Items != 2 || s.Dead != 0 {
		t.Errorf("with the tombstone: %+v", s)
	}
	site.File("/news.atom", "application/atom+xml", atomOf(entry(4), tombstone, entry(3)))
	if s := once(t, pipeline); s.Articles != 1 || s.Withdrawn != 0 || s.Items != 1 || s.Revisions != 0 {
		t.Errorf("the tombstone again: %+v", s)
	}
	revisions := map[string][]schema.Event{}
	for d, err := range pipeline.Bus.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamArticles}) {
		if err != nil {
			t.Fatal(err)
		}
		a, err := bus.Decode[schema.Article](d)
		if err != nil {
			t.Fatal(err)
		}
		if revisions[a.URL] = append(revisions[a.URL], a.Event); a.Revision != len(revisions[a.URL]) || a.Headline == "" {
			t.Errorf("%s: revision %d, %q", a.URL, a.Revision, a.Headline)
		}
	}
	want := "map[https://harbour.example/news/1:[published withdrawn] https://harbour.example/news/2:[published]" +
		" https://harbour.example/news/3:[published] https://harbour.example/news/4:[published]]"
	if got := fmt.Sprint(revisions); got != want {
		t.Errorf("got %s", got)
	}
}

// The items of a page of its own for all of them are articles of their own.
func TestItemsThatShareALinkStayApart(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	var items strings.Builder
	for n := range 4 {
		fmt.Fprintf(&items, `<item><title>Line %d is closed for repairs</title><link>https://harbour.example/status</link><guid isPermaLink="false">incident-%d</guid>`+
			`<description>Trams of line %d turn at the bridge until the rails are mended.</description></item>`, n, 70-n, n)
	}
	site.File("/status.rss", "application/rss+xml", []byte(`<rss version="2.0"><channel><title>Trams</title>`+items.String()+`</channel></rss>`))
	pipeline := open(t, t.TempDir())
	if _, _, err := pipeline.Registry.Register(t.Context(), feedsOf(site, "/status.rss")); err != nil {
		t.Fatal(err)
	}
	if s := once(t, pipeline); s.Articles != 4 || s.Items != 4 || s.Revisions+s.Superseded != 0 {
		t.Errorf("got %+v", s)
	}
	ids := map[string]bool{}
	for _, e := range enriched(t, pipeline.Bus) {
		if ids[e.ID] = true; e.URL != "https://harbour.example/status" {
			t.Errorf("address %s", e.URL)
		}
	}
	if len(ids) != 4 {
		t.Errorf("%d articles", len(ids))
	}
}
