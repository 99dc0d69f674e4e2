package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// someJobs are the jobs that a command works on.
type someJobs struct {
	client
	Jobs []string `arg:"" name:"id" help:"Ids of the jobs."`
}

// each calls change for each of the jobs, and says how many were done.
func (c someJobs) each(ctx context.Context, t terminal, done string, change func(b *bus.Bus, store jobs.Store, id string) error) error {
	return c.withJobs(ctx, t, func(b *bus.Bus, store jobs.Store) error {
		for i, id := range c.Jobs {
			if err := change(b, store, id); err != nil {
				return fmt.Errorf("%w (%d %s before)", err, i, done)
			}
		}
		fmt.Fprintf(t.Err, "%d %s\n", len(c.Jobs), done)
		return nil
	})
}

// jobsCancel stops jobs.
type jobsCancel struct{ someJobs }

// Run is called by kong.
func (c *jobsCancel) Run(ctx context.Context, t terminal) error {
	return c.each(ctx, t, "cancelled", func(b *bus.Bus, store jobs.Store, id string) error {
		job, err := store.Cancel(ctx, id)
		if err != nil {
			return err
		}
		return backfill.Clean(ctx, b, store, job)
	})
}

// jobsPause lets jobs wait.
type jobsPause struct{ someJobs }

// Run is called by kong.
func (c *jobsPause) Run(ctx context.Context, t terminal) error {
	return c.each(ctx, t, "paused", func(_ *bus.Bus, store jobs.Store, id string) error {
		_, err := store.Pause(ctx, id)
		return err
	})
}

// jobsResume lets paused jobs go on.
type jobsResume struct{ someJobs }

// Run is called by kong.
func (c *jobsResume) Run(ctx context.Context, t terminal) error {
	return c.each(ctx, t, "resumed", func(b *bus.Bus, store jobs.Store, id string) error {
		job, err := store.Resume(ctx, id)
		if err != nil || job.Kind != schema.JobHistory {
			return err
		}
		return fetcher.ResumeWalk(ctx, b, job)
	})
}

// jobsRm removes jobs.
type jobsRm struct{ someJobs }

// errActive says that a job cannot be removed.
var errActive = errors.New("it has not ended; stop it first: dateline jobs cancel")

// Run is called by kong.
func (c *jobsRm) Run(ctx context.Context, t terminal) error {
	return c.each(ctx, t, "removed", func(b *bus.Bus, store jobs.Store, id string) error {
		job, err := store.Get(ctx, id)
		if err != nil {
			return err
		}
		if !job.State.Ended() {
			return fmt.Errorf("job %s is %s: %w", id, job.State, errActive)
		}
		if err := backfill.Clean(ctx, b, store, job); err != nil {
			return err
		}
		name := b.Root().Stream(schema.StreamReplay)
		replays, err := b.JetStream().Stream(ctx, name)
		if err == nil {
			err = replays.Purge(ctx, jetstream.WithPurgeSubject(b.Root().ReplayOf(id)))
		}
		if err != nil {
			return fmt.Errorf("stream %s: %w", name, err)
		}
		return store.Delete(ctx, id)
	})
}

// jobsWatch shows how far a job is.
type jobsWatch struct {
	client
	output
	Job string `arg:"" name:"id" help:"The job's id."`
}

// Run is called by kong.
func (c *jobsWatch) Run(ctx context.Context, t terminal) error {
	return c.withJobs(ctx, t, func(_ *bus.Bus, store jobs.Store) error {
		job, err := store.Get(ctx, c.Job)
		if err != nil {
			return fmt.Errorf("%w; see: dateline jobs ls", err)
		}
		job, err = followJob(ctx, t, store, job, func(job schema.Job) bool {
			if c.json() {
				err = printJSON(t.Out, job)
			}
			return err == nil && !job.State.Ended()
		})
		if err != nil || c.json() {
			return err
		}
		fmt.Fprintln(t.Out, jobLine(job))
		return nil
	})
}
