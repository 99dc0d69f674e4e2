// Package jobs keeps the bucket of jobs: who makes, changes and watches them.
package jobs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

var (
	// ErrUnknown says that there is no job of that id.
	ErrUnknown = errors.New("no such job")
	// ErrExists says that there is a job of that id already.
	ErrExists = errors.New("there is a job of that name")
	// ErrEnded says that a job has ended, so there is nothing to stop.
	ErrEnded = errors.New("the job has ended")
	// ErrState says that a job is in no state for what was asked.
	ErrState = errors.New("not possible now")

	// errRecord says that a record holds no job.
	errRecord = errors.New("its record is damaged")
)

// Store is the bucket of jobs.
type Store struct {
	kv  jetstream.KeyValue
	bus *bus.Bus
}

// Open opens the bucket of the pipeline.
func Open(ctx context.Context, b *bus.Bus) (Store, error) {
	kv, err := b.Bucket(ctx, schema.BucketJobs)
	if err != nil {
		return Store{}, err
	}
	return Store{kv, b}, nil
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
	err = json.Unmarshal(entry.Value(), &job)
	switch {
	case err != nil:
		return schema.Job{}, fmt.Errorf("job %s: %w: %w", entry.Key(), errRecord, err)
	case job.ID != entry.Key() || !isWhole(job):
		return schema.Job{}, fmt.Errorf("job %s: %w", entry.Key(), errRecord)
	}
	return job, nil
}

// isWhole reports whether a job has the parts that all of its kind have.
func isWhole(job schema.Job) bool {
	switch job.Kind {
	case schema.JobHistory:
		return job.Walk != nil
	case schema.JobReplay:
		return job.Replay != nil && job.Stretch != nil && job.Progress != nil
	case schema.JobBackfill:
		return job.Backfill != nil && job.Stretch != nil && job.Progress != nil
	default:
		return true // of a later version
	}
}

// leaveOut tells of a record that is no job, among those of all: the others are not
// to wait for someone to mend it.
func (s Store) leaveOut(err error) {
	s.bus.Logger().Warn("a record is left out", zap.Error(err))
}

// List returns all jobs, the last that did something first. What cannot be read is
// left out.
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
		case errors.Is(err, errRecord):
			s.leaveOut(err)
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

// Create stores a new job; ErrExists when there is one of its id.
func (s Store) Create(ctx context.Context, job schema.Job) error {
	data, err := bus.Encode(job)
	if err != nil {
		return err
	}
	_, err = s.kv.Create(ctx, job.ID, data)
	if errors.Is(err, jetstream.ErrKeyExists) {
		return fmt.Errorf("job %s: %w", job.ID, ErrExists)
	}
	if err != nil {
		return fmt.Errorf("job %s: %w", job.ID, err)
	}
	return Tell(ctx, s.bus, job)
}

// Update stores what change makes of a job, and again on what another has made of
// it meanwhile. A change that reports false leaves the job as it is. An event
// tells of each change of state, and of progress now and then.
func (s Store) Update(ctx context.Context, id string, change func(*schema.Job) bool) (schema.Job, error) {
	for {
		job, revision, err := s.get(ctx, id)
		if err != nil {
			return job, err
		}
		before := job
		if !change(&job) {
			return before, nil
		}
		data, err := bus.Encode(job)
		if err != nil {
			return job, err
		}
		_, err = s.kv.Update(ctx, id, data, revision)
		if errors.Is(err, jetstream.ErrKeyExists) {
			continue // it has moved on
		}
		if err != nil {
			return job, fmt.Errorf("job %s: %w", id, err)
		}
		if WorthTelling(before, job) {
			return job, Tell(ctx, s.bus, job)
		}
		return job, nil
	}
}

// Delete takes a job out of the bucket.
func (s Store) Delete(ctx context.Context, id string) error {
	if err := s.kv.Delete(ctx, id); err != nil {
		return fmt.Errorf("job %s: %w", id, err)
	}
	return nil
}

// Follow gives a job as it is, and each time that it changes, until ctx ends.
func (s Store) Follow(ctx context.Context, id string) iter.Seq2[schema.Job, error] {
	return s.watch(ctx, id)
}

// All gives every job as it is, and each that changes, until ctx ends. What cannot
// be read is left out.
func (s Store) All(ctx context.Context) iter.Seq2[schema.Job, error] { return s.watch(ctx, all) }

const all = ">"

func (s Store) watch(ctx context.Context, keys string) iter.Seq2[schema.Job, error] {
	return func(yield func(schema.Job, error) bool) {
		watch, err := s.kv.Watch(ctx, keys)
		if err != nil {
			yield(schema.Job{}, fmt.Errorf("watch job %s: %w", keys, err))
			return
		}
		defer func() { _ = watch.Stop() }() // it ends with ctx at the latest
		for {
			select {
			case entry, open := <-watch.Updates():
				if !open {
					yield(schema.Job{}, fmt.Errorf("watch job %s: ended", keys))
					return
				}
				if entry == nil || entry.Operation() != jetstream.KeyValuePut {
					continue
				}
				job, err := decode(entry)
				if err != nil && keys == all {
					s.leaveOut(err)
					continue
				}
				if !yield(job, err) || err != nil {
					return
				}
			case <-ctx.Done():
				yield(schema.Job{}, ctx.Err())
				return
			}
		}
	}
}
