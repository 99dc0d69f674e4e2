package bus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// A running stage knows how far its consumer was when it began; one that has ended
// does not pretend to.
func TestLag(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(5)...)
	stats := b.Stats().Stage("tester")
	if _, known := stats.Lag(); known {
		t.Error("the lag is known before the stage runs")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	looked := make(chan struct{})
	go func() {
		ended <- bus.Run(ctx, b, stage(), bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			<-looked // none is settled before
			return echo(b.Root())(ctx, n, d)
		}))
	}()
	bustest.Eventually(t, func() error {
		lag, known := stats.Lag()
		if !known || lag.Stream != schema.StreamItems || lag.Consumer != topology.ConsumerNormalizer || lag.Pending+lag.Unacked != 5 {
			return fmt.Errorf("got %+v, %t, want five messages", lag, known)
		}
		return nil
	})
	close(looked)
	bustest.Next(t, b, 5, schema.StreamEnriched)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, known := stats.Lag(); known {
		t.Error("the lag of a stage that has ended is known")
	}
}

// The counters add up, whatever becomes of messages: settled, given back or dead.
func TestCountersAddUp(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(30)...)
	stats := b.Stats().Stage("tester")
	s := stage()
	s.Attempts = 2
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			switch {
			case d.Sequence%3 == 1:
				return bus.Result{}, bus.Permanent(errors.New("never"))
			case d.Sequence%3 == 2 && d.Delivered == 1:
				return bus.Result{}, errors.New("not yet")
			}
			return echo(b.Root())(ctx, n, d)
		}))
	}()
	bustest.Eventually(t, func() error {
		if n := stats.In.Load(); n != 30 {
			return fmt.Errorf("%d settled", n)
		}
		return nil
	})
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	var verdicts int64
	for _, n := range stats.Verdicts() {
		verdicts += n
	}
	if stats.Dead.Load() != 10 || verdicts != 20 || stats.Published.Load() != 20 || stats.Returned.Load() != 10 {
		t.Errorf("dead %d, verdicts %d, published %d, returned %d", stats.Dead.Load(), verdicts, stats.Published.Load(), stats.Returned.Load())
	}
	if got := stats.In.Load() + stats.Returned.Load() + stats.InHand.Load(); got != stats.Received.Load() {
		t.Errorf("received %d, accounted for %d", stats.Received.Load(), got)
	}
	if count, _, _ := stats.Duration.Snapshot(); int64(count) != stats.Received.Load() {
		t.Errorf("%d times of %d messages", count, stats.Received.Load())
	}
}
