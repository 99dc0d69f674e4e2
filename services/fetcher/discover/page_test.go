package discover

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// found are the addresses that a page names, links first.
func found(html string) (links, anchors []string) {
	p := readPage(Answer{FinalURL: "https://paper.example/a/", ContentType: "text/html", Body: []byte(html)}, maxAnchors)
	for _, c := range p.links {
		links = append(links, strings.TrimPrefix(c.url, "https://paper.example/"))
	}
	for _, c := range p.anchors {
		anchors = append(anchors, strings.TrimPrefix(c.url, "https://paper.example/"))
	}
	return links, anchors
}

func TestReadPageLinks(t *testing.T) {
	for element, want := range map[string]string{
		// types
		`<link rel="alternate" type="application/rss+xml" href="/f">`:                       "f",
		`<LINK REL="Alternate home" TYPE="Application/RSS+XML; charset=utf-8" HREF=" f "/>`: "a/f",
		`<link rel=alternate type=application/atom+xml href=f>`:                             "a/f",
		`<link rel="alternate" type="application/rdf+xml" href="f">`:                        "a/f",
		`<link rel="alternate" type="application/feed+json" href="f">`:                      "a/f",
		`<link rel="alternate" type="text/rss" href="f">`:                                   "a/f",
		`<link rel="feed" href="f">`:                                                        "a/f",
		`<link rel="alternate" type="application/xml" title="RSS: all news" href="f">`:      "a/f",
		`<link rel="alternate" type="text/xml" href="/feed.xml">`:                           "feed.xml",
		`<link rel="alternate" type="application/json" title="JSON Feed" href="f">`:         "a/f",
		`<link rel="alternate" title="Our feed" href="f">`:                                  "a/f",
		// no feeds
		`<link rel="alternate" type="application/xml" title="Data" href="f">`:                                   "",
		`<link rel="alternate" type="application/json" title="JSON feed" href="/wp-json/wp/v2/posts/1">`:        "",
		`<link rel="alternate" type="application/json+oembed" href="/feed">`:                                    "",
		`<link rel="alternate" type="text/html" hreflang="de" href="/de/feed">`:                                 "",
		`<link rel="stylesheet" type="application/rss+xml" href="f">`:                                           "",
		`<link rel="alternate" type="application/rss+xml">`:                                                     "",
		`<link rel="alternate" type="application/rss+xml" href="">`:                                             "",
		`<!-- <link rel="alternate" type="application/rss+xml" href="f"> -->`:                                   "",
		`<script>x = '<link rel="alternate" type="application/rss+xml" href="f">'</script>`:                     "",
		`<link rel="alternate" type="application/rss+xml" title="The Paper » Comments Feed" href="f">`:          "",
		`<link rel="alternate" type="application/rss+xml" title="The Paper &raquo; Kommentar-Feed" href="f">`:   "",
		`<link rel="alternate" type="application/rss+xml" title="Flux des commentaires" href="f">`:              "",
		`<link rel="alternate" type="application/rss+xml" title="Feed de comentários" href="f">`:                "",
		`<link rel="alternate" type="application/atom+xml" href="/feeds/7/comments/default">`:                   "",
		`<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">`:                          "",
		`<link rel="alternate" type="application/rss+xml" href="ftp://paper.example/f">`:                        "",
		`<link rel="alternate" type="application/rss+xml" href="https://me:secret@paper.example/f">`:            "",
		`<link rel="alternate" type="application/rss+xml" href="http://[::1">`:                                  "",
		`<link rel="alternate" type="application/rss+xml" href="/` + strings.Repeat("x", 3000) + `">`:           "",
		`<link rel="alternate" type="application/rss+xml" href="` + strings.Repeat("é", 500) + `">`:             "", // too long once escaped
		`<link ` + many("x%d ") + `rel="alternate" type="application/rss+xml" href="f">`:                        "",
		`<link rel="alternate" type="application/rss+xml" href="f" href="g" rel="stylesheet" type="text/html">`: "a/f",
		// addresses
		`<link rel="alternate" type="application/rss+xml" href="//cdn.example/f">`:                                   "https://cdn.example/f",
		`<link rel="alternate" type="application/rss+xml" href="?feed=rss&amp;x=1#top">`:                             "a/?feed=rss&x=1",
		`<link rel="alternate" type="application/rss+xml" href="feed://paper.example/f">`:                            "f",
		`<link rel="alternate" type="application/rss+xml" href="feed:http://paper.example/f">`:                       "http://paper.example/f",
		`<base href="/b/"><link rel="alternate" type="application/rss+xml" href="f">`:                                "b/f",
		`<base target="_top"><base href="/b/"><link rel="alternate" type="application/rss+xml" href="f">`:            "b/f",
		`<base href="javascript:x"><link rel="alternate" type="application/rss+xml" href="f">`:                       "a/f",
		`<link rel="alternate" type="application/rss+xml" href="f"><link rel=feed href="./f"><link rel=feed href=g>`: "a/f a/g",
	} {
		if links, _ := found(element); strings.Join(links, " ") != want {
			t.Errorf("%s: got %q, want %q", element, links, want)
		}
	}
}

