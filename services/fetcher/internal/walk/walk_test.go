package walk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
	"github.com/dateline-news/dateline/services/fetcher/internal/walk"
)

const url = "https://www.example.co.uk/feed"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is what a walker sees: one job, one feed, and what its addresses answer.
type world struct {
	job     *schema.Job
	feed    *schema.Feed
	answers map[string]any // a poll.Page or an error, by address
	limit   int
	asked   []poll.Archive
}

func newWorld() *world {
	w := &world{
		feed:    &schema.Feed{ID: schema.FeedID(url), URL: url},
		answers: map[string]any{},
		limit:   100,
	}
	w.job = &schema.Job{ID: schema.WalkID(w.feed.ID), Kind: schema.JobHistory, FeedID: w.feed.ID, URL: url, State: schema.JobQueued, Created: noon, Walk: &schema.Walk{}}
	return w
}

type jobs struct{ *world }

// Get is that of the jobs. What it returns is a copy.
func (j jobs) Get(context.Context, string) (job schema.Job, seq uint64, found bool, err error) {
	if j.job == nil {
		return job, 0, false, nil
	}
	data, err := json.Marshal(j.job)
	if err == nil {
		err = json.Unmarshal(data, &job)
	}
	return job, 5, true, err
}

type registry struct{ *world }

// Get is that of the registry.
func (r registry) Get(context.Context, string) (schema.Feed, bool, error) {
	if r.feed == nil {
		return schema.Feed{}, false, nil
	}
	return *r.feed, true, nil
}

// read answers from the world.
func (w *world) read(_ context.Context, a poll.Archive, _ bus.Delivery) (poll.Page, error) {
	w.asked = append(w.asked, a)
	switch answer := w.answers[a.URL].(type) {
	case poll.Page:
		if answer.FinalURL == "" {
			answer.FinalURL = a.URL
		}
		return answer, nil
	case error:
		return poll.Page{}, answer
	default:
		return poll.Page{}, &poll.Unread{Code: "bad-http", Status: 404, Cause: errors.New("status 404")}
	}
}

// step takes one step, and keeps the job that it stores. The time of the next is
// zero when there is none.
func (w *world) step(t *testing.T) (result bus.Result, next time.Time) {
	t.Helper()
	walker := walk.Walker{
		Root: schema.DefaultRoot, Jobs: jobs{w}, Registry: registry{w}, Read: w.read, Limit: w.limit,
		Retry: time.Minute, Now: func() time.Time { return noon },
	}
	due := bus.Delivery{Subject: "news.walk.due.x", Stream: "POLLS", Sequence: 7}
	result, err := walker.Step(t.Context(), schema.Step{Job: "history-x"}, due)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range slices.Concat(result.Groups...) {
		switch {
		case strings.HasPrefix(m.Subject, "$KV.jobs."):
			if m.Expect == nil || m.Expect.Last != 5 || m.Subject != "$KV.jobs."+w.job.ID {
				t.Errorf("the job is stored on %s with %+v", m.Subject, m.Expect)
			}
			w.job = &schema.Job{}
			if err := json.Unmarshal(m.Data, w.job); err != nil {
				t.Fatal(err)
			}
		case strings.HasPrefix(m.Subject, "news.ops.job."):
			var told schema.Job
			if err := json.Unmarshal(m.Data, &told); err != nil || m.Type != schema.TypeJobChanged || !m.Dedup || !cmp.Equal(told, *w.job) {
				t.Errorf("it tells %s of %+v: %v", m.Data, w.job, err)
			}
		case strings.HasPrefix(m.Subject, "news.walk.at."):
			next = m.Time
			want := bus.Expect{Filter: "news.walk.due." + w.job.ID, Last: 7, Fence: true}
			if *m.Expect != want || m.Header["Nats-Schedule-Target"] != want.Filter {
				t.Errorf("the next step: %+v, %v", m.Expect, m.Header)
			}
		}
	}
	return result, next
}

// finish takes steps until there is none ahead.
func (w *world) finish(t *testing.T) {
	t.Helper()
	for range 1000 {
		if _, next := w.step(t); next.IsZero() {
			return
		}
	}
	t.Fatalf("no end: %+v", w.job.Walk)
}

// addresses are those that were asked for, without what all begin with.
func (w *world) addresses() string {
	var all []string
	for _, a := range w.asked {
		all = append(all, strings.TrimPrefix(a.URL, "https://www.example.co.uk"))
	}
	return strings.Join(all, " ")
}

