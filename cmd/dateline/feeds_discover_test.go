package main

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/discover"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// local lets a command ask this machine.
var local = []string{"--allow-net", "127.0.0.0/8"}

// webSite is a site with pages that lead to feeds in several ways.
func webSite(t *testing.T) *fetchertest.Site {
	t.Helper()
	site := fetchertest.New(t)
	for _, name := range []string{"/news.xml", "/sport.xml", "/part/feed"} {
		site.Feed(name).SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 3, Words: 20, Base: "https://paper.example"})...)
	}
	for path, html := range map[string]string{
		"/named": `<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">` +
			`<link rel="alternate" type="application/rss+xml" href="news.xml"><link rel="alternate" type="application/rss+xml" href="/sport.xml">`,
		"/one":   `<a href="/part/feed">All news</a>`,
		"/two":   "<title>Two\x1b[2J</title>" + `<a type="application/rss+xml" href="/news.xml">News</a> <a type="application/rss+xml" href="/sport.xml">Sport</a>`,
		"/part/": `<title>No link</title>`,
	} {
		site.File(path, "text/html", []byte("<!doctype html><html>"+html))
	}
	site.Fault("/busy", fetchertest.Status(429))
	return site
}

func TestFeedsDiscover(t *testing.T) {
	t.Parallel()
	site := webSite(t)
	r := runProgram(t.Context(), append([]string{"feeds", "discover", site.URL("/named")}, local...)...)
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.code != 0 || r.stderr != "" || len(lines) != 3 ||
		!strings.HasPrefix(lines[1], "link, main  rss     3 ") || !strings.HasSuffix(lines[1], site.URL("/news.xml")) || !strings.HasSuffix(lines[2], site.URL("/sport.xml")) {
		t.Errorf("exit code %d: %s%s", r.code, r.out, r.stderr)
	}
	for path, want := range map[string]string{"/news.xml": "/news.xml", "/one": "/part/feed", "/part/": "/part/feed"} {
		r := runProgram(t.Context(), append([]string{"feeds", "discover", "--output", "json", site.URL(path)}, local...)...)
		var f discover.Feed
		if err := json.Unmarshal([]byte(r.out), &f); err != nil || f.URL != site.URL(want) || f.Items != 3 || f.Newest.IsZero() {
			t.Errorf("%s: exit code %d, %v: %s%s", path, r.code, err, r.out, r.stderr)
		}
	}
}

func TestFeedsDiscoverFails(t *testing.T) {
	t.Parallel()
	site := webSite(t)
	site.File("/none", "text/html", []byte("<!doctype html><html><title>None\x1b[2J</title>"))
	file := write(t, "list.txt", "https://example.org/feed\n")
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"none":        {append(local, site.URL("/none")), 1, `not a feed: a web page with the title "None`},
		"busy":        {append(local, site.URL("/busy")), 1, "rate-limited"},
		"missing":     {append(local, site.URL("/missing")), 1, "status 404"},
		"not allowed": {[]string{site.URL("/named")}, 1, "blocked-address"},
		"a file":      {[]string{file}, 2, "is a file, not the address of a feed"},
		"no address":  {[]string{"example.org"}, 2, "a feed's address begins with https://"},
		"a network":   {[]string{"--allow-net", "x", site.URL("/named")}, 2, "--allow-net"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runProgram(t.Context(), append([]string{"feeds", "discover"}, test.args...)...)
			r.fails(t, test.code, test.want)
			if r.out != "" || strings.Contains(r.stderr, "\x1b") {
				t.Errorf("got %q and %q", r.out, r.stderr)
			}
		})
	}
}

// onSite makes addresses on the site of the arguments that are paths.
func onSite(site *fetchertest.Site, args []string) []string {
	var on []string
	for _, arg := range args {
		if strings.HasPrefix(arg, "/") {
			arg = site.URL(arg)
		}
		on = append(on, arg)
	}
	return on
}

func TestFeedsAddOfWebSites(t *testing.T) {
	t.Parallel()
	site := webSite(t)
	for name, test := range map[string]struct {
		args []string
		want []string // the feeds that are registered
		says string
	}{
		"the main one":       {[]string{"/named"}, []string{"/news.xml"}, "is a web page; its feed is "},
		"the only one":       {[]string{"/one"}, []string{"/part/feed"}, "its feed is "},
		"a common path":      {[]string{"/part/"}, []string{"/part/feed"}, "its feed is "},
		"all":                {[]string{"/named", "--all"}, []string{"/news.xml", "/sport.xml"}, "2 added"},
		"all of two":         {[]string{"/two", "--all", "--section", "UK"}, []string{"/news.xml", "/sport.xml"}, "2 added"},
		"the feed itself":    {[]string{"/sport.xml"}, []string{"/sport.xml"}, "1 added, 0 changed, 0 as they were\n"},
		"with its page":      {[]string{"/news.xml", "/named"}, []string{"/news.xml"}, "1 added"},
		"gone for now":       {[]string{"/missing"}, []string{"/missing"}, "1 added"},
		"busy":               {[]string{"/busy"}, []string{"/busy"}, "1 added"},
		"without a question": {[]string{"/named", "--no-check"}, []string{"/named"}, "1 added"},
	} {
		t.Run(name, func(t *testing.T) {
			bed := newTestbed(t)
			r := bed.ok(append([]string{"feeds", "add"}, append(local, onSite(site, test.args)...)...)...)
			var urls []string
			for _, f := range bed.list() {
				urls = append(urls, strings.TrimPrefix(f.Feed.URL, site.URL("")))
			}
			if strings.Join(urls, " ") != strings.Join(test.want, " ") || !strings.Contains(r.stderr, test.says) {
				t.Errorf("got %q, want %q\n%s", urls, test.want, r.stderr)
			}
		})
	}
}

