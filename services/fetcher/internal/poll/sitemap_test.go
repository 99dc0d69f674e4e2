package poll_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// newsSitemap is a sitemap with one address a title; an empty title is left out.
func newsSitemap(titles ...string) []byte {
	var b strings.Builder
	b.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for i, title := range titles {
		fmt.Fprintf(&b, `<url><loc>https://example.org/%d-%s</loc>`, i, title)
		if title != "" {
			fmt.Fprintf(&b, `<news:news><news:publication_date>2026-03-01</news:publication_date><news:title>%s</news:title></news:news>`, title)
		}
		b.WriteString("</url>")
	}
	b.WriteString("</urlset>")
	return []byte(b.String())
}

// sitemapIndex lists sitemaps by name, each with when it changed after a space.
func sitemapIndex(names ...string) []byte {
	var b strings.Builder
	b.WriteString("<sitemapindex>")
	for _, name := range names {
		name, changed, _ := strings.Cut(name, " ")
		fmt.Fprintf(&b, "<sitemap><loc>https://example.org/%s</loc><lastmod>%s</lastmod></sitemap>", name, changed)
	}
	b.WriteString("</sitemapindex>")
	return []byte(b.String())
}

// site answers by address in place of the one answer of a world.
func (w *world) site(answers map[string]httpfetch.Response) (asked *[]string) {
	asked = new([]string)
	w.fetch = func(_ context.Context, r httpfetch.Request) (httpfetch.Response, error) {
		*asked = append(*asked, strings.TrimPrefix(r.URL, "https://example.org/"))
		answer, there := answers[r.URL]
		if !there {
			return httpfetch.Response{Status: 404}, &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Status: 404}
		}
		return answer, nil
	}
	return asked
}

func TestPollSitemap(t *testing.T) {
	w := &world{feed: &tides, answer: ok(newsSitemap("high", "", "low"), `"1"`)}
	result, state := w.poll(t, schema.PollState{})
	got := items(t, result)
	if len(got) != 2 || got[0].Format != schema.FormatSitemap || got[0].ID == "" || !strings.Contains(got[1].Document, "low") {
		t.Errorf("items: %+v", got)
	}
	if result.Counts["items-untitled"] != 1 || state.Published != 2 || state.ETag != `"1"` {
		t.Errorf("counts %v, state %+v", result.Counts, state)
	}
	w.answer = ok(newsSitemap("high", "", "low", "spring"), "")
	result, _ = w.poll(t, state)
	if got := items(t, result); len(got) != 1 || !strings.Contains(got[0].Document, "spring") {
		t.Errorf("second poll: %+v", got)
	}
}

// Where pages are wanted, an address without a title goes to the page worker,
// under the id that it would have had as an item.
func TestPollSitemapForPages(t *testing.T) {
	for when, want := range map[schema.Fulltext]int{schema.FulltextNever: 0, schema.FulltextAuto: 3, schema.FulltextAlways: 3} {
		t.Run(string(when), func(t *testing.T) {
			feed := tides
			feed.Fulltext = when
			w := &world{feed: &feed, answer: ok(newsSitemap("high", "", "low"), "")}
			result, state := w.poll(t, schema.PollState{})
			found := itemsOn(t, result, "news.found.example_org")
			if len(found) != want || result.Counts["pages-wanted"] != int64(want) || (result.Counts["items-untitled"] == 0) != (want > 0) {
				t.Errorf("%d items, %v", len(found), result.Counts)
			}
			if got := len(items(t, result)); got+want != state.Published {
				t.Errorf("%d items without a page, %d with, of %d", got, want, state.Published)
			}
		})
	}
}

func TestPollSitemapIndex(t *testing.T) {
	w := &world{feed: &tides}
	index := sitemapIndex("old 2020-01-01", "a 2026-03-01T08:00:00Z", "b 2026-03-01T09:00:00Z", "none", "c 2026-02-01", "d 2026-01-01")
	site := map[string]httpfetch.Response{
		tides.URL:               ok(index, `"1"`),
		"https://example.org/a": ok(newsSitemap("high"), ""),
		"https://example.org/b": ok(newsSitemap("low", "spring"), ""),
		"https://example.org/c": ok(newsSitemap(), ""),
		"https://example.org/d": ok(newsSitemap("neap"), ""),
	}
	asked := w.site(site)
	result, state := w.poll(t, schema.PollState{})
	if want := []string{"b", "a", "c", "d"}; !slices.Equal((*asked)[1:], want) {
		t.Errorf("asked for %v, want the feed and then %v", *asked, want)
	}
	if got := items(t, result); len(got) != 4 || state.ETag != `"1"` || state.Failures != 0 {
		t.Errorf("%d items, state %+v", len(got), state)
	}
	// What the index does not list among its newest any more is not forgotten.
	site[tides.URL] = ok(sitemapIndex("b 2026-03-01T10:00:00Z"), `"2"`)
	site["https://example.org/b"] = ok(newsSitemap("low", "spring", "flood"), "")
	result, state = w.poll(t, state)
	if got := items(t, result); len(got) != 1 || !strings.Contains(got[0].Document, "flood") {
		t.Errorf("second poll: %+v", got)
	}
	site[tides.URL] = ok(index, `"3"`)
	if result, _ = w.poll(t, state); len(items(t, result)) != 0 {
		t.Errorf("third poll: %+v", items(t, result))
	}
}

// A sitemap that cannot be read is left for the next poll, which must not be
// answered "not modified"; the others count.
func TestPollSitemapIndexInPart(t *testing.T) {
	w := &world{feed: &tides}
	site := map[string]httpfetch.Response{
		tides.URL:               ok(sitemapIndex("gone", "page", "a"), `"1"`),
		"https://example.org/a": ok(newsSitemap("high"), ""),
		"https://example.org/page": {
			Status: 200, Body: []byte("<!doctype html><title>Not found</title>"), ContentType: "text/html",
		},
	}
	w.site(site)
	result, state := w.poll(t, schema.PollState{})
	if len(items(t, result)) != 1 || result.Counts["sitemaps-unread"] != 2 || state.ETag != "" || state.BodyHash != "" {
		t.Errorf("counts %v, state %+v", result.Counts, state)
	}
}
