package fetcher_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest/memnet"
)

// papers are feeds in a bubble, by their addresses, on hosts that may refuse.
type papers struct {
	mu       sync.Mutex
	items    map[string][]string // their headlines
	refusing map[string]bool     // by host
}

func (p *papers) add(headline string, urls ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, u := range urls {
		p.items[u] = append(p.items[u], headline)
	}
}

func (p *papers) refuse(host string, refuse bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusing[host] = refuse
}

// ServeHTTP serves a feed with what there is of it, the newest first.
func (p *papers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refusing[r.Host] {
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	var items strings.Builder
	for _, headline := range slices.Backward(p.items["http://"+r.Host+r.URL.Path]) {
		fmt.Fprintf(&items, "<item><title>%s</title><link>http://%s%s/%s</link></item>", headline, r.Host, r.URL.Path, headline)
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	fmt.Fprintf(w, "<rss version=\"2.0\"><channel><title>%s</title>%s</channel></rss>", r.Host, items.String())
}

// A whole fetcher whose clock jumps, on a NATS server whose clock does not, which
// is the same as what a clock that is put back leaves behind on both: schedules,
// leases and cool-downs of a time that is yet to come. No feed stands still, no
// item is lost or comes twice, and the order of each feed's items holds.
func TestAClockThatJumps(t *testing.T) {
	t.Parallel()
	bustest.AllowBubbles(t)
	for _, jump := range []time.Duration{time.Hour, 366 * 24 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { jumps(t, jump) })
		})
	}
}

func jumps(t *testing.T, jump time.Duration) {
	const calm, hot, hotter = "http://calm.example/feed", "http://hot.example/feed", "http://hot.example/more"
	all := []string{calm, hot, hotter}
	site := &papers{items: map[string][]string{}, refusing: map[string]bool{}}
	network := memnet.New()
	server := &http.Server{Handler: site, ReadHeaderTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(network.Listen("")) })
	t.Cleanup(func() { _ = server.Close(); serving.Wait() })

	c := fetcher.DefaultConfig().On(network)
	c.Fulltext = schema.FulltextNever
	c.MinInterval, c.Interval, c.MaxInterval = 10*time.Minute, 10*time.Minute, 10*time.Minute
	b := bustest.New(t)
	var off atomic.Int64
	bustest.Start(t, func(ctx context.Context) error {
		return fetcher.RunBy(ctx, b, c, func() time.Time { return time.Now().Add(time.Duration(off.Load())) })
	})
	want := 0
	news := func(headline string, urls ...string) {
		site.add(headline, urls...)
		want += len(urls)
	}
	// A poll comes after ten minutes and a tenth, for a cool-down after another ten
	// and what several backed off for; a comparison of the schedules after five.
	const soon = 45 * time.Minute

	news("before", all...)
	registry := register(t, b, all...)
	time.Sleep(soon)
	arrived(t, b, "before the clock jumps", want)

	off.Store(int64(jump))
	site.refuse("hot.example", true)
	news("meanwhile", calm)
	for _, url := range all { // the server's clock would have done it
		if err := registry.PollNow(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url}, ""); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(time.Minute)
	arrived(t, b, "while it is ahead", want)

	off.Store(0)
	site.refuse("hot.example", false)
	for _, headline := range []string{"after", "later"} {
		news(headline, all...)
		time.Sleep(soon)
		arrived(t, b, headline, want)
	}
	if n := b.Stats().Stage(fetcher.Stage).Counts()["schedules-overdue"]; n == 0 {
		t.Error("no schedule was of a time to come: the test shows nothing")
	}
}

// arrived expects so many items, none of them twice and those of a feed in their
// order.
func arrived(t *testing.T, b *bus.Bus, when string, want int) {
	t.Helper()
	seen, stamps := map[string]bool{}, map[string]time.Time{}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamItems}) {
		if err != nil {
			t.Fatal(err)
		}
		item, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		if key := item.Feed.URL + item.RegionHash; seen[key] {
			t.Errorf("%s: an item of %s came twice", when, item.Feed.URL)
		} else {
			seen[key] = true
		}
		if !item.Fetch.FetchedAt.After(stamps[item.Feed.ID]) {
			t.Errorf("%s: an item of %s is of %s, and one before it of %s", when, item.Feed.URL, item.Fetch.FetchedAt, stamps[item.Feed.ID])
		}
		stamps[item.Feed.ID] = item.Fetch.FetchedAt
	}
	if len(seen) != want {
		t.Errorf("%s: %d items have come, want %d", when, len(seen), want)
	}
}
