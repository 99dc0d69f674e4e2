package normalize_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
)

const pageLink = "https://news.example.org/2024/05/01/ferry"

// withPage is an item whose page came with it.
func withPage(t testing.TB, item schema.Item, html string) schema.Item {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	item.Page = &schema.Page{
		URL: pageLink, FinalURL: pageLink, Status: 200, FetchedAt: fetched(), ContentType: "text/html; charset=utf-8",
		HTML: w.EncodeAll([]byte(html), nil),
	}
	return item
}

// pageOf is a page as publishers make them, with what its head says.
func pageOf(headline, head string, paragraphs ...string) string {
	var body strings.Builder
	for _, p := range paragraphs {
		fmt.Fprintf(&body, "<p>%s</p>\n", p)
	}
	return `<!doctype html><html lang="en"><head><title>` + headline + ` | The Example</title>` + head + `</head><body>` +
		`<nav><a href="/">Home</a> <a href="/uk">UK</a></nav><main><article><h1>` + headline + `</h1>` + body.String() +
		`</article></main><footer><p>© The Example</p></footer></body></html>`
}

// paragraphs are some of about thirty words.
func paragraphs(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("The owner of the ferry said on day %d that the tide had been higher than anybody in the harbour could remember, "+
			"and that the boat would stay where it was until the water had gone.", i+1)
	}
	return all
}

func teaser(elements ...string) schema.Item {
	return rss(append([]string{"title", "Ferry waits for the tide", "link", pageLink, "description", "High water in the harbour."}, elements...)...)
}

func has(a schema.Article, rule string) bool { return slices.Contains(a.Provenance.Rules, rule) }

func TestPageGivesTheText(t *testing.T) {
	text := paragraphs(6)
	a := mustNormalize(t, withPage(t, teaser(), pageOf("Ferry waits for the tide", "", text...)))
	if a.Extent != schema.ExtentFull || !has(a, "text:page") || a.Lead != "High water in the harbour." {
		t.Errorf("extent %s, lead %q, rules %v", a.Extent, a.Lead, a.Provenance.Rules)
	}
	if diff := cmp.Diff(text, a.Body); diff != "" {
		t.Error(diff)
	}
}

// The lines between headline and body are the lead, whatever the feed's summary.
func TestPageStandfirst(t *testing.T) {
	text := paragraphs(6)
	standfirst := "The tide kept the ferry in the harbour for a third day, and nobody knows for how much longer."
	head := `<meta name="description" content="` + standfirst + `">`
	a := mustNormalize(t, withPage(t, teaser(), pageOf("Ferry waits for the tide", head, append([]string{standfirst}, text...)...)))
	if a.Lead != standfirst || !has(a, "lead:standfirst") || len(a.Body) != len(text) {
		t.Errorf("lead %q, %d paragraphs, rules %v", a.Lead, len(a.Body), a.Provenance.Rules)
	}
}

