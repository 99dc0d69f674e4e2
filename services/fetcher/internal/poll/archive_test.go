package poll_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// archive is the document number n of the history of tides.
func archive(n int) poll.Archive {
	return poll.Archive{Feed: tides, URL: "https://www.example.org/2025", Job: "history-x", Asked: noon.Add(-time.Hour), Number: n}
}

func (w *world) archive(t *testing.T, a poll.Archive) poll.Page {
	t.Helper()
	page, err := w.poller().ReadArchive(t.Context(), a, bus.Delivery{Subject: "news.walk.due.x", Stream: "POLLS", Sequence: 9})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// archived are the items of a page.
func archived(t *testing.T, page poll.Page) []schema.Item {
	t.Helper()
	var items []schema.Item
	for _, m := range page.Messages {
		var item schema.Item
		if err := json.Unmarshal(m.Data, &item); err != nil {
			t.Fatal(err)
		}
		if m.Header[schema.HeaderReplay] != "history-x" || item.Fetch.History != "history-x" || !m.Dedup {
			t.Errorf("%s does not name the job: %v, %+v", m.Subject, m.Header, item.Fetch)
		}
		items = append(items, item)
	}
	return items
}

// An archive gives the items that polls have not shown, with their ids, and leaves
// the memory as it is.
func TestArchive(t *testing.T) {
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: rss("high", "low")}}
	polled, _ := w.poll(t, schema.PollState{})
	memory := w.revision
	w.answer = httpfetch.Response{Status: 200, FinalURL: "https://www.example.org/archive/2025", Body: rss("low", "ebb", "neap")}
	page := w.archive(t, archive(0))
	if page.Items != 3 || page.Known != 1 || page.FinalURL != w.answer.FinalURL || page.Format != schema.FormatRSS || page.Head.Title != "Tides" {
		t.Errorf("page %+v", page)
	}
	if page.Counts["items-published"] != 2 || page.Counts["items-unchanged"] != 1 || w.revision != memory {
		t.Errorf("counts %v, memory at %d", page.Counts, w.revision)
	}
	if w.asked.ETag != "" || w.asked.URL != "https://www.example.org/2025" || w.asked.SecretsFor != tides.URL {
		t.Errorf("asked %+v", w.asked)
	}
	items := archived(t, page)
	if len(items) != 2 || items[0].Fetch.URL != "https://www.example.org/2025" || items[0].Fetch.FinalURL != w.answer.FinalURL || items[0].Feed.URL != tides.URL {
		t.Fatalf("items %+v", items)
	}
	key, _ := schema.IdentityKey(schema.Identity{Link: "https://www.example.org/ebb"})
	if items[0].ID != schema.ArticleID(key) || items[0].Feed.Section != "Sea" {
		t.Errorf("item %+v", items[0])
	}
	if !items[0].Fetch.FetchedAt.Equal(noon.Add(-time.Hour)) || !items[1].Fetch.FetchedAt.Before(items[0].Fetch.FetchedAt) {
		t.Errorf("stamps %s, %s", items[0].Fetch.FetchedAt, items[1].Fetch.FetchedAt)
	}
	if len(messages(polled)) == 0 {
		t.Error("the poll has published nothing")
	}
}

// The same document read twice gives the same messages, to the byte. Those of
// later documents are older, and those of another walk have other ids.
func TestArchiveTwice(t *testing.T) {
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: rss("ebb", "neap")}}
	first, second := w.archive(t, archive(3)), w.archive(t, archive(3))
	next := w.archive(t, archive(4))
	other := archive(3)
	other.Asked = noon
	another := w.archive(t, other)
	for i, m := range first.Messages {
		if m.ID != second.Messages[i].ID || string(m.Data) != string(second.Messages[i].Data) {
			t.Errorf("message %d differs when it is read again", i)
		}
		if m.ID == another.Messages[i].ID || m.ID == schema.ItemMessageID(tides.ID, 9, schema.RegionHash([]byte("x"))) {
			t.Errorf("message %d of another walk has the same id", i)
		}
	}
	last, newest := first.Messages[1].Time, next.Messages[0].Time
	if !newest.Before(last) || first.Print != next.Print || first.Print == 0 {
		t.Errorf("the next document's first is of %s, this one's last of %s; prints %d, %d", newest, last, first.Print, next.Print)
	}
}

