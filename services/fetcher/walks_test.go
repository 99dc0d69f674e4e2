package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// slowly is a configuration that polls a feed once in a test.
func slowly() fetcher.Config {
	c := config()
	c.MinInterval, c.Interval, c.MaxInterval = time.Hour, time.Hour, time.Hour
	return c
}

// begin asks for a walk through the archive.
func (a *archive) begin(b *bus.Bus, o fetcher.WalkOptions) schema.Job {
	a.t.Helper()
	url := a.URL("/feed")
	job, running, err := fetcher.BeginWalk(a.t.Context(), b, schema.Feed{ID: schema.FeedID(url), URL: url}, o)
	if err != nil || running {
		a.t.Fatalf("running %v, %v", running, err)
	}
	return job
}

// jobOf reads a job as it is.
func jobOf(t *testing.T, b *bus.Bus, id string) schema.Job {
	t.Helper()
	kv, err := b.JetStream().KeyValue(t.Context(), schema.BucketJobs)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := kv.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	job, err := bus.Decode[schema.Job](bus.Delivery{Data: entry.Value()})
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// ended waits for the end of a job.
func ended(t *testing.T, b *bus.Bus, id string) schema.Job {
	t.Helper()
	var job schema.Job
	bustest.Eventually(t, func() error {
		if job = jobOf(t, b, id); job.State.Active() {
			return fmt.Errorf("job %+v, walk %+v", job, job.Walk)
		}
		return nil
	})
	return job
}

// stored are the items in the stream, without those that came twice.
func stored(t *testing.T, b *bus.Bus) []schema.Item {
	t.Helper()
	var items []schema.Item
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamItems}) {
		if err != nil {
			t.Fatal(err)
		}
		item, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Header.Get(schema.HeaderReplay); got != item.Fetch.History {
			t.Errorf("header %q, job %q", got, item.Fetch.History)
		}
		items = append(items, item)
	}
	return items
}

// complete fails the test unless each item of the archive is there once.
func (a *archive) complete(b *bus.Bus) {
	a.t.Helper()
	count := map[string]int{}
	for _, item := range stored(a.t, b) {
		count[item.ID]++
	}
	for _, i := range a.items {
		key, _ := schema.IdentityKey(schema.Identity{Link: i.Link})
		if id := schema.ArticleID(key); count[id] != 1 {
			a.t.Errorf("%s is there %d times", i.Link, count[id])
		}
		delete(count, schema.ArticleID(key))
	}
	if len(count) > 0 {
		a.t.Errorf("beside them %v", count)
	}
}

// Each way leads through all of the archive, and what polls have shown is not
// published again.
func TestWaysThroughHistory(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serve     func(*archive)
		way       schema.Way
		documents int
		published int
	}{
		"prev-archive": {func(a *archive) { a.linked("prev-archive") }, schema.WayPrevArchive, 4, 6},
		"next":         {func(a *archive) { a.linked("next") }, schema.WayNext, 4, 6},
		"JSON":         {(*archive).json, schema.WayNextURL, 4, 6},
		"WordPress":    {(*archive).wordpress, schema.WayPaged, 4, 6},
		"sitemaps":     {(*archive).sitemaps, schema.WaySitemaps, 6, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, 4)
			test.serve(a)
			b := bustest.New(t)
			register(t, b, a.URL("/feed"))
			bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, b, slowly()) })
			bustest.Next(t, b, 2, schema.StreamItems) // of the poll
			if name == "sitemaps" {
				bustest.Next(t, b, 8, schema.StreamItems) // a poll reads all four
			}
			job := ended(t, b, a.begin(b, fetcher.WalkOptions{}).ID)
			if job.State != schema.JobDone || job.Walk.Way != test.way || job.Walk.Documents != test.documents || job.Walk.Next != "" || job.Error != "" {
				t.Errorf("job %+v, walk %+v", job, job.Walk)
			}
			known := len(a.items) - test.published
			if job.Counts["items-found"] != len(a.items)+job.Counts["items-untitled"] || job.Counts["items-known"] != known || job.Counts["items-published"] != test.published {
				t.Errorf("counts %v", job.Counts)
			}
			if name == "sitemaps" && (job.Counts["items-untitled"] != 1 || job.Counts["sitemaps-elsewhere"] != 1) {
				t.Errorf("counts %v", job.Counts)
			}
			a.complete(b)
			memory := feedMemory(t, b, a.URL("/feed"))
			again := ended(t, b, a.begin(b, fetcher.WalkOptions{}).ID)
			if again.Walk.Documents != test.documents || !slices.Equal(memory, feedMemory(t, b, a.URL("/feed"))) {
				t.Errorf("again: %+v, or the memory has changed", again.Walk)
			}
		})
	}
}

