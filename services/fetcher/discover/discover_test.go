package discover_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/services/fetcher/discover"
)

const home = "https://paper.example/"

// site is a web site: documents by their addresses. One that begins with -> is a
// redirect, one that is "busy" a refusal.
type site map[string]string

var errNotFound = errors.New("status 404")

// finder finds feeds on the site, and notes which addresses it asks for.
func (s site) finder(asked *[]string) discover.Finder {
	ask := func(_ context.Context, url string) (discover.Answer, error) {
		*asked = append(*asked, url)
		final := url
		if to, ok := strings.CutPrefix(s[url], "->"); ok {
			final = to
		}
		switch body, ok := s[final]; {
		case !ok:
			return discover.Answer{}, errNotFound
		case body == "busy":
			return discover.Answer{}, fmt.Errorf("%w: status 429", discover.ErrBusy)
		default:
			return discover.Answer{FinalURL: final, ContentType: "text/html; charset=utf-8", Body: []byte(body)}, nil
		}
	}
	return discover.Finder{Ask: ask, Limits: feed.DefaultLimits(), Time: time.Minute}
}

// find returns what is found, each as its place and address, and what was asked.
func (s site) find(t *testing.T, address string) (found, asked []string, err error) {
	t.Helper()
	for f, end := range s.finder(&asked).Find(t.Context(), address) {
		if end != nil {
			return found, asked, end
		}
		name := string(f.From)
		if f.Main {
			name = "main"
		}
		found = append(found, name+" "+strings.TrimPrefix(f.URL, home))
	}
	return found, asked, nil
}

func rss(items ...string) string {
	return `<rss version="2.0"><channel><title>The Paper</title><language>en-gb</language>` + strings.Join(items, "") + `</channel></rss>`
}

func item(title, date string) string {
	return "<item><title>" + title + "</title><link>" + home + "1</link><pubDate>" + date + "</pubDate></item>"
}

const (
	atom     = `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>x</title><id>1</id><updated>2026-03-02T10:00:00+02:00</updated></entry></feed>`
	jsonFeed = `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","title":"x"}]}`
	news     = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://paper.example/1</loc>` +
		`<news:news><news:publication><news:name>The Paper</news:name><news:language>en</news:language></news:publication>` +
		`<news:publication_date>2026-03-03</news:publication_date><news:title>Ferry late</news:title></news:news></url></urlset>`
	plainMap = `<urlset><url><loc>https://paper.example/1</loc></url></urlset>`
)

func head(elements string) string { return "<!doctype html><html><head>" + elements + "</head>" }

func alternate(typ, href string) string {
	return `<link rel="alternate" type="` + typ + `" href="` + href + `">`
}

func index(locs ...string) string {
	var b strings.Builder
	b.WriteString("<sitemapindex>")
	for i, loc := range locs {
		fmt.Fprintf(&b, "<sitemap><loc>%s</loc><lastmod>2026-01-%02d</lastmod></sitemap>", home+loc, i+1)
	}
	return b.String() + "</sitemapindex>"
}