func TestArchivePrints(t *testing.T) {
	w := &world{feed: &tides}
	prints := map[uint64]string{}
	for _, titles := range [][]string{{"a"}, {"b"}, {"a", "b"}, {"b", "a"}, {"ab"}, {}} {
		w.answer = httpfetch.Response{Status: 200, Body: rss(titles...)}
		page := w.archive(t, archive(0))
		if was, there := prints[page.Print]; there || (page.Print == 0) != (len(titles) == 0) {
			t.Errorf("%v has the print of %v", titles, was)
		}
		prints[page.Print] = fmt.Sprint(titles)
	}
}

func TestArchiveDates(t *testing.T) {
	item := func(date string) string {
		return `<item><title>x` + date + `</title><pubDate>` + date + `</pubDate></item>`
	}
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: []byte(`<rss version="2.0"><channel><title>t</title>` +
		item("Tue, 03 May 2016 10:00:00 GMT") + item("Mon, 02 May 2016 10:00:00 GMT") + item("") + item("Wed, 04 May 2016 10:00:00 GMT") + `</channel></rss>`)}}
	page := w.archive(t, archive(0))
	if page.Oldest.Day() != 2 || page.Newest.Day() != 4 || page.Newest.Location() != time.UTC {
		t.Errorf("from %s to %s", page.Oldest, page.Newest)
	}
	w.answer.Body = rss("undated")
	if page := w.archive(t, archive(0)); !page.Oldest.IsZero() || !page.Newest.IsZero() {
		t.Errorf("from %s to %s", page.Oldest, page.Newest)
	}
}

func TestArchiveOfWordPress(t *testing.T) {
	doc := func(head, guid string) string {
		return `<rss version="2.0"><channel><title>t</title>` + head + `<item><title>x</title><link>/x</link><guid isPermaLink="false">` + guid + `</guid></item></channel></rss>`
	}
	for name, test := range map[string]struct {
		body string
		want bool
	}{
		"says so":                {doc(`<generator>https://wordpress.org/?v=6.4.2</generator>`, "x"), true},
		"another":                {doc(`<generator>Hugo</generator>`, "x"), false},
		"hidden":                 {doc("", "https://example.org/?p=1234"), true},
		"hidden, a type of post": {doc("", "https://example.org/?post_type=news&amp;#038;p=1234"), true},
		"an id that is none":     {doc("", "https://example.org/?p="), false},
		"a word":                 {doc("", "https://example.org/?p=about"), false},
		"no address":             {doc("", "p=12"), false},
		"no items":               {`<rss version="2.0"><channel><title>t</title></channel></rss>`, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: []byte(test.body)}}
			if got := w.archive(t, archive(0)).WordPress; got != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestArchiveOfASitemap(t *testing.T) {
	const head = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: []byte(head +
		`<url><loc>https://www.example.org/a</loc></url><url><loc>https://www.example.org/b</loc><news:news><news:title>B</news:title></news:news></url></urlset>`)}}
	page := w.archive(t, archive(0))
	if page.Items != 2 || len(page.Messages) != 1 || page.Counts["items-untitled"] != 1 || page.Format != schema.FormatSitemap {
		t.Errorf("page %+v", page)
	}
	w.fulltext = schema.FulltextAlways
	if page = w.archive(t, archive(0)); len(page.Messages) != 2 || page.Messages[0].Subject != "news.found.example_org" {
		t.Errorf("with pages: %+v", page.Messages)
	}
	w.answer.Body = []byte(`<sitemapindex><sitemap><loc>https://www.example.org/m</loc></sitemap></sitemapindex>`)
	if page = w.archive(t, archive(0)); len(page.Sitemaps) != 1 || page.Items != 0 {
		t.Errorf("index: %+v", page)
	}
}