func feedMemory(t *testing.T, b *bus.Bus, url string) []byte {
	t.Helper()
	kv, err := b.JetStream().KeyValue(t.Context(), schema.BucketFeedMemory)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := kv.Get(t.Context(), schema.FeedID(url))
	if err != nil {
		t.Fatal(err)
	}
	return entry.Value()
}

// walking is an archive with a fetcher, whose feed was polled.
func walking(t *testing.T, pages int, serve func(*archive)) (*archive, *bus.Bus) {
	t.Helper()
	a := newArchive(t, pages)
	serve(a)
	b := bustest.New(t)
	register(t, b, a.URL("/feed"))
	bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, b, slowly()) })
	bustest.Next(t, b, 2, schema.StreamItems)
	return a, b
}

// A worker that is stopped in the middle of a document leaves the walk to the
// next, which loses nothing and brings nothing twice.
func TestAWalkOutlivesFetchers(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 5)
	a.linked("next")
	var once sync.Once
	asked, free := make(chan struct{}), make(chan struct{})
	a.Fault("/feed/3", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			once.Do(func() {
				close(asked)
				<-free
			})
			next.ServeHTTP(w, r)
		})
	})
	server := bustest.Server(t)
	b := bustest.Connect(t, server, "test")
	setUp(t, b)
	register(t, b, a.URL("/feed"))
	first := bustest.Connect(t, server, "first")
	ctx, kill := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- fetcher.Run(ctx, first, slowly()) }()
	bustest.Next(t, b, 2, schema.StreamItems)
	id := a.begin(b, fetcher.WalkOptions{}).ID
	<-asked
	first.Close() // all at once: nothing can be acknowledged any more
	kill()
	close(free)
	<-done
	if job := jobOf(t, b, id); !job.State.Active() || job.Walk.Documents != 2 {
		t.Fatalf("job %+v, walk %+v", job, job.Walk)
	}
	bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, b, slowly()) })
	if job := ended(t, b, id); job.State != schema.JobDone || job.Walk.Documents != 5 {
		t.Errorf("job %+v, walk %+v", job, job.Walk)
	}
	a.complete(b)
}

// 429 in the middle is waited out for as long as the server says.
func TestAWalkWaitsWhenItIsAskedTo(t *testing.T) {
	t.Parallel()
	a, b := walking(t, 3, func(a *archive) { a.linked("prev-archive") })
	a.Fault("/feed/2", fetchertest.Times(1, fetchertest.RetryAfter(http.StatusTooManyRequests, "1")))
	begun := time.Now()
	id := a.begin(b, fetcher.WalkOptions{}).ID
	if err := a.Wait(t.Context(), "/feed/2", 1); err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		if job := jobOf(t, b, id); job.Error != "rate-limited" || job.Walk.Tries != 1 {
			return fmt.Errorf("job %+v", job)
		}
		return nil
	})
	if job := ended(t, b, id); job.State != schema.JobDone || job.Walk.Documents != 3 || job.Error != "" {
		t.Errorf("job %+v, walk %+v", job, job.Walk)
	}
	if took := time.Since(begun); took < time.Second || a.Count("/feed/2") != 2 {
		t.Errorf("asked %d times in %s", a.Count("/feed/2"), took)
	}
	a.complete(b)
}

