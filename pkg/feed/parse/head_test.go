package parse_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestHead(t *testing.T) {
	const day = 24 * time.Hour
	rss := func(elements string) string {
		return `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>` + elements
	}
	atom := func(elements string) string { return `<feed xmlns="http://www.w3.org/2005/Atom">` + elements }
	for name, test := range map[string]struct {
		header string
		want   parse.Feed
	}{
		"nothing": {rss(""), parse.Feed{}},
		"RSS": {
			rss(`<title>The &amp;amp; <![CDATA[<b>Example</b>]]></title><link>/</link><language>en_gb</language>`),
			parse.Feed{Title: "The & Example", Link: "https://news.example/", Language: "en-GB"},
		},
		"a generator":         {rss("<generator> https://wordpress.org/?v=6.4 </generator>"), parse.Feed{Generator: "https://wordpress.org/?v=6.4"}},
		"a generator in Atom": {atom("<generator>Blogger</generator>"), parse.Feed{Generator: "Blogger"}},
		"RDF": {
			`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>x</title><link>/</link></channel>`,
			parse.Feed{Title: "x", Link: "https://news.example/"},
		},
		"Atom": {
			atom(`<title>x</title><link href="/"/><link rel="self" href="self.xml"/>`),
			parse.Feed{Title: "x", Link: "https://news.example/", Self: "https://news.example/feeds/self.xml"},
		},
		"a base": {
			`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/" xml:lang="fr"><link rel="next" href="2"/>`,
			parse.Feed{Language: "fr", Next: "https://b.example/x/2"},
		},
		"links in RSS": {
			rss(`<atom:link rel="self" href="/s"/><atom:link rel="hub" href="https://hub.example/"/><atom:link rel="hub" href="https://hub.example/"/><atom:link rel="Hub" href="/hub"/>`),
			parse.Feed{Self: "https://news.example/s", Hubs: []string{"https://hub.example/", "https://news.example/hub"}},
		},
		"two relations": {
			atom(`<link rel="self hub" href="/x"/>`),
			parse.Feed{Self: "https://news.example/x", Hubs: []string{"https://news.example/x"}},
		},
		"hubs that are none": {atom(`<link rel="hub" href="mailto:a@b.example"/><link rel="hub"/>`), parse.Feed{}},
		"pages": {
			atom(`<link rel="next" href="/2"/><link rel="current" href="/"/><link rel="prev-archive" href="/2021"/><link rel="next" href="/3"/>`),
			parse.Feed{Next: "https://news.example/2", Current: "https://news.example/", PrevArchive: "https://news.example/2021"},
		},
		"relations of IANA": {
			atom(`<link rel="http://www.iana.org/assignments/relation/next" href="/2"/>`),
			parse.Feed{Next: "https://news.example/2"},
		},
		"JSON": {
			`{"title":"x","home_page_url":"/","feed_url":"/f","next_url":"/2","language":"de","hubs":[{"type":"WebSub","url":"https://hub.example/"},{"type":"rssCloud"},7],"items":[`,
			parse.Feed{
				Title: "x", Link: "https://news.example/", Language: "de", Self: "https://news.example/f",
				Next: "https://news.example/2", Hubs: []string{"https://hub.example/"},
			},
		},
		"JSON, one hub":      {`{"title":"x","hubs":{"url":"/h"},"items":[`, parse.Feed{Title: "x", Hubs: []string{"https://news.example/h"}}},
		"JSON, whole":        {`{"title":"x","items":[]}`, parse.Feed{Title: "x"}},
		"ttl":                {rss("<ttl> 60 </ttl>"), parse.Feed{TTL: time.Hour}},
		"ttl, no number":     {rss("<ttl>an hour</ttl>"), parse.Feed{}},
		"ttl, negative":      {rss("<ttl>-5</ttl>"), parse.Feed{}},
		"ttl, a century":     {rss("<ttl>52594876</ttl>"), parse.Feed{}},
		"ttl, no number fit": {rss("<ttl>99999999999999999999</ttl>"), parse.Feed{}},
		"skipHours": {
			rss("<skipHours><hour>3</hour><hour>0</hour><hour>24</hour><hour>25</hour><hour>-1</hour><hour>x</hour></skipHours>"),
			parse.Feed{SkipHours: []int{0, 3}},
		},
		"skipDays": {
			rss("<skipDays><day>sunday</day><day>Monday</day><day>Funday</day><day>Sunday</day></skipDays>"),
			parse.Feed{SkipDays: []time.Weekday{time.Sunday, time.Monday}},
		},
		"sy":                  {rss("<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"), parse.Feed{UpdateEvery: 30 * time.Minute}},
		"sy, no frequency":    {rss("<sy:updatePeriod>Daily</sy:updatePeriod>"), parse.Feed{UpdateEvery: day}},
		"sy, weekly":          {rss("<sy:updatePeriod>weekly</sy:updatePeriod>"), parse.Feed{UpdateEvery: 7 * day}},
		"sy, monthly":         {rss("<sy:updatePeriod>monthly</sy:updatePeriod>"), parse.Feed{UpdateEvery: 30 * day}},
		"sy, yearly":          {rss("<sy:updatePeriod>yearly</sy:updatePeriod>"), parse.Feed{UpdateEvery: 365 * day}},
		"sy, wrong":           {rss("<sy:updatePeriod>often</sy:updatePeriod>"), parse.Feed{}},
		"sy, wrong how often": {rss("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>"), parse.Feed{}},
		"sy, a base": {
			rss("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateBase>2022-01-10T06:00+00:00</sy:updateBase>"),
			parse.Feed{UpdateEvery: day, UpdateBase: time.Date(2022, 1, 10, 6, 0, 0, 0, time.UTC)},
		},
		"sy, a base alone": {rss("<sy:updateBase>2022-01-10T06:00+00:00</sy:updateBase>"), parse.Feed{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parse.Head([]byte(test.header), formatOf(test.header), feedURL)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", diff, test.header)
			}
		})
	}
}

