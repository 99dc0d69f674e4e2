package backfill_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// While live messages wait, no message of a job is begun; when they are through,
// the job goes on.
func TestLiveComesFirst(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes(t, b, 0, 300)
	begin(t, b, "behind", nil)
	w := worker(shadow(b))
	stats := b.Stats().Stage("tester")
	var live, jobs atomic.Int64
	release := make(chan struct{})
	w.Handler = func(job schema.Job) bus.Handler {
		h := shadow(b)(job)
		return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
			jobs.Add(1)
			return h(ctx, w, d)
		}
	}
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, w.Stage, func(ctx context.Context, _ *bus.Worker, d bus.Delivery) (string, error) {
			live.Add(1)
			select {
			case <-release:
			case <-ctx.Done():
			}
			return "done", nil
		})
	})
	bustest.Eventually(t, func() error {
		if live.Load() < int64(w.Stage.Workers) || stats.Waiting.Load() == 0 {
			return context.DeadlineExceeded
		}
		return nil
	})
	bustest.Start(t, func(ctx context.Context) error { return w.Run(ctx, b) })
	reaches(t, b, "behind", "running", func(job schema.Job) bool { return job.State == schema.JobRunning })
	<-time.After(100 * time.Millisecond) // some looks
	if n := jobs.Load(); n > 0 {
		t.Fatalf("%d messages of the job were begun while live messages wait", n)
	}
	close(release)
	ends(t, b, "behind", schema.JobDone)
	checkMade(t, b, "behind", 300)
	if backfill.Name("tester") != "tester-backfill" || live.Load() != 300 {
		t.Errorf("%d live messages", live.Load())
	}
}