// What is wrong with a document, or its server, is an *Unread; what is wrong with
// the pipeline is not.
func TestArchiveUnread(t *testing.T) {
	for name, test := range map[string]struct {
		answer httpfetch.Response
		err    error
		code   string
	}{
		"a status":     {httpfetch.Response{Status: 429, RetryAfter: time.Minute}, &httpfetch.Error{Code: httpfetch.CodeRateLimited, Status: 429}, "rate-limited"},
		"a web page":   {httpfetch.Response{Status: 200, Body: []byte("<!doctype html><title>x</title>")}, nil, "not-a-feed"},
		"nothing":      {httpfetch.Response{Status: 200}, nil, "empty"},
		"nested":       {httpfetch.Response{Status: 200, Body: []byte("<rss><channel>" + strings.Repeat("<a>", 500))}, nil, "parse-depth"},
		"the pipeline": {httpfetch.Response{}, errors.New("no connection"), ""},
		"its turn":     {httpfetch.Response{}, &polite.Later{Until: noon}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{feed: &tides, answer: test.answer, err: test.err}
			_, err := w.poller().ReadArchive(t.Context(), archive(0), bus.Delivery{})
			unread := new(poll.Unread)
			if !errors.As(err, &unread) {
				if test.code != "" || !errors.Is(err, test.err) {
					t.Errorf("got %v", err)
				}
				return
			}
			if unread.Code != test.code || unread.Status != test.answer.Status || unread.RetryAfter != test.answer.RetryAfter || !strings.Contains(err.Error(), test.code) || unread.Unwrap() == nil {
				t.Errorf("got %+v", unread)
			}
		})
	}
}

// An archive is asked for as the feed is: with its secrets, robots.txt and turn.
func TestArchiveIsAskedForAsTheFeed(t *testing.T) {
	f := tides
	f.URL, f.Robots, f.Headers = "https://reader:secret@www.example.org/feed", schema.RobotsObey, map[string]string{"X-Key": "k"}
	w := &world{feed: &f, answer: httpfetch.Response{Status: 200, Body: rss("x")}, cooled: hosts.CoolDown{Until: noon.Add(time.Hour), Reason: "429"}}
	a := archive(0)
	a.Feed, a.Turn = f, noon
	page := w.archive(t, a)
	if !w.ask.Obey || !w.ask.Turn.Equal(noon) || w.asked.Header["X-Key"] != "k" || w.asked.Auth.String() != "reader:secret" || w.asked.SecretsFor != f.URL {
		t.Errorf("asked %+v, %+v", w.ask, w.asked)
	}
	if last := page.Messages[len(page.Messages)-1]; !strings.HasPrefix(last.Subject, "news.ops.rate-limited.") {
		t.Errorf("the cool-down is not told of: %s", last.Subject)
	}
	f.Auth = "desk"
	w.users = map[string]*url.Userinfo{"desk": url.UserPassword("a", "b")}
	if w.archive(t, poll.Archive{Feed: f, URL: f.URL, Asked: noon}); w.asked.Auth.String() != "a:b" {
		t.Errorf("asked %+v", w.asked)
	}
	w.users = nil
	_, err := w.poller().ReadArchive(context.Background(), poll.Archive{Feed: f, URL: f.URL, Asked: noon}, bus.Delivery{})
	if unread := new(poll.Unread); !errors.As(err, &unread) || unread.Code != "config" {
		t.Errorf("got %v", err)
	}
}

// An item that fits into no message is a dead letter of the walk.
func TestArchiveOversize(t *testing.T) {
	w := &world{feed: &tides, answer: httpfetch.Response{Status: 200, Body: rss(strings.Repeat("x", 1<<20))}}
	page := w.archive(t, archive(0))
	if len(page.Messages) != 1 || page.Messages[0].Subject != "news.dead.walker.example_org" || page.Counts["items-oversize"] != 1 || page.Counts["items-published"] != 0 {
		t.Errorf("%v, %d messages on %s", page.Counts, len(page.Messages), page.Messages[0].Subject)
	}
}
