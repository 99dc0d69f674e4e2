package fetcher

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// Stage is the name of the polling stage: in counters and in dead letters.
const Stage = "poller"

// Run polls the registered feeds, gets the pages of their articles that are
// wanted, and walks through the history of feeds where that is asked for, until
// ctx ends. Any number of fetchers may run on one pipeline.
func Run(ctx context.Context, b *bus.Bus, c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	registry, err := OpenRegistry(ctx, b)
	if err != nil {
		return err
	}
	return run(ctx, b, c, registry)
}

// run is Run by the registry's clock.
func run(ctx context.Context, b *bus.Bus, c Config, registry *Registry) error {
	now := func() time.Time { return registry.now(ctx) }
	client, err := c.client(c.MaxBody, 2*c.Polls)
	if err != nil {
		return err
	}
	defer client.Close()
	gate, err := hosts.Open(ctx, b, c.hosts(), now)
	if err != nil {
		return err
	}
	guest := polite.New(client.Get, gate, now, c.own)
	hubs, err := openHubs(ctx, b, c, guest, registry, now)
	if err != nil {
		return err
	}
	defer hubs.Close()
	poller, err := c.poller(guest, now)
	if err != nil {
		return err
	}
	poller.Root, poller.Registry, poller.Memory, poller.Push = b.Root(), registry, memories{b}, hubs.subscriptions()
	stage := asking()
	stage.Name, stage.Stream, stage.Consumer = Stage, schema.StreamPolls, topology.ConsumerPoller
	stage.Workers = c.Polls
	// robots.txt, the feed, its hub, and the sitemaps of an index
	stage.Timeout = 3*(c.HTTPTimeout+polite.Patience) + poll.ListedTime + 30*time.Second

	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() error { return bus.Run(ctx, b, stage, hubs.after(bus.Produce(poller.Poll))) })
	all.Go(func() error { return runPages(ctx, b, c, guest, registry, now) })
	all.Go(func() error { return runWalks(ctx, b, c, poller) })
	all.Go(func() error { return registry.reconcile(ctx) })
	all.Go(func() error { return hubs.run(ctx) })
	all.Go(func() error { return c.pauses(b).run(ctx) })
	return all.Wait()
}

// asking is a stage that makes requests: none while what they bring could not be
// stored.
func asking() bus.Stage {
	s := bus.DefaultStage()
	s.WhenReady = true
	return s
}

// poller is one that asks through guest, by a clock. What it is told of feeds, and
// where, is left out.
func (c Config) poller(guest *polite.Client, now func() time.Time) (*poll.Poller, error) {
	users, err := c.users()
	if err != nil {
		return nil, err
	}
	return &poll.Poller{
		Fetch:    guest.Get,
		Users:    users,
		Limits:   c.Limits(),
		Fulltext: c.Fulltext,
		Reading:  semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
		Schedule: c.schedule(),
		Now:      now,
	}, nil
}

// memories reads the bucket of feed memories. It is written by what a poll
// publishes, so that its place among the other messages is certain.
type memories struct{ bus *bus.Bus }

// Get returns a feed's memory and the sequence that a new one must name.
func (m memories) Get(ctx context.Context, feedID string) ([]byte, uint64, error) {
	bucket := m.bus.Root().Stream(schema.BucketFeedMemory)
	data, seq, err := m.bus.LastOf(ctx, "KV_"+bucket, bus.BucketSubject(bucket, feedID))
	if err != nil {
		return nil, 0, fmt.Errorf("memory of feed %s: %w", feedID, err)
	}
	return data, seq, nil
}
