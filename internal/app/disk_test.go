package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/normalizer"
)

const (
	diskSize = 24 << 20
	diskMark = 8 << 20
	papers   = 4
)

// trial is a pipeline whose feeds are polled five times a second.
type trial struct {
	*app.App
	config fetcher.Config
	site   *fetchertest.Site
	items  []fetchertest.Item // all that a feed has shown
	seed   uint64
}

func newTrial(t *testing.T, dir string) *trial {
	t.Helper()
	tr := &trial{site: fetchertest.New(t)}
	config := fetcher.DefaultConfig()
	config.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	config.Fulltext = schema.FulltextNever
	config.MinInterval, config.Interval = 200*time.Millisecond, time.Second
	tr.config = config
	log := bustest.Logger(t)
	var err error
	tr.App, err = app.Open(t.Context(), app.Options{
		NATS: embedded.Options{Dir: dir, Store: 10 << 30, MinFree: diskMark, Logger: log},
		HTTP: boot.HTTP{Address: "127.0.0.1:0"}, Root: schema.DefaultRoot,
		Fetcher: config, Normalizer: normalizer.DefaultConfig(), Enricher: enricher.DefaultConfig(), Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	for n := range papers {
		url := tr.site.Feed(path(n)).URL()
		if err := tr.Registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url, Interval: 0.2}); err != nil {
			t.Fatal(err)
		}
	}
	return tr
}

func path(paper int) string { return fmt.Sprintf("/%d.xml", paper) }

// print adds an item to each feed.
func (tr *trial) print() {
	for n := range papers {
		tr.seed++
		item := fetchertest.Generate(fetchertest.Spec{Seed: tr.seed, Count: 1, Words: 300, Base: tr.site.URL("")})[0]
		tr.site.Feed(path(n)).Add(item)
		tr.items = append(tr.items, item)
	}
}

// asked is how often the site was, in all.
func (tr *trial) asked() (n int) {
	for p := range papers {
		n += tr.site.Count(path(p))
	}
	return n
}

// arrived waits until every item so far is enriched.
func (tr *trial) arrived(t *testing.T) {
	t.Helper()
	bustest.Next(t, tr.Bus, len(tr.items), schema.StreamEnriched)
}

// readyz is what /readyz answers.
func readyz(t *testing.T, url string) (status int, why string) {
	t.Helper()
	resp, err := http.Get(url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(body))
}

// becomes waits until /readyz has this status.
func becomes(t *testing.T, url string, want int) (took time.Duration, why string) {
	t.Helper()
	begun := time.Now()
	bustest.EventuallyWithin(t, time.Minute, func() error {
		var status int
		if status, why = readyz(t, url); status != want {
			return fmt.Errorf("/readyz is %d, want %d: %s", status, want, why)
		}
		return nil
	})
	return time.Since(begun), why
}

// standsStill expects that the site is not asked for a while, once what was on its
// way is over.
func standsStill(t *testing.T, asked func() int) {
	t.Helper()
	last, since := asked(), time.Now()
	bustest.Eventually(t, func() error {
		if n := asked(); n != last {
			last, since = n, time.Now()
		}
		if still := time.Since(since); still < 2*time.Second { // ten intervals
			return fmt.Errorf("the site was asked %s ago", still)
		}
		return nil
	})
}

// told expects events of the fetcher, in this order.
func told(t *testing.T, b *bus.Bus, kinds ...string) {
	t.Helper()
	events := bustest.Next(t, b, len(kinds), schema.StreamOps, b.Root().Ops("paused", "fetcher"), b.Root().Ops("resumed", "fetcher"))
	for i, d := range events {
		event, err := bus.Decode[schema.Health](d)
		if err != nil || event.Kind != kinds[i] || event.Detail == "" || event.At.IsZero() {
			t.Errorf("event %d is %+v, %v; want %s", i, event, err, kinds[i])
		}
	}
}

// once expects every item of every feed in ENRICHED, and each once.
func (tr *trial) once(t *testing.T) {
	t.Helper()
	arrived := map[string]int{}
	for d, err := range tr.Bus.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamEnriched}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bus.Decode[schema.Enriched](d)
		if err != nil || e.Revision != 1 {
			t.Errorf("%s: revision %d, %v", d.Subject, e.Revision, err)
		}
		arrived[e.ID]++
	}
	for _, item := range tr.items {
		key, _ := schema.IdentityKey(schema.Identity{Link: item.Link})
		if n := arrived[schema.ArticleID(key)]; n != 1 {
			t.Errorf("%s is there %d times", item.Link, n)
		}
	}
	if len(arrived) != len(tr.items) {
		t.Errorf("%d articles are there, want %d", len(arrived), len(tr.items))
	}
	for d, err := range tr.Bus.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamDead}) {
		t.Errorf("in the dead letters: %s, %v", d.Subject, err)
	}
}

