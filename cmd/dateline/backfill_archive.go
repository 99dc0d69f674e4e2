package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// fromArchive runs a stage again over an archive. The workers cannot see that: this
// command hands them what it reads there.
func (c *backfillStage) fromArchive(ctx context.Context, t terminal, b *bus.Bus, store jobs.Store, o backfill.Options) error {
	from, err := openHistory(ctx, b, c.From)
	if err != nil {
		return err
	}
	defer func() { _ = from.close() }() // nothing was written
	job, err := c.beginOrGoOn(ctx, t, from, store, o)
	if err != nil {
		return err
	}
	if !job.State.Ended() {
		feeder := replay.Feeder{Bus: b, Store: store, Source: from.source(*job.Stretch)}
		if job, err = c.feed(ctx, t, feeder, job); err != nil {
			return err
		}
	}
	return c.print(t, job)
}

// beginOrGoOn begins the job, or finds it there: then its stretch is as it was.
func (c *backfillStage) beginOrGoOn(ctx context.Context, t terminal, from history, store jobs.Store, o backfill.Options) (schema.Job, error) {
	job, err := store.Get(ctx, o.Job)
	if err == nil {
		if !isFed(job, o, c.From) {
			return job, boot.ConfigError(fmt.Errorf("--job: %w; choose another, or give its flags: dateline jobs show %s", replay.ErrOther, o.Job))
		}
		c.tell(t, job, "goes on")
		return job, nil
	}
	if !errors.Is(err, jobs.ErrUnknown) {
		return job, err
	}
	if o.Stretch, o.Total, err = from.fix(ctx, o.Stretch, false); err != nil {
		return job, err
	}
	o.From = c.From
	if job, err = backfill.Begin(ctx, from.bus, o); err == nil {
		c.tell(t, job, "begins")
	}
	return job, err
}

// isFed reports whether a job is the one that is asked for: over the same archive, by
// the same stage, to the same place.
func isFed(job schema.Job, o backfill.Options, from string) bool {
	f, s := job.Backfill, job.Stretch
	return f != nil && s != nil && job.Progress != nil && from != "" && f.From == from &&
		f.Stage == o.Stage && f.Into == o.Into && s.Filter == o.Stretch.Filter
}

// feed hands the archive over until the job has ended.
func (c *backfillStage) feed(ctx context.Context, t terminal, feeder replay.Feeder, job schema.Job) (schema.Job, error) {
	feeding, stop := context.WithCancelCause(ctx)
	var running sync.WaitGroup
	defer func() { stop(nil); running.Wait() }()
	running.Go(func() {
		// That the job has ended is seen below.
		if err := feeder.Run(feeding, job.ID); err != nil && !errors.Is(err, replay.ErrCancelled) {
			stop(err)
		}
	})
	job, err := followJob(feeding, t, feeder.Store, job, func(job schema.Job) bool { return !job.State.Ended() })
	switch cause := context.Cause(feeding); {
	case ctx.Err() != nil:
		return job, fmt.Errorf("stopped, %s; the same command with --job %s goes on", jobDone(job), job.ID)
	case cause != nil:
		return job, fmt.Errorf("%w; the same command with --job %s goes on", cause, job.ID)
	case err != nil:
		return job, err
	}
	stop(nil)
	running.Wait()
	return job, feeder.Clean(ctx, job.ID)
}
