package fetcher

import (
	"context"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// NewPoller is the poller that Run makes, with hosts kept in records in place of
// a bucket, and without what it is told of feeds.
func NewPoller(c Config, records hosts.Records) (p *poll.Poller, closeIt func(), err error) {
	client, err := c.client(c.MaxBody, 2*c.Polls)
	if err != nil {
		return nil, nil, err
	}
	gate, err := hosts.New(records, c.hosts(), time.Now)
	if err != nil {
		return nil, nil, err
	}
	p, err = c.poller(polite.New(client.Get, gate, time.Now, c.own), time.Now)
	return p, client.Close, err
}

// TellCooled is what a page worker does when its page has cooled a host.
func TellCooled(ctx context.Context, b *bus.Bus, f schema.FeedRef, c hosts.CoolDown) {
	tell{b}.cooled(ctx, f, c)
}

// TellPauses tells of pauses that last for so long, and probes so often.
func TellPauses(ctx context.Context, b *bus.Bus, after, probe time.Duration) error {
	p := Config{Probe: probe}.pauses(b)
	p.after = after
	return p.run(ctx)
}

// Turns are the feeds whose schedules n comparisons in a row look at.
func Turns(all []string, n int) (turns [][]string) {
	var s schedules
	for range n {
		turns = append(turns, s.turn(all))
	}
	return turns
}

// RunBy is Run by another clock than the server's.
func RunBy(ctx context.Context, b *bus.Bus, c Config, now func() time.Time) error {
	registry, err := OpenRegistry(ctx, b)
	if err != nil {
		return err
	}
	registry.now = func(context.Context) time.Time { return now() }
	return run(ctx, b, c, registry)
}
