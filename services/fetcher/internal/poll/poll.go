// Package poll is one poll of one feed, from the due message to the next
// schedule: get, decode, cut, compare with what the feed has shown, publish
// what is new.
package poll

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
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
	// Fetch makes a request in its host's turn.
	Fetch func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error)
	// Users are the users and passwords that feeds may name.
	Users map[string]*url.Userinfo
	// Limits bound a feed document.
	Limits feed.Limits
	// Fulltext says when pages are wanted, of feeds that do not say it themselves.
	Fulltext schema.Fulltext
	// Reading bounds how many documents are read at once, which is work for the
	// processor alone: with no more of it than there are processors, the stages
	// that follow in the same process get their turn, and what was just published
	// is consumed while the server still has it in memory.
	Reading *semaphore.Weighted
	// Push are the subscriptions of feeds at their hubs; nil when none are wanted.
	Push Subscriptions
	// Schedule bounds the intervals.
	Schedule schedule.Config
	// Now is the clock.
	Now func() time.Time
}

// round is one poll on its way.
type round struct {
	*Poller
	feed  schema.Feed
	state schema.PollState
	due   bus.Delivery
	now   time.Time

	reading uint64 // what tells this reading of the feed from later ones, in message ids: the sequence of the memory that it begins with
	walk    string // the job that reads an archive, empty for a poll
	archive string // the address of the archive

	pushes push.Subscription // at the feed's hub, when the poll began and later when it was tended

	plan    httpfetch.Plan // how the request uses validators
	asked   string         // the address of the request
	resp    httpfetch.Response
	failure error // of the request

	result bus.Result
	ops    []bus.Message

	known    memory.Memory // what the feed has shown
	encoded  []byte        // the same as it is stored
	revision uint64        // the sequence that it was stored at

	deleted   [][]byte       // its tombstones
	pieces    []piece        // the items of the feed
	documents map[int][]byte // the feeds of one item that were made so far, by the number of their piece
	news      []time.Time    // when the new items were published, zero where unknown
	parsed    map[int]parse.Item
	lines     map[int][]edge // at the edges of the items' texts
	order     *date.Order    // of the feed's dates, once it was looked for
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
	r := p.round(entry, due)
	r.state = state
	if err := r.subscription(ctx); err != nil {
		return bus.Result{}, err
	}
	r.fetch(ctx)
	outcome, err := r.read(ctx)
	if later := new(polite.Later); errors.As(err, &later) {
		return r.postpone(state, later)
	}
	if err != nil {
		return bus.Result{}, err
	}
	r.learn(state, outcome)
	r.note(outcome)
	if err := r.tend(ctx, state, outcome); err != nil {
		return bus.Result{}, err
	}
	if err := r.next(outcome); err != nil {
		return bus.Result{}, err
	}
	return r.result, nil
}

// round is the beginning of a reading of a feed.
func (p *Poller) round(entry schema.Feed, due bus.Delivery) *round {
	return &round{Poller: p, feed: entry, due: due, result: bus.Result{Counts: map[string]int64{}},
		documents: map[int][]byte{}, parsed: map[int]parse.Item{}, lines: map[int][]edge{}}
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
		Push:       r.pushing(),
		RetryAfter: r.resp.RetryAfter, MaxAge: r.resp.MaxAge,
		Hints: r.state.Hints, Rhythm: r.state.Rhythm, Items: r.news,
	})
	r.state.Interval = decision.Interval.Seconds()
	r.state.Rhythm = decision.Rhythm
	if outcome == schedule.Changed && decision.Rhythm.Days > 0 {
		r.state.Daily = math.Round(decision.Rhythm.Items/decision.Rhythm.Days*100) / 100
	}
	r.state.Reason = decision.Reason
	r.state.Next, r.state.Decided = decision.At, r.now
	r.state.PolledRun, r.state.Turn = r.state.Run, time.Time{}
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
