package root_test

import (
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/feed/internal/root"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestFind(t *testing.T) {
	for name, test := range map[string]struct {
		doc    string
		format schema.Format
		at     string // what the feed starts with, or the first element
	}{
		"RSS":                  {"<?xml?><rss>", schema.FormatRSS, "<rss>"},
		"RDF":                  {"<rdf:RDF>", schema.FormatRSS, "<rdf:RDF>"},
		"Atom":                 {"<!-- <rss> --><a:feed>", schema.FormatAtom, "<a:feed>"},
		"sitemap":              {"<?xml?><!-- a --><urlset>", schema.FormatSitemap, "<urlset>"},
		"sitemap index":        {"<sm:sitemapindex>", schema.FormatSitemap, "<sm:sitemapindex>"},
		"sitemap in a page":    {"<html><urlset>", "", "html"},
		"root of sitemap lost": {"<url></url></urlset>", schema.FormatSitemap, "<url>"},
		"JSON":                 {" {", schema.FormatJSON, "{"},
		"JSON with a tag":      {`{"a":"<rss>"}`, schema.FormatJSON, "{"},
		"behind a warning":     {"<br />\n<b>Warning</b> <rss>", schema.FormatRSS, "<rss>"},
		"in a page":            {"<html><feed xmlns='http://www.w3.org/2005/Atom'>", schema.FormatAtom, "<feed "},
		"in a page, no feed":   {"<html><feed><channel></feed>", "", "html"},
		"RDF in a page":        {"<html><rdf:RDF xmlns='http://creativecommons.org/ns#'>", "", "html"},
		"root lost":            {"<title>a</title></channel></rss>", schema.FormatRSS, "<title>"},
		"root of Atom lost":    {"<id>a</id></feed>", schema.FormatAtom, "<id>"},
		"page behind":          {"<title></title></feed><html>", "", "title"},
		"nothing":              {"", "", ""},
		"text":                 {"{ is a brace", schema.FormatJSON, "{"},
		"page with feed word":  {"<html>jsonfeed.org {}", "", "html"},
	} {
		t.Run(name, func(t *testing.T) {
			r := root.Find([]byte(test.doc))
			got := r.First
			if r.Format != "" {
				got = test.doc[r.Pos:]
			}
			if r.Format != test.format || !strings.HasPrefix(got, test.at) {
				t.Errorf("got %q at %q, want %q at %q", r.Format, got, test.format, test.at)
			}
		})
	}
}

func TestItem(t *testing.T) {
	for name, test := range map[string]struct {
		doc, items, others string
	}{
		"RSS":             {"<rss xmlns:media='http://search.yahoo.com/mrss/'>", "item ITEM rss:item", "entry items media:item"},
		"RSS with prefix": {"<n:rss xmlns:r='http://purl.org/rss/1.0/'>", "item n:item r:item", "x:item"},
		"RDF":             {"<rdf:RDF>", "item", "rdf:item"},
		"Atom":            {"<a:feed>", "entry a:entry atom:entry", "item gd:entry"},
		"sitemap":         {"<urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'>", "url s:url", "item sitemap image:url"},
		"sitemap index":   {"<sitemapindex>", "sitemap", "url item"},
		"modules of RSS":  {"<rdf:RDF xmlns:content='http://purl.org/rss/1.0/modules/content/'>", "item", "content:item"},
		"other scripts":   {"<é:rss xmlns:ö='http://purl.org/rss/1.0/'>", "item", "é:item ö:item"},
		"JSON":            {"{", "", "item entry"},
		"no feed":         {"<html>", "", "item entry"},
	} {
		t.Run(name, func(t *testing.T) {
			r := root.Find([]byte(test.doc))
			for _, n := range strings.Fields(test.items) {
				if !r.Item([]byte(n)) {
					t.Errorf("%s is no item", n)
				}
			}
			for _, n := range strings.Fields(test.others) {
				if r.Item([]byte(n)) {
					t.Errorf("%s is an item", n)
				}
			}
		})
	}
}
