package backfill_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Two workers share a job over what was there when it was made. At its end its
// consumer is gone and the job says what was done.
func TestWorkersShareAJob(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	one, two := connect(t, server, "one"), connect(t, server, "two")
	notes(t, one, 0, 600)
	var took [2]atomic.Int64
	counted := func(b *bus.Bus, n *atomic.Int64) func(schema.Job) bus.Handler {
		return func(job schema.Job) bus.Handler {
			h := shadow(b)(job)
			return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
				n.Add(1)
				return h(ctx, w, d)
			}
		}
	}
	start(t, one, counted(one, &took[0]))
	start(t, two, counted(two, &took[1]))
	job := begin(t, one, "again", nil)
	notes(t, one, 600, 50) // not of the job
	if job.State != schema.JobQueued || job.Progress.Total != 600 || job.Stretch.First != 1 || job.Stretch.Last != 600 {
		t.Errorf("job: %+v, %+v, %+v", job, job.Stretch, job.Progress)
	}
	job = ends(t, one, "again", schema.JobDone)
	if p := job.Progress; p.Done != 600 || p.Sequence != 600 || p.Left != 0 || p.Rate <= 0 {
		t.Errorf("progress: %+v", p)
	}
	checkMade(t, one, "again", 600)
	if consumers(t, one)["backfill-again"] {
		t.Error("the consumer is still there")
	}
	if took[0].Load() == 0 || took[1].Load() == 0 {
		t.Errorf("the workers took %d and %d", took[0].Load(), took[1].Load())
	}
	reaches(t, one, "again", "told of by both", func(job schema.Job) bool { return job.Counts["new"] == 600 })
}

// What happens to a job is told on its subject.
func TestEvents(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes(t, b, 0, 20)
	begin(t, b, "told", nil)
	start(t, b, shadow(b))
	ends(t, b, "told", schema.JobDone)
	var states []schema.JobState
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamOps, Filters: []string{"news.ops.job.told"}}) {
		if err != nil {
			t.Fatal(err)
		}
		job, err := bus.Decode[schema.Job](d)
		if err != nil || d.Header.Get(schema.HeaderType) != schema.TypeJobChanged {
			t.Fatalf("%v, %v", d.Header, err)
		}
		states = append(states, job.State)
	}
	if n := len(states); n < 2 || states[0] != schema.JobQueued || states[n-1] != schema.JobDone {
		t.Errorf("told %v", states)
	}
}

// A stretch by a filter and by times.
func TestStretch(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes(t, b, 0, 40)
	all := bustest.Next(t, b, 40, schema.StreamItems)
	start(t, b, shadow(b))
	for name, test := range map[string]struct {
		change func(*backfill.Options)
		want   int
	}{
		"source":  {func(o *backfill.Options) { o.Stretch.Filter = "news.item.source1" }, 20},
		"none":    {func(o *backfill.Options) { o.Stretch.Filter = "news.item.nobody" }, 0},
		"since":   {func(o *backfill.Options) { o.Stretch.Since = all[10].Time }, 30},
		"until":   {func(o *backfill.Options) { o.Stretch.Until = all[10].Time }, 10},
		"future":  {func(o *backfill.Options) { o.Stretch.Since = time.Now().Add(time.Hour) }, 0},
		"between": {func(o *backfill.Options) { o.Stretch.Since, o.Stretch.Until = all[10].Time, all[20].Time }, 10},
	} {
		t.Run(name, func(t *testing.T) {
			job := begin(t, b, name, test.change)
			if job.Progress.Total != uint64(test.want) {
				t.Errorf("total %d, want %d", job.Progress.Total, test.want)
			}
			job = ends(t, b, name, schema.JobDone)
			if job.Progress.Done != uint64(test.want) {
				t.Errorf("done %d, want %d", job.Progress.Done, test.want)
			}
			checkMade(t, b, name, test.want)
		})
	}
}

