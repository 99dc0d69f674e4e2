package bus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// nothing is a handler that makes nothing of a note.
func nothing() bus.Handler {
	return bus.Produce(func(context.Context, note, bus.Delivery) (bus.Result, error) { return bus.Result{Verdict: "seen"}, nil })
}

// Messages are asked for some at a time, not one for each that is done.
func TestMessagesAreAskedForSomeAtATime(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const messages, workers = 600, 40
	put(t, b, numbered(messages)...)
	before := b.JetStream().Conn().Stats().OutMsgs
	s := stage()
	s.Workers = workers
	stop := bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, nothing()) })
	stats := b.Stats().Stage(s.Name)
	bustest.Eventually(t, func() error {
		if got := stats.In.Load(); got != messages {
			return fmt.Errorf("%d of %d done", got, messages)
		}
		return nil
	})
	stop()
	// An ack for each, and a request for at least a quarter of the workers' number.
	if got := b.JetStream().Conn().Stats().OutMsgs - before; got > messages+messages/(workers/4)+20 {
		t.Errorf("%d messages to the server for %d from it", got, messages)
	}
}

// A stage without messages asks for some as often as the options say, and one
// that comes is there at once.
func TestIdleStagesAskAsOftenAsTheyAreTold(t *testing.T) {
	t.Parallel()
	bustest.AllowBubbles(t)
	const lags = 6 // times in a minute that it asks how many wait
	for wait, want := range map[time.Duration]uint64{0: 120 + lags, 20 * time.Second: 3 + lags} {
		t.Run(wait.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := bustest.Server(t)
				bustest.SetUp(t, bustest.Connect(t, server, "setup"))
				b, err := bus.Connect(t.Context(), bus.Options{InProcess: server, Name: "test", FetchWait: wait})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(b.Close)
				s := stage()
				bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, nothing()) })
				time.Sleep(time.Minute) // the beginning is over
				before := b.JetStream().Conn().Stats().OutMsgs
				time.Sleep(time.Minute)
				if got := b.JetStream().Conn().Stats().OutMsgs - before; got < want-1 || got > want+1 {
					t.Errorf("it asked %d times in a minute, want %d", got, want)
				}
				begun := time.Now()
				put(t, b, numbered(1)...)
				stats := b.Stats().Stage(s.Name)
				bustest.Eventually(t, func() error {
					if stats.In.Load() != 1 {
						return errors.New("not done yet")
					}
					return nil
				})
				if took := time.Since(begun); took > time.Second {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// However many workers there are, and however few messages, each message comes.
func TestEachMessageComes(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 2, 3, 7, 64} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			b := bustest.New(t)
			s := stage()
			s.Workers = workers
			bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, nothing()) })
			stats := b.Stats().Stage(s.Name)
			for done, n := range []int{1, 1, 5, 20} {
				notes := make([]note, n)
				for i := range notes {
					notes[i] = note{ID: fmt.Sprint(done, "-", i)}
				}
				want := stats.In.Load() + int64(n)
				put(t, b, notes...)
				bustest.Eventually(t, func() error {
					if got := stats.In.Load(); got != want {
						return fmt.Errorf("%d done, want %d", got, want)
					}
					return nil
				})
			}
		})
	}
}
