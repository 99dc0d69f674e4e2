// Package clock tells the time of the server of NATS. It fires the schedules of
// polls, so what is reckoned by another clock would come too late or at once; and
// workers whose machines' clocks differ agree on what they share.
package clock

import (
	"context"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	// askEvery is how often the server is asked. Between, the time passes by this
	// machine's monotonic clock, which nobody sets.
	askEvery = time.Minute
	// jump is by how much this machine's clock must have been set for the server
	// to be asked at once: most likely its clock was set with it.
	jump = time.Second
	// limit bounds how long an answer is waited for.
	limit = 2 * time.Second
)

// Clock tells the server's time. It may be used by many goroutines at once.
type Clock struct {
	ask  func(context.Context) (time.Time, bool) // the server's time, if it tells
	turn chan struct{}                           // who has it may use what follows

	tried time.Time // when the server was asked last, by this machine
	wall  time.Time // the same, by its clock on the wall alone
	told  time.Time // when it told what at is, by this machine
	at    time.Time
}

// New returns the clock of a pipeline's server: of the one that leads POLLS.
func New(b *bus.Bus) *Clock {
	return of(func(ctx context.Context) (time.Time, bool) {
		stream, err := b.JetStream().Stream(ctx, b.Root().Stream(schema.StreamPolls))
		if err != nil {
			return time.Time{}, false
		}
		at := stream.CachedInfo().TimeStamp
		return at, !at.IsZero()
	})
}

func of(ask func(context.Context) (time.Time, bool)) *Clock {
	return &Clock{ask: ask, turn: make(chan struct{}, 1)}
}

// Now is the time at the server, in UTC. When it can't be asked, what was known of
// its clock holds; without any, it is this machine's time.
func (c *Clock) Now(ctx context.Context) time.Time {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return time.Now().UTC()
	}
	if now := time.Now(); c.isOld(now) {
		c.tried, c.wall = now, now.Round(0)
		c.askAt(ctx, now)
	}
	if c.told.IsZero() {
		return time.Now().UTC()
	}
	return c.at.Add(time.Since(c.told))
}

// isOld reports whether the server is to be asked.
func (c *Clock) isOld(now time.Time) bool {
	passed := now.Sub(c.tried)
	set := now.Round(0).Sub(c.wall) - passed
	return c.tried.IsZero() || passed >= askEvery || set.Abs() > jump
}

func (c *Clock) askAt(ctx context.Context, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if at, ok := c.ask(ctx); ok {
		c.told, c.at = now.Add(time.Since(now)/2), at.UTC().Round(0) // told half-way
	}
}
