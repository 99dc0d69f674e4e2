// Package jobs looks at the bucket of jobs, and stops them.
package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

var (
	// ErrUnknown says that there is no job of that id.
	ErrUnknown = errors.New("no such job")
	// ErrEnded says that a job has ended, so there is nothing to stop.
	ErrEnded = errors.New("the job has ended")
)

// Store is the bucket of jobs.
type Store struct{ kv jetstream.KeyValue }

// Open opens the bucket of the pipeline.
func Open(ctx context.Context, b *bus.Bus) (Store, error) {
	kv, err := b.Bucket(ctx, schema.BucketJobs)
	if err != nil {
		return Store{}, err
	}
	return Store{kv}, nil
}

// Get returns a job; ErrUnknown when there is none.
func (s Store) Get(ctx context.Context, id string) (schema.Job, error) {
	job, _, err := s.get(ctx, id)
	return job, err
}

func (s Store) get(ctx context.Context, id string) (schema.Job, uint64, error) {
	entry, err := s.kv.Get(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) || errors.Is(err, jetstream.ErrInvalidKey) {
		return schema.Job{}, 0, fmt.Errorf("job %s: %w", id, ErrUnknown)
	}
	if err != nil {
		return schema.Job{}, 0, fmt.Errorf("job %s: %w", id, err)
	}
	job, err := decode(entry)
	return job, entry.Revision(), err
}

func decode(entry jetstream.KeyValueEntry) (job schema.Job, err error) {
	if err := json.Unmarshal(entry.Value(), &job); err != nil {
		return job, fmt.Errorf("job %s: %w", entry.Key(), err)
	}
	return job, nil
}

// List returns all jobs, the last that did something first.
func (s Store) List(ctx context.Context) ([]schema.Job, error) {
	keys, err := s.kv.ListKeys(ctx)
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	defer func() { _ = keys.Stop() }() // all were read
	var list []schema.Job
	for id := range keys.Keys() {
		job, err := s.Get(ctx, id)
		switch {
		case errors.Is(err, ErrUnknown): // deleted since
		case err != nil:
			return nil, err
		default:
			list = append(list, job)
		}
	}
	slices.SortFunc(list, func(a, b schema.Job) int {
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(a.ID, b.ID))
	})
	return list, ctx.Err()
}

// Cancel stops a job. The step that is being taken is not stored, but for what it
// has published already.
func (s Store) Cancel(ctx context.Context, id string) (schema.Job, error) {
	for {
		job, revision, err := s.get(ctx, id)
		if err != nil {
			return job, err
		}
		if !job.State.Active() && job.State != schema.JobPaused {
			return job, fmt.Errorf("job %s: %w: it is %s", id, ErrEnded, job.State)
		}
		job.State, job.Updated = schema.JobCancelled, time.Now().UTC()
		job.Error, job.Detail = "", ""
		data, err := bus.Encode(job)
		if err != nil {
			return job, err
		}
		_, err = s.kv.Update(ctx, id, data, revision)
		if errors.Is(err, jetstream.ErrKeyExists) {
			continue // it has moved on
		}
		if err != nil {
			return job, fmt.Errorf("cancel job %s: %w", id, err)
		}
		return job, nil
	}
}

// Follow gives a job as it is, and each time that it changes, until ctx ends.
func (s Store) Follow(ctx context.Context, id string) iter.Seq2[schema.Job, error] {
	return func(yield func(schema.Job, error) bool) {
		watch, err := s.kv.Watch(ctx, id)
		if err != nil {
			yield(schema.Job{}, fmt.Errorf("watch job %s: %w", id, err))
			return
		}
		defer func() { _ = watch.Stop() }() // it ends with ctx at the latest
		for {
			select {
			case entry, open := <-watch.Updates():
				if !open {
					yield(schema.Job{}, fmt.Errorf("watch job %s: ended", id))
					return
				}
				if entry == nil || entry.Operation() != jetstream.KeyValuePut {
					continue
				}
				if job, err := decode(entry); !yield(job, err) || err != nil {
					return
				}
			case <-ctx.Done():
				yield(schema.Job{}, ctx.Err())
				return
			}
		}
	}
}