func TestPageGivesWhatTheFeedLeavesOut(t *testing.T) {
	head := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry waits for the tide","datePublished":"2024-05-01T23:30:00+02:00",
		"dateModified":"2024-05-02T08:00:00+02:00","author":{"@type":"Person","name":"Anna Berg"},"articleSection":"Harbour",
		"isAccessibleForFree":false,"publisher":{"@type":"Organization","name":"The Example"},
		"license":"https://creativecommons.org/licenses/by/4.0/","copyrightHolder":{"name":"Example Ltd"},
		"image":{"url":"https://news.example.org/ferry.jpg","width":1200,"height":800}}</script>
		<link rel="canonical" href="https://news.example.org/story/1"><meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="https://news.example.org/tdm">`
	text := append(paragraphs(9), "(Reporting by Anna Berg)")
	a := mustNormalize(t, withPage(t, teaser(), pageOf("Ferry waits for the tide", head, text...)))
	if a.Date != "2024-05-01" || a.DateSource != schema.DatePage || a.Published == nil || a.Updated == nil {
		t.Errorf("date %s by %s, published %v, updated %v", a.Date, a.DateSource, a.Published, a.Updated)
	}
	if want := (&schema.Attribution{Source: "The Example"}); !cmp.Equal(want, a.Attribution) || !has(a, "attribution:page") {
		t.Errorf("attribution %+v", a.Attribution)
	}
	want := &schema.Rights{License: "https://creativecommons.org/licenses/by/4.0/", Holder: "Example Ltd", TDMReserved: true, TDMPolicy: "https://news.example.org/tdm"}
	if diff := cmp.Diff(want, a.Rights); diff != "" {
		t.Errorf("rights:\n%s", diff)
	}
	if !slices.Equal(a.Authors, []string{"Anna Berg"}) || !slices.Contains(a.Categories, "Harbour") || !a.Paywalled ||
		!slices.Equal(a.Credits, []string{"(Reporting by Anna Berg)"}) || len(a.Media) != 1 || a.Media[0].Width != 1200 {
		t.Errorf("authors %v, categories %v, paywalled %v, credits %v, media %v", a.Authors, a.Categories, a.Paywalled, a.Credits, a.Media)
	}
	if a.URL != pageLink || !slices.Equal(a.AlternateURLs, []string{"https://news.example.org/story/1"}) {
		t.Errorf("address %s, others %v", a.URL, a.AlternateURLs)
	}
	if slices.ContainsFunc(a.Body, func(p string) bool { return strings.Contains(p, "Reporting") }) {
		t.Errorf("the credit is in the text: %v", a.Body)
	}
}

// What the feed says itself goes before the page.
func TestFeedGoesBeforeItsPage(t *testing.T) {
	head := `<meta property="article:published_time" content="2024-04-20T10:00:00Z"><meta name="author" content="Someone Else"><meta property="og:site_name" content="Elsewhere">`
	item := teaser("pubDate", "Wed, 01 May 2024 10:00:00 +0000", "dc:creator", "Anna Berg")
	item.Feed.Source = "The Example"
	a := mustNormalize(t, withPage(t, item, pageOf("Other words for a ferry", head, paragraphs(6)...)))
	if a.Headline != "Ferry waits for the tide" || a.Date != "2024-05-01" || !slices.Equal(a.Authors, []string{"Anna Berg"}) || a.Source.Name != "The Example" {
		t.Errorf("headline %q, date %s, authors %v, source %q", a.Headline, a.Date, a.Authors, a.Source.Name)
	}
	if !has(a, "date:page_disagrees") {
		t.Errorf("rules %v", a.Provenance.Rules)
	}
}

// The publisher's own full text stays, unless its page has more.
func TestFullTextOfTheFeedStays(t *testing.T) {
	own := paragraphs(6)
	item := teaser("content:encoded", "<p>"+strings.Join(own, "</p><p>")+"</p>")
	if a := mustNormalize(t, withPage(t, item, pageOf("Ferry waits for the tide", "", own...))); has(a, "text:page") || !slices.Equal(a.Body, own) {
		t.Errorf("rules %v", a.Provenance.Rules)
	}
	longer := paragraphs(12)
	if a := mustNormalize(t, withPage(t, item, pageOf("Ferry waits for the tide", "", longer...))); !has(a, "text:page") || len(a.Body) != 12 {
		t.Errorf("%d paragraphs, rules %v", len(a.Body), a.Provenance.Rules)
	}
}

// A page that does not give the article leaves the item as it is, and it is said.
func TestPagesThatAreNoHelp(t *testing.T) {
	plain := mustNormalize(t, teaser())
	for name, test := range map[string]struct {
		item schema.Item
		rule string
	}{
		"another article": {withPage(t, teaser(), pageOf("Log in to your account", "", strings.Repeat("Members read everything here every day. ", 20))), "page:other_article"},
		"no text":         {withPage(t, teaser(), `<html><head><title>Ferry waits for the tide</title></head><body></body></html>`), "page:no_text"},
		"not HTML":        {withPage(t, teaser(), "%PDF-1.7 ..."), "page:not_html"},
		"too deep":        {withPage(t, teaser(), strings.Repeat("<div>", 2000)+"x"), "page:too_deep"},
		"too large":       {withPage(t, teaser(), strings.Repeat(" ", 5<<20)), "page:too_large"},
		"damaged":         {func() schema.Item { i := withPage(t, teaser(), "x"); i.Page.HTML = []byte("no zstd"); return i }(), "page:damaged"},
		"failed":          {func() schema.Item { i := teaser(); i.Page = &schema.Page{URL: pageLink, Error: "timeout"}; return i }(), "page:failed"},
	} {
		t.Run(name, func(t *testing.T) {
			a := mustNormalize(t, test.item)
			if faults := normalize.PageFaults(a); !has(a, test.rule) || !slices.Equal(faults, []string{test.rule}) {
				t.Errorf("rules %v, faults %v, want %s", a.Provenance.Rules, faults, test.rule)
			}
			if a.Headline != plain.Headline || a.Lead != plain.Lead || a.Extent != plain.Extent || a.ID != plain.ID {
				t.Errorf("got %q, %q, %s", a.Headline, a.Lead, a.Extent)
			}
		})
	}
}

// What is not free for all is the article's beginning, unless it is long.
func TestPaywalledPage(t *testing.T) {
	head := `<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry waits for the tide","isAccessibleForFree":"False"}</script>`
	for n, want := range map[int]schema.Extent{3: schema.ExtentSummary, 12: schema.ExtentFull} {
		a := mustNormalize(t, withPage(t, teaser(), pageOf("Ferry waits for the tide", head, paragraphs(n)...)))
		if a.Extent != want || !a.Paywalled || !has(a, "text:page") {
			t.Errorf("%d paragraphs: extent %s, rules %v", n, a.Extent, a.Provenance.Rules)
		}
	}
}