// With less room than the mark nothing is fetched, while what is on its way still
// has room. With room again it goes on by itself.
func TestDiskNearlyFull(t *testing.T) {
	t.Parallel()
	disk := bustest.NewDisk(t, diskSize)
	tr := newTrial(t, disk.Dir)
	tr.print()
	bustest.Start(t, tr.Run)
	tr.arrived(t)
	disk.FillBut(t, diskMark*3/4)
	red, why := becomes(t, tr.HTTPURL(), http.StatusServiceUnavailable)
	t.Logf("red after %s: %s", red, why)
	if !strings.Contains(why, "nearly full") || !strings.Contains(why, "--min-free") {
		t.Errorf("it does not say why: %s", why)
	}
	standsStill(t, tr.asked)
	tr.print()
	told(t, tr.Bus, "paused") // there is room for that
	disk.Free(t)
	freed := time.Now()
	green, _ := becomes(t, tr.HTTPURL(), http.StatusOK)
	tr.arrived(t)
	t.Logf("green %s after there was room, the items of meanwhile enriched after %s", green, time.Since(freed))
	told(t, tr.Bus, "paused", "resumed")
	tr.once(t)
}

// A disk without any room fails the streams. They are opened again when there is
// room; nothing that was acknowledged is lost, and nothing comes twice.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	disk := bustest.NewDisk(t, diskSize)
	tr := newTrial(t, disk.Dir)
	tr.print()
	bustest.Start(t, tr.Run)
	tr.arrived(t)
	// No poll may be due any more: nats-server 2.15.2 may hang when the disk is full
	// while it writes a schedule.
	disk.FillBut(t, diskMark*3/4)
	becomes(t, tr.HTTPURL(), http.StatusServiceUnavailable)
	standsStill(t, tr.asked)
	disk.Fill(t)
	stored := make(chan error, 1)
	go func() {
		_, err := tr.Bus.Publish(t.Context(), bus.Message{Subject: tr.Bus.Root().Ops("test", "disk"), Data: make([]byte, 8<<10)})
		stored <- err
	}()
	bustest.Eventually(t, func() error {
		if _, why := readyz(t, tr.HTTPURL()); !strings.Contains(why, "cannot be written") || !strings.Contains(why, "no space left") {
			return fmt.Errorf("it does not say why: %s", why)
		}
		return nil
	})
	standsStill(t, tr.asked)
	tr.print()
	disk.Free(t)
	freed := time.Now()
	green, _ := becomes(t, tr.HTTPURL(), http.StatusOK)
	tr.arrived(t)
	t.Logf("green %s after there was room, all items enriched after %s", green, time.Since(freed))
	if err := <-stored; err != nil {
		t.Errorf("what waited for room: %v", err)
	}
	told(t, tr.Bus, "paused", "resumed")
	tr.once(t)
}

// A stream that is full, here as nobody reads it, stops the fetching too; nothing
// of it is dropped. Given room, by the same call as dateline setup makes, it goes on.
func TestStreamFull(t *testing.T) {
	t.Parallel()
	tr := newTrial(t, t.TempDir())
	limit(t, tr.Bus, 16<<10)
	bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, tr.Bus, tr.config) })
	begun := time.Now()
	bustest.EventuallyWithin(t, time.Minute, func() error {
		tr.print()
		if status, _ := readyz(t, tr.HTTPURL()); status != http.StatusServiceUnavailable {
			return fmt.Errorf("ready with %d items on %d bytes", len(tr.items), 16<<10)
		}
		return nil
	})
	_, why := readyz(t, tr.HTTPURL())
	t.Logf("red after %s and %d items: %s", time.Since(begun), len(tr.items), why)
	standsStill(t, tr.asked)
	if _, why = readyz(t, tr.HTTPURL()); !strings.Contains(why, "maximum bytes exceeded") {
		t.Errorf("it does not say why: %s", why)
	}
	told(t, tr.Bus, "paused") // OPS has room of its own
	limit(t, tr.Bus, 1<<30)
	given := time.Now()
	green, _ := becomes(t, tr.HTTPURL(), http.StatusOK)
	bustest.Start(t, func(ctx context.Context) error { return normalizer.Run(ctx, tr.Bus, normalizer.DefaultConfig()) })
	bustest.Start(t, func(ctx context.Context) error { return enricher.Run(ctx, tr.Bus, enricher.DefaultConfig()) })
	tr.arrived(t)
	t.Logf("green %s after there was room, all %d items enriched after %s", green, len(tr.items), time.Since(given))
	told(t, tr.Bus, "paused", "resumed")
	tr.once(t)
}

// limit makes ITEMS full after so many bytes.
func limit(t *testing.T, b *bus.Bus, bytes int64) {
	t.Helper()
	s, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	c := s.CachedInfo().Config
	c.MaxBytes = bytes
	if _, err := b.JetStream().UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}