// many is a hundred attributes.
func many(form string) string {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}

func TestReadPageAnchors(t *testing.T) {
	for href, want := range map[string]bool{
		"/rss": true, "/rss/": true, "/feed": true, "/feeds/world.xml": true, "/news/rss.xml": true, "/rss2.0.xml": true, "/rss2": true,
		"/atom.xml": true, "/index.rdf": true, "/world.rss": true, "/feed.json": true, "/?feed=rss2": true, "/x?format=rss": true,
		"/rssfeeds/": true, "feed://paper.example/x/rss": true, "https://feeds.other.example/x": true, "https://www.paper.example/rss": true,
		"https://blog.paper.example/feed": true,

		"/feedback": false, "/press": false, "/atomic": false, "/news": false, "/rss.html": false, "/help/rss-feeds.htm": false,
		"/cross-country": false, "/comments/feed": false, "https://other.example/rss": false, "https://notpaper.example/rss": false,
		"mailto:rss@paper.example": false, "#rss": false, "/newsfeeder": false, "/2026/feeding-the-5000": false,
	} {
		if _, anchors := found(`<a class=x href="` + href + `">x</a>`); (len(anchors) == 1) != want {
			t.Errorf("%s: got %q, want it taken: %v", href, anchors, want)
		}
	}
	if _, anchors := found(`<a type="application/rss+xml" href="/all">x</a>`); len(anchors) != 1 {
		t.Errorf("by its type: %q", anchors)
	}
}

// A link that says that it leads to feeds is one to a page of feeds, unless it
// looks like a feed itself.
func TestReadPageLists(t *testing.T) {
	for element, want := range map[string]bool{
		`<a href="/rss.html">x</a>`: true, `<a href="/help/rss-feeds.htm">x</a>`: true, `<a href="/about/subscribe">RSS</a>`: true,
		`<a href="/subscribe"><svg></svg><span> RSS Feeds </span></a>`: true, `<a href="/subscribe.html">Our news feeds</a>`: true,
		`<a href="/s">RSS-Feeds</a>`: true, `<area href="/feeds/index.html">`: true, `<a href="https://www.paper.example/s">rss</a>`: true,

		`<a href="/rss">RSS</a>`: false, `<a href="/s">x</a> RSS`: false, `<a href="/s">x</a><b>RSS</b>`: false, `<a href="/s">Feedback</a>`: false,
		`<a href="/s">She feeds the birds of half of a harbour each morning</a>`: false, `<a href="https://other.example/s">RSS</a>`: false,
		`<a href="/comments">RSS</a>`: false, `<a>RSS</a>`: false, `<a href="mailto:a@paper.example">RSS</a>`: false, `<a href="/s">Live feed</a>`: false,
		`<a href="/s"><a>RSS</a>`: false,
	} {
		p := readPage(Answer{FinalURL: "https://paper.example/a/", ContentType: "text/html", Body: []byte(element)}, maxAnchors)
		if (len(p.lists) == 1) != want {
			t.Errorf("%s: got %+v, want it taken: %v", element, p.lists, want)
		}
	}
	p := readPage(Answer{FinalURL: "https://paper.example/", ContentType: "text/html", Body: []byte(many(`<a href="/%d">RSS</a>`))}, maxAnchors)
	if len(p.lists) != maxLists {
		t.Errorf("got %d lists", len(p.lists))
	}
}

// A page in another charset is read in it.
func TestReadPageCharset(t *testing.T) {
	p := readPage(Answer{FinalURL: "https://paper.example/", ContentType: "text/html; charset=windows-1251",
		Body: []byte("<link rel=feed title='\xcd\xee\xe2\xee\xf1\xf2\xe8' href=/f>")}, maxAnchors)
	if len(p.links) != 1 || p.links[0].title != "Новости" {
		t.Errorf("got %+v", p.links)
	}
	p = readPage(Answer{FinalURL: "https://paper.example/", Body: []byte("\xff\xfe<\x00a\x00 \x00h\x00r\x00e\x00f\x00=\x00/\x00r\x00s\x00s\x00>\x00")}, maxAnchors)
	if len(p.anchors) != 1 {
		t.Errorf("UTF-16: got %+v", p)
	}
}

