// Package backfill runs a stage again over history: as jobs that the workers of
// the stage take part in, beside and behind their live work.
package backfill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Options are a stretch of a stage's input, and where its output goes.
type Options struct {
	// Job is the id of the job, one token of schema.Token.
	Job string
	// Stage is the name of the stage.
	Stage string
	// Stretch is of the stream that the stage reads; see bus.Bus.Stretch. Its rate
	// is that of all workers together.
	Stretch schema.Stretch
	// Into says where the output goes.
	Into schema.Into
	// From is the archive that the stretch is read from, empty for the stream. Then the
	// stretch is fixed, it has Total messages, and the caller hands them over: see
	// schema.Backfill.
	From  string
	Total uint64
}

// The consumer of a job. Its workers renew their claims, so ackWait does not bound
// the work; it is how soon another has what a killed one held.
const (
	prefix  = "backfill-"
	ackWait = 10 * time.Second
	inHand  = 500 // of all workers together
)

// Begin makes the job and the consumer that its workers share. It fails with
// jobs.ErrExists when there is a job of the id.
func Begin(ctx context.Context, b *bus.Bus, o Options) (schema.Job, error) {
	store, err := jobs.Open(ctx, b)
	if err != nil {
		return schema.Job{}, err
	}
	if _, err := store.Get(ctx, o.Job); !errors.Is(err, jobs.ErrUnknown) {
		if err == nil {
			err = fmt.Errorf("job %s: %w", o.Job, jobs.ErrExists)
		}
		return schema.Job{}, err
	}
	stretch, total := o.Stretch, o.Total
	if o.From == "" {
		if stretch, total, err = b.Stretch(ctx, o.Stretch); err != nil {
			return schema.Job{}, err
		}
	}
	now := time.Now().UTC()
	job := schema.Job{
		ID: o.Job, Kind: schema.JobBackfill, State: schema.JobQueued, Created: now, Updated: now, Counts: map[string]int{},
		Stretch: &stretch, Progress: &schema.Progress{Total: total},
		Backfill: &schema.Backfill{Stage: o.Stage, Into: o.Into, Consumer: prefix + o.Job, From: o.From},
	}
	if o.From != "" {
		job.Backfill.Fed = &schema.Progress{Total: total, Sequence: stretch.First - 1}
	}
	if total == 0 {
		job.State, job.Detail, job.Backfill.Consumer = schema.JobDone, "there is nothing in the stretch", ""
		return job, store.Create(ctx, job)
	}
	// The consumer comes first: a worker that sees the job finds it.
	if _, err := b.JetStream().CreateConsumer(ctx, b.Root().Stream(inputStream(job)), consumer(b.Root(), job)); err != nil {
		return job, fmt.Errorf("consumer of job %s: %w", job.ID, err)
	}
	return job, store.Create(ctx, job)
}

func consumer(root schema.Root, job schema.Job) jetstream.ConsumerConfig {
	c := jetstream.ConsumerConfig{
		Durable:       job.Backfill.Consumer,
		Description:   "Of the job " + job.ID + ", while it runs.",
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:   job.Stretch.First,
		FilterSubject: job.Stretch.Filter,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       ackWait,
		MaxDeliver:    -1,
		MaxAckPending: inHand,
	}
	if job.Backfill.From != "" {
		c.DeliverPolicy, c.OptStartSeq, c.FilterSubject = jetstream.DeliverAllPolicy, 0, root.ReplayInput(job.ID)+".>"
	}
	return c
}

// Clean deletes the consumer of a job that has ended, and notes that in the job.
// Whoever sees the end of a job does it: it does no harm twice.
func Clean(ctx context.Context, b *bus.Bus, store jobs.Store, job schema.Job) error {
	if job.Backfill == nil || job.Backfill.Consumer == "" || !job.State.Ended() {
		return nil
	}
	err := b.JetStream().DeleteConsumer(ctx, b.Root().Stream(inputStream(job)), job.Backfill.Consumer)
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("consumer of job %s: %w", job.ID, err)
	}
	_, err = store.Update(ctx, job.ID, func(job *schema.Job) bool {
		had := job.Backfill.Consumer != ""
		job.Backfill.Consumer = ""
		return had
	})
	return err
}