func TestHeadBounds(t *testing.T) {
	var hubs strings.Builder
	for n := range 100 {
		fmt.Fprintf(&hubs, `<link rel="hub" href="/%d"/>`, n)
	}
	f, err := parse.Head([]byte(`<feed xmlns="http://www.w3.org/2005/Atom">`+hubs.String()), schema.FormatAtom, feedURL)
	if err != nil || len(f.Hubs) != 8 {
		t.Errorf("got %d hubs, %v, want 8", len(f.Hubs), err)
	}
	long := "<rss><channel><title>" + strings.Repeat("x", 64<<10)
	for name, header := range map[string]string{"too long": long, "no feed": "<html>", "a torn tag": "<rss><channel><title>x</title", "nothing": ""} {
		if _, err := parse.Head([]byte(header), schema.FormatRSS, feedURL); !errors.Is(err, parse.ErrUnreadable) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := parse.Head([]byte("{}"), "csv", feedURL); !errors.Is(err, parse.ErrUnreadable) {
		t.Errorf("got %v", err)
	}
}

// TestHeadCorpus reads the header of every feed of the reference data: it says
// of the feed what each of its items says.
func TestHeadCorpus(t *testing.T) {
	folder := filepath.Join(sharedFolder(t), "feeds")
	files, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.IsDir() || filepath.Base(filepath.Dir(file)) == "opml" {
			continue
		}
		d, ok := cutFile(t, file)
		if !ok {
			continue
		}
		f, err := parse.Head(d.Header, d.Format, feedURL)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		checkHead(t, file, f, d)
	}
}

func checkHead(t *testing.T, file string, f parse.Feed, d cut.Document) {
	t.Helper()
	if len(d.Items) == 0 {
		return
	}
	i, err := parse.One(d.One(0), d.Format, feedURL)
	if err != nil {
		t.Fatal(err)
	}
	if f.Title != i.FeedTitle || f.Link != i.FeedLink || f.Language != i.FeedLanguage {
		t.Errorf("%s: %q %q %q; its item has %q %q %q", file, f.Title, f.Link, f.Language, i.FeedTitle, i.FeedLink, i.FeedLanguage)
	}
}

func TestDeleted(t *testing.T) {
	for element, want := range map[string]string{
		`<at:deleted-entry ref="tag:a.example,2022:1&amp;2" when="2022-01-10T18:30:00Z"/>`:    "tag:a.example,2022:1&2 2022-01-10",
		`<deleted-entry when='x' ref=' 17 '><by><name ref="no">x</name></by></deleted-entry>`: "17 0001-01-01",
		`<at:deleted-entry when="2022-01-10T18:30:00Z"/>`:                                     "",
		`<entry ref="1"/>`: "",
		``:                 "",
		`x`:                "",
	} {
		tombstone, ok := parse.Deleted([]byte(element), "https://a.example/feed")
		got := ""
		if ok {
			got = tombstone.GUID + " " + tombstone.When.Time.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", element, got, want)
		}
	}
}

// The address of what is taken back may stand in its tombstone.
func TestDeletedLink(t *testing.T) {
	for inside, want := range map[string]string{
		`<link href="/ferry"/>`: "https://a.example/ferry",
		`<by><link href="/by"/></by><link rel="alternate" href="https://b.example/x"/>`: "https://b.example/x",
		`<a:link rel="self" href="/self"></a:link><a:link href="/ferry"></a:link>`:      "https://a.example/ferry",
		`<source><link href="/front"/></source>`:                                        "",
		`<link rel="alternate"/>`:                                                       "",
		`<link href="mailto:x@a.example"/>`:                                             "",
		``:                                                                              "",
	} {
		element := `<at:deleted-entry ref="1">` + inside + `</at:deleted-entry>`
		got, ok := parse.Deleted([]byte(element), "https://a.example/feed")
		if !ok || got.Link != want {
			t.Errorf("%s: got %q, %v, want %q", inside, got.Link, ok, want)
		}
	}
}
