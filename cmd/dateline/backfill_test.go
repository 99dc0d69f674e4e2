package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// history is a site whose feed has so many pages of one item, and the feed's
// address, registered.
func (bed *testbed) history(pages int) (*fetchertest.Site, string) {
	bed.t.Helper()
	site := fetchertest.New(bed.t)
	for n := 1; n <= pages; n++ {
		doc := `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>`
		if n < pages {
			doc += fmt.Sprintf(`<atom:link rel="next" href="/feed/%d"/>`, n+1)
		}
		doc += fmt.Sprintf(`<item><title>Item %d</title><link>/item/%d</link><pubDate>%02d Mar 2016 10:00:00 GMT</pubDate></item></channel></rss>`, n, n, 20-n)
		path := "/feed"
		if n > 1 {
			path = fmt.Sprint("/feed/", n)
		}
		site.File(path, "text/xml", []byte(doc))
	}
	bed.ok("feeds", "add", site.URL("/feed"), "--no-check")
	return site, site.URL("/feed")
}

// fetch runs a fetcher until the test ends.
func (bed *testbed) fetch() {
	bed.t.Helper()
	c := fetcher.DefaultConfig()
	c.Fulltext = schema.FulltextNever
	c.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	bustest.Start(bed.t, func(ctx context.Context) error { return fetcher.Run(ctx, bed.Bus, c) })
}

func TestBackfillFeed(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	_, url := bed.history(4)
	id := schema.WalkID(schema.FeedID(url))
	bed.ok("jobs", "ls")
	r := bed.ok("backfill", "feed", url, "--no-wait", "--pages", "2")
	if r.out != "" || r.stderr != id+" begins\n" {
		t.Errorf("got %q, %q", r.out, r.stderr)
	}
	if r = bed.ok("jobs", "show", id); !strings.Contains(r.out, "queued") {
		t.Errorf("got %q", r.out)
	}
	bed.fetch()
	r = bed.ok("backfill", "feed", schema.FeedID(url)) // the same, by the id of the feed
	if !strings.Contains(r.stderr, "runs already") && !strings.Contains(r.stderr, "goes on after 2 documents") {
		t.Errorf("got %q", r.stderr)
	}
	r = bed.ok("backfill", "feed", url)
	for !strings.Contains(r.out, "all that there is was read") {
		r = bed.ok("backfill", "feed", url)
	}
	if want := "done, by next, 4 documents, 4 items, "; !strings.HasPrefix(r.out, want) || !strings.Contains(r.out, "back to 2016-03-16") {
		t.Errorf("got %q, want %q", r.out, want)
	}

	r = bed.ok("backfill", "feed", url, "--since", "2016-03-19", "--output", "json")
	var job schema.Job
	if err := json.Unmarshal([]byte(r.out), &job); err != nil {
		t.Fatal(err)
	}
	if job.ID != id || job.State != schema.JobDone || job.Walk.Documents != 2 || job.Walk.Way != schema.WayNext || !strings.Contains(job.Detail, "older") {
		t.Errorf("job %+v, walk %+v", job, job.Walk)
	}
	if r = bed.ok("backfill", "feed", url, "--restart"); !strings.Contains(r.out, "4 documents") {
		t.Errorf("got %q", r.out)
	}
}

func TestBackfillFails(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	site, url := bed.history(3)
	bed.run("backfill", "feed", "https://elsewhere.example/feed").fails(t, 1, "not registered; see: dateline feeds ls")
	bed.run("backfill", "feed", url, "--pages=-1").fails(t, 2, "--pages: got -1")
	bed.run("backfill", "feed", url, "--since", "noon").fails(t, 2, "want a time ago")
	site.Fault("/feed/2", fetchertest.Status(403))
	bed.fetch()
	r := bed.run("backfill", "feed", url)
	if r.code != 1 || !strings.HasPrefix(r.out, "failed, by next, 1 document, 1 items") ||
		!strings.Contains(r.stderr, "the walk has not come to its end: bad-http: "+site.URL("/feed/2")+": status 403; the same command tries again") {
		t.Errorf("%d, %q, %q", r.code, r.out, r.stderr)
	}
	site.Fault("/feed/2", nil)
	if r = bed.ok("backfill", "feed", url); !strings.Contains(r.stderr, "goes on after 1 document\n") || !strings.HasPrefix(r.out, "done, by next, 3 documents") {
		t.Errorf("%q, %q", r.out, r.stderr)
	}
}