func TestFind(t *testing.T) {
	a := rss(item("a", ""))
	const robots = home + "robots.txt"
	for name, test := range map[string]struct {
		site  site
		found []string
	}{
		"a feed itself":         {site{home: a}, []string{"address "}},
		"a feed, moved":         {site{home: "->https://b.example/f", "https://b.example/f": a}, []string{"address "}},
		"a sitemap itself":      {site{home: plainMap}, []string{"address "}},
		"links in order":        {site{home: head(alternate("application/rss+xml", "/b") + alternate("application/atom+xml", "/a") + alternate("application/feed+json", "c.json")), home + "a": atom, home + "b": a, home + "c.json": jsonFeed}, []string{"main b", "link a", "link c.json"}},
		"the first is broken":   {site{home: head(alternate("application/rss+xml", "/b") + alternate("application/rss+xml", "/a")), home + "a": a}, []string{"link a"}},
		"a link that lies":      {site{home: head(alternate("application/rss+xml", "/b")), home + "b": head("")}, nil},
		"a link to itself":      {site{home: head(alternate("application/rss+xml", "/"))}, nil},
		"the same, redirected":  {site{home: head(alternate("application/rss+xml", "/a") + alternate("application/rss+xml", "/b") + alternate("application/rss+xml", "/c")), home + "a": a, home + "b": "->" + home + "a", home + "c": "->" + home + "d", home + "d": a}, []string{"main a", "link c"}},
		"elsewhere":             {site{home: head(alternate("application/rss+xml", "https://feeds.example/p")), "https://feeds.example/p": a}, []string{"main https://feeds.example/p"}},
		"a base":                {site{home: head(`<base href="https://cdn.example/x/"><base href="/no">` + alternate("application/rss+xml", "f")), "https://cdn.example/x/f": a}, []string{"main https://cdn.example/x/f"}},
		"anchors":               {site{home: `<p><a href="/feedback">x</a><a href="/rss">x</a><a href="https://other.example/rss">x</a><a href="https://www.paper.example/world/atom.xml">`, home + "rss": a, "https://www.paper.example/world/atom.xml": atom, home + "feedback": a}, []string{"anchor rss", "anchor https://www.paper.example/world/atom.xml"}},
		"link before anchor":    {site{home: `<a href="/a/feed">x</a>` + alternate("application/rss+xml", "/b"), home + "a/feed": a, home + "b": a}, []string{"main b", "anchor a/feed"}},
		"linked twice":          {site{home: alternate("application/rss+xml", "/feed") + `<a href="/feed#x">x</a>`, home + "feed": a}, []string{"main feed"}},
		"a page of feeds":       {site{home: `<a href="/rss">x</a>`, home + "rss": alternate("application/rss+xml", "/main.rss") + `<a href="/uk.rss">x</a><a href="/world/atom.xml">x</a><a href="/rss">x</a>`, home + "main.rss": a, home + "uk.rss": a, home + "world/atom.xml": atom}, []string{"list main.rss", "list uk.rss", "list world/atom.xml"}},
		"a page named so":       {site{home: alternate("application/rss+xml", "/feed") + `<a href="/subscribe"><b>RSS feeds</b></a>`, home + "feed": a, home + "subscribe": alternate("application/rss+xml", "/feed") + `<a href="/uk.rss">x</a>`, home + "uk.rss": a}, []string{"main feed", "list uk.rss"}},
		"a page of pages":       {site{home: `<a href="/rss">x</a>`, home + "rss": `<a href="/feeds">x</a><a href="/s">RSS</a>`, home + "feeds": `<a href="/uk.rss">x</a>`, home + "s": `<a href="/uk.rss">x</a>`, home + "uk.rss": a}, nil},
		"a feed named RSS":      {site{home: `<a href="/subscribe">RSS</a>`, home + "subscribe": a}, []string{"anchor subscribe"}},
		"a news sitemap":        {site{home: head(""), robots: "User-agent: *\nSITEMAP : " + home + "all.xml\r\nSitemap: " + home + "news.xml", home + "news.xml": news, home + "all.xml": plainMap}, []string{"sitemap news.xml"}},
		"plain sitemaps":        {site{home: head(""), robots: "Sitemap: " + home + "all.xml\nsitemap: /relative.xml", home + "all.xml": plainMap}, nil},
		"listed by an index":    {site{home: head(""), robots: "Sitemap: " + home + "all.xml", home + "all.xml": index("posts.xml", "news.xml"), home + "news.xml": news, home + "posts.xml": news}, []string{"sitemap news.xml"}},
		"an index of news":      {site{home: head(""), robots: "Sitemap: " + home + "news-index.xml", home + "news-index.xml": index("1.xml", "2.xml"), home + "1.xml": plainMap, home + "2.xml": news}, []string{"sitemap news-index.xml"}},
		"an index of no news":   {site{home: head(""), robots: "Sitemap: " + home + "news-index.xml", home + "news-index.xml": index("1.xml"), home + "1.xml": plainMap}, nil},
		"an index of an index":  {site{home: head(""), robots: "Sitemap: " + home + "all.xml", home + "all.xml": index("news.xml"), home + "news.xml": index("news2.xml"), home + "news2.xml": news}, nil},
		"a link and a sitemap":  {site{home: alternate("application/rss+xml", "/b"), home + "b": a, robots: "Sitemap: " + home + "news.xml", home + "news.xml": news}, []string{"main b", "sitemap news.xml"}},
		"a common path":         {site{home: head(""), home + "feed.xml": a, home + "atom.xml": a}, []string{"path feed.xml"}},
		"a common query":        {site{home: head(""), home + "?feed=rss2": a}, []string{"path ?feed=rss2"}},
		"a path, plain sitemap": {site{home: head(""), home + "index.xml": plainMap}, nil},
		"nothing at all":        {site{home: ""}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			found, asked, err := test.site.find(t, home)
			if !slices.Equal(found, test.found) {
				t.Errorf("got %q, want %q", found, test.found)
			}
			if none := len(test.found) == 0; none != errors.Is(err, discover.ErrNone) || !none && err != nil {
				t.Errorf("got error %v", err)
			}
			if slices.Sort(asked); len(slices.Compact(asked)) != len(asked) {
				t.Errorf("asked twice: %q", asked)
			}
		})
	}
}