// page is a document of one item that stands for n.
func page(n int, head parse.Feed) poll.Page {
	return poll.Page{
		Format: schema.FormatRSS, Head: head, Items: 1, Print: uint64(n), Newest: noon.AddDate(0, 0, -n), Oldest: noon.AddDate(0, 0, -n),
		Messages: []bus.Message{{Subject: fmt.Sprint("news.item.", n)}}, Counts: map[string]int64{"items-published": 1},
	}
}

// index is a sitemap index of addresses under the feed's host, all of one age.
func index(paths ...string) poll.Page {
	p := poll.Page{Format: schema.FormatSitemap}
	for _, path := range paths {
		p.Sitemaps = append(p.Sitemaps, cut.Sitemap{Loc: "https://www.example.co.uk" + path, LastMod: "2026-02-01"})
	}
	return p
}

func TestSteps(t *testing.T) {
	at := func(path string) string { return "https://www.example.co.uk" + path }
	for name, test := range map[string]struct {
		set    func(*world)
		asked  string
		state  schema.JobState
		way    schema.Way
		detail string
	}{
		"prev-archive before next": {func(w *world) {
			w.answers[url] = page(1, parse.Feed{PrevArchive: at("/2025"), Next: at("/p2")})
			w.answers[at("/2025")] = page(2, parse.Feed{PrevArchive: at("/2024"), Next: at("/p3")})
			w.answers[at("/2024")] = page(3, parse.Feed{Next: at("/p3")})
		}, "/feed /2025 /2024", schema.JobDone, schema.WayPrevArchive, "all that there is"},
		"next before WordPress": {func(w *world) {
			first := page(1, parse.Feed{Next: at("/p2")})
			first.WordPress = true
			w.answers[url], w.answers[at("/p2")] = first, page(2, parse.Feed{})
		}, "/feed /p2", schema.JobDone, schema.WayNext, "all that there is"},
		"WordPress, an address with a query": {func(w *world) {
			first := page(1, parse.Feed{})
			first.WordPress, first.FinalURL = true, at("/?feed=rss2")
			w.answers[url] = first
			w.answers[at("/?feed=rss2&paged=2")] = page(2, parse.Feed{})
		}, "/feed /?feed=rss2&paged=2 /?feed=rss2&paged=3", schema.JobDone, schema.WayPaged, "no further page"},
		"WordPress, an empty page": {func(w *world) {
			first := page(1, parse.Feed{})
			first.WordPress = true
			w.answers[url], w.answers[url+"?paged=2"] = first, poll.Page{}
		}, "/feed /feed?paged=2", schema.JobDone, schema.WayPaged, "all that there is"},
		"WordPress, a web page": {func(w *world) {
			first := page(1, parse.Feed{})
			first.WordPress = true
			w.answers[url], w.answers[url+"?paged=2"] = first, &poll.Unread{Code: "not-a-feed", Status: 200, Cause: errors.New("a web page")}
		}, "/feed /feed?paged=2", schema.JobDone, schema.WayPaged, "no further page"},
		"another host of the site": {func(w *world) {
			w.answers[url] = page(1, parse.Feed{Next: "https://old.example.co.uk/2"})
			w.answers["https://old.example.co.uk/2"] = page(2, parse.Feed{})
		}, "/feed https://old.example.co.uk/2", schema.JobDone, schema.WayNext, "all"},
		"another site under the same suffix": {func(w *world) {
			w.answers[url] = page(1, parse.Feed{Next: "https://other.co.uk/2"})
		}, "/feed", schema.JobFailed, schema.WayNext, "other.co.uk"},
		"the site that serves the feed": {func(w *world) {
			first := page(1, parse.Feed{Next: "https://feeds.example.net/2"})
			first.FinalURL = "https://cdn.example.net/feed"
			w.answers[url], w.answers["https://feeds.example.net/2"] = first, page(2, parse.Feed{})
		}, "/feed https://feeds.example.net/2", schema.JobDone, schema.WayNext, "all"},
		"no web address": {func(w *world) {
			w.answers[url] = page(1, parse.Feed{Next: "ftp://www.example.co.uk/2"})
		}, "/feed", schema.JobFailed, schema.WayNext, "ftp"},
		"an address without end": {func(w *world) {
			w.answers[url] = page(1, parse.Feed{Next: at("/" + strings.Repeat("x", 1<<16))})
		}, "/feed", schema.JobFailed, schema.WayNext, "xxx"},
		"an archive without items": {func(w *world) {
			w.answers[url] = page(1, parse.Feed{PrevArchive: at("/2")})
			w.answers[at("/2")] = poll.Page{Head: parse.Feed{PrevArchive: at("/3")}}
			w.answers[at("/3")] = poll.Page{Head: parse.Feed{PrevArchive: at("/4")}}
			w.answers[at("/4")] = page(4, parse.Feed{})
		}, "/feed /2 /3 /4", schema.JobDone, schema.WayPrevArchive, "all"},
		"an address that leads to itself": {func(w *world) {
			w.answers[url] = page(1, parse.Feed{Next: url})
		}, "/feed /feed", schema.JobDone, schema.WayNext, "repeats itself"},
		"a refused feed": {func(w *world) {
			w.answers[url] = &poll.Unread{Code: "robots", Cause: errors.New("disallowed")}
		}, "/feed", schema.JobFailed, "", "disallowed"},
		"sitemaps, one missing": {func(w *world) {
			w.answers[url] = index("/c", "/a", "/b", "/feed")
			w.answers[at("/a")], w.answers[at("/c")] = page(1, parse.Feed{}), page(2, parse.Feed{})
		}, "/feed /a /b /c", schema.JobDone, schema.WaySitemaps, "all"},
		"sitemaps that show the same": {func(w *world) {
			w.answers[url] = index("/a", "/b", "/c")
			w.answers[at("/a")], w.answers[at("/b")], w.answers[at("/c")] = page(1, parse.Feed{}), page(1, parse.Feed{}), page(2, parse.Feed{})
		}, "/feed /a /b /c", schema.JobDone, schema.WaySitemaps, "all"},
		"an index within an index": {func(w *world) {
			w.answers[url], w.answers[at("/a")], w.answers[at("/b")] = index("/a", "/b"), index("/x", "/a"), page(2, parse.Feed{})
		}, "/feed /a /b", schema.JobDone, schema.WaySitemaps, "all"},
		"sitemaps of some age": {func(w *world) {
			w.job.Walk.Since = noon.AddDate(0, 0, -7)
			first := index("/a", "/b")
			first.Sitemaps[0].LastMod = "2026-02-28"
			w.answers[url], w.answers[at("/a")] = first, page(60, parse.Feed{})
		}, "/feed /a", schema.JobDone, schema.WaySitemaps, "all"},
		"an unregistered feed": {func(w *world) { w.feed = nil }, "", schema.JobFailed, "", "not registered"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			test.set(w)
			w.finish(t)
			if got := w.addresses(); got != test.asked {
				t.Errorf("asked %s, want %s", got, test.asked)
			}
			if w.job.State != test.state || w.job.Walk.Way != test.way || !strings.Contains(w.job.Detail, test.detail) || len(w.job.Detail) > 400 {
				t.Errorf("%s by %q: %.500s", w.job.State, w.job.Walk.Way, w.job.Detail)
			}
			if (w.job.State == schema.JobFailed) != (w.job.Error != "") {
				t.Errorf("%s with error %q", w.job.State, w.job.Error)
			}
		})
	}
}