// The check asks with the headers of the feed, the site of its address alone.
func TestFeedsAddAsksWithItsHeaders(t *testing.T) {
	t.Parallel()
	site, other := webSite(t), webSite(t)
	site.Handle("/keyed.xml", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "k" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, "/news.xml", http.StatusFound)
	}))
	site.File("/away", "text/html", []byte(`<!doctype html><html><link rel="alternate" type="application/rss+xml" href="`+other.URL("/news.xml")+`">`))
	bed := newTestbed(t)
	bed.ok(append([]string{"feeds", "add", site.URL("/keyed.xml"), "--header", "X-Key: k"}, local...)...)
	if site.Count("/news.xml") != 1 || site.LastHeader("/news.xml").Get("X-Key") != "k" {
		t.Errorf("asked %d times with %v", site.Count("/news.xml"), site.LastHeader("/news.xml"))
	}
	bed.ok(append([]string{"feeds", "add", site.URL("/away"), "--header", "X-Key: k"}, local...)...)
	if other.Count("/news.xml") == 0 || other.LastHeader("/news.xml").Get("X-Key") != "" {
		t.Errorf("another site was asked %d times with %v", other.Count("/news.xml"), other.LastHeader("/news.xml"))
	}
	r := bed.ok(append([]string{"feeds", "add", site.URL("/named"), "--user", "desk"}, local...)...)
	if !strings.Contains(r.stderr, "not asked first: proxies and users are known to the fetchers alone") || site.Count("/named") != 0 {
		t.Errorf("asked %d times: %s", site.Count("/named"), r.stderr)
	}
}

func TestFeedsAddOfWebSitesRefuses(t *testing.T) {
	t.Parallel()
	site := webSite(t)
	bed := newTestbed(t)
	add := append([]string{"feeds", "add"}, local...)
	r := bed.run(append(add, site.URL("/news.xml"), site.URL("/two"))...)
	r.fails(t, 1, site.URL("/two")+": is a web page with 2 feeds, and none of them the main one: add one by its address, or all with --all")
	if !strings.Contains(r.out, site.URL("/news.xml")+"\n") || !strings.Contains(r.out, site.URL("/sport.xml")+"\n") {
		t.Errorf("they are not listed: %q", r.out)
	}
	bed.run(append(add, site.URL("/two"), "--all", "--title", "x")...).fails(t, 2, "--title: would name 2 feeds the same")
	site.File("/none", "text/html", []byte("<!doctype html><html><title>None</title>"))
	bed.run(append(add, site.URL("/none"))...).fails(t, 2, "give the address of the feed itself")
	if got := bed.list(); len(got) != 0 {
		t.Errorf("registered: %+v", got)
	}
}

func TestUpOnAWebSite(t *testing.T) {
	t.Parallel()
	site := webSite(t)
	r := up(t, append(local, "--once", site.URL("/named"))...)
	if r.code != 0 || !strings.Contains(r.out, "1 feeds polled\n") || !strings.Contains(r.stderr, "/named is a web page; its feed is "+site.URL("/news.xml")) {
		t.Errorf("exit code %d: %s%s", r.code, r.out, r.stderr)
	}
	up(t, append(local, "--once", site.URL("/two"))...).fails(t, 2, "choose one by: dateline feeds discover "+site.URL("/two"))
}

func TestFeedsImportCSV(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	list := write(t, "list.csv", "url,title,section,interval\nhttps://example.org/a.xml,\"A, the first\",UK,15m\nhttps://example.org/b.xml,,,\n")
	bed.ok("feeds", "import", list)
	got := bed.list()
	if len(got) != 2 || got[0].Feed.Title != "A, the first" || got[0].Feed.Section != "UK" || got[0].Feed.Interval != 900 {
		t.Errorf("got %+v", got)
	}
	exported := bed.ok("feeds", "export", "--format", "csv").out
	golden(t, "feeds-export-csv.golden", exported)
	other := newTestbed(t)
	other.ok("feeds", "import", write(t, "again.csv", exported))
	if again := other.ok("feeds", "export", "--format", "csv").out; again != exported {
		t.Errorf("imported and exported: %q", again)
	}
	wrong := write(t, "wrong.csv", "url,sekcion\n")
	bed.run("feeds", "import", wrong).fails(t, 2, filepath.Base(wrong)+`:1: column "sekcion": not known`)
}

// The folders and categories of OPML are the sections of articles.
func TestFeedsImportSections(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	bed.ok("feeds", "import", write(t, "list.opml", `<opml version="2.0"><body><outline text="World"><outline text="Europe">
		<outline xmlUrl="https://example.org/a.xml"/><outline category="/News/UK" xmlUrl="https://example.org/b.xml"/></outline></outline></body></opml>`))
	var got []schema.Feed
	for _, f := range bed.list() {
		got = append(got, f.Feed)
	}
	if len(got) != 2 || got[0].Section != "Europe" || got[0].Folder != "World/Europe" || got[1].Section != "UK" || got[1].ID != schema.FeedID(got[1].URL) {
		t.Errorf("got %+v", got)
	}
}