func TestFindInPart(t *testing.T) {
	for address, want := range map[string]string{
		home + "blog":                   "path blog/feed",
		home + "blog/":                  "path blog/feed",
		home + "blog/index.html":        "path blog/feed",
		home + "2026/03/article-title/": "path rss",
	} {
		s := site{address: head(""), home + "blog/feed": rss(item("a", "")), home + "rss": rss(item("b", "")), address + "feed": rss(item("comment", ""))}
		found, _, err := s.find(t, address)
		if err != nil || !slices.Equal(found, []string{want}) {
			t.Errorf("%s: got %q, %v, want %s", address, found, err, want)
		}
	}
}

func TestFeed(t *testing.T) {
	s := site{
		home: head(`<link rel="alternate" type="application/rss+xml" title="News" href="/a">` +
			`<link rel="alternate" type="application/rss+xml" title=" All  &amp; more` + strings.Repeat("é", 300) + `" href="/b">`),
		home + "a":          rss(item("old", "Sun, 01 Mar 2026 08:00:00 +0000"), item("new", "Mon, 02 Mar 2026 09:00:00 +0100"), item("none", "in spring")),
		home + "b":          "->" + home + "c",
		home + "c":          `<rss><channel></channel></rss>`,
		home + "robots.txt": "sitemap:" + home + "news.xml",
		home + "news.xml":   news,
	}
	want := []discover.Feed{
		{URL: home + "a", FinalURL: home + "a", From: discover.FromLink, Main: true, Title: "The Paper", Language: "en-GB", Format: "rss", Items: 3, Newest: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)},
		{URL: home + "b", FinalURL: home + "c", From: discover.FromLink, Title: "All & more" + strings.Repeat("é", 95), Format: "rss"},
		{URL: home + "news.xml", FinalURL: home + "news.xml", From: discover.FromSitemap, Title: "The Paper", Format: "sitemap", Items: 1, Newest: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)},
	}
	var got []discover.Feed
	for f, err := range s.finder(new([]string)).Find(t.Context(), home) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// A caller that has enough spares the site the rest.
func TestFindAsksForNoMore(t *testing.T) {
	s := site{home: head(alternate("application/rss+xml", "/a") + alternate("application/rss+xml", "/b")), home + "a": atom, home + "b": atom}
	var asked []string
	for range s.finder(&asked).Find(t.Context(), home) {
		break
	}
	if !slices.Equal(asked, []string{home, home + "a"}) {
		t.Errorf("asked %q", asked)
	}
}