func TestBeginRefuses(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes(t, b, 0, 3)
	begin(t, b, "twice", nil)
	o := backfill.Options{Job: "twice", Stage: "tester", Stretch: schema.Stretch{Stream: schema.StreamItems}, Into: schema.IntoShadow}
	if _, err := backfill.Begin(t.Context(), b, o); !errors.Is(err, jobs.ErrExists) {
		t.Errorf("got %v", err)
	}
	o.Job, o.Stretch.Stream = "other", "MISSING"
	if _, err := backfill.Begin(t.Context(), b, o); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
	empty := bustest.Connect(t, bustest.Server(t), "empty")
	if _, err := backfill.Begin(t.Context(), empty, o); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
	if err := worker(shadow(empty)).Run(t.Context(), empty); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
}

// A paused job stands still, a resumed one goes on, and a cancelled one ends.
func TestPauseResumeCancel(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes(t, b, 0, 400)
	s := store(t, b)
	var handled atomic.Int64
	hold := make(chan struct{})
	start(t, b, func(job schema.Job) bus.Handler {
		h := shadow(b)(job)
		return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
			if handled.Add(1) > 50 {
				select {
				case <-hold:
				case <-time.After(20 * time.Millisecond):
				}
			}
			return h(ctx, w, d)
		}
	})
	begin(t, b, "slow", nil)
	reaches(t, b, "slow", "running", func(job schema.Job) bool { return job.State == schema.JobRunning && handled.Load() > 50 })
	if _, err := s.Pause(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	inHand := func() int64 { return b.Stats().Stage(backfill.Name("tester")).InHand.Load() }
	bustest.Eventually(t, func() error {
		if n := inHand(); n > 0 {
			return fmt.Errorf("%d in hand", n)
		}
		return nil
	})
	stood := len(made(t, b, "slow"))
	if stood == 0 || stood == 400 {
		t.Fatalf("%d made when it was paused", stood)
	}
	if _, err := s.Pause(t.Context(), "slow"); !errors.Is(err, jobs.ErrState) {
		t.Errorf("pause again: %v", err)
	}
	if n := len(made(t, b, "slow")); n != stood {
		t.Errorf("%d made while it was paused", n-stood)
	}
	if _, err := s.Resume(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	reaches(t, b, "slow", "going on", func(job schema.Job) bool { return len(made(t, b, "slow")) > stood })
	if _, err := s.Cancel(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	ends(t, b, "slow", schema.JobCancelled)
	if consumers(t, b)["backfill-slow"] {
		t.Error("the consumer is still there")
	}
	if _, err := s.Resume(t.Context(), "slow"); !errors.Is(err, jobs.ErrEnded) {
		t.Errorf("resume: %v", err)
	}
	close(hold)
}

// Jobs are worked on one after the other, and a paused one lets the next begin.
func TestOrderOfJobs(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes(t, b, 0, 30)
	s := store(t, b)
	begin(t, b, "first", nil)
	begin(t, b, "second", nil)
	begin(t, b, "third", func(o *backfill.Options) { o.Stage = "another" })
	if _, err := s.Pause(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	start(t, b, shadow(b))
	ends(t, b, "second", schema.JobDone)
	checkMade(t, b, "first", 0)
	if _, err := s.Resume(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	ends(t, b, "first", schema.JobDone)
	checkMade(t, b, "first", 30)
	checkMade(t, b, "third", 0)
}

// All workers of a job together keep its rate.
func TestRate(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	one, two := connect(t, server, "one"), connect(t, server, "two")
	notes(t, one, 0, 100)
	start(t, one, shadow(one))
	start(t, two, shadow(two))
	begun := time.Now()
	begin(t, one, "limited", func(o *backfill.Options) { o.Stretch.Rate = 50 })
	ends(t, one, "limited", schema.JobDone)
	// Turns are of 8 messages or so; the first goes at once.
	if took := time.Since(begun); took < 1500*time.Millisecond {
		t.Errorf("100 messages at 50/s took %s", took)
	}
	checkMade(t, one, "limited", 100)
}

// A job whose consumer somebody has deleted fails, and says so.
func TestConsumerIsGone(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	notes(t, b, 0, 5)
	begin(t, b, "orphan", nil)
	if err := b.JetStream().DeleteConsumer(t.Context(), schema.StreamItems, "backfill-orphan"); err != nil {
		t.Fatal(err)
	}
	start(t, b, shadow(b))
	job := ends(t, b, "orphan", schema.JobFailed)
	if job.Error != "consumer-gone" {
		t.Errorf("%s: %s", job.Error, job.Detail)
	}
}
