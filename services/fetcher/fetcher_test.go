package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// config polls loopback, every 200 ms. The links of its feeds lead to nowhere.
func config() fetcher.Config {
	c := fetcher.DefaultConfig()
	c.Fulltext = schema.FulltextNever
	c.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c.MinInterval, c.Interval, c.MaxInterval = 200*time.Millisecond, 200*time.Millisecond, time.Minute
	return c
}

func register(t *testing.T, b *bus.Bus, urls ...string) *fetcher.Registry {
	t.Helper()
	registry, err := fetcher.OpenRegistry(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range urls {
		if err := registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(u), URL: u}); err != nil {
			t.Fatal(err)
		}
	}
	return registry
}

func run(t *testing.T, b *bus.Bus) (stop func()) {
	t.Helper()
	return bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, b, config()) })
}

// A feed that is registered is polled, again and again, without a restart; what
// it adds is published once; one that is removed is polled no more.
func TestAFeedsLife(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 4, Words: 50})
	feed := site.Feed("/news.rss")
	feed.SetItems(items[1:]...)
	b := bustest.New(t)
	run(t, b)
	registry := register(t, b, feed.URL())

	bustest.Next(t, b, 3, schema.StreamItems)
	if err := site.Wait(t.Context(), "/news.rss", 3); err != nil {
		t.Fatal(err)
	}
	if got := site.LastHeader("/news.rss").Get("If-None-Match"); got == "" {
		t.Error("no validator is sent back")
	}
	feed.SetItems(items...)
	got := bustest.Next(t, b, 4, schema.StreamItems)
	item, err := bus.Decode[schema.Item](got[3])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(item.Document, items[0].Token) {
		t.Errorf("the fourth item is not the one that was added")
	}

	id := schema.FeedID(feed.URL())
	if err := registry.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		if _, found, err := registry.State(t.Context(), id); err != nil || found {
			return fmt.Errorf("the removed feed still has a poll ahead (%v)", err)
		}
		return nil
	})
}

// The schedule survives the fetchers: a feed that was registered while none
// ran, and one whose fetcher was stopped, are polled by the next.
func TestTheScheduleOutlivesFetchers(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	for _, p := range []string{"/a.rss", "/b.rss"} {
		site.Feed(p).SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 2, Count: 1, Words: 50})...)
	}
	b := bustest.New(t)
	register(t, b, site.URL("/a.rss"))
	stop := run(t, b)
	if err := site.Wait(t.Context(), "/a.rss", 1); err != nil {
		t.Fatal(err)
	}
	stop()
	polled := site.Count("/a.rss")
	register(t, b, site.URL("/b.rss"))
	run(t, b)
	if err := site.Wait(t.Context(), "/a.rss", polled+1); err != nil {
		t.Error(err)
	}
	if err := site.Wait(t.Context(), "/b.rss", 1); err != nil {
		t.Error(err)
	}
}

// A feed that was removed while no fetcher ran loses its schedule when one starts.
func TestAnOrphanIsDisarmed(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const url = "https://gone.example/feed"
	registry := register(t, b, url)
	f := schema.Feed{ID: schema.FeedID(url), URL: url}
	if err := registry.PollNow(t.Context(), f, ""); err != nil {
		t.Fatal(err)
	}
	if err := registry.Delete(t.Context(), f.ID); err != nil {
		t.Fatal(err)
	}
	run(t, b)
	bustest.Eventually(t, func() error {
		stream, err := b.JetStream().Stream(t.Context(), schema.StreamPolls)
		if err == nil && stream.CachedInfo().State.Msgs > 0 {
			err = fmt.Errorf("%d messages in POLLS", stream.CachedInfo().State.Msgs)
		}
		return err
	})
}