// Pages that are made to cost much cost little.
func TestReadPageIsLinear(t *testing.T) {
	const n = 4 << 20
	for name, unit := range map[string]string{
		"anchors": `<a href="/rss` + strings.Repeat("x", 50) + `">`, "lists": `<a href=/x>rss`, "texts": `<a href=/x>` + strings.Repeat(" rss", 20), "links": `<link rel=feed href=x>`, "attributes": ` a=b`, "open": "<", "tag": "<a ",
		"comments": "<!--", "scripts": "<script>", "quotes": `<a href="`, "bases": "<base href=/x/>", "titles": "<title>", "slashes": "<a href=" + strings.Repeat("../", 500) + "rss>",
		"entities": "<a href=&amp&lt&#x", "plain": "<plaintext>",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			links, anchors := found("<a" + strings.Repeat(unit, n/len(unit)))
			if len(links) > maxLinks || len(anchors) > maxAnchors {
				t.Errorf("got %d links, %d anchors", len(links), len(anchors))
			}
			t.Logf("took %v", time.Since(start)) // a cost that grows faster would show as a test that hangs
		})
	}
}

func TestNamedSitemaps(t *testing.T) {
	robots := "\ufeffUser-agent: *\r\nDisallow: /\r\nsitemap: https://a.example/s.xml\r\nSitemap:https://a.example/Google-News.xml \n" +
		"Sitemap: /relative\nSitemap: ftp://a.example/news\nSitemap: https://news.example/x.xml\nSitemap: " + "https://a.example/" + strings.Repeat("x", 5000) + "\nnonsense"
	want := []string{"https://a.example/Google-News.xml", "https://a.example/s.xml", "https://news.example/x.xml"}
	if got := namedSitemaps([]byte(robots)); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := namedSitemaps([]byte(strings.Repeat("x", maxRobots) + "\nSitemap: https://a.example/")); got != nil {
		t.Errorf("beyond the bound: %q", got)
	}
}

// FuzzReadPage holds that what a page names can be asked and told, and is
// bounded.
func FuzzReadPage(f *testing.F) {
	f.Add([]byte(`<base href=//x/y><link rel="alternate feed" type="application/rss+xml" href="?a#b"><a href=/rss>`), "text/html")
	f.Add([]byte(`<link rel=feed href="feed:\\x"><a href="http://u:p@h/rss">`), "text/html; charset=utf-16")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		p := readPage(Answer{FinalURL: "https://paper.example/a", ContentType: contentType, Body: body}, maxAnchors)
		if len(p.links) > maxLinks || len(p.anchors) > maxAnchors || len(p.lists) > maxLists {
			t.Fatalf("%d links, %d anchors, %d lists", len(p.links), len(p.anchors), len(p.lists))
		}
		for _, c := range slices.Concat(p.links, p.anchors, p.lists) {
			if len(c.url) > maxAddress || !strings.HasPrefix(c.url, "http") || strings.ContainsAny(c.url, " #\n") {
				t.Fatalf("address %q", c.url)
			}
		}
	})
}

// FuzzNamedSitemaps holds that what a robots.txt names as a sitemap is an address of
// the web, each once as often as it is named, those of news first.
func FuzzNamedSitemaps(f *testing.F) {
	f.Add([]byte("Sitemap: https://a.example/s.xml\nsitemap:https://a.example/news.xml"))
	f.Add([]byte("Sitemap: javascript:x\rSitemap: //a.example/\n:\nSitemap: http://u:p@a.example/\x00"))
	f.Fuzz(func(t *testing.T, robots []byte) {
		named := namedSitemaps(robots)
		if len(named) > bytes.Count(robots, []byte("\n"))+1 {
			t.Fatalf("%d of %q", len(named), robots)
		}
		others := false
		for _, address := range named {
			if u, err := url.Parse(address); err != nil || !isWeb(u) || u.User != nil || strings.ContainsAny(address, " \r\n\x1b") {
				t.Errorf("address %q", address)
			}
			if isNewsName(address) && others {
				t.Errorf("%q comes too late", address)
			}
			others = others || !isNewsName(address)
		}
	})
}

// TestRealPages reads real pages, which the repository does not hold.
func TestRealPages(t *testing.T) {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	web, _ := filepath.Glob(filepath.Join(dir, "pages", "web", "html", "*.html.gz"))
	news, _ := filepath.Glob(filepath.Join(dir, "pages", "news", "*", "*.html.gz"))
	pages := slices.Concat(web, news)
	if len(pages) == 0 {
		t.Skip("no reference material: set DATELINE_SHARED")
	}
	named, text, without := 0, 0, 0
	for _, name := range pages {
		p := readPage(Answer{FinalURL: "https://" + filepath.Base(name) + "/", ContentType: "text/html", Body: unpacked(t, name)}, maxAnchors)
		switch {
		case len(p.links) > 0:
			named++
		case len(p.anchors) > 0:
			text++
		default:
			without++
		}
	}
	t.Logf("of %d pages %d name feeds, %d link to some, %d do neither", len(pages), named, text, without)
	if named < len(pages)/3 {
		t.Errorf("only %d of %d pages name a feed", named, len(pages))
	}
}

func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
