package bus

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// A server that has no room left says so, or says nothing at all: one whose disk
// is full answers no publish, and goes on to answer whatever only reads. So a bus
// is ready while no publish waits for room, nor for an answer that is overdue.
const (
	overdue   = 3 * time.Second
	readyLook = 100 * time.Millisecond
)

// Ready reports why a message could not be published now, or nil.
func (b *Bus) Ready() error {
	if err := b.check(); err != nil {
		return err
	}
	if !b.nc.IsConnected() {
		return errors.New("not connected to NATS")
	}
	if n := b.pushedBack.Load(); n > 0 {
		why, _ := b.pushErr.Load().(string)
		return fmt.Errorf("%d publishes pushed back: %s", n, why)
	}
	if late := b.owed.since(); late > overdue {
		return fmt.Errorf("NATS has acknowledged nothing for %s", late.Round(time.Second))
	}
	return nil
}

// AwaitReady waits until the bus is ready, and returns the error of ctx when that
// ends before.
func (b *Bus) AwaitReady(ctx context.Context) error {
	if b.Ready() == nil {
		return nil
	}
	ticker := time.NewTicker(readyLook)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if b.Ready() == nil {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Quiet is for how long nothing has been published: so old is what is known of
// whether that is possible.
func (b *Bus) Quiet() time.Duration { return b.owed.quiet() }

// owed knows since when the server owes an acknowledgement.
type owed struct {
	born    time.Time
	waiting atomic.Int64 // calls that wait for some
	last    atomic.Int64 // since born, in nanoseconds: when one came last, or the first of these calls began
}

func (o *owed) begin() {
	if o.waiting.Add(1) == 1 {
		o.paid()
	}
}

func (o *owed) end() { o.waiting.Add(-1) }

// paid says that an answer has come.
func (o *owed) paid() { o.last.Store(int64(time.Since(o.born))) }

// since is for how long the server has owed: 0 when it does not.
func (o *owed) since() time.Duration {
	if o.waiting.Load() == 0 {
		return 0
	}
	return o.quiet()
}

func (o *owed) quiet() time.Duration { return time.Since(o.born) - time.Duration(o.last.Load()) }

// share is Stage.Share of a stage that takes nothing while the bus is not ready.
func (w *Worker) share() func(ctx context.Context, room int) int {
	if !w.stage.WhenReady {
		return w.stage.Share
	}
	return func(ctx context.Context, room int) int {
		if w.bus.AwaitReady(ctx) != nil {
			return 0
		}
		if w.stage.Share != nil {
			return w.stage.Share(ctx, room)
		}
		return room
	}
}

// whenReady is the work of the stage; stopped ends when it takes no more. What
// waits then for a bus that is not ready stays unsettled, and comes again.
func (l *loop) whenReady(stopped context.Context) func(context.Context, jetstream.Msg) {
	if !l.stage.WhenReady {
		return l.work
	}
	return func(ctx context.Context, msg jetstream.Msg) {
		if l.bus.AwaitReady(stopped) == nil {
			l.work(ctx, msg)
		}
	}
}