// An entry that cannot be read keeps no other feed from being polled.
func TestABrokenEntryIsLeftAlone(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	site.Feed("/good.rss").SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 1, Words: 50})...)
	b := bustest.New(t)
	kv, err := b.JetStream().KeyValue(t.Context(), schema.BucketFeeds)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"broken", "zbroken"} {
		if _, err := kv.Put(t.Context(), key, []byte("{")); err != nil {
			t.Fatal(err)
		}
	}
	registry := register(t, b, site.URL("/good.rss"))
	run(t, b)
	bustest.Next(t, b, 1, schema.StreamItems)
	if feeds, err := registry.List(t.Context()); err != nil || len(feeds) != 1 {
		t.Errorf("listed %d feeds, %v", len(feeds), err)
	}
}

// A feed that is due already is not made due twice: a second poll beside the
// first could bring an older state back.
func TestPollNowLeavesADuePollAlone(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const url = "https://example.org/feed"
	registry := register(t, b, url)
	f := schema.Feed{ID: schema.FeedID(url), URL: url}
	due := func() uint64 {
		t.Helper()
		stream, err := b.JetStream().Stream(t.Context(), schema.StreamPolls)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := stream.GetLastMsgForSubject(t.Context(), b.Root().PollDue(f.ID))
		if err != nil {
			return 0
		}
		return msg.Sequence
	}
	if err := registry.PollNow(t.Context(), f, "one"); err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		if due() == 0 {
			return errors.New("the feed is not due")
		}
		return nil
	})
	first := due()
	if err := registry.PollNow(t.Context(), f, "two"); err != nil {
		t.Fatal(err)
	}
	state, found, err := registry.State(t.Context(), f.ID)
	if err != nil || !found || state.Run != "one" || due() != first {
		t.Errorf("state %+v, %v, due %d, was %d", state, err, due(), first)
	}
}

func TestTwoFetchersShareTheFeeds(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	var urls []string
	for i := range 20 {
		path := fmt.Sprintf("/%d.rss", i)
		site.Feed(path).SetItems(fetchertest.Generate(fetchertest.Spec{Seed: uint64(i), Count: 2, Words: 50})...)
		urls = append(urls, site.URL(path))
	}
	server := bustest.Server(t)
	one := bustest.Connect(t, server, "one")
	if err := fetcher.Run(t.Context(), one, config()); !errors.Is(err, bus.ErrNotSetUp) {
		t.Fatalf("before setup: %v", err)
	}
	setUp(t, one)
	two := bustest.Connect(t, server, "two")
	register(t, one, urls...)
	run(t, one)
	run(t, two)
	got := bustest.Next(t, one, 40, schema.StreamItems)
	ids := map[string]bool{}
	for _, d := range got {
		ids[d.Header.Get(schema.HeaderID)] = true
	}
	if len(ids) != 40 {
		t.Errorf("%d items of 40 are different", len(ids))
	}
	bustest.Eventually(t, func() error {
		if a, b := one.Stats().Stage(fetcher.Stage).In.Load(), two.Stats().Stage(fetcher.Stage).In.Load(); a == 0 || b == 0 {
			return fmt.Errorf("polls: %d and %d", a, b)
		}
		return nil
	})
}

// A schedule may fire twice when its server's leader is killed: two polls of one
// feed, of which neither knows the other's items yet.
func TestTwoPollsOfOneFeedAtOnce(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	const path = "/twice.rss"
	feed := site.Feed(path)
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 4, Count: 3, Words: 50})...)
	asked, both := make(chan struct{}, 8), make(chan struct{})
	site.Handle(path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		select {
		case <-both:
		case <-r.Context().Done():
		}
		feed.ServeHTTP(w, r)
	}))
	b := bustest.New(t)
	run(t, b)
	registry := register(t, b, feed.URL())
	<-asked
	id := schema.FeedID(feed.URL())
	state, _, err := registry.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	data, err := bus.Encode(state)
	if err == nil {
		_, err = b.Publish(t.Context(), bus.Message{Subject: b.Root().PollDue(id), Data: data})
	}
	if err != nil {
		t.Fatal(err)
	}
	<-asked
	close(both)
	if err := site.Wait(t.Context(), path, 4); err != nil {
		t.Fatal(err)
	}
	bustest.Next(t, b, 3, schema.StreamItems)
	items, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil || items.CachedInfo().State.Msgs != 3 {
		t.Errorf("%d items, want 3 (%v)", items.CachedInfo().State.Msgs, err)
	}
}

