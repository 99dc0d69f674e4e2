package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// An outage of NATS is no fault of the message: it may last for longer than any
// number of attempts or deliveries, over all workers and restarts.
func TestOutagesNeverBury(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	one, two := bustest.Connect(t, server, "one"), bustest.Connect(t, server, "two")
	ensure(t, one)
	var calls atomic.Int64
	out := bus.Unavailable(errors.New("no leader"))
	handler := func(b *bus.Bus, until int64) bus.Handler {
		return bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			if calls.Add(1) < until {
				return bus.Result{}, fmt.Errorf("last of x: %w", out)
			}
			return echo(b.Root())(ctx, n, d)
		})
	}
	put(t, one, note{ID: "a"})
	ackWait(t, one, 500*time.Millisecond)
	s := stage()
	s.Drain = time.Millisecond // the outage is not over before the worker ends
	stop := bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, one, s, handler(one, 1000)) })
	bustest.Eventually(t, func() error {
		if calls.Load() < 10 {
			return fmt.Errorf("%d calls", calls.Load())
		}
		return nil
	})
	stop()
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, two, stage(), handler(two, calls.Load()+10)) })
	bustest.Next(t, one, 1, schema.StreamEnriched)
	if stats := one.Stats().Stage("tester"); stats.Dead.Load() != 0 || stats.Retried.Load() < 9 {
		t.Errorf("dead %d, retried %d", stats.Dead.Load(), stats.Retried.Load())
	}
	if n := len(stored(t, one, bus.ReadOptions{Stream: schema.StreamDead})); n != 0 {
		t.Errorf("%d dead letters", n)
	}
}

// A consumer or stream that is deleted under a worker ends it with the advice
// that it has at its start.
func TestRunEndsWithItsConsumer(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(context.Context, jetstream.JetStream) error{
		"consumer": func(ctx context.Context, js jetstream.JetStream) error {
			return js.DeleteConsumer(ctx, schema.StreamItems, topology.ConsumerNormalizer)
		},
		"stream": func(ctx context.Context, js jetstream.JetStream) error {
			return js.DeleteStream(ctx, schema.StreamItems)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.New(t)
			done := make(chan error, 1)
			go func() { done <- bus.Run(t.Context(), b, stage(), bus.Produce(echo(b.Root()))) }()
			put(t, b, note{ID: "a"})
			settled(t, b, 1)
			if err := remove(t.Context(), b.JetStream()); err != nil {
				t.Fatal(err)
			}
			if err := within(t, "the end of Run", done); !errors.Is(err, bus.ErrNotSetUp) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestRunEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	begun, done := make(chan struct{}), make(chan error, 1)
	go func() {
		done <- bus.Run(t.Context(), b, stage(), bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			close(begun)
			b.JetStream().Conn().Close()
			return echo(b.Root())(ctx, n, d)
		}))
	}()
	put(t, b, note{ID: "a"})
	within(t, "the message", begun)
	if err := within(t, "the end of Run", done); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// A panic is counted, wherever in the stage's code it is, and costs its own
// message alone.
func TestRunSurvivesPanics(t *testing.T) {
	broken := func(b *bus.Bus, where string) bus.Handler {
		r := reviser(b.Root())
		trip := func(here string, v version) {
			if v.ID == "bad" && where == here {
				panic("in " + where)
			}
		}
		make, filter, decide, message, after := r.Make, r.Filter, r.Decide, r.Message, r.After
		r.Make = func(ctx context.Context, v version, d bus.Delivery) (version, error) {
			trip("make", v)
			return make(ctx, v, d)
		}
		r.Filter = func(v version) string { trip("filter", v); return filter(v) }
		r.Decide = func(last *version, v version) (version, bus.Action, string) {
			trip("decide", v)
			return decide(last, v)
		}
		r.Message = func(v version) (bus.Message, error) { trip("message", v); return message(v) }
		r.After = func(v version, seq uint64) ([]bus.Message, error) { trip("after", v); return after(v, seq) }
		return bus.Revise(r)
	}
	for _, where := range []string{"make", "filter", "decide", "message", "after"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			b := bustest.New(t)
			s := stage()
			s.Attempts = 2
			put(t, b, note{ID: "good"}, note{ID: "bad"}, note{ID: "better"})
			bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, broken(b, where)) })
			settled(t, b, 3)
			stats := b.Stats().Stage("tester")
			if stats.Panics.Load() != 2 || stats.Dead.Load() != 1 || stats.Counts()["new"] != 2 {
				t.Errorf("panics %d, dead %d, counts %v", stats.Panics.Load(), stats.Dead.Load(), stats.Counts())
			}
			reason := bustest.Next(t, b, 1, schema.StreamDead)[0].Header.Get(schema.HeaderDeadReason)
			if !strings.Contains(reason, "panic: in "+where) {
				t.Errorf("reason: %q", reason)
			}
		})
	}
}

