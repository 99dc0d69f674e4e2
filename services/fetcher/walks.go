package fetcher

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	busjobs "github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/clock"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
	"github.com/dateline-news/dateline/services/fetcher/internal/walk"
)

// WalkStage is the name of the stage that walks through the history of feeds: in
// counters and in dead letters.
const WalkStage = poll.WalkStage

// walkRetry is the wait before a document of a feed's history that failed is
// asked for again.
const walkRetry = 30 * time.Second

// runWalks takes the steps of walks that are due until ctx ends.
func runWalks(ctx context.Context, b *bus.Bus, c Config, poller *poll.Poller) error {
	walker := &walk.Walker{
		Root: b.Root(), Jobs: jobs{b}, Registry: poller.Registry, Read: poller.ReadArchive,
		Limit: c.WalkLimit, Retry: walkRetry, Now: poller.Now,
	}
	stage := asking()
	stage.Name, stage.Stream, stage.Consumer = WalkStage, schema.StreamPolls, topology.ConsumerWalker
	stage.Workers = c.Walks
	stage.Timeout = 2*(c.HTTPTimeout+polite.Patience) + 30*time.Second // robots.txt may be asked for first
	return bus.Run(ctx, b, stage, bus.Produce(walker.Step))
}

// jobs reads the bucket of jobs. It is written by what a step publishes.
type jobs struct{ bus *bus.Bus }

// Get returns a job and the sequence that a new version must name; false when
// there is none.
func (j jobs) Get(ctx context.Context, id string) (job schema.Job, seq uint64, found bool, err error) {
	bucket := j.bus.Root().Stream(schema.BucketJobs)
	data, seq, err := j.bus.LastOf(ctx, "KV_"+bucket, bus.BucketSubject(bucket, id))
	if err != nil || len(data) == 0 {
		return job, seq, false, err
	}
	if err := json.Unmarshal(data, &job); err != nil {
		return job, seq, false, bus.Permanent(fmt.Errorf("job %s: %w", id, err))
	}
	return job, seq, true, nil
}

// put stores a job in place of the one at seq, and tells of it. It fails with
// bus.ErrConflict when another is there.
func (j jobs) put(ctx context.Context, job schema.Job, seq uint64) error {
	data, err := bus.Encode(job)
	if err != nil {
		return err
	}
	_, err = j.bus.Publish(ctx, bus.Message{
		Subject: bus.BucketSubject(j.bus.Root().Stream(schema.BucketJobs), job.ID), Data: data, Expect: &bus.Expect{Last: seq},
	})
	if err != nil {
		return err
	}
	return busjobs.Tell(ctx, j.bus, job)
}

// WalkOptions say how far a walk goes.
type WalkOptions struct {
	// Since ends it at the first document of which all is older; zero for never.
	Since time.Time
	// Documents is how many are read before it stops; 0 leaves it to the fetchers.
	Documents int
	// Restart begins with the feed itself, although an earlier walk can go on.
	Restart bool
}

// BeginWalk asks for a walk through the history of a feed, which any fetcher
// takes step by step. A walk that has not come to its end goes on where it was.
// One that runs already stays as it is, and running is true.
func BeginWalk(ctx context.Context, b *bus.Bus, f schema.Feed, o WalkOptions) (job schema.Job, running bool, err error) {
	for {
		job, running, err = beginWalk(ctx, b, f, o)
		if !errors.Is(err, bus.ErrConflict) {
			return job, running, err
		}
	}
}

func beginWalk(ctx context.Context, b *bus.Bus, f schema.Feed, o WalkOptions) (job schema.Job, running bool, err error) {
	store, now := jobs{b}, clock.New(b).Now(ctx)
	job, seq, found, err := store.Get(ctx, schema.WalkID(f.ID))
	if err != nil {
		return job, false, err
	}
	if found && job.State.Active() {
		// One whose message went to the dead letters has nothing ahead, and goes on.
		ahead, err := walkAhead(ctx, b, job.ID)
		if err != nil || ahead {
			return job, ahead, err
		}
	}
	if !found || o.Restart || job.Walk == nil || job.Walk.Next == "" {
		job = schema.Job{
			ID: schema.WalkID(f.ID), Kind: schema.JobHistory, FeedID: f.ID, URL: f.URL, Created: now, Walk: &schema.Walk{},
		}
	}
	job.State, job.Updated, job.Error, job.Detail = schema.JobQueued, now, "", ""
	job.Walk.Since, job.Walk.Limit, job.Walk.From, job.Walk.Tries = o.Since, o.Documents, job.Walk.Documents, 0
	if err := store.put(ctx, job, seq); err != nil {
		return job, false, fmt.Errorf("walk of feed %s: %w", f.URL, err)
	}
	return job, false, publishStep(ctx, b, job, now)
}

// ResumeWalk takes a walk further that was paused and is active again: it goes on
// at the document where it was, and ends where it was to end. A walk goes from
// message to message, of which a paused one soon has none.
func ResumeWalk(ctx context.Context, b *bus.Bus, job schema.Job) error {
	ahead, err := walkAhead(ctx, b, job.ID)
	if err != nil || ahead {
		return err
	}
	return publishStep(ctx, b, job, clock.New(b).Now(ctx))
}

// publishStep makes the next step of a walk due at a time.
func publishStep(ctx context.Context, b *bus.Bus, job schema.Job, at time.Time) error {
	message, err := walk.StepMessage(b.Root(), job, at)
	if err != nil {
		return err
	}
	_, err = b.Publish(ctx, message)
	return err
}

// walkAhead reports whether a step of a walk is going to be delivered.
func walkAhead(ctx context.Context, b *bus.Bus, id string) (bool, error) {
	polls := b.Root().Stream(schema.StreamPolls)
	_, at, err := b.LastOf(ctx, polls, b.Root().WalkAt(id))
	if err != nil || at > 0 {
		return at > 0, err
	}
	_, due, err := b.LastOf(ctx, polls, b.Root().WalkDue(id))
	if err != nil {
		return false, err
	}
	return coming(ctx, b, topology.ConsumerWalker, due)
}
