package replay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// publishing stores a message after the other until the test ends.
func publishing(t *testing.T, b *bus.Bus, from int) {
	t.Helper()
	bustest.Start(t, func(ctx context.Context) error {
		for i := from; ctx.Err() == nil; i++ {
			if _, err := b.Publish(ctx, article(b.Root(), i)); err != nil && ctx.Err() == nil {
				return err
			}
		}
		return nil
	})
}

// handOver is an output that checks the order, and stops its replay some messages
// after the mark.
type handOver struct {
	replay.Func
	t      *testing.T
	stop   context.CancelFunc
	first  uint64 // sequences
	last   uint64
	marked uint64 // the last sequence before the mark
	live   int
}

func (h *handOver) Deliver(_ context.Context, window []bus.Delivery) error {
	for _, d := range window {
		if d.Sequence != h.last+1 {
			h.t.Errorf("%d came after %d", d.Sequence, h.last)
		}
		h.last = d.Sequence
		if h.marked > 0 {
			h.live++
		}
	}
	if h.live >= 10 {
		h.stop()
	}
	return nil
}

func (h *handOver) End(_ context.Context, count uint64) error {
	if h.marked > 0 || count != h.last-h.first+1 {
		h.t.Errorf("mark after %d messages, at %d, which had one after %d", count, h.last, h.marked)
	}
	h.marked = h.last
	return nil
}

// While messages are stored without a pause, replays go over to what is live a
// hundred times: each message is there once, and the mark stands where the
// stretch ends.
func TestFollowHandsOver(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 500)
	publishing(t, b, 500)
	for range 100 {
		now, _ := all(t, b)
		s, p := stretch(t, b, schema.Stretch{First: now.Last - 300}) // some were stored since
		ctx, stop := context.WithCancel(t.Context())
		h := &handOver{t: t, stop: stop, first: s.First, last: s.First - 1}
		got, err := deliver(ctx, b, s, p, h, replay.Options{Follow: true})
		stop()
		if !errors.Is(err, context.Canceled) || h.marked != s.Last || got.Done != p.Total || got.Live < 10 || got.Sequence != h.last {
			t.Fatalf("marked at %d of %d, %d live: %+v, %v", h.marked, s.Last, h.live, got, err)
		}
	}
}

// A stretch whose end is removed while it is replayed, or that is empty, is marked
// all the same.
func TestFollowOfNothing(t *testing.T) {
	for name, test := range map[string]struct{ stored, removed int }{
		"nothing there": {0, 0},
		"all removed":   {20, 20},
		"end removed":   {20, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bustest.New(t)
			enriched(t, b, 0, test.stored)
			s, p := all(t, b)
			stream, err := b.JetStream().Stream(t.Context(), schema.StreamEnriched)
			if err != nil {
				t.Fatal(err)
			}
			for i := range test.removed {
				if err := stream.DeleteMsg(t.Context(), uint64(test.stored-i)); err != nil {
					t.Fatal(err)
				}
			}
			ctx, stop := context.WithTimeout(t.Context(), bustest.Limit)
			defer stop()
			var got []uint64
			to := &spy{deliver: func(d []bus.Delivery) {
				for _, d := range d {
					got = append(got, d.Sequence)
				}
				if len(got) == test.stored-test.removed+1 {
					stop()
				}
			}, end: func() {
				if len(got) != test.stored-test.removed {
					t.Errorf("mark after %d", len(got))
				}
				go func() { _, _ = b.Publish(context.WithoutCancel(ctx), article(b.Root(), 1000)) }()
			}}
			p, err = deliver(ctx, b, s, p, to, replay.Options{Follow: true})
			if !errors.Is(err, context.Canceled) || p.Live != 1 || got[len(got)-1] != uint64(test.stored+1) {
				t.Errorf("got %v: %+v, %v", got, p, err)
			}
		})
	}
}

// What is live comes at once, whatever the pace of the stretch was.
func TestLiveKeepsNoPace(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 1)
	s, p := all(t, b)
	ctx, stop := context.WithTimeout(t.Context(), bustest.Limit)
	defer stop()
	begun := time.Now()
	to := &spy{deliver: func(d []bus.Delivery) {
		if d[0].Sequence == 2 {
			stop()
		}
	}, end: func() {
		go func() { _, _ = b.Publish(context.WithoutCancel(ctx), article(b.Root(), 1000)) }()
	}}
	if _, err := deliver(ctx, b, s, p, to, replay.Options{Follow: true, Pace: 1e-3, MaxGap: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}
