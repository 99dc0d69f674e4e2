package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// result is what was measured with a number of feeds.
type result struct {
	feeds int
	// polls a second, in the median of the windows.
	polls          float64
	worker, server side
	// disk is what the streams take.
	disk int64
}

// side is one process.
type side struct {
	// perSecond is how many polls it does in a second of a processor.
	perSecond float64
	// idle are its memory and its heap before the first feed, full those at the end.
	idle, full sample
}

// measure runs all parts with so many feeds, each of which was polled before.
func measure(ctx context.Context, c config, feeds int, log io.Writer) (r result, err error) {
	dir, err := os.MkdirTemp(c.dir, "dateline-bench-")
	if err != nil {
		return r, fmt.Errorf("directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f, err := launch(ctx, c, dir, log)
	if err != nil {
		return r, err
	}
	defer f.stop()
	if err := f.idle(&r); err != nil {
		return r, err
	}
	begun := time.Now()
	if err := f.register(ctx, feeds, c.rate); err != nil {
		return r, err
	}
	if err := f.settled(ctx, feeds, log); err != nil {
		return r, err
	}
	fmt.Fprintf(log, "%d feeds: registered and polled in %s\n", feeds, time.Since(begun).Round(time.Second))
	var windows []window
	for range c.windows {
		w, err := f.window(ctx, c.window)
		if err != nil {
			return r, err
		}
		windows = append(windows, w)
	}
	r.feeds = feeds
	r.sumUp(windows)
	return r, f.full(&r, dir)
}

// fleet is the parts that run.
type fleet struct {
	site, server, worker *process
	bus                  *bus.Bus
}

func launch(ctx context.Context, c config, dir string, log io.Writer) (f *fleet, err error) {
	f = &fleet{}
	defer func() {
		if err != nil {
			f.stop()
		}
	}()
	if f.site, err = start(ctx, log, "site"); err != nil {
		return f, err
	}
	if f.server, err = start(ctx, log, "server", filepath.Join(dir, "streams"), c.profile, c.sync.String()); err != nil {
		return f, err
	}
	logger, err := warnings(log)
	if err != nil {
		return f, err
	}
	if f.bus, err = bus.Connect(ctx, bus.Options{URL: f.server.ready.URL, Name: "bench", Logger: logger}); err != nil {
		return f, err
	}
	if _, err = topology.New(topology.DefaultOptions()).Ensure(ctx, f.bus.JetStream()); err != nil {
		return f, fmt.Errorf("set up: %w", err)
	}
	f.worker, err = start(ctx, log, "worker", f.server.ready.URL, f.site.ready.URL, c.profile)
	return f, err
}

func (f *fleet) stop() {
	if f.bus != nil {
		f.bus.Close()
	}
	for _, p := range []*process{f.worker, f.server, f.site} {
		if p != nil {
			p.stop()
		}
	}
}

// shortest is the shortest interval, in seconds, that the fetcher takes.
const shortest = 0.2

// register has so many feeds polled as often as makes the rate.
func (f *fleet) register(ctx context.Context, feeds, rate int) error {
	registry, err := fetcher.OpenRegistry(ctx, f.bus)
	if err != nil {
		return err
	}
	entries := make([]schema.Feed, feeds)
	for i := range entries {
		url := fmt.Sprintf("http://paper%d.example/news/feed.xml", i)
		entries[i] = schema.Feed{
			ID: schema.FeedID(url), URL: url, Proxy: proxy, Added: time.Now(),
			Interval: max(float64(feeds)/float64(rate), shortest),
		}
	}
	_, _, err = registry.Register(ctx, entries)
	return err
}

// settled waits until each feed was polled, and some of them again.
func (f *fleet) settled(ctx context.Context, feeds int, log io.Writer) error {
	told := time.Now()
	for {
		s, err := f.site.sample("")
		if err != nil || s.Whole >= int64(feeds) && s.NotModified >= int64(min(feeds/4, 1000)) {
			return err
		}
		if time.Since(told) > time.Minute {
			told = time.Now()
			fmt.Fprintf(log, "%d feeds: %d polled, %d polls after that\n", feeds, s.Whole, s.NotModified)
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// window is what the parts did in a stretch of time.
type window struct {
	polls, seconds float64
	worker, server float64 // CPU seconds
}

// window measures one.
func (f *fleet) window(ctx context.Context, length time.Duration) (w window, err error) {
	before, begun := [3]sample{}, time.Now()
	if before, err = f.samples(""); err != nil {
		return w, err
	}
	if err := pause(ctx, length); err != nil {
		return w, err
	}
	after, err := f.samples("")
	return window{
		polls:   float64(after[0].NotModified - before[0].NotModified),
		worker:  after[1].CPU - before[1].CPU,
		server:  after[2].CPU - before[2].CPU,
		seconds: time.Since(begun).Seconds(),
	}, err
}

// samples are those of the site, the worker and the server.
func (f *fleet) samples(line string) (all [3]sample, err error) {
	for i, p := range []*process{f.site, f.worker, f.server} {
		if all[i], err = p.sample(line); err != nil {
			return all, err
		}
	}
	return all, nil
}

func (f *fleet) idle(r *result) error {
	all, err := f.samples(withHeap)
	r.worker.idle, r.server.idle = all[1], all[2]
	return err
}

func (f *fleet) full(r *result, dir string) error {
	all, err := f.samples("") // what is in use before a collection
	if err != nil {
		return err
	}
	heaps, err := f.samples(withHeap)
	if err != nil {
		return err
	}
	r.worker.full, r.server.full = all[1], all[2]
	r.worker.full.Heap, r.server.full.Heap = heaps[1].Heap, heaps[2].Heap
	r.disk, err = benchmark.Disk(dir)
	return err
}

// sumUp takes the medians.
func (r *result) sumUp(windows []window) {
	median := func(of func(window) float64) float64 { return of(benchmark.Median(windows, of)) }
	r.polls = median(func(w window) float64 { return w.polls / w.seconds })
	r.worker.perSecond = median(func(w window) float64 { return w.polls / w.worker })
	r.server.perSecond = median(func(w window) float64 { return w.polls / w.server })
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// warnings is a logger of those and of errors.
func warnings(w io.Writer) (*zap.Logger, error) {
	return boot.Log{LogLevel: zap.WarnLevel.String(), LogFormat: "text"}.New(w)
}
