package bus_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// A stage that needs a server takes no message before that answers: workers that
// are started and stopped meanwhile leave no trace at the messages.
func TestRunBeginsWhenItsServerAnswers(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(10)...)
	var up atomic.Bool
	var asked, worked atomic.Int64
	s := stage()
	s.Begin = func(context.Context) error {
		asked.Add(1)
		if !up.Load() {
			return bus.Unavailable(errors.New("connection refused"))
		}
		return nil
	}
	run := func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			worked.Add(1)
			if d.Delivered > 1 {
				t.Errorf("%s was delivered %d times", n.ID, d.Delivered)
			}
			return echo(b.Root())(ctx, n, d)
		}))
	}
	for restart := range 2 * s.Deliveries {
		before := asked.Load()
		stop := bustest.Start(t, run)
		bustest.Eventually(t, func() error {
			if n := asked.Load() - before; n < 3 {
				return fmt.Errorf("start %d: asked %d times", restart, n)
			}
			return nil
		})
		stop()
	}
	if worked.Load() != 0 {
		t.Errorf("%d messages were taken", worked.Load())
	}
	up.Store(true)
	bustest.Start(t, run)
	settled(t, b, 10)
	for _, stream := range []string{schema.StreamDead, schema.StreamOps} {
		if got := stored(t, b, bus.ReadOptions{Stream: stream}); len(got) != 0 {
			t.Errorf("%s holds %d messages", stream, len(got))
		}
	}
}

// What waiting cannot mend ends the worker, with its cause.
func TestRunEndsWhenItCannotBegin(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	why := errors.New("no such model")
	s := stage()
	s.Begin = func(context.Context) error { return why }
	if err := bus.Run(t.Context(), b, s, bus.Produce(echo(b.Root()))); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
}

// A stage's function that lacks its server keeps its message in hand, for longer
// than the server waits for an ack and more often than it may fail, and holds up
// no other.
func TestRevisionsWaitForTheirServer(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	ackWait(t, b, 300*time.Millisecond)
	r := reviser(b.Root())
	make := r.Make
	var calls atomic.Int64
	r.Make = func(ctx context.Context, v version, d bus.Delivery) (version, error) {
		if d.Delivered > 1 {
			t.Errorf("%s was delivered %d times", v.ID, d.Delivered)
		}
		if v.ID == "waits" && calls.Add(1) <= 8 {
			return version{}, fmt.Errorf("step names: %w", bus.Unavailable(errors.New("503")))
		}
		return make(ctx, v, d)
	}
	s := stage()
	s.Attempts, s.Workers, s.Retry = 1, 2, 10*time.Millisecond
	put(t, b, append([]note{{ID: "waits"}}, numbered(20)...)...)
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Revise(r)) })
	settled(t, b, 21)
	if n := len(stored(t, b, bus.ReadOptions{Stream: schema.StreamDead})); n != 0 || calls.Load() != 9 {
		t.Errorf("%d dead letters, %d calls", n, calls.Load())
	}
}
