package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// A slow handler keeps its message: no other worker gets it.
func TestSlowHandlersKeepTheirMessages(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "slow"}, note{ID: "after"})
	o := mine()
	o.AckWait, o.InFlight = 200*time.Millisecond, 2
	var deliveries atomic.Int64
	done := make(chan struct{})
	bustest.Start(t, func(ctx context.Context) error {
		return b.Handle(ctx, o, func(ctx context.Context, d bus.Delivery) error {
			deliveries.Add(1)
			if d.Sequence == 1 {
				<-time.After(5 * o.AckWait)
				close(done)
			}
			return nil
		})
	})
	within(t, "the slow one", done)
	acknowledged(t, b, schema.StreamItems, "mine")
	if n := deliveries.Load(); n != 2 {
		t.Errorf("%d deliveries of 2 messages", n)
	}
}

// With one in flight a message that fails holds up those after it.
func TestOneInFlightKeepsTheOrder(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(10)...)
	o := mine()
	o.InFlight = 1
	var handled []uint64
	done := make(chan struct{})
	bustest.Start(t, func(ctx context.Context) error {
		return b.Handle(ctx, o, func(_ context.Context, d bus.Delivery) error {
			if d.Sequence%3 == 0 && d.Delivered < 3 {
				return bus.After(20*time.Millisecond, errors.New("not yet"))
			}
			if handled = append(handled, d.Sequence); d.Sequence == 10 {
				close(done)
			}
			return nil
		})
	})
	within(t, "the last", done)
	if !slices.Equal(handled, run(1, 10)) {
		t.Errorf("handled %v", handled)
	}
}

// What becomes of a message is the handler's word.
func TestHandle(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "good"}, note{ID: "bad"}, note{ID: "later"}, note{ID: "panics"}, note{ID: "fails"})
	var mu sync.Mutex
	times := map[string]uint64{}
	stop := bustest.Start(t, func(ctx context.Context) error {
		return b.Handle(ctx, mine(), func(_ context.Context, d bus.Delivery) error {
			n, err := bus.Decode[note](d)
			if err != nil {
				return err
			}
			mu.Lock()
			times[n.ID] = d.Delivered
			mu.Unlock()
			switch {
			case n.ID == "bad":
				return bus.Permanent(errors.New("never"))
			case d.Delivered > 1 || n.ID == "good":
				return nil
			case n.ID == "later":
				return bus.After(time.Millisecond, errors.New("soon"))
			case n.ID == "panics":
				panic("oh")
			}
			return errors.New("not this time")
		})
	})
	bustest.Eventually(t, func() error {
		mu.Lock()
		defer mu.Unlock()
		if got := fmt.Sprint(times); got != "map[bad:1 fails:2 good:1 later:2 panics:2]" {
			return errors.New(got)
		}
		return nil
	})
	acknowledged(t, b, schema.StreamItems, "mine")
	stop()
}

// What is in hand when the context ends is finished, and no more is begun.
func TestHandleDrains(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(50)...)
	ctx, cancel := context.WithCancel(t.Context())
	o := mine()
	o.Workers = 2
	var begun, finished atomic.Int64
	err := b.Handle(ctx, o, func(hand context.Context, d bus.Delivery) error {
		if begun.Add(1) == 2 {
			cancel()
		}
		if hand.Err() != nil {
			t.Error("what is in hand was cancelled")
		}
		finished.Add(1)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if begun.Load() != finished.Load() || finished.Load() > 10 {
		t.Errorf("%d begun, %d finished", begun.Load(), finished.Load())
	}
	if left := acknowledged(t, b, schema.StreamItems, "mine"); left+uint64(finished.Load()) != 50 {
		t.Errorf("%d left of 50, %d handled", left, finished.Load())
	}
	if err := b.Handle(ctx, o, nil); err != nil {
		t.Errorf("after its context has ended: %v", err)
	}
}
