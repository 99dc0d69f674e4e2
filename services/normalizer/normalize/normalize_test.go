package normalize_test

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

// fetched is when the items of these tests were fetched.
func fetched() time.Time { return time.Date(2024, 5, 2, 12, 0, 0, 0, time.UTC) }

// rss is an item whose document has the elements given, each name before its
// text, which is escaped.
func rss(elements ...string) schema.Item {
	var b strings.Builder
	for i := 0; i+1 < len(elements); i += 2 {
		fmt.Fprintf(&b, "<%s>%s</%[1]s>", elements[i], html.EscapeString(elements[i+1]))
	}
	return rssDocument(`<title>Example News - World</title>`, b.String())
}

func rssDocument(header, item string) schema.Item {
	return schema.Item{
		Feed:   schema.FeedRef{ID: "0123456789abcdef", URL: "https://www.example.com/feed.xml"},
		Fetch:  schema.Fetch{URL: "https://www.example.com/feed.xml", Status: 200, FetchedAt: fetched()},
		Format: schema.FormatRSS,
		Document: `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"` +
			` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"` +
			` xmlns:atom="http://www.w3.org/2005/Atom"><channel>` + header + `<item>` + item + `</item></channel></rss>`,
	}
}

// mustNormalize is the article of an item, which can be written in the dated
// format and has the hash and provenance of every article.
func mustNormalize(t *testing.T, item schema.Item) schema.Article {
	t.Helper()
	a, err := normalize.Normalize(item)
	if err != nil {
		t.Fatal(err)
	}
	checkArticle(t, item, a)
	return a
}

func checkArticle(t *testing.T, item schema.Item, a schema.Article) {
	t.Helper()
	if _, err := a.Dated(); err != nil {
		t.Errorf("dated format: %v", err)
	}
	if a.ContentHash != a.Hash() || len(a.ID) != 32 || a.Source.Token == "" {
		t.Errorf("hash %s, id %s, source %s", a.ContentHash, a.ID, a.Source.Token)
	}
	if a.Revision != 0 || a.Event != "" || a.PreviousHash != "" || a.Changed != nil {
		t.Errorf("revision %d %s is not for the normalizer to say", a.Revision, a.Event)
	}
	if !a.Provenance.FetchedAt.Equal(item.Fetch.FetchedAt) || a.Provenance.Versions["normalizer"] == "" {
		t.Errorf("provenance %+v", a.Provenance)
	}
	checkInert(t, a)
}