// What is published, stored and scheduled is so in this order.
func TestOrderOfAStep(t *testing.T) {
	w := newWorld()
	w.answers[url] = page(1, parse.Feed{Title: "Tides", Next: url + "/2"})
	result, next := w.step(t)
	var order []string
	for _, group := range result.Groups {
		order = append(order, strings.SplitN(group[0].Subject, ".", 3)[1])
	}
	if !slices.Equal(order, []string{"item", "jobs", "ops", "walk"}) || result.Verdict != "read" || !next.Equal(noon) {
		t.Errorf("%v, %s, next at %s", order, result.Verdict, next)
	}
	if w.job.State != schema.JobRunning || w.job.Walk.Documents != 1 || w.job.Counts["items-published"] != 1 || w.job.Walk.Title != "Tides" {
		t.Errorf("%+v, %+v", w.job, w.job.Walk)
	}
	w.answers[url+"/2"] = page(2, parse.Feed{})
	w.step(t)
	if a := w.asked[1]; a.Number != 1 || a.Job != w.job.ID || !a.Asked.Equal(noon) || a.Feed.Title != "Tides" {
		t.Errorf("asked %+v", a)
	}
}

func TestWaits(t *testing.T) {
	later := &polite.Later{Until: noon.Add(time.Hour), For: time.Hour, Reason: "its host is busy"}
	unread := func(code string, status int, retryAfter time.Duration) error {
		return &poll.Unread{Code: code, Status: status, RetryAfter: retryAfter, Cause: errors.New("x")}
	}
	for name, test := range map[string]struct {
		answer error
		tries  int
		wait   time.Duration // 0 for the end
	}{
		"its host's turn":          {later, 0, time.Hour},
		"429":                      {unread("rate-limited", 429, 0), 0, time.Minute},
		"429, an hour and a half":  {unread("rate-limited", 429, 90*time.Minute), 0, 90 * time.Minute},
		"429, the third time":      {unread("rate-limited", 429, 0), 2, 4 * time.Minute},
		"503, the seventh time":    {unread("bad-http", 503, 0), 6, time.Hour},
		"503, the last time":       {unread("bad-http", 503, 0), 7, 0},
		"a time-out":               {unread("header-timeout", 0, 0), 0, time.Minute},
		"no such host":             {unread("dns", 0, 0), 1, 2 * time.Minute},
		"a connection that breaks": {unread("bad-http", 0, 0), 0, time.Minute},
		"403":                      {unread("bad-http", 403, 0), 0, 0},
		"a private address":        {unread("blocked-address", 0, 0), 0, 0},
		"hostile":                  {unread("parse-depth", 200, 0), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.job.Walk.Tries = test.tries
			w.answers[url] = test.answer
			result, next := w.step(t)
			if test.wait == 0 {
				if w.job.State != schema.JobFailed || !next.IsZero() {
					t.Errorf("%+v, next at %s", w.job, next)
				}
				return
			}
			if got := next.Sub(noon); got != test.wait || w.job.State != schema.JobRunning || w.job.Walk.Documents != 0 {
				t.Errorf("%s, waits %s, want %s: %+v", result.Verdict, got, test.wait, w.job)
			}
			w.answers[url] = page(1, parse.Feed{})
			w.step(t)
			wantTurn := time.Time{}
			if test.answer == error(later) {
				wantTurn = later.Until
			}
			if !w.asked[1].Turn.Equal(wantTurn) || w.job.Error != "" || w.job.Walk.Tries != 0 {
				t.Errorf("then %+v, %+v", w.asked[1], w.job)
			}
		})
	}
}

