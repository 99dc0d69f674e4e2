package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nuid"

	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

var (
	// ErrOther says that there is a job of the name that does something else.
	ErrOther = errors.New("there is another job of that name")
	// ErrTaken says that another process has begun to work on the job.
	ErrTaken = errors.New("another process works on the job")
	// ErrCancelled says that the job was cancelled while it ran.
	ErrCancelled = errors.New("the job was cancelled")

	// errPaused ends a delivery until the job is resumed.
	errPaused = errors.New("paused")
)

// Job runs a replay as a job of the bucket, which can be paused and cancelled, and
// goes on where the process before this one was killed.
type Job struct {
	Store jobs.Store
	// Source makes the source of a stretch.
	Source func(schema.Stretch) Source
	Output Output
	// Show, if not nil, is told of the job as it changes.
	Show func(schema.Job)
	// Lease is how long a process that works on the job may be silent before it is
	// taken for dead; DefaultLease when 0.
	Lease time.Duration

	runner string
}

// DefaultLease is how long a silent process is waited for.
const DefaultLease = 5 * time.Second

// Run works on a job until it is done, and returns it as it is then. One that is
// new is stored as it is given; one that exists must be the same, and goes on. A
// job that is done already stays so. When ctx ends the job can be taken up again.
func (j Job) Run(ctx context.Context, job schema.Job) (schema.Job, error) {
	j.runner = nuid.Next()
	job, err := j.claim(ctx, job)
	if err != nil || job.State == schema.JobDone {
		return job, err
	}
	for {
		job, err = j.whilePaused(ctx, job)
		if err == nil {
			job, err = j.work(ctx, job)
		}
		if !errors.Is(err, errPaused) {
			return j.release(ctx, job, err)
		}
	}
}

// claim makes the job this process's own. How fast it goes is as this process
// wants it.
func (j Job) claim(ctx context.Context, want schema.Job) (schema.Job, error) {
	mine := func(job *schema.Job) {
		job.Replay.Runner, job.Replay.Seen, job.Updated = j.runner, time.Now().UTC(), time.Now().UTC()
		if job.State != schema.JobPaused {
			job.State = schema.JobRunning
		}
	}
	mine(&want)
	err := j.Store.Create(ctx, want)
	if !errors.Is(err, jobs.ErrExists) {
		return want, err
	}
	if err := j.silent(ctx, want); err != nil {
		return want, err
	}
	return j.Store.Update(ctx, want.ID, func(job *schema.Job) bool {
		if job.State == schema.JobDone {
			return false
		}
		job.Error, job.Detail = "", ""
		job.Stretch.Rate, job.Replay.Pace, job.Replay.MaxGap = want.Stretch.Rate, want.Replay.Pace, want.Replay.MaxGap
		mine(job)
		return true
	})
}

// silent waits until no other process works on the stored job, which must be the
// same as want.
func (j Job) silent(ctx context.Context, want schema.Job) error {
	lease := j.Lease
	if lease == 0 {
		lease = DefaultLease
	}
	var seen time.Time
	for begun := time.Now(); ; {
		job, err := j.Store.Get(ctx, want.ID)
		if err != nil {
			return err
		}
		if !Same(job, want) {
			return fmt.Errorf("%w: %s", ErrOther, want.ID)
		}
		switch {
		case job.Replay.Runner == "" || job.State.Ended():
			return nil
		case seen.IsZero():
			seen = job.Replay.Seen
		case !seen.Equal(job.Replay.Seen):
			return fmt.Errorf("%w: %s", ErrTaken, want.ID)
		case time.Since(begun) >= lease:
			return nil
		}
		if err := wait(ctx, lease/5); err != nil {
			return err
		}
	}
}

// Same reports whether two jobs replay the same in the same way. Rate, pace and
// what was found out since do not count.
func Same(a, b schema.Job) bool {
	if a.Kind != b.Kind || a.Stretch == nil || b.Stretch == nil || a.Replay == nil || b.Replay == nil {
		return false
	}
	s, z := a.Stretch, b.Stretch
	r, y := a.Replay, b.Replay
	return s.Stream == z.Stream && s.Filter == z.Filter && r.From == y.From && r.To == y.To && r.Format == y.Format && r.Follow == y.Follow
}