// A command that waits is told when its job is cancelled, and leaves the job alone
// when it is stopped itself.
func TestBackfillIsCancelled(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	site, url := bed.history(3)
	site.Fault("/feed/2", fetchertest.RetryAfter(503, "3600"))
	bed.fetch()
	id := schema.WalkID(schema.FeedID(url))
	results := make(chan result, 1)
	waits := func(ctx context.Context) {
		go func() { results <- runProgram(ctx, "backfill", "feed", url, "--nats", bed.url) }()
		bustest.Eventually(t, func() error {
			if r := bed.run("jobs", "show", id); !strings.Contains(r.out, "running") || !strings.Contains(r.out, "bad-http") {
				return fmt.Errorf("job: %s%s", r.out, r.stderr)
			}
			return nil
		})
	}
	waits(t.Context())
	bed.ok("jobs", "cancel", id)
	(<-results).failsAtLast(t, "it is cancelled")

	ctx, stop := context.WithCancel(t.Context())
	waits(ctx)
	stop()
	(<-results).failsAtLast(t, "goes on without this command; to stop it: dateline jobs cancel "+id)
}

// failsAtLast checks that the program ended with 1 and a last line that holds want.
func (r result) failsAtLast(t *testing.T, want string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(r.stderr), "\n")
	if r.code != 1 || !strings.Contains(lines[len(lines)-1], want) {
		t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
	}
}

// aJob is a job as it may stand, with what an outsider may have put there.
func (bed *testbed) aJob() schema.Job {
	bed.t.Helper()
	at := time.Date(2026, 1, 2, 15, 0, 0, 0, time.UTC)
	job := schema.Job{
		ID: "history-0123456789abcdef", Kind: schema.JobHistory, State: schema.JobRunning, FeedID: "0123456789abcdef",
		URL: "https://example.org/a/feed/of/a/very/long/address.xml", Created: at, Updated: at, Error: "rate-limited", Detail: "status 429 \x1b[2J",
		Counts: map[string]int{"items-found": 120, "items-published": 100, "items-known": 20},
		Walk:   &schema.Walk{Way: schema.WayPaged, Next: "https://example.org/feed?paged=13", Documents: 12, Oldest: at.AddDate(-2, 0, 0), Since: at.AddDate(-5, 0, 0)},
	}
	data, err := bus.Encode(job)
	if err != nil {
		bed.t.Fatal(err)
	}
	bed.publish(bus.Message{Subject: bus.BucketSubject(schema.BucketJobs, job.ID), Data: data})
	return job
}

func TestJobs(t *testing.T) {
	t.Parallel()
	bed := newTestbed(t)
	if r := bed.ok("jobs", "ls"); r.out != "" || !strings.Contains(r.stderr, "no jobs") {
		t.Errorf("got %q, %q", r.out, r.stderr)
	}
	job := bed.aJob()
	golden(t, "jobs-show.golden", bed.ok("jobs", "show", job.ID).out)
	r := bed.ok("jobs", "ls")
	if !strings.Contains(r.out, job.ID+"  history  running  12 documents  ") || strings.Count(r.out, "\n") != 2 {
		t.Errorf("got %q", r.out)
	}
	for _, args := range [][]string{{"jobs", "ls", "--output", "json"}, {"jobs", "show", job.ID, "--output", "json"}} {
		var got schema.Job
		if err := json.Unmarshal([]byte(bed.ok(args...).out), &got); err != nil || got.ID != job.ID || got.Walk.Documents != 12 {
			t.Errorf("%v: %+v, %v", args, got, err)
		}
	}
	if r := bed.ok("jobs", "cancel", job.ID); r.stderr != "1 cancelled\n" {
		t.Errorf("got %q", r.stderr)
	}
	bed.run("jobs", "cancel", job.ID).fails(t, 1, "the job has ended: it is cancelled (0 cancelled before)")
	bed.run("jobs", "show", "nothing").fails(t, 1, "job nothing: no such job; see: dateline jobs ls")
	bed.run("jobs", "cancel", "nothing").fails(t, 1, "job nothing: no such job")
}

func TestWalkLine(t *testing.T) {
	for want, job := range map[string]schema.Job{
		"queued": {State: schema.JobQueued},
		"queued, 0 documents, 0 items, 0 published": {State: schema.JobQueued, Walk: &schema.Walk{}},
		"running, by paged, 1 document, 9 items, 8 published, back to 2016-03-01, rate-limited, [2Jx": {
			State: schema.JobRunning, Error: "rate-limited", Detail: "\x1b[2Jx", Counts: map[string]int{"items-found": 9, "items-published": 8},
			Walk: &schema.Walk{Way: schema.WayPaged, Documents: 1, Oldest: time.Date(2016, 3, 1, 0, 0, 0, 0, time.UTC)},
		},
	} {
		if got := walkLine(job); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