// An item without a title is called what its page is, and is the same article.
func TestHeadlineOfThePage(t *testing.T) {
	item := rss("link", pageLink, "description", "High water in the harbour.")
	a := mustNormalize(t, withPage(t, item, pageOf("Ferry waits for the tide", "", paragraphs(6)...)))
	if a.Headline != "Ferry waits for the tide" || !has(a, "headline:page") || a.ID != mustNormalize(t, item).ID {
		t.Errorf("headline %q, rules %v", a.Headline, a.Provenance.Rules)
	}
}

// A feed may be of a zone other than the one that its publisher writes.
func TestTimezoneOfTheFeed(t *testing.T) {
	for name, test := range map[string]struct{ zone, written, date, rule string }{
		"unset again":    {schema.AsWritten, "Tue, 30 Apr 2024 23:30:00 GMT", "2024-04-30", ""},
		"as written":     {"", "Tue, 30 Apr 2024 23:30:00 GMT", "2024-04-30", ""},
		"shown there":    {"Europe/London", "Tue, 30 Apr 2024 23:30:00 GMT", "2024-05-01", "date:timezone_of_feed"},
		"no zone":        {"Asia/Tokyo", "2024-04-30T23:30:00", "2024-04-30", "date:timezone_of_feed"},
		"a day alone":    {"Asia/Tokyo", "2024-04-30", "2024-04-30", "date:timezone_of_feed"},
		"no such a zone": {"Europe/Atlantis", "Tue, 30 Apr 2024 23:30:00 GMT", "2024-04-30", "date:unknown_timezone"},
	} {
		t.Run(name, func(t *testing.T) {
			item := rss("title", "Ferry waits", "link", pageLink, "pubDate", test.written)
			item.Feed.Timezone = test.zone
			a := mustNormalize(t, item)
			if a.Date != test.date || test.rule != "" && !has(a, test.rule) || has(a, "date:no_zone") {
				t.Errorf("date %s, rules %v", a.Date, a.Provenance.Rules)
			}
		})
	}
}

func TestQuotesOfTheFeed(t *testing.T) {
	for title, want := range map[string]string{
		`Ferry "waits" in the owner's harbour`:     "Ferry “waits” in the owner’s harbour",
		`Die Fähre "wartet" im Hafen auf die Ebbe`: `Die Fähre "wartet" im Hafen auf die Ebbe`,
	} {
		item := rss("title", title, "link", pageLink)
		item.Feed.Quotes = schema.QuotesTypographic
		if a := mustNormalize(t, item); a.Headline != want {
			t.Errorf("%s: %s", title, a.Headline)
		}
		item.Feed.Quotes = ""
		if a := mustNormalize(t, item); strings.Contains(a.Headline, "“") {
			t.Errorf("unasked: %s", a.Headline)
		}
	}
}

// An address of a sitemap says nothing but itself: its page is the article.
func TestPageOfAnAddressInASitemap(t *testing.T) {
	item := rss()
	item.Format = schema.FormatSitemap
	item.Document = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>` + pageLink + `</loc></url></urlset>`
	text := paragraphs(6)
	a := mustNormalize(t, withPage(t, item, pageOf("Ferry waits for the tide", "", text...)))
	if a.Headline != "Ferry waits for the tide" || a.Extent != schema.ExtentFull || a.URL != pageLink || a.DateSource != schema.DateURL {
		t.Errorf("%+v", a)
	}
}

// A page declares its language for the feed that does not, and the text has the
// last word.
func TestLanguageOfThePage(t *testing.T) {
	a := mustNormalize(t, withPage(t, teaser(), strings.Replace(pageOf("Ferry waits for the tide", "", paragraphs(6)...), `lang="en"`, `lang="en-GB"`, 1)))
	if a.Language != "en-GB" || a.LanguageSource != "page" {
		t.Errorf("language %s by %s", a.Language, a.LanguageSource)
	}
	a = mustNormalize(t, withPage(t, teaser(), strings.Replace(pageOf("Ferry waits for the tide", "", paragraphs(6)...), `lang="en"`, `lang="de"`, 1)))
	if a.Language != "en" || a.LanguageSource != "detected" || a.DeclaredLanguage != "de" || !has(a, "language:disagrees") {
		t.Errorf("language %s by %s, declared %s", a.Language, a.LanguageSource, a.DeclaredLanguage)
	}
}
