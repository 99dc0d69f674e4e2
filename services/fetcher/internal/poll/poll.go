// Package poll is one poll of one feed, from the due message to the next
// schedule: get, decode, cut, compare with what the feed has shown, publish
// what is new.
package poll

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/feed/guard"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// Poller does polls. It keeps nothing between two of them.
type Poller struct {
	// Root builds the subjects.
	Root schema.Root
	// Registry tells what is to be polled.
	Registry interface {
		// Get returns a feed; false when it is not registered.
		Get(ctx context.Context, feedID string) (schema.Feed, bool, error)
	}
	// Memory tells what a feed has shown.
	Memory interface {
		// Get returns the encoded memory and its sequence, nil and 0 for none.
		Get(ctx context.Context, feedID string) ([]byte, uint64, error)
	}
	// Fetch makes a request.
	Fetch func(context.Context, httpfetch.Request) (httpfetch.Response, error)
	// Limits bound a feed document.
	Limits feed.Limits
	// Reading bounds how many documents are read at once, which is work for the
	// processor alone: with no more of it than there are processors, the stages
	// that follow in the same process get their turn, and what was just published
	// is consumed while the server still has it in memory.
	Reading *semaphore.Weighted
	// Schedule bounds the intervals.
	Schedule schedule.Config
	// Now is the clock.
	Now func() time.Time
}

// round is one poll on its way.
type round struct {
	*Poller
	feed   schema.Feed
	state  schema.PollState
	due    bus.Delivery
	now    time.Time
	resp   httpfetch.Response
	result bus.Result
	ops    []bus.Message

	known    memory.Memory // what the feed has shown
	encoded  []byte        // the same as it is stored
	revision uint64        // the sequence that it was stored at

	pieces    []piece        // the items of the feed
	documents map[int][]byte // the feeds of one item that were made so far, by the number of their piece
	news      []time.Time    // when the new items were published, zero where unknown
	parsed    map[int]parse.Item
	order     *date.Order // of the feed's dates, once it was looked for
}

// Poll does the poll that is due. What it returns is stored in this order: the
// new items, the feed's memory, the next schedule. So at every instant the feed
// has a schedule or a due message, an item is never remembered before it is
// stored, and a validator is never sent for a document that is not.
func (p *Poller) Poll(ctx context.Context, state schema.PollState, due bus.Delivery) (bus.Result, error) {
	entry, registered, err := p.Registry.Get(ctx, state.FeedID)
	if err != nil {
		return bus.Result{}, err
	}
	if !registered {
		return bus.Result{Verdict: "unregistered"}, nil
	}
	r := &round{Poller: p, feed: entry, state: state, due: due, result: bus.Result{Counts: map[string]int64{}},
		documents: map[int][]byte{}, parsed: map[int]parse.Item{}}
	r.state.URL = entry.URL
	r.state.Polls++
	var fetchErr error
	r.resp, fetchErr = p.Fetch(ctx, httpfetch.Request{URL: entry.URL, ETag: state.ETag, LastModified: state.LastModified})
	r.now = p.Now()
	r.state.Status = r.resp.Status
	outcome, err := r.read(ctx, fetchErr)
	if err != nil {
		return bus.Result{}, err
	}
	r.note(outcome)
	if err := r.next(outcome); err != nil {
		return bus.Result{}, err
	}
	return r.result, nil
}

// read turns the answer into items, and says how the poll went. An error is
// one of the pipeline; what is wrong with the feed is an outcome.
func (r *round) read(ctx context.Context, fetchErr error) (schedule.Outcome, error) {
	if fetchErr != nil {
		return r.unfetched(ctx, fetchErr)
	}
	if r.resp.NotModified {
		r.result.Verdict = "not-modified"
		return schedule.Unchanged, nil
	}
	hash := schema.RegionHash(r.resp.Body)
	if hash == r.state.BodyHash {
		r.result.Verdict = "same-body"
		r.remember(hash)
		return schedule.Unchanged, nil
	}
	if err := r.recall(ctx); err != nil {
		return 0, err
	}
	if items, ok := cut.Skim(r.resp.Body); ok && r.known.Shows(items) {
		r.tally(0, len(items))
		r.result.Verdict = "nothing-new"
		r.remember(hash)
		return schedule.Unchanged, nil
	}
	document, problem, err := r.open(ctx, r.resp)
	switch {
	case err != nil:
		return 0, err
	case problem != nil:
		r.unread(problem)
		return schedule.Failed, nil
	}
	pieces, inPart, whole := piecesOf(&document), document.Torn, !document.Torn
	if len(document.Sitemaps) > 0 {
		inPart = true
		if pieces, whole, err = r.listed(ctx, document.Sitemaps); err != nil {
			return 0, err
		}
	}
	published, err := r.items(ctx, pieces, inPart, hash)
	if err != nil {
		return 0, err
	}
	if whole {
		r.remember(hash)
	} else {
		// What is missing may be in the same document another time: without its
		// validators the server sends it again.
		r.state.ETag, r.state.LastModified, r.state.BodyHash = "", "", ""
	}
	if published == 0 {
		r.result.Verdict = "nothing-new"
		return schedule.Unchanged, nil
	}
	r.result.Verdict = "new-items"
	return schedule.Changed, nil
}