// A step of a job that has ended, or was never there, does nothing.
func TestEndedJobs(t *testing.T) {
	for _, state := range []schema.JobState{schema.JobDone, schema.JobFailed, schema.JobCancelled, schema.JobPaused, ""} {
		w := newWorld()
		w.job.State = state
		if state == "" {
			w.job = nil
		}
		if result, next := w.step(t); result.Verdict != "ended" || len(result.Groups) > 0 || !next.IsZero() || len(w.asked) > 0 {
			t.Errorf("%s: %+v", state, result)
		}
	}
}

// An error of the pipeline is one, and nothing is stored.
func TestErrorsOfThePipeline(t *testing.T) {
	w := newWorld()
	w.answers[url] = errors.New("no connection")
	walker := walk.Walker{Root: schema.DefaultRoot, Jobs: jobs{w}, Registry: registry{w}, Read: w.read, Limit: 1, Retry: time.Minute, Now: time.Now}
	if result, err := walker.Step(t.Context(), schema.Step{}, bus.Delivery{}); err == nil || len(result.Groups) > 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

// A walk whose limit is met goes on where it was.
func TestLimits(t *testing.T) {
	w := newWorld()
	w.limit = 3
	for n := range 10 {
		address := url
		if n > 0 {
			address = fmt.Sprint(url, "/", n)
		}
		w.answers[address] = page(n+1, parse.Feed{Next: fmt.Sprint(url, "/", n+1)})
	}
	w.finish(t)
	if w.job.Walk.Documents != 3 || w.job.State != schema.JobDone || w.job.Walk.Next != url+"/3" {
		t.Errorf("%+v, %+v", w.job, w.job.Walk)
	}
	w.job.State, w.job.Walk.From, w.job.Walk.Limit = schema.JobQueued, 3, 2
	w.finish(t)
	if w.job.Walk.Documents != 5 || w.addresses() != "/feed /feed/1 /feed/2 /feed/3 /feed/4" {
		t.Errorf("%s: %+v", w.addresses(), w.job.Walk)
	}
	w.job.State, w.job.Walk.From, w.job.Walk.Since = schema.JobQueued, 5, noon.AddDate(0, 0, -6).Add(-time.Hour)
	w.limit, w.job.Walk.Limit = 100, 0
	w.finish(t)
	if w.job.Walk.Documents != 7 || !strings.Contains(w.job.Detail, "older") {
		t.Errorf("%+v, %+v", w.job, w.job.Walk)
	}
}