// A call of the stage's function gets a time limit, and going past it is a
// failure like another.
func TestRunBoundsACall(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "a"})
	s := stage()
	s.Timeout, s.Attempts = time.Millisecond, 2
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, _ note, _ bus.Delivery) (bus.Result, error) {
			<-ctx.Done()
			return bus.Result{}, ctx.Err()
		}))
	})
	d := bustest.Next(t, b, 1, schema.StreamDead)[0]
	if got := d.Header.Get(schema.HeaderDeadReason); !strings.HasSuffix(got, context.DeadlineExceeded.Error()) {
		t.Errorf("reason: %q", got)
	}
	if got := d.Header.Get(schema.HeaderDeadAttempts); got != "2" {
		t.Errorf("attempts: %q", got)
	}
}

func TestStagesAreValidated(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for name, test := range map[string]struct {
		spoil func(*bus.Stage)
		says  string
	}{
		"no name":        {func(s *bus.Stage) { s.Name = "" }, "needs a name"},
		"no stream":      {func(s *bus.Stage) { s.Stream = "" }, "needs a name, a stream"},
		"no consumer":    {func(s *bus.Stage) { s.Consumer = "" }, "and a consumer"},
		"no workers":     {func(s *bus.Stage) { s.Workers = 0 }, "workers: got 0"},
		"negative":       {func(s *bus.Stage) { s.Workers = -1 }, "workers: got -1"},
		"no attempts":    {func(s *bus.Stage) { s.Attempts = 0 }, "attempts: got 0"},
		"few deliveries": {func(s *bus.Stage) { s.Deliveries = 2 }, "deliveries: got 2"},
		"all suspected":  {func(s *bus.Stage) { s.Unsuspected = 0 }, "unsuspected, at least 1"},
		"no timeout":     {func(s *bus.Stage) { s.Timeout = 0 }, "timeout"},
		"no drain":       {func(s *bus.Stage) { s.Drain = -1 }, "drain"},
		"no retry":       {func(s *bus.Stage) { s.Retry = -time.Second }, "retry"},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage()
			test.spoil(&s)
			if err := bus.Run(t.Context(), b, s, nil); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want it to say %q", err, test.says)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	s := bus.DefaultStage()
	s.Name, s.Stream, s.Consumer = "tester", schema.StreamItems, topology.ConsumerNormalizer
	if err := bus.Run(ended, b, s, nil); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("the default: %v", err)
	}
}

func TestSinkDelivers(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "a"}, note{ID: "b"}, note{ID: "refused"})
	var mu sync.Mutex
	var got []string
	s := stage()
	s.Attempts = 2
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Sink(func(_ context.Context, d bus.Delivery) error {
			e, err := bus.Decode[note](d)
			if err != nil {
				return err
			}
			if e.ID == "refused" {
				return errors.New("503")
			}
			mu.Lock()
			defer mu.Unlock()
			got = append(got, e.ID)
			return nil
		}))
	})
	settled(t, b, 3)
	mu.Lock()
	defer mu.Unlock()
	if slices.Sort(got); !slices.Equal(got, []string{"a", "b"}) || b.Stats().Stage("tester").Counts()["delivered"] != 2 {
		t.Errorf("delivered %v", got)
	}
	if d := bustest.Next(t, b, 1, schema.StreamDead)[0]; d.Header.Get(schema.HeaderDeadReason) != "deliver refused: 503" {
		t.Errorf("reason: %q", d.Header.Get(schema.HeaderDeadReason))
	}
}
