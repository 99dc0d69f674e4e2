package deploytest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// press is a site with many feeds that keeps when each was asked for. Every
// other feed is on a host of its own behind a proxy, which the site is too: so
// it is asked in its host's turn, as feeds of the internet are.
type press struct {
	site     *fetchertest.Site
	interval time.Duration
	papers   []*paper
	asked    atomic.Int64 // requests in all
}

// paper is a feed of the press.
type paper struct {
	press *press
	feed  *fetchertest.Feed
	entry schema.Feed
	seed  uint64
	items int

	mu    sync.Mutex
	asked []time.Time
}

// proxyName is what feeds call the site by.
const proxyName = "press"

// newPress makes feeds that are polled at a fixed interval.
func newPress(t *testing.T, seed uint64, feeds int, interval time.Duration) *press {
	t.Helper()
	p := &press{site: fetchertest.New(t), interval: interval}
	for n := range feeds {
		path := fmt.Sprintf("/%d.xml", n)
		one := &paper{press: p, feed: p.site.Feed(path), seed: seed<<32 + uint64(n)}
		p.site.Handle(path, one)
		url, proxy := one.feed.URL(), ""
		if n%2 == 1 {
			url, proxy = fmt.Sprintf("http://paper%d.example%s", n, path), proxyName
		}
		one.entry = schema.Feed{ID: schema.FeedID(url), URL: url, Proxy: proxy, Interval: interval.Seconds()}
		one.print(2)
		p.papers = append(p.papers, one)
	}
	return p
}

// flags are what a fetcher must be told to get at the site.
func (p *press) flags() []string {
	return []string{"--fulltext", "never", "--allow-net", "127.0.0.0/8", "--proxy", proxyName + "=" + p.site.URL("")}
}

// register has the feeds polled, and waits until each was.
func (p *press) register(t *testing.T, registry *fetcher.Registry) {
	t.Helper()
	var entries []schema.Feed
	for _, one := range p.papers {
		entries = append(entries, one.entry)
	}
	if _, _, err := registry.Register(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	p.allAsked(t, time.Time{})
}

// allAsked waits until every feed was asked for since then.
func (p *press) allAsked(t *testing.T, since time.Time) {
	t.Helper()
	bustest.EventuallyWithin(t, 2*p.interval+grace, func() error {
		for _, one := range p.papers {
			if !one.lastAsked().After(since) {
				return fmt.Errorf("%s was not asked for since %s", one.entry.URL, since)
			}
		}
		return nil
	})
}

// await waits until feeds were asked for so many times more.
func (p *press) await(t *testing.T, times int64) {
	t.Helper()
	want := p.asked.Load() + times
	bustest.EventuallyWithin(t, p.interval+grace, func() error {
		if got := p.asked.Load(); got < want {
			return fmt.Errorf("asked %d times, want %d", got, want)
		}
		return nil
	})
}

// print adds items to some of the feeds.
func (p *press) print(rng *rand.Rand) {
	for range 1 + len(p.papers)/20 {
		p.papers[rng.IntN(len(p.papers))].print(1 + rng.IntN(3))
	}
}

// delay is how late a poll was, when it came at last, and of which feed.
type delay struct {
	by  time.Duration
	at  time.Time
	url string
}

func (d delay) String() string {
	return fmt.Sprintf("by %s, at %s, of %s", d.by, d.at.Format(time.StampMilli), d.url)
}

// worst is the longest delay. A poll is due nine tenths of the interval after
// the one before at the earliest: the fifth that chance may add counts as delay
// here. The second poll alone may be due anywhere from half the interval to one
// and a half, and is measured from there.
func (p *press) worst() (worst delay) {
	for _, one := range p.papers {
		one.mu.Lock()
		for i := 1; i < len(one.asked); i++ {
			due := p.interval * 9 / 10
			if i == 1 {
				due = p.interval * 3 / 2
			}
			if by := one.asked[i].Sub(one.asked[i-1]) - due; by > worst.by {
				worst = delay{by, one.asked[i], one.entry.URL}
			}
		}
		one.mu.Unlock()
	}
	return worst
}

// ServeHTTP answers a request for the feed.
func (one *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	one.mu.Lock()
	one.asked = append(one.asked, time.Now())
	one.mu.Unlock()
	one.press.asked.Add(1)
	one.feed.ServeHTTP(w, r)
}

func (one *paper) lastAsked() time.Time {
	one.mu.Lock()
	defer one.mu.Unlock()
	if len(one.asked) == 0 {
		return time.Time{}
	}
	return one.asked[len(one.asked)-1]
}

// generated are the first items of the feed, n of them.
func (one *paper) generated(n int) []fetchertest.Item {
	return fetchertest.Generate(fetchertest.Spec{Seed: one.seed, Count: n, Words: 40})
}

// print adds n items to the feed.
func (one *paper) print(n int) {
	all := one.generated(one.items + n)
	one.feed.Add(all[one.items:]...)
	one.items = len(all)
}

// ids are those of the articles that the feed has shown.
func (one *paper) ids() (ids []string) {
	for _, item := range one.generated(one.items) {
		key, _ := schema.IdentityKey(schema.Identity{Link: item.Link})
		ids = append(ids, schema.ArticleID(key))
	}
	return ids
}
