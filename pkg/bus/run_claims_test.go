package bus_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// echoedOnce checks that each note is on ENRICHED, once. The notes are echoed
// without a message id, so that nothing hides a second one.
func echoedOnce(t *testing.T, b *bus.Bus, notes []note) {
	t.Helper()
	times := map[string]int{}
	for _, d := range stored(t, b, bus.ReadOptions{Stream: schema.StreamEnriched}) {
		n, err := bus.Decode[note](d)
		if err != nil {
			t.Fatal(err)
		}
		times[n.ID]++
	}
	for _, n := range notes {
		if times[n.ID] != 1 {
			t.Errorf("note %s is there %d times", n.ID, times[n.ID])
		}
	}
}

// A worker is stopped with all its hands full and more waiting in the
// process. It finishes both: nothing is left to wait for its ack's time-out, and
// the next worker gets the rest.
func TestRunDrainsOnStop(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes := numbered(500)
	put(t, b, notes...)
	s := stage()
	s.Workers = 100
	release := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			<-release
			return echo(b.Root())(ctx, n, d)
		}))
	}()
	stats := b.Stats().Stage("tester")
	var delivered int
	bustest.Eventually(t, func() error {
		info, err := normalizer(t, b).Info(t.Context())
		if err != nil {
			return err
		}
		delivered = info.NumAckPending
		if stats.InHand.Load() != 100 || delivered <= 100 {
			return fmt.Errorf("%d in hand, %d delivered", stats.InHand.Load(), delivered)
		}
		return nil
	})
	cancel()
	close(release)
	if err := within(t, "the end of Run", done); err != nil {
		t.Fatal(err)
	}
	if first := stats.In.Load(); first < int64(delivered) {
		t.Errorf("the first worker settled %d, less than the %d it had", first, delivered)
	}
	bustest.Eventually(t, func() error {
		info, err := normalizer(t, b).Info(t.Context())
		if err == nil && info.NumAckPending > 0 {
			err = fmt.Errorf("%d messages are stranded", info.NumAckPending)
		}
		return err
	})
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Produce(echo(b.Root()))) })
	settled(t, b, len(notes))
	if n := stats.InHand.Load(); n != 0 {
		t.Errorf("%d are in hand after the end", n)
	}
	echoedOnce(t, b, notes)
}

// What cannot be finished in the time for that stays unsettled.
func TestRunGivesUpDraining(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "a"})
	s := stage()
	s.Drain = time.Millisecond
	begun := make(chan struct{})
	stop := bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, _ note, _ bus.Delivery) (bus.Result, error) {
			close(begun)
			<-ctx.Done()
			return bus.Result{}, ctx.Err()
		}))
	})
	within(t, "the message", begun)
	stop()
	info, err := normalizer(t, b).Info(t.Context())
	if err != nil || info.NumAckPending != 1 {
		t.Errorf("got %+v, %v; want the message to be unsettled", info, err)
	}
	if stats := b.Stats().Stage("tester"); stats.In.Load()+stats.Retried.Load()+stats.Dead.Load() != 0 {
		t.Error("the message was counted")
	}
}

// rounds waits for n times the wait for an ack, as the server measures it: on a
// message of another stream that nobody acknowledges.
func rounds(t *testing.T, b *bus.Bus, wait time.Duration, n int) {
	t.Helper()
	if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Ops("clock", "x")}); err != nil {
		t.Fatal(err)
	}
	clock, err := b.JetStream().CreateConsumer(t.Context(), schema.StreamOps, jetstream.ConsumerConfig{AckPolicy: jetstream.AckExplicitPolicy, AckWait: wait})
	if err != nil {
		t.Fatal(err)
	}
	for range n + 1 { // the first comes at once
		if _, err := clock.Next(jetstream.FetchMaxWait(bustest.Limit)); err != nil {
			t.Fatal(err)
		}
	}
}

// Messages that take several times as long as the wait for their ack stay with
// their worker, and so do those that wait in its process meanwhile. To deliver
// them again would be work done twice, and in the end poison without a cause.
func TestRunKeepsSlowMessages(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const wait = 500 * time.Millisecond
	ackWait(t, b, wait)
	notes := numbered(6)
	put(t, b, notes...)
	s := stage()
	s.Workers = 4
	var calls atomic.Int64
	release := make(chan struct{})
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			if calls.Add(1); d.Delivered != 1 {
				t.Errorf("note %s was delivered %d times", n.ID, d.Delivered)
			}
			<-release
			return echo(b.Root())(ctx, n, d)
		}))
	})
	bustest.Eventually(t, func() error {
		info, err := normalizer(t, b).Info(t.Context())
		if err == nil && (calls.Load() != 4 || info.NumAckPending != 6) {
			err = fmt.Errorf("%d in hand, %d delivered", calls.Load(), info.NumAckPending)
		}
		return err
	})
	rounds(t, b, wait, 3)
	close(release)
	settled(t, b, len(notes))
	if calls.Load() != 6 {
		t.Errorf("6 messages were worked on %d times", calls.Load())
	}
	echoedOnce(t, b, notes)
}

// Two workers on one consumer share its messages; each has as many in hand as
// it may, so neither can take all.
func TestWorkersShareAConsumer(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	one, two := bustest.Connect(t, server, "one"), bustest.Connect(t, server, "two")
	ensure(t, one)
	var here sync.WaitGroup
	here.Add(2)
	for _, b := range []*bus.Bus{one, two} {
		var first sync.Once
		bustest.Start(t, func(ctx context.Context) error {
			return bus.Run(ctx, b, stage(), bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
				first.Do(here.Done)
				here.Wait() // until the other one works too
				return echo(b.Root())(ctx, n, d)
			}))
		})
	}
	notes := numbered(200)
	put(t, one, notes...)
	count := func() (int64, int64) {
		return one.Stats().Stage("tester").In.Load(), two.Stats().Stage("tester").In.Load()
	}
	bustest.Eventually(t, func() error {
		if a, b := count(); a+b != int64(len(notes)) {
			return fmt.Errorf("%d and %d settled", a, b)
		}
		return nil
	})
	if a, b := count(); a == 0 || b == 0 {
		t.Errorf("%d and %d settled", a, b)
	}
	echoedOnce(t, one, notes)
}

// A message that comes for the third time may be the one that kills workers. It
// is worked on alone, so that no other message is in hand when that happens.
func TestRunWorksOnASuspectAlone(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "suspect"})
	deliver(t, normalizer(t, b), 2)
	put(t, b, numbered(100)...)
	var hands, wrong atomic.Int64
	var suspected atomic.Bool
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			defer hands.Add(-1)
			if others := hands.Add(1) - 1; others > 0 && (n.ID == "suspect" || suspected.Load()) {
				wrong.Add(1)
			}
			if n.ID == "suspect" {
				suspected.Store(true)
				defer suspected.Store(false)
				if d.Delivered != 3 {
					t.Errorf("delivered %d times", d.Delivered)
				}
			}
			for range 20 { // time in which others could begin
				if err := b.Flush(ctx); err != nil {
					return bus.Result{}, err
				}
			}
			return echo(b.Root())(ctx, n, d)
		}))
	})
	settled(t, b, 101)
	if wrong.Load() > 0 {
		t.Errorf("the suspect had company %d times", wrong.Load())
	}
}
