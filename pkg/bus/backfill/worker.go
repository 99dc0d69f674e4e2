package backfill

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Worker is how the workers of a stage take part in its jobs.
type Worker struct {
	// Stage is the stage as it works on live messages, which come first.
	Stage bus.Stage
	// Workers is how many messages of a job are in hand at once, at least 1.
	Workers int
	// Handler is how a message is worked on for a job.
	Handler func(schema.Job) bus.Handler
}

// Name is the name of a stage's backfills: in dead letters, counters and logs.
func Name(stage string) string { return stage + "-backfill" }

// retry is the wait before the bucket is watched again after that failed.
const retry = 5 * time.Second

// Run takes part in the jobs of the stage, one after the other in the order in
// which they were made, until ctx ends. It fails when the bucket is not set up.
func (w Worker) Run(ctx context.Context, b *bus.Bus) error {
	log := b.Logger().With(zap.String("stage", Name(w.Stage.Name)))
	for {
		store, err := jobs.Open(ctx, b)
		if err == nil {
			err = w.watch(ctx, b, store, log)
		}
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, bus.ErrNotSetUp) {
			return err
		}
		log.Warn("watch the jobs; will try again", zap.Error(err))
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return nil
		}
	}
}

// watch works on the first of the active jobs at any time. It returns an error,
// or when ctx has ended.
func (w Worker) watch(ctx context.Context, b *bus.Bus, store jobs.Store, log *zap.Logger) error {
	active := map[string]schema.Job{}
	var current *part
	defer func() { current.stop() }()
	for job, err := range store.All(ctx) {
		if err != nil {
			return err
		}
		if !w.concerns(job) {
			continue
		}
		note(active, job)
		next, ok := first(active)
		if !ok || !current.is(next) {
			current.stop()
			current = nil
		}
		cleanEnded(ctx, b, store, job, log)
		if ok && current == nil {
			current = w.begin(ctx, b, store, next, log)
		}
	}
	return nil
}

// concerns reports whether a job is a backfill of the stage, with all its parts.
func (w Worker) concerns(job schema.Job) bool {
	whole := job.Kind == schema.JobBackfill && job.Backfill != nil && job.Stretch != nil && job.Progress != nil
	return whole && job.Backfill.Stage == w.Stage.Name
}

// note keeps a job among the active ones for as long as it is one.
func note(active map[string]schema.Job, job schema.Job) {
	if job.State.Active() {
		active[job.ID] = job
	} else {
		delete(active, job.ID)
	}
}

// cleanEnded cleans up after a job that has ended. A failure is only logged: it
// must not hold up the other jobs.
func cleanEnded(ctx context.Context, b *bus.Bus, store jobs.Store, job schema.Job, log *zap.Logger) {
	if !job.State.Ended() {
		return
	}
	if err := Clean(ctx, b, store, job); err != nil {
		log.Warn("clean up after a job", zap.Error(err))
	}
}

// first is the job that was made first.
func first(active map[string]schema.Job) (first schema.Job, ok bool) {
	for _, job := range active {
		if !ok || job.Created.Before(first.Created) || job.Created.Equal(first.Created) && job.ID < first.ID {
			first, ok = job, true
		}
	}
	return first, ok
}
