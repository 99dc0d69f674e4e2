package fetcher

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// While the bus is not ready, the stages that make requests stand still (see
// bus.Stage.WhenReady). When that lasts, it is logged, and told by an event: at
// once if that can be stored, else when it is over.
const (
	pauseLook = time.Second
	pauseTold = 5 * time.Second

	kindPaused, kindResumed = "paused", "resumed"
)

// ProbeEvery is Config.Probe for a fetcher that has its process for itself. With
// the time that an answer is waited for, it is ready or not within ten seconds.
const ProbeEvery = 5 * time.Second

// pauses watches whether the fetcher stands still.
type pauses struct {
	bus   *bus.Bus
	after time.Duration // how long a pause lasts before it is told
	probe time.Duration // see Config.Probe

	since time.Time // of the pause, zero for none
	why   string
	noted bool // it has lasted
	told  bool // the event that it began is stored
}

func (c Config) pauses(b *bus.Bus) *pauses {
	return &pauses{bus: b, after: pauseTold, probe: c.Probe}
}

// run tells of pauses until ctx ends.
func (p *pauses) run(ctx context.Context) error {
	return bus.Together(ctx, p.tell, p.ask)
}

func (p *pauses) tell(ctx context.Context) error {
	return every(ctx, min(pauseLook, p.after), func() { p.look(ctx, time.Now()) })
}

// probeSize is more than the last block of a file may still have room for when the
// disk has none, and does not get smaller when it is compressed.
const probeSize = 8 << 10

// ask publishes something of no meaning whenever nothing was published for long.
// A server whose disk is full delivers no polls either, so that nothing else would
// be tried; and while it waits, whether it works again is tried.
func (p *pauses) ask(ctx context.Context) error {
	if p.probe <= 0 {
		<-ctx.Done()
		return nil
	}
	subject := bus.BucketSubject(p.bus.Root().Stream(schema.BucketFeedMemory), "probe")
	return every(ctx, p.probe, func() {
		if p.bus.Quiet() < p.probe || p.bus.Ready() != nil {
			return
		}
		noise := make([]byte, probeSize)
		_, _ = rand.Read(noise) // it never fails
		if _, err := p.bus.Publish(ctx, bus.Message{Subject: subject, Data: noise}); err != nil && ctx.Err() == nil {
			p.bus.Logger().Warn("try to publish", zap.Error(err))
		}
	})
}

// every calls do, and again at an interval, until ctx ends.
func every(ctx context.Context, interval time.Duration, do func()) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		do()
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// look finds out whether the fetcher stands still, and tells when that has lasted,
// and when it is over.
func (p *pauses) look(ctx context.Context, now time.Time) {
	why := p.bus.Ready()
	switch {
	case why == nil && p.noted:
		p.over(ctx, now)
		p.since, p.noted, p.told = time.Time{}, false, false
	case why == nil:
		p.since = time.Time{}
	case p.since.IsZero():
		p.since, p.why = now, why.Error()
	case !p.noted && now.Sub(p.since) >= p.after:
		p.noted, p.why = true, why.Error()
		p.bus.Logger().Warn("nothing is fetched, because it could not be stored", zap.Error(why))
		// What waits for this longer would keep the bus from being ready.
		soon, cancel := context.WithTimeout(ctx, p.after)
		defer cancel()
		p.told = p.publish(soon, kindPaused, p.since, p.why) == nil
	}
}

// over tells that the fetcher goes on, after it has told that it stood still.
func (p *pauses) over(ctx context.Context, now time.Time) {
	lasted := now.Sub(p.since).Round(time.Second)
	p.bus.Logger().Warn("feeds are fetched again", zap.Duration("after", lasted))
	var err error
	if !p.told {
		err = p.publish(ctx, kindPaused, p.since, p.why)
	}
	if err == nil {
		err = p.publish(ctx, kindResumed, now, fmt.Sprintf("after %s: %s", lasted, p.why))
	}
	if err != nil && ctx.Err() == nil {
		p.bus.Logger().Warn("tell of a pause", zap.Error(err))
	}
}

// publish publishes an event of the fetcher's own life, which has no feed.
func (p *pauses) publish(ctx context.Context, kind string, at time.Time, detail string) error {
	event := schema.Health{Kind: kind, Detail: detail, At: at.UTC()}
	m, err := poll.HealthMessage(p.bus.Root(), event, fmt.Sprintf("fetcher:%d:%s", at.UnixNano(), kind))
	if err != nil {
		return err
	}
	m.Subject = p.bus.Root().Ops(kind, "fetcher")
	_, err = p.bus.Publish(ctx, m)
	return err
}

// Paused returns the event of a fetcher that stands still, false when none does. Of
// a pause in which nothing at all can be stored there is no event before it is over.
func Paused(ctx context.Context, b *bus.Bus) (event schema.Health, paused bool, err error) {
	ops := b.Root().Stream(schema.StreamOps)
	data, begun, err := b.LastOf(ctx, ops, b.Root().Ops(kindPaused, "fetcher"))
	if err != nil || begun == 0 {
		return event, false, err
	}
	_, ended, err := b.LastOf(ctx, ops, b.Root().Ops(kindResumed, "fetcher"))
	if err != nil || ended > begun {
		return event, false, err
	}
	if err := json.Unmarshal(data, &event); err != nil {
		return event, false, fmt.Errorf("event of a pause: %w", err)
	}
	return event, true, nil
}