// Whatever a site says, it is asked for a bounded number of addresses.
func TestFindIsBounded(t *testing.T) {
	var links, anchors, sitemaps strings.Builder
	for i := range 1000 {
		links.WriteString(alternate("application/rss+xml", fmt.Sprintf("/%d", i)))
		fmt.Fprintf(&anchors, `<a href="/%d/rss">x</a>`, i)
		fmt.Fprintf(&sitemaps, "Sitemap: %snews%d.xml\n", home, i)
	}
	s := site{home + "part/": head(links.String() + anchors.String()), home + "robots.txt": sitemaps.String()}
	for i := range 1000 {
		s[fmt.Sprintf("%snews%d.xml", home, i)] = index("n1.xml", "n2.xml", "n3.xml")
	}
	_, asked, err := s.find(t, home+"part/")
	if !errors.Is(err, discover.ErrNone) || len(asked) != 1+10+6+1+3+1+12 {
		t.Errorf("asked %d: %v", len(asked), err)
	}
	for i := range 1000 { // each a page of as many
		s[fmt.Sprintf("%s%d/rss", home, i)] = fmt.Sprintf(`<base href="/%d/">`, i) + strings.ReplaceAll(anchors.String(), `"/`, `"`)
	}
	_, asked, err = s.find(t, home+"part/")
	if !errors.Is(err, discover.ErrNone) || len(asked) != 1+10+6+10+1+3+1+12 {
		t.Errorf("asked %d: %v", len(asked), err)
	}
}

func TestFindEnds(t *testing.T) {
	links := head(alternate("application/rss+xml", "/a") + alternate("application/rss+xml", "/b") + alternate("application/rss+xml", "/c"))
	for name, test := range map[string]struct {
		site site
		err  error
		says string
	}{
		"no answer":      {site{}, errNotFound, "status 404"},
		"a page":         {site{home: head("<title>Hello</title>")}, discover.ErrNone, home + `: not a feed: a web page with the title "Hello"; no feed was found from there (12 addresses asked)`},
		"busy at first":  {site{home: "busy"}, discover.ErrBusy, "status 429"},
		"busy later":     {site{home: links, home + "a": atom, home + "b": "busy", home + "c": atom}, discover.ErrBusy, home + "b: the site wants to be left alone"},
		"busy robots":    {site{home: head(""), home + "robots.txt": "busy"}, discover.ErrBusy, home + "robots.txt: the site wants"},
		"hostile":        {site{home: "<rss><channel><item>" + strings.Repeat("<a>", 10_000)}, discover.ErrUnreadable, "cannot be read"},
		"no gzip at all": {site{home: "\x1f\x8b\x08"}, discover.ErrUnreadable, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			found, _, err := test.site.find(t, home)
			if !errors.Is(err, test.err) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %v with %q", err, test.err, test.says)
			}
			if name == "busy later" && len(found) != 1 {
				t.Errorf("found before: %q", found)
			}
		})
	}
}

// A slow site is given pauses as long as it takes to answer, and no more time
// than a search has.
func TestFindRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		var at []time.Duration
		start := time.Now()
		f := site{home: head("")}.finder(&asked)
		ask := f.Ask
		f.Ask = func(ctx context.Context, url string) (discover.Answer, error) {
			at = append(at, time.Since(start))
			time.Sleep(time.Duration(len(at)) * time.Second) // in the bubble's own time
			return ask(ctx, url)
		}
		f.Time = 20 * time.Second
		for _, err := range f.Find(t.Context(), home) {
			if !errors.Is(err, discover.ErrTime) {
				t.Errorf("got %v", err)
			}
		}
		want := []time.Duration{0, 2 * time.Second, 6 * time.Second, 11 * time.Second, 17 * time.Second}
		if !slices.Equal(at, want) {
			t.Errorf("asked at %v, want %v", at, want)
		}
	})
}

func TestFindIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var asked []string
	for _, err := range (site{home: head(alternate("application/rss+xml", "/a")), home + "a": atom}).finder(&asked).Find(ctx, home) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		cancel()
	}
	if len(asked) != 2 {
		t.Errorf("asked %q", asked)
	}
}
