package fetcher_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

const pageHTML = "<!doctype html><title>The whole of it</title><p>Much more than the feed says.</p>"

// pageSite is a site with a feed of one long and one short item, a sitemap of an
// address without a title, and their pages.
func pageSite(t *testing.T) (site *fetchertest.Site, short, long fetchertest.Item) {
	t.Helper()
	site = fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 3, Count: 2, Words: 400, Base: site.URL("")})
	items[0].Paragraphs = nil
	site.Feed("/news.rss").SetItems(items...)
	site.File("/map.xml", "text/xml", []byte(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>`+site.URL("/bare")+`</loc></url></urlset>`))
	for _, address := range []string{items[0].Link, items[1].Link, site.URL("/bare")} {
		site.File(address[len(site.URL("")):], "text/html; charset=utf-8", []byte(pageHTML))
	}
	return site, items[0], items[1]
}

// fetched are the items that there are, once all polls and pages are done, by
// the address of their page, if they have one, and otherwise by their id.
func fetched(t *testing.T, b *bus.Bus, n int) map[string]schema.Item {
	t.Helper()
	got := map[string]schema.Item{}
	for _, d := range bustest.Next(t, b, n, schema.StreamItems) {
		item, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		if item.Page != nil {
			got[item.Page.URL] = item
			continue
		}
		got[item.ID] = item
	}
	return got
}

func runWith(t *testing.T, b *bus.Bus, when schema.Fulltext) {
	t.Helper()
	c := config()
	c.Fulltext = when
	bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, b, c) })
}

// With auto, the page of a short item is fetched, and of a sitemap's address,
// and no other: once, however often the feed is polled.
func TestPagesOfShortItems(t *testing.T) {
	t.Parallel()
	site, short, long := pageSite(t)
	b := bustest.New(t)
	register(t, b, site.URL("/news.rss"), site.URL("/map.xml"))
	runWith(t, b, schema.FulltextAuto)
	got := fetched(t, b, 3)
	unpacker, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unpacker.Close()
	for _, address := range []string{short.Link, site.URL("/bare")} {
		item := got[address]
		if item.Page == nil {
			t.Fatalf("%s: no page among %d items", address, len(got))
		}
		html, err := unpacker.DecodeAll(item.Page.HTML, nil)
		if err != nil || string(html) != pageHTML || item.Page.Error != "" || item.Page.Status != 200 || item.Page.FetchedAt.IsZero() {
			t.Errorf("%s: %q, %v, %+v", address, html, err, item.Page)
		}
		key, _ := schema.IdentityKey(schema.Identity{Link: address})
		if item.ID != schema.ArticleID(key) {
			t.Errorf("%s: id %s is not that of its link", address, item.ID)
		}
	}
	if got[short.Link].Fetch.FetchedAt.IsZero() || !got[short.Link].Fetch.FetchedAt.Before(got[short.Link].Page.FetchedAt) {
		t.Errorf("the order stamp is not the poller's: %+v", got[short.Link].Fetch)
	}
	if err := site.Wait(t.Context(), "/news.rss", site.Count("/news.rss")+2); err != nil {
		t.Fatal(err)
	}
	for address, n := range map[string]int{short.Link: 1, long.Link: 0, site.URL("/bare"): 1} {
		if path := address[len(site.URL("")):]; site.Count(path) != n {
			t.Errorf("%s was asked for %d times, want %d", path, site.Count(path), n)
		}
	}
	bustest.Eventually(t, func() error {
		if counts := b.Stats().Stage(fetcher.PageStage).Counts(); counts["with-page"] != 2 {
			return fmt.Errorf("pager: %v", counts)
		}
		return nil
	})
	if counts := b.Stats().Stage(fetcher.Stage).Counts(); counts["pages-wanted"] != 2 || counts["items-published"] != 3 || counts["items-untitled"] != 0 {
		t.Errorf("poller: %v", counts)
	}
}

// What a feed's entry of the registry says wins over the fetcher's setting.
func TestFulltextOfAFeed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fetcher, feed schema.Fulltext
		pages         int
	}{
		"never":              {schema.FulltextNever, "", 0},
		"never, feed auto":   {schema.FulltextNever, schema.FulltextAuto, 1},
		"never, feed always": {schema.FulltextNever, schema.FulltextAlways, 2},
		"always":             {schema.FulltextAlways, "", 2},
		"always, feed never": {schema.FulltextAlways, schema.FulltextNever, 0},
	} {
		t.Run(name, func(t *testing.T) {
			site, _, _ := pageSite(t)
			b := bustest.New(t)
			registry := register(t, b)
			url := site.URL("/news.rss")
			if err := registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url, Fulltext: test.feed}); err != nil {
				t.Fatal(err)
			}
			runWith(t, b, test.fetcher)
			pages := 0
			for _, item := range fetched(t, b, 2) {
				if item.Page != nil {
					pages++
				}
			}
			if pages != test.pages {
				t.Errorf("%d pages, want %d", pages, test.pages)
			}
		})
	}
}

func TestRegisterKeepsFulltext(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	registry := register(t, b)
	f := schema.Feed{ID: schema.FeedID("https://a.example/"), URL: "https://a.example/", Fulltext: schema.FulltextAuto}
	for _, next := range []schema.Fulltext{schema.FulltextAuto, "", schema.FulltextNever} {
		f.Fulltext = next
		if _, _, err := registry.Register(t.Context(), []schema.Feed{f}); err != nil {
			t.Fatal(err)
		}
		want := next
		if next == "" {
			want = schema.FulltextAuto
		}
		if got, _, err := registry.Get(t.Context(), f.ID); err != nil || got.Fulltext != want {
			t.Errorf("after %q: %q, %v", next, got.Fulltext, err)
		}
	}
}