// What leads nowhere ends.
func TestWalksEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serve     func(*archive)
		options   fetcher.WalkOptions
		state     schema.JobState
		documents int
		detail    string
	}{
		"no way": {func(a *archive) { a.File("/feed", "text/xml", a.rss(1, "")) }, fetcher.WalkOptions{}, schema.JobDone, 1, "no way"},
		"a loop": {func(a *archive) {
			a.linked("next")
			a.File("/feed/3", "text/xml", a.rss(3, `<atom:link rel="next" href="/feed"/>`))
		}, fetcher.WalkOptions{}, schema.JobDone, 4, "repeats itself"},
		"pages that are all the last": {func(a *archive) {
			a.Handle("/feed", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n := 1
				fmt.Sscan(r.URL.Query().Get("paged"), &n)
				_, _ = w.Write(a.rss(min(n, 4), "<generator>WordPress</generator>"))
			}))
		}, fetcher.WalkOptions{}, schema.JobDone, 5, "repeats itself"},
		"pages without end": {func(a *archive) {
			var n int
			a.Handle("/feed", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				n++
				_, _ = w.Write([]byte(strings.ReplaceAll(string(a.rss(1, fmt.Sprintf(`<atom:link rel="next" href="/feed?n=%d"/>`, n))), a.items[0].Link, fmt.Sprintf("%s/%d", a.items[0].Link, n))))
			}))
		}, fetcher.WalkOptions{}, schema.JobDone, 20, "20 documents were read"},
		"empty pages in a loop": {func(a *archive) {
			a.File("/feed", "text/xml", a.rss(1, `<atom:link rel="next" href="/feed/8"/>`))
			a.File("/feed/8", "text/xml", a.rss(8, `<atom:link rel="next" href="/feed/9"/>`))
			a.File("/feed/9", "text/xml", a.rss(9, `<atom:link rel="next" href="/feed/8"/>`))
		}, fetcher.WalkOptions{}, schema.JobDone, 4, "repeats itself"},
		"another site": {func(a *archive) {
			a.File("/feed", "text/xml", a.rss(1, fmt.Sprintf(`<atom:link rel="next" href="%s"/>`, strings.Replace(a.URL("/feed/2"), "127.0.0.1", "127.0.0.2", 1))))
		}, fetcher.WalkOptions{}, schema.JobFailed, 1, "127.0.0.2"},
		"a redirect to another site": {func(a *archive) {
			a.linked("next")
			a.Fault("/feed/2", fetchertest.Redirect(http.StatusFound, strings.Replace(a.URL("/feed/3"), "127.0.0.1", "localhost", 1)))
		}, fetcher.WalkOptions{}, schema.JobFailed, 1, "localhost"},
		"a dead link": {func(a *archive) {
			a.linked("next")
			a.Fault("/feed/3", fetchertest.Status(http.StatusNotFound))
		}, fetcher.WalkOptions{}, schema.JobFailed, 2, "/feed/3"},
		"a limit": {func(a *archive) { a.linked("next") }, fetcher.WalkOptions{Documents: 3}, schema.JobDone, 3, "3 documents were read"},
		"an age": {func(a *archive) { a.linked("next") },
			fetcher.WalkOptions{Since: time.Date(2026, 3, 1, 11, 40, 0, 0, time.UTC)}, schema.JobDone, 3, "older than 2026-03-01"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t, 4)
			test.serve(a)
			b := bustest.New(t)
			register(t, b, a.URL("/feed"))
			id := a.begin(b, test.options).ID
			c := slowly()
			c.WalkLimit = 20
			bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, b, c) })
			job := ended(t, b, id)
			if job.State != test.state || job.Walk.Documents != test.documents || !strings.Contains(job.Detail, test.detail) {
				t.Errorf("%s after %d documents: %s %s", job.State, job.Walk.Documents, job.Error, job.Detail)
			}
		})
	}
}

