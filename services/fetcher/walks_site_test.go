package fetcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// archive is a site whose feeds have a history: pages of two items each, the
// newest first.
type archive struct {
	*fetchertest.Site
	t     *testing.T
	items []fetchertest.Item
}

func newArchive(t *testing.T, pages int) *archive {
	t.Helper()
	site := fetchertest.New(t)
	return &archive{site, t, fetchertest.Generate(fetchertest.Spec{Seed: 9, Count: 2 * pages, Words: 20, Base: site.URL("")})}
}

// rss is the document of page n, from 1, with more in its header.
func (a *archive) rss(n int, head string) []byte {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Tides</title>` + head)
	for _, i := range a.page(n) {
		fmt.Fprintf(&b, `<item><title>%s</title><link>%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate><description>%s</description></item>`,
			i.Title, i.Link, i.GUID, i.Published.Format(time.RFC1123Z), i.Summary)
	}
	return []byte(b.String() + `</channel></rss>`)
}

func (a *archive) page(n int) []fetchertest.Item {
	return a.items[min(2*n-2, len(a.items)):min(2*n, len(a.items))]
}

func (a *archive) pages() int { return len(a.items) / 2 }

// path is that of page n; the first is the feed itself.
func (a *archive) path(n int) string {
	if n == 1 {
		return "/feed"
	}
	return fmt.Sprintf("/feed/%d", n)
}

// linked serves pages that link to the next by a relation.
func (a *archive) linked(rel string) {
	for n := 1; n <= a.pages(); n++ {
		head := ""
		if n < a.pages() {
			head = fmt.Sprintf(`<atom:link rel="%s" href="%s"/>`, rel, a.path(n+1))
		}
		a.File(a.path(n), "application/rss+xml", a.rss(n, head))
	}
}

// json serves pages of JSON Feed.
func (a *archive) json() {
	for n := 1; n <= a.pages(); n++ {
		doc := `{"version":"https://jsonfeed.org/version/1.1","title":"Tides",`
		if n < a.pages() {
			doc += fmt.Sprintf(`"next_url":"%s",`, a.URL(a.path(n+1)))
		}
		var items []string
		for _, i := range a.page(n) {
			items = append(items, fmt.Sprintf(`{"id":%q,"url":%q,"title":%q,"date_published":%q}`, i.GUID, i.Link, i.Title, i.Published.Format(time.RFC3339)))
		}
		a.File(a.path(n), "application/feed+json", []byte(doc+`"items":[`+strings.Join(items, ",")+"]}"))
	}
}

// wordpress serves pages as WordPress does.
func (a *archive) wordpress() {
	a.Handle("/feed", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := 1
		if paged := r.URL.Query().Get("paged"); paged != "" {
			fmt.Sscan(paged, &n)
		}
		if n > a.pages() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = w.Write(a.rss(n, "<generator>https://wordpress.org/?v=6.4</generator>"))
	}))
}

// sitemaps serves an index of sitemaps for news, and one without titles.
func (a *archive) sitemaps() {
	index := `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
	for n := 1; n <= a.pages(); n++ {
		index += fmt.Sprintf(`<sitemap><loc>%s</loc><lastmod>2026-02-%02d</lastmod></sitemap>`, a.URL(a.path(n+1)), 28-n)
		doc := `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`
		for _, i := range a.page(n) {
			doc += fmt.Sprintf(`<url><loc>%s</loc><news:news><news:publication_date>%s</news:publication_date><news:title>%s</news:title></news:news></url>`,
				i.Link, i.Published.Format(time.RFC3339), i.Title)
		}
		a.File(a.path(n+1), "text/xml", []byte(doc+`</urlset>`))
	}
	bare := a.pages() + 2
	a.File(a.path(bare), "text/xml", []byte(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>`+a.URL("/about")+`</loc></url></urlset>`))
	index += fmt.Sprintf(`<sitemap><loc>%s</loc></sitemap><sitemap><loc>https://elsewhere.example/map</loc></sitemap></sitemapindex>`, a.URL(a.path(bare)))
	a.File("/feed", "text/xml", []byte(index))
}
