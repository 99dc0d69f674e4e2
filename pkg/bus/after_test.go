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

// givingBack is a stage whose function waits for the given delivery.
func givingBack(b *bus.Bus, delay time.Duration, until uint64) bus.Handler {
	return bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
		if d.Delivered < until {
			return bus.Result{}, bus.After(delay, errors.New("host is busy"))
		}
		return echo(b.Root())(ctx, n, d)
	})
}

// A message that is given back comes again, to whichever worker, for as often as
// the stage allows: it is no suspect, and the failures that a message may have do
// not bound it.
func TestAfterIsNoFailure(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	one, two := bustest.Connect(t, server, "one"), bustest.Connect(t, server, "two")
	ensure(t, one)
	put(t, one, numbered(20)...)
	s := stage()
	s.Attempts, s.Unsuspected, s.Deliveries = 1, 10, 13
	for _, b := range []*bus.Bus{one, two} {
		bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, givingBack(b, time.Millisecond, 10)) })
	}
	bustest.Next(t, one, 20, schema.StreamEnriched)
	for _, stream := range []string{schema.StreamDead, schema.StreamOps} {
		if got := stored(t, one, bus.ReadOptions{Stream: stream}); len(got) != 0 {
			t.Errorf("%s holds %d messages", stream, len(got))
		}
	}
	a, b := one.Stats().Stage("tester").Retried.Load(), two.Stats().Stage("tester").Retried.Load()
	if a+b != 20*9 || a == 0 || b == 0 {
		t.Errorf("given back %d and %d times, want %d in all", a, b, 20*9)
	}
}

// The delay is kept by the server, and holds up nobody: with one worker, what
// comes after a message that waits is worked on meanwhile.
func TestAfterWaits(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const delay = 300 * time.Millisecond
	var gaveBack, came atomic.Int64
	put(t, b, append([]note{{ID: "waits"}}, numbered(20)...)...)
	s := stage()
	s.Workers = 1
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			switch {
			case n.ID == "waits" && d.Delivered == 1:
				gaveBack.Store(time.Now().UnixNano())
				return bus.Result{}, fmt.Errorf("page: %w", bus.After(delay, errors.New("host is busy")))
			case n.ID == "waits":
				came.Store(time.Now().UnixNano())
			}
			return echo(b.Root())(ctx, n, d)
		}))
	})
	settled(t, b, 21)
	if waited := time.Duration(came.Load() - gaveBack.Load()); waited < delay {
		t.Errorf("it came again after %s, want %s", waited, delay)
	}
	last := bustest.Next(t, b, 21, schema.StreamEnriched)[20]
	if n, err := bus.Decode[note](last); err != nil || n.ID != "waits" {
		t.Errorf("the last is %q: %v", n.ID, err)
	}
}

func TestAsAfter(t *testing.T) {
	why := errors.New("host is busy")
	for name, test := range map[string]struct {
		err   error
		delay time.Duration
		ok    bool
	}{
		"none":     {nil, 0, false},
		"of none":  {bus.After(time.Second, nil), 0, false},
		"another":  {why, 0, false},
		"marked":   {bus.After(time.Second, why), time.Second, true},
		"wrapped":  {fmt.Errorf("page: %w", bus.After(time.Second, why)), time.Second, true},
		"negative": {bus.After(-time.Second, why), 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			delay, ok := bus.AsAfter(test.err)
			if delay != test.delay || ok != test.ok {
				t.Errorf("got %s, %t", delay, ok)
			}
			if ok && (!errors.Is(test.err, why) || bus.IsPermanent(test.err)) {
				t.Errorf("%v has lost its cause", test.err)
			}
		})
	}
}