// open reads an answer as a feed. A problem is one of the document.
func (r *round) open(ctx context.Context, resp httpfetch.Response) (document cut.Document, problem, err error) {
	if err := r.Reading.Acquire(ctx, 1); err != nil {
		return cut.Document{}, nil, err
	}
	defer r.Reading.Release(1)
	document, _, problem = feed.Read(resp.Body, resp.ContentType, r.Limits)
	return document, problem, nil
}

// remember keeps the validators of a document whose items are all stored by
// the time that the state is.
func (r *round) remember(hash string) {
	r.state.ETag, r.state.LastModified, r.state.BodyHash = r.resp.ETag, r.resp.LastModified, hash
}

// unfetched is the outcome of a request that got no document.
func (r *round) unfetched(ctx context.Context, err error) (schedule.Outcome, error) {
	var failure *httpfetch.Error
	if !errors.As(err, &failure) {
		return 0, fmt.Errorf("fetch: %w", errors.Join(err, ctx.Err()))
	}
	r.fail(string(failure.Code), errors.New(failure.Detail()))
	switch failure.Code {
	case httpfetch.CodeBlockedAddress, httpfetch.CodeBlockedScheme:
		return schedule.Blocked, nil
	case httpfetch.CodeGone:
		return schedule.Gone, nil
	case httpfetch.CodeRateLimited:
		return schedule.Limited, nil
	default:
		return schedule.Failed, nil
	}
}

// unread notes a document that is no feed, or too much of one.
func (r *round) unread(err error) {
	var bound *guard.Error
	if errors.As(err, &bound) {
		r.result.Counts["bound:"+bound.Bound]++
	}
	r.fail(feed.CodeOf(err), err)
}

// fail notes what was wrong with the feed.
func (r *round) fail(code string, err error) {
	r.state.Error = code
	r.state.Detail = bounded(err.Error(), 300)
	r.result.Verdict = "failed"
	r.result.Counts["error:"+code]++
}

// note keeps the feed's health, and tells when it changes.
func (r *round) note(outcome schedule.Outcome) {
	if outcome == schedule.Gone && r.state.Retired.IsZero() {
		r.state.Retired = r.now
	}
	if outcome >= schedule.Failed {
		r.state.Failures++
		if r.state.Failures == 1 {
			r.health("failing")
		}
		return
	}
	if r.state.Failures > 0 {
		r.health("recovered")
	}
	r.state.Error, r.state.Detail, r.state.Failures = "", "", 0
	r.state.LastGood, r.state.Retired = r.now, time.Time{}
}

// next adds the schedule of the next poll. It is fenced: when this poll was
// too slow and another worker has done it since, that one's schedule stands.
func (r *round) next(outcome schedule.Outcome) error {
	decision := schedule.Next(schedule.Input{
		Config: r.Schedule, FeedID: r.feed.ID, Polls: r.state.Polls, Now: r.now,
		Fixed:      seconds(r.feed.Interval),
		Outcome:    outcome,
		Failures:   r.state.Failures,
		Retired:    !r.state.Retired.IsZero(),
		RetryAfter: r.resp.RetryAfter, MaxAge: r.resp.MaxAge,
		Hints: r.state.Hints, Rhythm: r.state.Rhythm, Items: r.news,
	})
	r.state.Interval = decision.Interval.Seconds()
	r.state.Rhythm = decision.Rhythm
	r.state.Reason = decision.Reason
	r.state.Next = decision.At
	r.state.PolledRun = r.state.Run
	message, err := ScheduleMessage(r.Root, r.state)
	if err != nil {
		return err
	}
	message.Expect = &bus.Expect{Filter: r.Root.PollDue(r.feed.ID), Last: r.due.Sequence, Fence: true}
	r.result.Groups = append(r.result.Groups, []bus.Message{message})
	if len(r.ops) > 0 {
		r.result.Groups = append(r.result.Groups, r.ops)
	}
	return nil
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// health adds an event in the feed's life.
func (r *round) health(kind string) {
	event := schema.Health{FeedID: r.feed.ID, URL: r.feed.URL, Kind: kind, Error: r.state.Error, Detail: r.state.Detail, At: r.now}
	data, err := bus.Encode(event)
	if err != nil {
		return // A struct of strings always encodes.
	}
	r.ops = append(r.ops, bus.Message{
		Subject: r.Root.Ops(kind, r.feed.ID), Data: data, Type: schema.TypeHealth, Schema: "health",
		ID: fmt.Sprintf("%s:%d:%s", r.feed.ID, r.due.Sequence, kind), Dedup: true, About: r.feed.ID, Time: r.now,
	})
}

// ScheduleMessage is the message that makes the server deliver state on the
// feed's due subject at state.Next. It replaces the feed's last one.
func ScheduleMessage(root schema.Root, state schema.PollState) (bus.Message, error) {
	data, err := bus.Encode(state)
	if err != nil {
		return bus.Message{}, err
	}
	return bus.Message{
		Subject: root.PollAt(state.FeedID), Data: data, Type: schema.TypePollDue, Schema: "pollstate",
		ID:    fmt.Sprintf("%s:%d:%s", state.FeedID, state.Polls, state.Run),
		About: state.FeedID, Time: state.Next,
		Header: map[string]string{
			"Nats-Schedule":        "@at " + state.Next.UTC().Format(time.RFC3339Nano),
			"Nats-Schedule-Target": root.PollDue(state.FeedID),
			"Nats-Schedule-Rollup": "sub",
		},
	}, nil
}

// bounded cuts a text for a person at a length.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "..."
}