// A walk that stopped goes on where it was; one that has come to its end begins
// anew; one that runs is left alone.
func TestAWalkGoesOn(t *testing.T) {
	t.Parallel()
	a, b := walking(t, 5, func(a *archive) { a.linked("next") })
	job := ended(t, b, a.begin(b, fetcher.WalkOptions{Documents: 2}).ID)
	if job.Walk.Documents != 2 || job.Walk.Next != a.URL("/feed/3") {
		t.Fatalf("walk %+v", job.Walk)
	}
	a.Fault("/feed/4", fetchertest.Status(http.StatusForbidden))
	if job = ended(t, b, a.begin(b, fetcher.WalkOptions{}).ID); job.State != schema.JobFailed || job.Error != "bad-http" || job.Walk.Documents != 3 {
		t.Fatalf("job %+v, walk %+v", job, job.Walk)
	}
	a.Fault("/feed/4", fetchertest.RetryAfter(http.StatusServiceUnavailable, "3600"))
	id := a.begin(b, fetcher.WalkOptions{}).ID
	bustest.Eventually(t, func() error {
		if job := jobOf(t, b, id); job.Walk.Tries != 1 {
			return fmt.Errorf("job %+v", job)
		}
		return nil
	})
	url := a.URL("/feed")
	f := schema.Feed{ID: schema.FeedID(url), URL: url}
	if job, running, err := fetcher.BeginWalk(t.Context(), b, f, fetcher.WalkOptions{}); err != nil || !running || job.Walk.Documents != 3 {
		t.Errorf("running %v, %v: %+v", running, err, job)
	}
	a.Fault("/feed/4", nil)
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamPolls)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context()); err != nil { // as a dead letter would
		t.Fatal(err)
	}
	if job = ended(t, b, a.begin(b, fetcher.WalkOptions{}).ID); job.State != schema.JobDone || job.Walk.Documents != 5 || a.Count("/feed/2") != 1 {
		t.Errorf("job %+v, walk %+v", job, job.Walk)
	}
	a.complete(b)
	first := job.Created
	if job = ended(t, b, a.begin(b, fetcher.WalkOptions{Restart: true}).ID); job.Walk.Documents != 5 || !job.Created.After(first) {
		t.Errorf("job %+v, walk %+v", job, job.Walk)
	}
}

// A job that is cancelled, or whose feed is removed, goes no further.
func TestAWalkIsStopped(t *testing.T) {
	t.Parallel()
	a, b := walking(t, 3, func(a *archive) { a.linked("next") })
	a.Fault("/feed/2", fetchertest.RetryAfter(http.StatusServiceUnavailable, "1"))
	id := a.begin(b, fetcher.WalkOptions{}).ID
	if err := a.Wait(t.Context(), "/feed/2", 1); err != nil {
		t.Fatal(err)
	}
	registry := register(t, b)
	if err := registry.Delete(t.Context(), schema.FeedID(a.URL("/feed"))); err != nil {
		t.Fatal(err)
	}
	if job := ended(t, b, id); job.State != schema.JobFailed || job.Error != "unregistered" {
		t.Errorf("job %+v", job)
	}

	register(t, b, a.URL("/feed"))
	a.begin(b, fetcher.WalkOptions{})
	kv, err := b.JetStream().KeyValue(t.Context(), schema.BucketJobs)
	if err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		job := jobOf(t, b, id)
		if job.Walk.Tries == 0 {
			return errors.New("not asked for yet")
		}
		job.State = schema.JobCancelled
		data, err := bus.Encode(job)
		if err == nil {
			_, err = kv.Put(t.Context(), id, data)
		}
		return err
	})
	bustest.Eventually(t, func() error {
		if b.Stats().Stage(fetcher.WalkStage).Counts()["ended"] != 1 {
			return errors.New("the step of a cancelled job has not come")
		}
		return nil
	})
	if job := jobOf(t, b, id); job.State != schema.JobCancelled {
		t.Errorf("job %+v", job)
	}
}
