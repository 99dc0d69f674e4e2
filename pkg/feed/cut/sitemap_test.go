package cut_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	mapHead  = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`
	newsItem = `<url><loc>https://paper.example/1</loc><news:news><news:publication><news:name>The Paper</news:name><news:language>en</news:language></news:publication>` +
		`<news:publication_date>2024-01-02T10:00:00Z</news:publication_date><news:title>Ferry late</news:title></news:news></url>`
	plainItem = "<url><loc>https://paper.example/2</loc><lastmod>2024-01-02</lastmod></url>"
)

func TestSitemap(t *testing.T) {
	for name, test := range map[string]struct {
		doc   string
		items []string
		torn  string
	}{
		"news":           {mapHead + newsItem + "\n" + plainItem + "</urlset>", []string{newsItem, plainItem}, ""},
		"plain":          {"<urlset>" + plainItem + "</urlset>", []string{plainItem}, ""},
		"old namespace":  {`<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">` + plainItem + "</urlset>", []string{plainItem}, ""},
		"with prefix":    {`<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><s:url><s:loc>a</s:loc></s:url></s:urlset>`, []string{"<s:url><s:loc>a</s:loc></s:url>"}, ""},
		"stylesheet":     {"<?xml-stylesheet href='a.xsl'?><!-- b -->" + mapHead + plainItem + "</urlset>", []string{plainItem}, ""},
		"pictures":       {mapHead + "<url><loc>a</loc><image:image><image:loc>b</image:loc></image:image></url></urlset>", []string{"<url><loc>a</loc><image:image><image:loc>b</image:loc></image:image></url>"}, ""},
		"empty":          {mapHead + "</urlset>", nil, ""},
		"root lost":      {plainItem + "</urlset>", []string{plainItem}, ""},
		"start lost":     {mapHead + plainItem + "<u&rl><loc>a</loc></url>" + plainItem + "</urlset>", []string{plainItem, "<u&rl><loc>a</loc></url>", plainItem}, ""},
		"first one lost": {mapHead + "<ul><loc>a</loc></url>" + plainItem + "</urlset>", []string{"<ul><loc>a</loc></url>", plainItem}, ""},
		"end lost":       {mapHead + "<url><loc>a</loc>" + plainItem + "</urlset>", []string{"<url><loc>a</loc>", plainItem}, ""},
		"two in one": {mapHead + "<url><loc>a</loc></lastmod><loc>b</loc></url></urlset>",
			[]string{"<url><loc>a</loc>", "</lastmod><loc>b</loc></url>"}, ""},
		"torn":                 {mapHead + newsItem + newsItem[:len(newsItem)-3], []string{newsItem, strings.TrimSuffix(newsItem, "</url>")}, "item"},
		"torn in news":         {mapHead + newsItem + newsItem[:len(newsItem)-30], []string{newsItem}, "feed"},
		"torn, without titles": {mapHead + plainItem + plainItem[:50], []string{plainItem, "<url><loc>https://paper.example/2</loc>"}, "item"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := []byte(test.doc)
			d := cutInto(t, doc, test.items)
			if torn := map[bool]string{true: "item"}[d.TornItem]; d.Format != schema.FormatSitemap || torn != strings.TrimPrefix(test.torn, "feed") || d.Torn != (test.torn != "") {
				t.Errorf("got %s, torn %v %v, want torn %q", d.Format, d.Torn, d.TornItem, test.torn)
			}
			if d.Sitemaps != nil {
				t.Errorf("got sitemaps %v", d.Sitemaps)
			}
			checkPieces(t, doc, d)
		})
	}
}

func TestSitemapOne(t *testing.T) {
	d, err := cut.Cut([]byte(mapHead + plainItem + newsItem + "</urlset>"))
	if err != nil || len(d.Items) != 2 {
		t.Fatalf("%d items, %v", len(d.Items), err)
	}
	if got, want := string(d.One(1)), mapHead+newsItem+"</urlset>"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSitemapIndex(t *testing.T) {
	for name, test := range map[string]struct {
		doc  string
		want []cut.Sitemap
		torn bool
	}{
		"index": {`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc> https://a.example/1.xml?a=1&amp;b=2 </loc>` +
			"<lastmod>2024-01-02</lastmod></sitemap>\n<sitemap><loc><![CDATA[https://a.example/2.xml?a&b]]></loc></sitemap></sitemapindex>",
			[]cut.Sitemap{{Loc: "https://a.example/1.xml?a=1&b=2", LastMod: "2024-01-02"}, {Loc: "https://a.example/2.xml?a&b"}}, false},
		"with prefix": {`<s:sitemapindex xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><s:sitemap><s:loc>a</s:loc></s:sitemap></s:sitemapindex>`,
			[]cut.Sitemap{{Loc: "a"}}, false},
		"damaged":    {"<sitemapindex><sitemap><loc>a</sitemap><sitemap><lc>x</loc></sitemap><sitemap><loc>b</loc></sitemap></sitemapindex>", []cut.Sitemap{{Loc: "a"}, {Loc: "b"}}, false},
		"no address": {"<sitemapindex><sitemap/><sitemap><loc/></sitemap></sitemapindex>", nil, false},
		"torn":       {"<sitemapindex><sitemap><loc>a</loc></sitemap><sitemap><loc>https://b.exa", []cut.Sitemap{{Loc: "a"}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := cut.Cut([]byte(test.doc))
			if err != nil || d.Format != schema.FormatSitemap || len(d.Items) != 0 || d.Torn != test.torn {
				t.Fatalf("got %s with %d items, torn %v, %v", d.Format, len(d.Items), d.Torn, err)
			}
			if !slices.Equal(d.Sitemaps, test.want) {
				t.Errorf("got  %+v\nwant %+v", d.Sitemaps, test.want)
			}
		})
	}
}
