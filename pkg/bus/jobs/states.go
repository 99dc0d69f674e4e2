package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Cancel stops a job. The step that is being taken is not stored, but for what it
// has published already.
func (s Store) Cancel(ctx context.Context, id string) (schema.Job, error) {
	return s.move(ctx, id, schema.JobCancelled, schema.JobQueued, schema.JobRunning, schema.JobPaused)
}

// Pause lets a job wait until Resume.
func (s Store) Pause(ctx context.Context, id string) (schema.Job, error) {
	return s.move(ctx, id, schema.JobPaused, schema.JobQueued, schema.JobRunning)
}

// Resume lets a paused job go on. Who works on it has to be there: see the kinds
// of jobs.
func (s Store) Resume(ctx context.Context, id string) (schema.Job, error) {
	return s.move(ctx, id, schema.JobQueued, schema.JobPaused)
}

// move changes the state of a job that is in one of some states.
func (s Store) move(ctx context.Context, id string, to schema.JobState, from ...schema.JobState) (schema.Job, error) {
	moved := false
	job, err := s.Update(ctx, id, func(job *schema.Job) bool {
		if moved = slices.Contains(from, job.State); moved {
			job.State, job.Updated, job.Error, job.Detail = to, time.Now().UTC(), "", ""
		}
		return moved
	})
	switch {
	case err != nil || moved:
		return job, err
	case job.State.Ended():
		return job, fmt.Errorf("job %s: %w: it is %s", id, ErrEnded, job.State)
	default:
		return job, fmt.Errorf("job %s: %w: it is %s", id, ErrState, job.State)
	}
}

// tellEvery is how often events tell of the progress of a job.
const tellEvery = 5 * time.Second

// WorthTelling reports whether a job has changed its state, or was changed first
// in another stretch of tellEvery.
func WorthTelling(before, after schema.Job) bool {
	return before.State != after.State || !before.Updated.Truncate(tellEvery).Equal(after.Updated.Truncate(tellEvery))
}

// Event is the message that tells of a job as it is.
func Event(root schema.Root, job schema.Job) (bus.Message, error) {
	data, err := bus.Encode(job)
	return bus.Message{
		Subject: root.Job(job.ID), Data: data, Type: schema.TypeJobChanged, Schema: "job", About: job.ID, Time: job.Updated,
		ID: fmt.Sprintf("job:%s:%s:%d", job.ID, job.State, job.Updated.UnixNano()), Dedup: true,
	}, err
}

// Tell publishes the event of a job.
func Tell(ctx context.Context, b *bus.Bus, job schema.Job) error {
	event, err := Event(b.Root(), job)
	if err != nil {
		return err
	}
	if _, err = b.Publish(ctx, event); err != nil {
		return fmt.Errorf("event of job %s: %w", job.ID, err)
	}
	return nil
}
