package replay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Feeder hands the messages of an archive to the workers of a backfill, who cannot
// see it: on subjects of the job's own, in order and each once. It is never much
// further than they are, and removes what they are done with.
type Feeder struct {
	Bus    *bus.Bus
	Store  jobs.Store
	Source Source
	// Ahead bounds the messages that were handed over and are not worked on yet;
	// DefaultAhead when 0.
	Ahead uint64
}

// DefaultAhead is some seconds of work for several workers.
const DefaultAhead = 1000

// Run hands over what is left of the job, and goes on where the one before it was
// killed. One that runs elsewhere gives way. It returns when all is handed over,
// with ErrCancelled when the job has ended before, and with ErrTaken when another
// has begun to feed it.
func (f Feeder) Run(ctx context.Context, id string) error {
	target, err := ParseTarget(f.Bus.Root(), f.Bus.Root().ReplayInput(id)+".>")
	if err != nil {
		return err
	}
	if target, err = target.Find(ctx, f.Bus.JetStream()); err != nil {
		return err
	}
	in := &input{Publisher: NewPublisher(f.Bus, id, target), feeder: f, id: id, me: nuid.Next()}
	if in.feeder.Ahead == 0 {
		in.feeder.Ahead = DefaultAhead
	}
	job, err := in.update(ctx, func(job *schema.Job) { job.Backfill.Feeder = in.me })
	if err != nil {
		return err
	}
	in.consumer = job.Backfill.Consumer
	return in.run(ctx, job)
}

// Clean removes what is left of what was handed over.
func (f Feeder) Clean(ctx context.Context, id string) error {
	name := f.Bus.Root().Stream(schema.StreamReplay)
	stream, err := f.Bus.JetStream().Stream(ctx, name)
	if err == nil {
		err = stream.Purge(ctx, jetstream.WithPurgeSubject(f.Bus.Root().ReplayInput(id)+".>"))
	}
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	return nil
}

// input is the Output of a feeder.
type input struct {
	*Publisher
	feeder   Feeder
	id, me   string
	consumer string
	floor    uint64 // up to where the workers are done, by sequences of REPLAY
}

// run hands over, and again when a server was away for too long at its end.
func (in *input) run(ctx context.Context, job schema.Job) error {
	for {
		p, err := in.Resume(ctx, *job.Backfill.Fed)
		if err != nil {
			return err
		}
		p, err = Run(ctx, in.feeder.Source, in, Options{Last: job.Stretch.Last}, p)
		if ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		job.Backfill.Fed = &p
	}
}

// Deliver implements Output. It waits until the workers have room.
func (in *input) Deliver(ctx context.Context, window []bus.Delivery) error {
	if err := in.room(ctx); err != nil {
		return err
	}
	return in.Publisher.Deliver(ctx, window)
}

// End implements Output: Sync writes that all is handed over.
func (in *input) End(context.Context, uint64) error { return nil }

// Sync writes down how far the job is fed, and removes what its workers are done
// with of what was written down before.
func (in *input) Sync(ctx context.Context, p *schema.Progress) error {
	if err := in.Publisher.Sync(ctx, p); err != nil {
		return err
	}
	next := *p
	if _, err := in.update(ctx, func(job *schema.Job) { job.Backfill.Fed = &next }); err != nil {
		return err
	}
	// What Resume would have to look at stays. What is not removed now is later.
	done := min(in.floor, next.Output)
	stream, err := in.feeder.Bus.JetStream().Stream(ctx, in.target.stream)
	if err == nil && done > 0 {
		_ = stream.Purge(ctx, jetstream.WithPurgeSubject(in.target.String()), jetstream.WithPurgeSequence(done+1))
	}
	return nil
}

// How often it is seen whether the workers have room, and whether the job is still
// to be fed.
const (
	roomEvery  = 50 * time.Millisecond
	checkEvery = 20 // times roomEvery
)

// room waits until the workers have room for more.
func (in *input) room(ctx context.Context) error {
	for look := 1; ; look++ {
		var left uint64
		err := in.patiently(ctx, func() error {
			consumer, err := in.feeder.Bus.JetStream().Consumer(ctx, in.target.stream, in.consumer)
			if errors.Is(err, jetstream.ErrConsumerNotFound) {
				return fmt.Errorf("%w: its consumer is gone", ErrCancelled)
			}
			if err == nil {
				info := consumer.CachedInfo()
				left, in.floor = info.NumPending+uint64(max(info.NumAckPending, 0)), info.AckFloor.Stream
			}
			return err
		})
		if err != nil || left < in.feeder.Ahead {
			return err
		}
		if look%checkEvery == 0 {
			if _, err := in.update(ctx, func(*schema.Job) {}); err != nil {
				return err
			}
		}
		if err := wait(ctx, roomEvery); err != nil {
			return err
		}
	}
}

// update changes the job, if it is still to be fed, and by this process.
func (in *input) update(ctx context.Context, change func(*schema.Job)) (job schema.Job, err error) {
	err = in.patiently(ctx, func() (err error) {
		var why error
		job, err = in.feeder.Store.Update(ctx, in.id, func(job *schema.Job) bool {
			fed, before := job.Backfill != nil && job.Backfill.Fed != nil, ""
			if fed {
				before = job.Backfill.Feeder
				change(job)
			}
			switch {
			case !fed:
				why = fmt.Errorf("%w: %s is not fed by a command", ErrOther, in.id)
			case job.State.Ended():
				why = fmt.Errorf("%w: it is %s", ErrCancelled, job.State)
			case job.Backfill.Feeder != in.me:
				why = fmt.Errorf("%w: %s, by %s", ErrTaken, in.id, before)
			default:
				why = nil
			}
			return why == nil
		})
		return errors.Join(err, why)
	})
	return job, err
}

// patiently asks the server, and again for as long as it does not answer.
func (in *input) patiently(ctx context.Context, ask func() error) error {
	for {
		err := ask()
		if err == nil || final(err) || in.feeder.Bus.JetStream().Conn().IsClosed() {
			return err
		}
		if waitErr := wait(ctx, syncEvery); waitErr != nil {
			return fmt.Errorf("%w: %w", waitErr, err)
		}
	}
}

// final reports whether an error is one that time does not mend.
func final(err error) bool {
	for _, kind := range []error{ErrOther, ErrTaken, ErrCancelled, jobs.ErrUnknown, bus.ErrClosed, bus.ErrNotSetUp} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