func TestPollNowNamesTheRun(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	feed := site.Feed("/news.rss")
	feed.SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 1, Words: 50})...)
	b := bustest.New(t)
	registry := register(t, b, feed.URL())
	f := schema.Feed{ID: schema.FeedID(feed.URL()), URL: feed.URL()}
	if err := registry.PollNow(t.Context(), f, "r1"); err != nil {
		t.Fatal(err)
	}
	run(t, b)
	bustest.Eventually(t, func() error {
		state, _, err := registry.State(t.Context(), f.ID)
		if err != nil || state.PolledRun != "r1" {
			return fmt.Errorf("state %+v, %v", state, err)
		}
		return nil
	})
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	for name, change := range map[string]func(*fetcher.Config){
		"--polls":        func(c *fetcher.Config) { c.Polls = 0 },
		"--min-interval": func(c *fetcher.Config) { c.MinInterval = time.Millisecond },
		"--interval":     func(c *fetcher.Config) { c.Interval = time.Second },
		"--contact":      func(c *fetcher.Config) { c.Contact = "" },
		"--max-body":     func(c *fetcher.Config) { c.MaxBody = 1 << 40 },
		"--http-timeout": func(c *fetcher.Config) { c.HTTPTimeout = time.Hour },
		"--min-rate":     func(c *fetcher.Config) { c.MinRate = -1 },
		"--ca":           func(c *fetcher.Config) { c.CA = []string{filepath.Join(t.TempDir(), "none.pem")} },
		"want PEM":       func(c *fetcher.Config) { c.CA = []string{"fetcher_test.go"} },
		"--fulltext":     func(c *fetcher.Config) { c.Fulltext = "sometimes" },
		"--pages":        func(c *fetcher.Config) { c.Pages = 0 },
		"--max-page":     func(c *fetcher.Config) { c.MaxPage = 0 },
		"--page-wait":    func(c *fetcher.Config) { c.PageWait = 0 },
		"--allow-net":    func(c *fetcher.Config) { c.AllowNet = []netip.Prefix{{}} },
	} {
		t.Run(name, func(t *testing.T) {
			c := fetcher.DefaultConfig()
			if err := c.Validate(); err != nil {
				t.Fatalf("the defaults are refused: %v", err)
			}
			change(&c)
			if err := c.Validate(); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRegistryLists(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	registry := register(t, b, "https://a.example/feed", "https://b.example/feed")
	if err := registry.Put(t.Context(), schema.Feed{ID: "x", URL: "https://c.example/"}); err == nil {
		t.Error("an id that is not the address's is taken")
	}
	feeds, err := registry.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var urls []string
	for _, f := range feeds {
		urls = append(urls, f.URL)
	}
	slices.Sort(urls)
	if !slices.Equal(urls, []string{"https://a.example/feed", "https://b.example/feed"}) {
		t.Errorf("got %v", urls)
	}
	if _, found, err := registry.Get(t.Context(), "none"); found || err != nil {
		t.Errorf("got %v, %v", found, err)
	}
}

func setUp(t *testing.T, b *bus.Bus) {
	t.Helper()
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
}

// What a message calls its feed may be anything: what can be no id is no feed.
func TestRegistryGetOfNoID(t *testing.T) {
	t.Parallel()
	registry := register(t, bustest.New(t))
	for _, id := range []string{"", ".", "a b", "*", ">", strings.Repeat("a", 65)} {
		if f, ok, err := registry.Get(t.Context(), id); ok || err != nil {
			t.Errorf("%q: %+v, %v, %v", id, f, ok, err)
		}
	}
}
