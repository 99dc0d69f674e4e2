// Package replay delivers a stretch of history again: each message once and in
// order, at a chosen rate or its own pace, as a job that can be paused and that
// goes on after it was killed.
package replay

import (
	"context"
	"iter"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Source is a stretch of history that can be read from any place on.
type Source interface {
	// Count is how many messages of the stretch there are from a sequence on.
	Count(ctx context.Context, from uint64) (uint64, error)
	// Read yields the messages from a sequence on, in order and each once. With
	// follow it goes on with what comes after the stretch, until ctx ends.
	Read(ctx context.Context, from uint64, follow bool) iter.Seq2[bus.Delivery, error]
}

// Stream is a Source: a stretch of a stream.
type Stream struct {
	Bus *bus.Bus
	// Stretch is fixed; see bus.Bus.Stretch.
	Stretch schema.Stretch
}

// Count implements Source.
func (s Stream) Count(ctx context.Context, from uint64) (uint64, error) {
	return s.Bus.Count(ctx, s.Stretch, from)
}

// Read implements Source.
func (s Stream) Read(ctx context.Context, from uint64, follow bool) iter.Seq2[bus.Delivery, error] {
	o := bus.ReadStretch(s.Stretch, from)
	if follow {
		o.Follow, o.To = true, 0
	} else if o.From > o.To {
		return func(func(bus.Delivery, error) bool) {}
	}
	return s.Bus.Read(ctx, o)
}

// Output is where a replay goes. It is used by one goroutine at a time.
type Output interface {
	// Deliver writes messages, in order.
	Deliver(ctx context.Context, window []bus.Delivery) error
	// End marks the end of a stretch of count messages.
	End(ctx context.Context, count uint64) error
	// Sync makes what was delivered outlast a kill, and adds to p what Resume will
	// want to know.
	Sync(ctx context.Context, p *schema.Progress) error
	// Resume says how far the output is, which may be further than p.
	Resume(ctx context.Context, p schema.Progress) (schema.Progress, error)
}

// Func is an Output that knows nothing of what it was given before.
type Func func(context.Context, []bus.Delivery) error

// Deliver implements Output.
func (f Func) Deliver(ctx context.Context, window []bus.Delivery) error { return f(ctx, window) }

// End implements Output.
func (Func) End(context.Context, uint64) error { return nil }

// Sync implements Output.
func (Func) Sync(context.Context, *schema.Progress) error { return nil }

// Resume implements Output.
func (Func) Resume(_ context.Context, p schema.Progress) (schema.Progress, error) { return p, nil }

// Options are how to deliver a stretch.
type Options struct {
	// Last is the last sequence of the stretch.
	Last uint64
	// Rate is the messages a second, 0 for no limit.
	Rate float64
	// Pace keeps the spacing in which the messages were stored, so many times as
	// fast; 0 for not. MaxGap, if not 0, bounds each wait.
	Pace   float64
	MaxGap time.Duration
	// Follow goes on after the stretch with what comes then, until ctx ends. The end
	// of the stretch is marked in between.
	Follow bool
	// Report, if not nil, is told about every second how far the output is, and at
	// the end.
	Report func(schema.Progress)
}

// The bounds of what is delivered at once.
const (
	windowMessages = 200
	windowBytes    = 4 << 20
	windowsASecond = 10 // when the rate is limited
)

// syncEvery is how often the output is made to last, and reported on.
const syncEvery = time.Second

// Run delivers what p leaves of a stretch, and returns how far it came, on an error
// too. What was delivered is synced then, and reported.
func Run(ctx context.Context, from Source, to Output, o Options, p schema.Progress) (schema.Progress, error) {
	r := &run{from: from, to: to, options: o, p: p, size: windowMessages, pace: pace{factor: o.Pace, maxGap: o.MaxGap}}
	if o.Rate > 0 {
		r.limit(o.Rate)
	}
	err := r.run(ctx)
	return r.p, r.end(ctx, err)
}