// whilePaused waits until the job is not paused.
func (j Job) whilePaused(ctx context.Context, job schema.Job) (schema.Job, error) {
	for job.State == schema.JobPaused {
		if err := wait(ctx, syncEvery); err != nil {
			return job, err
		}
		next, err := j.beat(ctx, job.ID, nil)
		if err != nil && !errors.Is(err, errPaused) {
			return next, err
		}
		job = next
	}
	return job, nil
}

// work delivers until the stretch is done, the job is paused or cancelled, or ctx
// ends.
func (j Job) work(ctx context.Context, job schema.Job) (schema.Job, error) {
	p, err := j.Output.Resume(ctx, *job.Progress)
	if err != nil {
		return job, err
	}
	source := j.Source(*job.Stretch)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	now := &latest{p: p}
	var beating sync.WaitGroup
	beating.Go(func() { j.beats(ctx, stop, job.ID, now) })
	o := Options{
		Last: job.Stretch.Last, Rate: job.Stretch.Rate, Pace: job.Replay.Pace, Follow: job.Replay.Follow,
		MaxGap: time.Duration(job.Replay.MaxGap * float64(time.Second)), Report: now.set,
	}
	_, err = Run(ctx, source, j.Output, o, p)
	cause := context.Cause(ctx)
	stop(nil)
	beating.Wait()
	if cause != nil {
		err = cause
	}
	stored, beatErr := j.beat(context.WithoutCancel(ctx), job.ID, now)
	if beatErr != nil && !errors.Is(beatErr, errPaused) {
		return stored, errors.Join(err, beatErr)
	}
	return stored, err
}

// latest is how far a delivery was last known to be.
type latest struct {
	mu sync.Mutex
	p  schema.Progress
}

func (l *latest) set(p schema.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.p = p
}

func (l *latest) get() schema.Progress {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.p
}

// beats tells every second that the process lives and how far it is, and ends the
// work when the job wants that.
func (j Job) beats(ctx context.Context, stop context.CancelCauseFunc, id string, now *latest) {
	for wait(ctx, syncEvery) == nil {
		job, err := j.beat(ctx, id, now)
		if errors.Is(err, errPaused) || errors.Is(err, ErrCancelled) || errors.Is(err, ErrTaken) || errors.Is(err, jobs.ErrUnknown) {
			stop(err)
			return
		}
		if err == nil && j.Show != nil {
			j.Show(job)
		}
	}
}

// beat stores that this process lives, and how far it is. It fails when the job is
// not to be worked on here.
func (j Job) beat(ctx context.Context, id string, at *latest) (schema.Job, error) {
	var why error
	job, err := j.Store.Update(ctx, id, func(job *schema.Job) bool {
		why = nil
		switch {
		case job.Replay == nil || job.Progress == nil || job.Replay.Runner != j.runner:
			why = fmt.Errorf("%w: %s", ErrTaken, id)
			return false
		case job.State == schema.JobCancelled:
			why = fmt.Errorf("%w: %s", ErrCancelled, id)
		case job.State == schema.JobPaused:
			why = errPaused
		case job.State == schema.JobQueued: // resumed
			job.State = schema.JobRunning
		}
		now := time.Now().UTC()
		if at != nil {
			p := at.get()
			next := jobs.Advance(*job.Progress, job.Replay.Seen, p.Done, now)
			next.Sequence, next.Output, next.Live, next.Marked = p.Sequence, p.Output, p.Live, p.Marked
			job.Progress = &next
		}
		job.Replay.Seen = now
		if why == nil {
			job.Updated = now
		}
		return true
	})
	return job, errors.Join(err, why)
}

// release ends the work of this process on the job: done, failed, or for another
// to take up.
func (j Job) release(ctx context.Context, job schema.Job, err error) (schema.Job, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSync)
	defer cancel()
	next, storeErr := j.Store.Update(ctx, job.ID, func(job *schema.Job) bool {
		if job.Replay == nil || job.Replay.Runner != j.runner {
			return false
		}
		job.Replay.Runner, job.Updated = "", time.Now().UTC()
		switch {
		case err == nil:
			job.State, job.Progress.Left = schema.JobDone, 0
		case !job.State.Active():
		case errors.Is(err, context.Canceled):
			job.State = schema.JobQueued
		default:
			job.State, job.Error, job.Detail = schema.JobFailed, "replay", err.Error()
		}
		return true
	})
	if errors.Is(storeErr, jobs.ErrUnknown) && err != nil {
		storeErr = nil
	}
	return next, errors.Join(err, storeErr)
}