func TestNormalizeWholeItem(t *testing.T) {
	item := rssDocument(`<title>Example News | World</title><language>en-gb</language>`, `
		<title>Rivers rise &amp;amp; fall</title>
		<link>/world/2024/rivers?utm_source=rss#top</link>
		<guid isPermaLink="false">https://example.com/?p=17</guid>
		<pubDate>Wed, 01 May 2024 23:30:00 -0500</pubDate>
		<dc:creator>A. Person</dc:creator>
		<category>Weather</category><category>Weather</category>
		<description>&lt;p&gt;After a week of rain the north is under water.&lt;/p&gt;</description>
		<content:encoded>&lt;p&gt;The rivers rose on Tuesday.&lt;/p&gt;&lt;p&gt;By A. Person&lt;/p&gt;&lt;p&gt;Read more: &lt;a href="/x"&gt;Rain&lt;/a&gt;&lt;/p&gt;&lt;p&gt;They fell on Wednesday.&lt;/p&gt;</content:encoded>`)
	item.Feed.Section = "UK News"
	want := schema.Article{
		ID:               "x",
		Date:             "2024-05-01",
		DateSource:       schema.DatePublished,
		Headline:         "Rivers rise & fall",
		Lead:             "After a week of rain the north is under water.",
		Body:             []string{"The rivers rose on Tuesday.", "They fell on Wednesday."},
		Attribution:      &schema.Attribution{Section: "UK", Source: "Example News"},
		Authors:          []string{"A. Person"},
		Language:         "en-GB",
		LanguageSource:   "feed",
		DeclaredLanguage: "en-GB",
		URL:              "https://www.example.com/world/2024/rivers",
		AlternateURLs:    []string{"https://example.com/?p=17"},
		Source: schema.Source{
			Token: "example_com", Name: "Example News", Host: "example.com",
			FeedID: "0123456789abcdef", FeedURL: "https://www.example.com/feed.xml",
		},
		Categories: []string{"Weather"},
		Extent:     schema.ExtentSummary,
		Provenance: schema.Provenance{
			FetchedAt: fetched(),
			Rules: []string{
				"date:published", "headline:title", "drop:byline", "drop:related", "extent:summary", "lead:summary",
				"identity:link", "attribution:feed_title", "language:feed",
			},
			Versions: map[string]string{"normalizer": normalize.Version},
		},
	}
	got := mustNormalize(t, item)
	published := time.Date(2024, 5, 1, 23, 30, 0, 0, time.FixedZone("", -5*60*60))
	if got.Published == nil || got.Published.Format(time.RFC3339) != published.Format(time.RFC3339) {
		t.Errorf("published %v, want %v", got.Published, published)
	}
	got.Published, got.ContentHash = nil, ""
	key, _ := schema.IdentityKey(schema.Identity{Link: "https://example.com/world/2024/rivers"})
	want.ID = schema.ArticleID(key)
	got.Provenance.Rules = sorted(got.Provenance.Rules)
	want.Provenance.Rules = sorted(want.Provenance.Rules)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNormalizeRefuses(t *testing.T) {
	noTime := rss("title", "T")
	noTime.Fetch.FetchedAt = time.Time{}
	for name, test := range map[string]struct {
		item schema.Item
		want error
	}{
		"no time of fetch":      {noTime, normalize.ErrNoFetchTime},
		"link alone":            {rss("link", "https://example.com/a"), normalize.ErrNoHeadline},
		"no text in the markup": {rss("link", "https://example.com/a", "description", "<img src=x>"), normalize.ErrNoHeadline},
		"boilerplate alone":     {rss("link", "https://example.com/a", "description", "<p>Read more</p>"), normalize.ErrNoHeadline},
		"empty item":            {rss("guid", "1"), parse.ErrEmptyItem},
		"no item":               {schema.Item{Format: schema.FormatRSS, Fetch: schema.Fetch{FetchedAt: fetched()}, Document: "<rss><channel/></rss>"}, parse.ErrNoItem},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := normalize.Normalize(test.item)
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if test.item.Feed.URL != "" && !strings.Contains(err.Error(), test.item.Feed.URL) {
				t.Errorf("%v does not name the feed", err)
			}
		})
	}
}

// A replay gives the same article, and the item is not changed.
func TestNormalizeIsPure(t *testing.T) {
	item := rss("title", "T", "link", "/a", "description", "<p>One.</p><p>Two…</p>", "pubDate", "1 May 2024")
	before := item
	first, second := mustNormalize(t, item), mustNormalize(t, item)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, item); diff != "" {
		t.Error(diff)
	}
}

func FuzzNormalize(f *testing.F) {
	f.Add("Title", "https://example.com/a", "<p>One.</p>", "Example: World", "en", "Wed, 01 May 2024 10:00:00 +0200")
	f.Add("\\UK news summary from X.", "x", "UK news summary from X.", `\`, "x-a", "9999-12-31")
	f.Add("", "", "&lt;p&gt;A\u0301 […]&lt;/p&gt;<br><br>…", "News summary from a", "und", "0")
	f.Fuzz(func(t *testing.T, title, link, description, feedTitle, language, published string) {
		item := rss("title", title, "link", link, "description", description, "pubDate", published)
		item.Feed.Title, item.Feed.Section, item.Feed.Language = feedTitle, title, language
		a, err := normalize.Normalize(item)
		if err != nil {
			return
		}
		checkArticle(t, item, a)
	})
}
