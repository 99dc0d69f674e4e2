package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// store is a bucket with jobs, each an hour later than the one before.
func store(t *testing.T, states ...schema.JobState) (*bus.Bus, jobs.Store) {
	t.Helper()
	b := bustest.New(t)
	s, err := jobs.Open(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for i, state := range states {
		put(t, b, schema.Job{ID: string(state), Kind: schema.JobHistory, State: state, Walk: &schema.Walk{}, Updated: noon.Add(time.Duration(i) * time.Hour)})
	}
	return b, s
}

func put(t *testing.T, b *bus.Bus, job schema.Job) {
	t.Helper()
	data, err := bus.Encode(job)
	if err == nil {
		_, err = b.Publish(t.Context(), bus.Message{Subject: bus.BucketSubject(schema.BucketJobs, job.ID), Data: data})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestListAndGet(t *testing.T) {
	_, s := store(t)
	if list, err := s.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	_, s = store(t, schema.JobDone, schema.JobRunning, schema.JobFailed)
	list, err := s.List(t.Context())
	if err != nil || len(list) != 3 || list[0].ID != "failed" || list[2].ID != "done" {
		t.Errorf("%v, %v", list, err)
	}
	if job, err := s.Get(t.Context(), "running"); err != nil || job.State != schema.JobRunning {
		t.Errorf("%+v, %v", job, err)
	}
	for _, id := range []string{"nothing", "", "a b", ">", "a.>"} {
		if _, err := s.Get(t.Context(), id); !errors.Is(err, jobs.ErrUnknown) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// A record that is no job is left out of all, and keeps nobody from the others; who
// asks for it is told.
func TestADamagedRecord(t *testing.T) {
	for name, data := range map[string]string{
		"no JSON":       "{",
		"no job":        "null",
		"another's":     `{"id":"other","kind":"history","state":"running","walk":{}}`,
		"without parts": `{"id":"broken","kind":"replay","state":"running"}`,
		"a part less":   `{"id":"broken","kind":"backfill","state":"running","backfill":{},"stretch":{}}`,
		"without walk":  `{"id":"broken","kind":"history","state":"running"}`,
	} {
		t.Run(name, func(t *testing.T) {
			b, s := store(t, schema.JobRunning)
			broken := bus.Message{Subject: bus.BucketSubject(schema.BucketJobs, "broken"), Data: []byte(data)}
			if _, err := b.Publish(t.Context(), broken); err != nil {
				t.Fatal(err)
			}
			put(t, b, schema.Job{ID: "next", Kind: "of a later version", State: schema.JobRunning})
			if list, err := s.List(t.Context()); err != nil || len(list) != 2 {
				t.Errorf("%v, %v", list, err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
			defer cancel()
			var ids []string
			for job, err := range s.All(ctx) {
				if err != nil {
					t.Fatal(err)
				}
				if ids = append(ids, job.ID); job.ID == "next" {
					break
				}
			}
			if len(ids) != 2 || ids[0] != "running" {
				t.Errorf("all are %v", ids)
			}
			if _, err := s.Get(t.Context(), "broken"); err == nil || errors.Is(err, jobs.ErrUnknown) {
				t.Errorf("asked for: %v", err)
			}
			for _, err := range s.Follow(ctx, "broken") {
				if err == nil {
					t.Error("followed without an error")
				}
			}
			if _, err := s.Cancel(t.Context(), "broken"); err == nil {
				t.Error("cancelled")
			}
		})
	}
}

func TestNotSetUp(t *testing.T) {
	b := bustest.Connect(t, bustest.Server(t), "test")
	if _, err := jobs.Open(t.Context(), b); !errors.Is(err, bus.ErrNotSetUp) {
		t.Error(err)
	}
}

func TestCancel(t *testing.T) {
	for state, want := range map[schema.JobState]error{
		schema.JobQueued: nil, schema.JobRunning: nil, schema.JobPaused: nil,
		schema.JobDone: jobs.ErrEnded, schema.JobFailed: jobs.ErrEnded, schema.JobCancelled: jobs.ErrEnded,
	} {
		t.Run(string(state), func(t *testing.T) {
			_, s := store(t, state)
			if _, err := s.Cancel(t.Context(), string(state)); !errors.Is(err, want) {
				t.Fatal(err)
			}
			job, err := s.Get(t.Context(), string(state))
			if err != nil || want == nil && (job.State != schema.JobCancelled || !job.Updated.After(noon)) || want != nil && job.State != state {
				t.Errorf("%+v, %v", job, err)
			}
		})
	}
	_, s := store(t)
	if _, err := s.Cancel(t.Context(), "nothing"); !errors.Is(err, jobs.ErrUnknown) {
		t.Error(err)
	}
}

func TestFollow(t *testing.T) {
	b, s := store(t, schema.JobRunning)
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	documents := 0
	for job, err := range s.Follow(ctx, "running") {
		if err != nil {
			t.Fatal(err)
		}
		if documents++; job.State == schema.JobDone {
			break
		}
		next := schema.Job{ID: "running", State: schema.JobRunning, Updated: job.Updated.Add(time.Hour)}
		if documents == 3 {
			next.State = schema.JobDone
		}
		put(t, b, next)
	}
	if documents != 4 {
		t.Errorf("%d changes, want 4", documents)
	}
	cancel()
	for _, err := range s.Follow(ctx, "running") {
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}
