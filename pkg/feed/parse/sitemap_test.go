package parse_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

const sitemapURL = "https://paper.example/news/sitemap.xml"

// sitemap is a news sitemap of one address that holds inner.
func sitemap(inner string) string {
	return `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"` +
		` xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"` +
		` xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"` +
		` xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"><url>` + inner + `</url></urlset>`
}

func TestSitemap(t *testing.T) {
	day := time.Date(2024, 1, 2, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		inner string
		want  parse.Item
	}{
		"news": {
			`<loc> https://paper.example/1 </loc><lastmod>2024-01-02T10:00:00Z</lastmod>
			<news:news><news:publication><news:name>The &amp; Paper</news:name><news:language>pt_br</news:language></news:publication>
			<news:publication_date>2024-01-02T10:00:00Z</news:publication_date>
			<news:title>Ferry
			late &amp;amp; full</news:title><news:keywords>ferries, harbour ,, Ferries</news:keywords></news:news>`,
			parse.Item{
				FeedTitle: "The & Paper", Link: "https://paper.example/1", Title: "Ferry late & full",
				Language: "pt-BR", LanguageSource: "item", Categories: []string{"ferries", "harbour"},
				Published: parse.Date{Raw: "2024-01-02T10:00:00Z", Time: day, HasTime: true, HasZone: true},
				Updated:   parse.Date{Raw: "2024-01-02T10:00:00Z", Time: day, HasTime: true, HasZone: true},
			},
		},
		"address alone": {`<loc>/1</loc>`, parse.Item{Link: "https://paper.example/1"}},
		"CDATA":         {`<loc><![CDATA[https://paper.example/?a=1&b=2]]></loc>`, parse.Item{Link: "https://paper.example/?a=1&b=2"}},
		"pictures": {
			`<loc>/1</loc><image:image><image:loc>/a.jpg</image:loc><image:caption>A ferry</image:caption></image:image>
			<image:image><image:loc>javascript:x</image:loc></image:image>
			<video:video><video:title>Film</video:title><video:thumbnail_loc>/t.png</video:thumbnail_loc><video:content_loc>/v.mp4</video:content_loc></video:video>`,
			parse.Item{Link: "https://paper.example/1", Media: []schema.Media{
				{URL: "https://paper.example/a.jpg", Type: "image/jpeg", Caption: "A ferry"},
				{URL: "https://paper.example/v.mp4", Type: "video/mp4", Caption: "Film"},
			}},
		},
		"a title of a picture is no headline": {
			`<loc>/1</loc><image:image><image:title>Ferry</image:title></image:image>`,
			parse.Item{Link: "https://paper.example/1"},
		},
		"language of no one": {
			`<loc>/1</loc><news:news><news:publication><news:language>xx-??</news:language></news:publication></news:news>`,
			parse.Item{Link: "https://paper.example/1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parse.One([]byte(sitemap(test.inner)), schema.FormatSitemap, sitemapURL)
			if err != nil {
				t.Fatal(err)
			}
			test.want.Base = sitemapURL
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Publishers forget the namespaces, or take others than the protocol's.
func TestSitemapNamespaces(t *testing.T) {
	for _, document := range []string{
		`<urlset><url><loc>/1</loc><news:news><news:title>Ferry</news:title></news:news></url></urlset>`,
		`<s:urlset xmlns:s="urn:x"><s:url><s:loc>/1</s:loc><n:news xmlns:n="urn:y"><n:title>Ferry</n:title></n:news></s:url></s:urlset>`,
		`<?xml version="1.0" encoding="utf-16"?><urlset><url><loc>/1</loc><news><title>Ferry</title></news></url></urlset>`,
	} {
		got, err := parse.One([]byte(document), schema.FormatSitemap, sitemapURL)
		if err != nil || got.Title != "Ferry" || got.Link != "https://paper.example/1" {
			t.Errorf("%s: %q %q, %v", document, got.Title, got.Link, err)
		}
	}
}
