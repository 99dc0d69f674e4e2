package backfill_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Workers lose their connections for good, at each point of the work on a message.
// Those after them finish the job, and each article is there once.
func TestKilledWorkers(t *testing.T) {
	t.Parallel()
	for name, dies := range map[string]func(kill func(), h bus.Handler) bus.Handler{
		"before the work": func(kill func(), h bus.Handler) bus.Handler {
			return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
				kill()
				return h(ctx, w, d)
			}
		},
		"before the ack": func(kill func(), h bus.Handler) bus.Handler {
			return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
				verdict, err := h(ctx, w, d)
				kill()
				return verdict, err
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := bustest.Server(t)
			b := connect(t, server, "test")
			notes(t, b, 0, 200)
			job := begin(t, b, "hard", nil)
			shortWait(t, b, job)
			for life := range 4 { // the last lives
				mortal := bustest.Connect(t, server, fmt.Sprint("worker", life))
				var died atomic.Bool
				var lived atomic.Int64
				var once sync.Once
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() {
					done <- worker(func(job schema.Job) bus.Handler {
						return dies(func() {
							if life < 3 && lived.Add(1) > 40 {
								once.Do(func() { mortal.JetStream().Conn().Close(); died.Store(true); cancel() })
							}
						}, shadow(mortal)(job))
					}).Run(ctx, mortal)
				}()
				if life == 3 {
					ends(t, b, "hard", schema.JobDone)
					cancel()
				}
				if err := <-done; err != nil && !errors.Is(err, bus.ErrClosed) {
					t.Errorf("life %d: %v", life, err)
				}
				if life < 3 && !died.Load() {
					t.Errorf("life %d did not end", life)
				}
				cancel()
			}
			checkMade(t, b, "hard", 200)
		})
	}
}
