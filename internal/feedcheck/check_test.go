package feedcheck_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dateline-news/dateline/internal/feedcheck"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func read(body string) feedcheck.Report {
	answer := fetcher.Answer{FinalURL: "https://paper.example/feed", Status: 200, ContentType: "text/xml", Body: []byte(body)}
	return feedcheck.Read("http://paper.example/feed", answer, feed.DefaultLimits(), at)
}

func TestRead(t *testing.T) {
	got := read("PHP Notice: x\n" + `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
		<title>The Paper</title><link>https://paper.example/</link><language>en</language>
		<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="next" href="/feed?page=2"/>
		<item><title>Ferry late</title><link>/1</link><pubDate>Sun, 01 Mar 2026 08:00:00 +0000</pubDate></item>
		<item><title>Bridge shut</title><link>https://paper.example/2</link><pubDate>some time ago</pubDate></item>
		<item><guid isPermaLink="false">3</guid></item>
		<item><title>Half</title><link>https://paper.example/4</link><descr`)
	want := feedcheck.Report{
		Source: "http://paper.example/feed", FinalURL: "https://paper.example/feed", Status: 200, ContentType: "text/xml",
		Format: schema.FormatRSS, Charset: "utf-8", Title: "The Paper", Link: "https://paper.example/", Language: "en",
		Pages: []string{"https://paper.example/feed?page=2"}, Hubs: []string{"https://hub.example/"},
		Repairs: []string{"junk_before_document"}, Torn: true, Lost: 1,
		Items: []feedcheck.Item{
			{
				Headline: "Ferry late", Date: "2026-03-01", DateSource: schema.DatePublished, URL: "https://paper.example/1",
				Language: "en", Extent: schema.ExtentHeadline, Written: "Sun, 01 Mar 2026 08:00:00 +0000",
				Published: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), Repairs: []string{"base"},
			},
			{
				Headline: "Bridge shut", Date: "2026-03-01", DateSource: schema.DateFirstSeen, URL: "https://paper.example/2",
				Language: "en", Extent: schema.ExtentHeadline, Written: "some time ago",
			},
			{Lost: &feedcheck.Problem{Code: feedcheck.CodeUnreadableItem}},
			{
				Headline: "Half", Date: "2026-03-01", DateSource: schema.DateFirstSeen, URL: "https://paper.example/4",
				Language: "en", Extent: schema.ExtentHeadline, Torn: true,
			},
		},
	}
	ignore := cmp.Options{
		cmpopts.IgnoreFields(feedcheck.Item{}, "ID", "Rules"),
		cmpopts.IgnoreFields(feedcheck.Report{}, "Bytes"),
		cmpopts.IgnoreFields(feedcheck.Problem{}, "Detail"),
	}
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got.OK() {
		t.Error("a torn feed with a lost item is said to be whole")
	}
	if got.Items[2].Lost.Detail == "" || len(got.Items[0].Rules) == 0 || got.Bytes == 0 {
		t.Errorf("no reason, rules or size: %+v", got)
	}
}

func TestReadNoFeed(t *testing.T) {
	for body, code := range map[string]string{
		"":                             feed.CodeEmpty,
		"<!doctype html><title>Hello":  feed.CodeNotFeed,
		`{"error":"no such endpoint"}`: feed.CodeNotFeed,
	} {
		got := read(body)
		if got.Error == nil || got.Error.Code != code || got.Error.Detail == "" || got.OK() {
			t.Errorf("%q: %+v", body, got.Error)
		}
	}
}

func TestReadSitemaps(t *testing.T) {
	got := read(`<sitemapindex><sitemap><loc>https://paper.example/a.xml</loc></sitemap></sitemapindex>`)
	if got.Format != schema.FormatSitemap || !cmp.Equal(got.Sitemaps, []string{"https://paper.example/a.xml"}) || !got.OK() {
		t.Errorf("%+v", got)
	}
	got = read(`<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://paper.example/1</loc><news:news>
		<news:publication_date>2026-02-28</news:publication_date><news:title>Ferry late</news:title></news:news></url></urlset>`)
	if len(got.Items) != 1 || got.Items[0].Headline != "Ferry late" || got.Items[0].Date != "2026-02-28" || !got.OK() {
		t.Errorf("%+v", got.Items)
	}
}

func TestFailed(t *testing.T) {
	got := feedcheck.Failed("https://paper.example/feed", "dns", cmpopts.AnyError)
	if got.OK() || got.Error.Code != "dns" || got.Items == nil {
		t.Errorf("%+v", got)
	}
}
