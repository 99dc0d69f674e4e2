// Package walk goes back through the history of a feed, a document at a time.
// Where a walk stands is in its job, and what takes it further is a message that
// the server delivers when its time has come: any fetcher takes any step, none
// holds a walk, and a walk outlives them all.
package walk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// The error codes of a walk, beside those of a request and of a document.
// Operators have them in docs/configure.md.
const (
	CodeOtherSite    = "other-site"   // the next document is on somebody else's site
	CodeUnregistered = "unregistered" // the feed has left the registry
)

// Walker takes steps. It keeps nothing between two of them.
type Walker struct {
	// Root builds the subjects.
	Root schema.Root
	// Jobs tells where a walk stands.
	Jobs interface {
		// Get returns a job and its sequence in the bucket; false when there is none.
		Get(ctx context.Context, id string) (schema.Job, uint64, bool, error)
	}
	// Registry tells how a feed is asked.
	Registry interface {
		Get(ctx context.Context, feedID string) (schema.Feed, bool, error)
	}
	// Read reads a document; see poll.Poller.ReadArchive.
	Read func(context.Context, poll.Archive, bus.Delivery) (poll.Page, error)
	// Limit is how many documents a walk reads before it stops.
	Limit int
	// Retry is the wait after a document could not be had; it doubles from there.
	Retry time.Duration
	// Now is the clock.
	Now func() time.Time
}

// stride is one step on its way.
type stride struct {
	*Walker
	was   schema.Job // before the step
	job   schema.Job
	walk  *schema.Walk
	feed  schema.Feed
	again time.Time // when the next step is due
}

// Step reads the next document of a walk. What it returns is stored in this
// order: the items, the job, the event that tells of it, the next step. So a document may be read twice, and
// gives nothing twice, but none is passed over; and the job, which is compared
// with what was read of it, moves on only once.
func (w *Walker) Step(ctx context.Context, in schema.Step, due bus.Delivery) (bus.Result, error) {
	job, revision, found, err := w.Jobs.Get(ctx, in.Job)
	if err != nil {
		return bus.Result{}, err
	}
	if !found || !job.State.Active() || job.Walk == nil {
		return bus.Result{Verdict: "ended"}, nil
	}
	entry, registered, err := w.Registry.Get(ctx, job.FeedID)
	if err != nil {
		return bus.Result{}, err
	}
	s := &stride{Walker: w, was: job, job: job, walk: job.Walk, feed: entry, again: w.Now()}
	s.job.State, s.job.Updated = schema.JobRunning, w.Now().UTC()
	result := bus.Result{Verdict: "unregistered"}
	switch {
	case !registered:
		s.fail(CodeUnregistered, "the feed is not registered any more")
	case !s.isAllowed():
		result.Verdict = "failed"
	default:
		if result, err = s.read(ctx, due); err != nil {
			return bus.Result{}, err
		}
	}
	return result, s.store(&result, revision, due)
}

// read reads the document, and takes the job to the next.
func (s *stride) read(ctx context.Context, due bus.Delivery) (bus.Result, error) {
	page, err := s.Read(ctx, poll.Archive{
		Feed: s.titled(), URL: s.address(), Turn: s.walk.Turn,
		Job: s.job.ID, Asked: s.job.Created, Number: s.walk.Documents,
	}, due)
	s.walk.Turn = time.Time{}
	later, unread := new(polite.Later), new(poll.Unread)
	switch {
	case errors.As(err, &later):
		s.again, s.walk.Turn = later.Until, later.Until
		s.job.Detail = later.Error()
		return bus.Result{Verdict: "postponed"}, nil
	case errors.As(err, &unread):
		return bus.Result{Verdict: s.unread(unread), Counts: map[string]int64{"error:" + unread.Code: 1}}, nil
	case err != nil:
		return bus.Result{}, err
	}
	s.walk.Tries, s.job.Error, s.job.Detail = 0, "", ""
	result := bus.Result{Verdict: "read", Counts: page.Counts}
	if s.take(page) {
		result.Groups = [][]bus.Message{page.Messages}
	}
	return result, nil
}

// address is that of the next document.
func (s *stride) address() string {
	if s.walk.Next == "" {
		return s.feed.URL
	}
	return s.walk.Next
}

// titled is the feed with its own title, which an archive may not have.
func (s *stride) titled() schema.Feed {
	entry := s.feed
	if entry.Title == "" {
		entry.Title = s.walk.Title
	}
	return entry
}

// store adds the job, the event that tells of it now and then, and the message of
// the next step unless the job has ended.
func (s *stride) store(result *bus.Result, revision uint64, due bus.Delivery) error {
	data, err := bus.Encode(s.job)
	if err != nil {
		return err
	}
	result.Groups = append(result.Groups, []bus.Message{{
		Subject: bus.BucketSubject(s.Root.Stream(schema.BucketJobs), s.job.ID), Data: data, Expect: &bus.Expect{Last: revision},
	}})
	if jobs.WorthTelling(s.was, s.job) {
		event, err := jobs.Event(s.Root, s.job)
		if err != nil {
			return err
		}
		result.Groups = append(result.Groups, []bus.Message{event})
	}
	if !s.job.State.Active() {
		return nil
	}
	message, err := StepMessage(s.Root, s.job, s.again)
	if err != nil {
		return err
	}
	message.Expect = &bus.Expect{Filter: s.Root.WalkDue(s.job.ID), Last: due.Sequence, Fence: true}
	result.Groups = append(result.Groups, []bus.Message{message})
	return nil
}

// StepMessage is the message that makes the server deliver a job's next step at
// a time. It replaces the job's last one.
func StepMessage(root schema.Root, job schema.Job, at time.Time) (bus.Message, error) {
	data, err := bus.Encode(schema.Step{Job: job.ID})
	if err != nil {
		return bus.Message{}, err
	}
	return bus.Message{
		Subject: root.WalkAt(job.ID), Data: data, Type: schema.TypeWalkDue, Schema: "step",
		ID: fmt.Sprintf("%s:%d:%d", job.ID, job.Created.UnixNano(), job.Walk.Documents), About: job.FeedID, Time: at,
		Header: map[string]string{
			"Nats-Schedule":        "@at " + at.UTC().Format(time.RFC3339Nano),
			"Nats-Schedule-Target": root.WalkDue(job.ID),
			"Nats-Schedule-Rollup": "sub",
		},
	}, nil
}
