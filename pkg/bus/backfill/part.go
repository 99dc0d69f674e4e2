package backfill

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// part is what this process does for a job.
type part struct {
	bus     *bus.Bus
	store   jobs.Store
	job     schema.Job // as it was when the part began
	log     *zap.Logger
	cancel  context.CancelFunc
	done    chan struct{}
	handler bus.Handler

	mu     sync.Mutex
	counts map[string]int // verdicts since the last report

	marked bool // at the last report, all of the archive had been handed over; see fedPosition
}

// begin takes part in a job until it is stopped.
func (w Worker) begin(ctx context.Context, b *bus.Bus, store jobs.Store, job schema.Job, log *zap.Logger) *part {
	ctx, cancel := context.WithCancel(ctx)
	p := &part{
		bus: b, store: store, job: job, log: log.With(zap.String("job", job.ID)), cancel: cancel, done: make(chan struct{}),
		handler: w.Handler(job), counts: map[string]int{},
	}
	stage := w.Stage
	stage.Name, stage.Consumer, stage.Workers = Name(w.Stage.Name), job.Backfill.Consumer, w.Workers
	stage.Stream, stage.Original = inputStream(job), original(b.Root(), job)
	share := share{store: store, job: job, live: b.Stats().Stage(w.Stage.Name), workers: int64(w.Stage.Workers)}
	stage.Share = share.wait
	go func() {
		defer close(p.done)
		p.run(ctx, stage)
	}()
	return p
}

// is reports whether the part is one in the job.
func (p *part) is(job schema.Job) bool {
	return p != nil && p.job.ID == job.ID && p.job.Created.Equal(job.Created)
}

// stop ends the part when it has finished what it has in hand.
func (p *part) stop() {
	if p != nil {
		p.cancel()
		<-p.done
	}
}

// run works until ctx ends, and reports every so often. The last report is of
// what was finished after that.
func (p *part) run(ctx context.Context, stage bus.Stage) {
	working, stop := context.WithCancel(ctx)
	var reporting sync.WaitGroup
	reporting.Go(func() {
		p.reports(working)
	})
	for ctx.Err() == nil {
		err := bus.Run(ctx, p.bus, stage, p.handle)
		if err == nil {
			break
		}
		if errors.Is(err, bus.ErrNotSetUp) {
			p.lost(ctx, err)
			break
		}
		p.log.Warn("work on a job; will try again", zap.Error(err))
		if wait(ctx, retry) != nil {
			break
		}
	}
	stop()
	reporting.Wait()
	p.report(ctx)
}

// handle works on a message, if it is of the job's stretch. All that it publishes
// names the job.
func (p *part) handle(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
	if d.Sequence > p.job.Stretch.Last {
		return "beyond", nil // live workers have it
	}
	header := make(nats.Header, len(d.Header)+1)
	for name, values := range d.Header {
		header[name] = values
	}
	header[schema.HeaderReplay] = []string{p.job.ID}
	d.Header = header
	verdict, err := p.handler(ctx, w, d)
	if err == nil {
		p.mu.Lock()
		p.counts[verdict]++
		p.mu.Unlock()
	}
	return verdict, err
}

// reportEvery is how often a part writes how far the job is, which takes
// reportLimit at most.
const (
	reportEvery = time.Second
	reportLimit = 5 * time.Second
)

func (p *part) reports(ctx context.Context) {
	ticker := time.NewTicker(reportEvery)
	defer ticker.Stop()
	for p.report(ctx); ctx.Err() == nil; p.report(ctx) {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// report writes how far the job is, and that it is done when it is. What it cannot
// write now is of the next report. It is not cut short by the end of the part:
// nobody would know then whether it was written.
func (p *part) report(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), reportLimit)
	defer cancel()
	var info *jetstream.ConsumerInfo
	consumer, err := p.bus.JetStream().Consumer(ctx, p.bus.Root().Stream(inputStream(p.job)), p.job.Backfill.Consumer)
	if err == nil { // else it is deleted, which bus.Run meets too, or there is no answer
		info = consumer.CachedInfo()
	}
	p.mu.Lock()
	counts := p.counts
	p.counts = map[string]int{}
	p.mu.Unlock()
	written := false
	_, err = p.store.Update(ctx, p.job.ID, func(job *schema.Job) bool {
		written = job.Created.Equal(p.job.Created) && p.advance(job, counts, info, time.Now().UTC())
		return written
	})
	if err == nil && written {
		return
	}
	p.mu.Lock()
	for name, n := range counts {
		p.counts[name] += n
	}
	p.mu.Unlock()
	if err != nil {
		p.log.Warn("report on a job", zap.Error(err))
	}
}

// advance puts into the job what is known of it; false when that would be nothing
// new, or is told often enough by others.
func (p *part) advance(job *schema.Job, counts map[string]int, info *jetstream.ConsumerInfo, now time.Time) bool {
	if job.Counts == nil {
		job.Counts = map[string]int{}
	}
	for name, n := range counts {
		job.Counts[name] += n
	}
	if !job.State.Active() || info == nil {
		return len(counts) > 0
	}
	done, ended := p.position(job, info)
	told := done == job.Progress.Done || now.Sub(job.Updated).Abs() < reportEvery/2 // it may be of a clock that was put back
	if job.State == schema.JobRunning && !ended && told {
		return len(counts) > 0
	}
	next := progress(job, done, now)
	if job.Backfill.Fed == nil {
		next.Sequence = min(info.AckFloor.Stream, job.Stretch.Last)
	}
	job.Progress, job.Updated, job.State = &next, now, schema.JobRunning
	if ended {
		job.State = schema.JobDone
		job.Progress.Left, job.Progress.Sequence = 0, job.Stretch.Last
	}
	return true
}

// progress is that of a job with done messages. A job that was queued has
// no rate yet.
func progress(job *schema.Job, done uint64, now time.Time) schema.Progress {
	before := *job.Progress
	if job.State == schema.JobQueued {
		before.Rate = 0
		before.Done = done
	}
	return jobs.Advance(before, job.Updated, done, now)
}

// position is how many messages of the job are done, as its consumer stands, and
// whether that is all. Within a filter it is estimated from the sequences.
func (p *part) position(job *schema.Job, info *jetstream.ConsumerInfo) (done uint64, ended bool) {
	if job.Backfill.Fed != nil {
		return p.fedPosition(job, info)
	}
	s, floor, total := job.Stretch, info.AckFloor.Stream, job.Progress.Total
	switch {
	case floor >= s.Last || info.NumPending == 0 && info.NumAckPending == 0:
		return total, true
	case floor < s.First:
		return 0, false
	}
	return uint64(float64(total) * float64(floor-s.First+1) / float64(s.Last-s.First+1)), false
}

// lost ends a job whose consumer was deleted, unless it has ended itself.
func (p *part) lost(ctx context.Context, why error) {
	_, err := p.store.Update(ctx, p.job.ID, func(job *schema.Job) bool {
		if !job.State.Active() || !job.Created.Equal(p.job.Created) {
			return false
		}
		job.State, job.Updated = schema.JobFailed, time.Now().UTC()
		job.Error, job.Detail = "consumer-gone", fmt.Sprintf("consumer %s is not there: %v", p.job.Backfill.Consumer, why)
		return true
	})
	if err != nil {
		p.log.Warn("end a job", zap.Error(err))
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
