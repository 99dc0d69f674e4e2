package poll_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
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
	// What is listed may change while the index does not: no validators are kept.
	if got := items(t, result); len(got) != 4 || state.ETag != "" || state.BodyHash != "" || state.Failures != 0 {
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

// A sitemap that changes is read although its index stays as it is, and is asked
// for as the feed is.
func TestPollSitemapOfTheSameIndex(t *testing.T) {
	mine := tides
	mine.Proxy, mine.Headers = "office", map[string]string{"X-Key": "k"}
	w := &world{feed: &mine}
	site := map[string]httpfetch.Response{
		tides.URL:               ok(sitemapIndex("a"), `"1"`),
		"https://example.org/a": ok(newsSitemap("high"), ""),
	}
	w.site(site)
	_, state := w.poll(t, schema.PollState{})
	if w.asked.URL != "https://example.org/a" || w.asked.Proxy != "office" || w.asked.SecretsFor != tides.URL || w.asked.Header["X-Key"] != "k" {
		t.Errorf("asked %+v", w.asked)
	}
	if w.ask.Of == tides.ID || !w.ask.Turn.Before(noon) {
		t.Errorf("asked as %+v, want a turn of its own that has come", w.ask)
	}
	site["https://example.org/a"] = ok(newsSitemap("high", "low"), "")
	if result, _ := w.poll(t, state); len(items(t, result)) != 1 {
		t.Errorf("second poll: %d items", len(items(t, result)))
	}
}

// An index of which nothing can be read is a failed poll, in the way of its last
// sitemap, or one that comes again.
func TestPollSitemapIndexInVain(t *testing.T) {
	limited := &httpfetch.Error{Code: httpfetch.CodeRateLimited, Status: 429}
	for name, test := range map[string]struct {
		resp    httpfetch.Response
		err     error
		verdict string
		code    string
	}{
		"not found":      {httpfetch.Response{Status: 404}, &httpfetch.Error{Code: httpfetch.CodeBadHTTP, Status: 404}, "failed", "bad-http"},
		"rate limited":   {httpfetch.Response{Status: 429, RetryAfter: 3 * time.Hour}, limited, "failed", "rate-limited"},
		"a web page":     {httpfetch.Response{Status: 200, Body: []byte("<!doctype html><p>")}, nil, "failed", "not-a-feed"},
		"not its turn":   {httpfetch.Response{}, &polite.Later{Until: noon.Add(time.Minute), Reason: hosts.Queued}, "postponed", ""},
		"left alone":     {httpfetch.Response{}, &polite.Later{Until: noon.Add(time.Hour), Reason: hosts.Cooling}, "postponed", "rate-limited"},
		"nothing at all": {httpfetch.Response{Status: 200}, nil, "failed", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides}
			w.fetch = func(_ context.Context, r httpfetch.Request) (httpfetch.Response, error) {
				if r.URL == tides.URL {
					return ok(sitemapIndex("a"), `"1"`), nil
				}
				return test.resp, test.err
			}
			result, state := w.poll(t, schema.PollState{Run: "r"})
			if result.Verdict != test.verdict || state.Error != test.code || state.ETag != "" {
				t.Errorf("%s: %+v", result.Verdict, state)
			}
			if state.Next.Before(noon.Add(test.resp.RetryAfter)) {
				t.Errorf("next at %v", state.Next)
			}
			if done := state.PolledRun == "r"; done != (test.code != "") {
				t.Errorf("the run has polled it: %v", done)
			}
		})
	}
}

// Sitemaps that come too slowly cost themselves, not the poll.
func TestPollSlowSitemaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{feed: &tides}
		w.fetch = func(ctx context.Context, r httpfetch.Request) (httpfetch.Response, error) {
			switch r.URL {
			case tides.URL:
				return ok(sitemapIndex("a", "b", "c"), ""), nil
			case "https://example.org/a":
				return ok(newsSitemap("high"), ""), nil
			}
			<-ctx.Done()
			return httpfetch.Response{}, ctx.Err()
		}
		began := time.Now()
		result, state := w.poll(t, schema.PollState{})
		if len(items(t, result)) != 1 || result.Counts["sitemaps-unread"] != 2 || state.Failures != 0 || time.Since(began) != poll.ListedTime {
			t.Errorf("%v after %v: %+v", result.Counts, time.Since(began), state)
		}
	})
}

// More addresses than a feed's memory holds would be new at every poll.
func TestPollSitemapsOfManyAddresses(t *testing.T) {
	titles := make([]string, memory.Max/2+1)
	for i := range titles {
		titles[i] = "t"
	}
	w := &world{feed: &tides}
	w.site(map[string]httpfetch.Response{
		tides.URL:               ok(sitemapIndex("a", "b"), ""),
		"https://example.org/a": ok(newsSitemap(titles...), ""),
		"https://example.org/b": ok([]byte(strings.ReplaceAll(string(newsSitemap(titles...)), "example.org/", "example.org/b")), ""),
	})
	result, state := w.poll(t, schema.PollState{})
	if n := len(items(t, result)); n != memory.Max || result.Counts["items-surplus"] != 2 {
		t.Errorf("%d items, %v", n, result.Counts)
	}
	if result, _ = w.poll(t, state); len(items(t, result)) != 0 {
		t.Errorf("second poll: %d items", len(items(t, result)))
	}
}
