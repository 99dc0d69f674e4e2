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

// worthTelling reports whether a job has changed its state, or was changed first
// in another stretch of tellEvery.
func worthTelling(before, after schema.Job) bool {
	return before.State != after.State || !before.Updated.Truncate(tellEvery).Equal(after.Updated.Truncate(tellEvery))
}

// tell publishes a job as an event.
func (s Store) tell(ctx context.Context, job schema.Job) error {
	data, err := bus.Encode(job)
	if err != nil {
		return err
	}
	_, err = s.bus.Publish(ctx, bus.Message{
		Subject: s.bus.Root().Job(job.ID), Data: data, Type: schema.TypeJobChanged, Schema: "job", About: job.ID, Time: job.Updated,
		ID: fmt.Sprintf("job:%s:%s:%d", job.ID, job.State, job.Updated.UnixNano()), Dedup: true,
	})
	if err != nil {
		return fmt.Errorf("event of job %s: %w", job.ID, err)
	}
	return nil
}
