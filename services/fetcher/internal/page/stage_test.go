package page_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/page"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// run runs a worker as a stage. What is killed comes again within a second.
func run(t *testing.T, b *bus.Bus, w *page.Worker) (stop func()) {
	t.Helper()
	c, err := b.JetStream().Consumer(t.Context(), schema.StreamFound, topology.ConsumerPager)
	if err != nil {
		t.Fatal(err)
	}
	config := c.CachedInfo().Config
	config.AckWait = time.Second
	if _, err := b.JetStream().UpdateConsumer(t.Context(), schema.StreamFound, config); err != nil {
		t.Fatal(err)
	}
	s := bus.DefaultStage()
	s.Name, s.Stream, s.Consumer = "pager", schema.StreamFound, topology.ConsumerPager
	s.Workers, s.Drain = 4, time.Millisecond
	s.Unsuspected, s.Deliveries = page.MaxDeliveries, page.MaxDeliveries+3
	return bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Produce(w.Page)) })
}

// want puts items on FOUND as the poller does, with their addresses as ids.
func want(t *testing.T, b *bus.Bus, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		data, err := bus.Encode(item(address))
		if err != nil {
			t.Fatal(err)
		}
		m := bus.Message{Subject: b.Root().Found("example_org"), Data: data, Type: schema.TypeItemFound, ID: address, Dedup: true}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
}

// pages waits until nothing is left on FOUND and returns the pages of all items,
// by the address that was wanted.
func pages(t *testing.T, b *bus.Bus) map[string]*schema.Page {
	t.Helper()
	bustest.Eventually(t, func() error {
		s, err := b.JetStream().Stream(t.Context(), schema.StreamFound)
		if err == nil && s.CachedInfo().State.Msgs > 0 {
			err = fmt.Errorf("%d items still wait for their page", s.CachedInfo().State.Msgs)
		}
		return err
	})
	got := map[string]*schema.Page{}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamItems}) {
		if err != nil {
			t.Fatal(err)
		}
		i, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		id := d.Header.Get(schema.HeaderID)
		if got[id] != nil || i.Page == nil {
			t.Fatalf("%s is there twice, or without its page: %+v", id, i.Page)
		}
		got[id] = i.Page
	}
	return got
}

func TestStagePassesItemsOn(t *testing.T) {
	site := fetchertest.New(t)
	site.File("/good", "text/html", []byte(html))
	site.File("/mended", "text/html", []byte(html))
	site.Fault("/mended", fetchertest.Times(1, fetchertest.Status(503)))
	site.Fault("/down", fetchertest.Status(500))
	site.Fault("/slow", fetchertest.Stall())
	b := bustest.New(t)
	run(t, b, worker(t))
	var all []string
	for _, path := range []string{"/good", "/mended", "/down", "/slow", "/none"} {
		all = append(all, site.URL(path))
	}
	want(t, b, all...)
	want(t, b, all...) // a poll that came twice
	got := pages(t, b)
	for path, test := range map[string]struct {
		code  string
		tries int
	}{"/good": {"", 1}, "/mended": {"", 2}, "/down": {"bad-http", 3}, "/slow": {"header-timeout", 3}, "/none": {"bad-http", 1}} {
		p := got[site.URL(path)]
		if p == nil || p.Error != test.code || site.Count(path) != test.tries {
			t.Errorf("%s, asked %d times: %+v", path, site.Count(path), p)
		}
		if p != nil && p.Error == "" && unpack(t, p.HTML) != html {
			t.Errorf("%s: %q", path, unpack(t, p.HTML))
		}
	}
	if stats := b.Stats().Stage("pager"); len(got) != len(all) || stats.Dead.Load() != 0 || stats.Counts()["with-page"] != 2 || stats.Counts()["without-page"] != 3 {
		t.Errorf("%d items, %v", len(got), stats.Counts())
	}
}

// A worker that is killed after it has got a page, or after it has published the
// item too, leaves an item that another worker finishes, once.
func TestStageSurvivesItsWorkers(t *testing.T) {
	site := fetchertest.New(t)
	site.File("/a", "text/html", []byte(html))
	site.File("/b", "text/html", []byte(html))
	b := bustest.New(t)
	w := worker(t)

	published, err := w.Page(t.Context(), item(site.URL("/b")), bus.Delivery{
		Subject: "news.found.example_org", Delivered: 1, Header: map[string][]string{schema.HeaderID: {site.URL("/b")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), published.Groups[0]...); err != nil {
		t.Fatal(err)
	}
	want(t, b, site.URL("/a"), site.URL("/b"))

	dying := *w
	var got atomic.Int64
	all := make(chan struct{})
	dying.Fetch = func(ctx context.Context, ask polite.Ask, r httpfetch.Request) (polite.Answer, error) {
		if _, err := w.Fetch(ctx, ask, r); err != nil {
			t.Error(err)
		}
		if got.Add(1) == 2 {
			close(all)
		}
		<-ctx.Done()
		return polite.Answer{}, ctx.Err()
	}
	die := run(t, b, &dying)
	select {
	case <-all:
	case <-t.Context().Done():
	}
	die()

	run(t, b, w)
	finished := pages(t, b)
	for _, path := range []string{"/a", "/b"} {
		if p := finished[site.URL(path)]; p == nil || p.Error != "" {
			t.Errorf("%s: %+v", path, p)
		}
	}
	if len(finished) != 2 {
		t.Errorf("%d items", len(finished))
	}
}

// turns tells those who ask to come back, twelve times.
type turns struct {
	asked atomic.Int64
	back  atomic.Int64
}

func (g *turns) before(w *page.Worker) {
	fetch := w.Fetch
	w.Fetch = func(ctx context.Context, ask polite.Ask, r httpfetch.Request) (polite.Answer, error) {
		if !ask.Turn.IsZero() {
			g.back.Add(1)
		}
		if g.asked.Add(1) <= 12 {
			return polite.Answer{}, &polite.Later{For: time.Millisecond, Reason: "host is busy"}
		}
		return fetch(ctx, ask, r)
	}
}

// While its host is busy an item comes back, to whichever worker, and is no
// suspect.
func TestStageWaitsForBusyHosts(t *testing.T) {
	site := fetchertest.New(t)
	server := bustest.Server(t)
	one, two := bustest.Connect(t, server, "one"), bustest.Connect(t, server, "two")
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), one.JetStream()); err != nil {
		t.Fatal(err)
	}
	var hosts turns
	var all []string
	for i := range 4 {
		path := fmt.Sprintf("/%d", i)
		site.File(path, "text/html", []byte(html))
		all = append(all, site.URL(path))
	}
	want(t, one, all...)
	for _, b := range []*bus.Bus{one, two} {
		w := worker(t)
		hosts.before(w)
		run(t, b, w)
	}
	for address, p := range pages(t, one) {
		if p.Error != "" {
			t.Errorf("%s: %s", address, p.Error)
		}
	}
	if hosts.asked.Load() != 16 || hosts.back.Load() != 12 {
		t.Errorf("asked %d times, %d of them back", hosts.asked.Load(), hosts.back.Load())
	}
	for d, err := range one.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamOps}) {
		t.Errorf("%s %v", d.Subject, err)
	}
}
