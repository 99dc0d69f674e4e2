// Package poll is one poll of one feed, from the due message to the next
// schedule: get, decode, cut, compare with what the feed has shown, publish
// what is new.
package poll

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/feed"
	"github.com/dateline-news/dateline/pkg/feed/cut"
	"github.com/dateline-news/dateline/pkg/feed/date"
	"github.com/dateline-news/dateline/pkg/feed/guard"
	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/memory"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
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

	plan    httpfetch.Plan // how the request uses validators
	asked   string         // the address of the request
	resp    httpfetch.Response
	failure error // of the request

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
	r.fetch(ctx)
	outcome, err := r.read(ctx)
	if later := new(polite.Later); errors.As(err, &later) {
		return p.postpone(state, later, due)
	}
	if err != nil {
		return bus.Result{}, err
	}
	r.learn(state, outcome)
	r.note(outcome)
	if err := r.next(outcome); err != nil {
		return bus.Result{}, err
	}
	return r.result, nil
}

// fetch asks the feed's address, or the one that it has moved to for good.
func (r *round) fetch(ctx context.Context) {
	r.now = r.Now()
	request, err := r.request(httpfetch.MovedAddress(r.state.Move, r.feed.URL))
	request.ValidatorsFrom = r.state.ValidatorsFrom
	r.plan, request.ETag, request.LastModified = httpfetch.PlanValidators(r.state, r.now)
	r.state.URL = r.feed.URL
	r.state.Polls++
	r.asked = request.URL
	if r.failure = err; err == nil {
		r.resp, r.failure = r.get(ctx, polite.Ask{Of: r.feed.ID, Turn: r.state.Turn}, request)
	}
	r.now = r.Now()
	r.state.Status = r.resp.Status
}

// request is one made as the feed is to be asked.
func (r *round) request(url string) (httpfetch.Request, error) {
	auth, err := r.user()
	return httpfetch.Request{
		URL: url, SecretsFor: r.feed.URL, Header: r.feed.Headers, Auth: auth, Proxy: r.feed.Proxy,
	}, err
}

// get makes a request of the feed's. When its host has had enough, that is told.
func (r *round) get(ctx context.Context, ask polite.Ask, request httpfetch.Request) (httpfetch.Response, error) {
	ask.Obey = r.feed.Robots == schema.RobotsObey
	answer, err := r.Fetch(ctx, ask, request)
	if cooled := answer.Cooled; !cooled.Until.IsZero() {
		r.health("rate-limited", "its host is left alone until "+cooled.Until.UTC().Format(time.RFC3339)+": "+cooled.Reason)
	}
	return answer.Response, err
}

// postpone is the result of a poll whose host's turn has not come: the same poll
// once more, then. It is no failure, and counts as none.
func (p *Poller) postpone(state schema.PollState, later *polite.Later, due bus.Delivery) (bus.Result, error) {
	state.Next, state.Turn, state.Reason = later.Until, later.Until, later.Reason
	if later.Reason == hosts.Cooling {
		// A host that wants to be left alone may want it for long: a run that polls
		// every feed once does not wait for that.
		state.PolledRun, state.Error = state.Run, string(httpfetch.CodeRateLimited)
	}
	message, err := ScheduleMessage(p.Root, state)
	if err != nil {
		return bus.Result{}, err
	}
	message.Expect = &bus.Expect{Filter: p.Root.PollDue(state.FeedID), Last: due.Sequence, Fence: true}
	return bus.Result{Verdict: "postponed", Groups: [][]bus.Message{{message}}}, nil
}

// user are the user and the password that the feed is asked with, nil for none.
func (r *round) user() (*url.Userinfo, error) {
	name := r.feed.Auth
	user, there := r.Users[name]
	if name != "" && !there {
		return nil, &httpfetch.Error{Code: httpfetch.CodeConfig, Err: errors.New("the feed's user is not configured")}
	}
	return user, nil
}

// learn keeps what this poll says of the feed's server: whether the feed has
// moved, and whether its answers 304 can be believed.
func (r *round) learn(before schema.PollState, outcome schedule.Outcome) {
	good := outcome < schedule.Failed
	r.state.Move = httpfetch.LearnMove(before.Move, r.asked, r.resp, good)
	if r.state.Move.Times == httpfetch.MoveConfirmations && before.Move.Times < httpfetch.MoveConfirmations {
		r.health("moved", r.state.Move.To)
	}
	if !good {
		return
	}
	var lied bool
	r.state.Trust, lied = httpfetch.LearnTrust(before, r.plan, r.resp, outcome == schedule.Changed, r.now)
	if lied {
		r.health("lying-304", "answered 304 although the document had changed; its validators are not used until "+
			r.state.Trust.DistrustedUntil.Format(time.RFC3339))
	}
}

// read turns the answer into items, and says how the poll went. An error is
// one of the pipeline; what is wrong with the feed is an outcome.
func (r *round) read(ctx context.Context) (schedule.Outcome, error) {
	if r.failure != nil {
		return r.unfetched(ctx, r.failure)
	}
	if r.resp.NotModified {
		r.result.Verdict = "not-modified"
		return schedule.Unchanged, nil
	}
	if err := r.recall(ctx); err != nil {
		return 0, err
	}
	// Most documents have nothing new, and to see that costs less than a hash.
	if items, ok := cut.Skim(r.resp.Body); ok && r.known.Shows(items) {
		r.tally(0, len(items))
		r.result.Verdict = "nothing-new"
		r.remember(r.state.BodyHash)
		return schedule.Unchanged, nil
	}
	hash := schema.RegionHash(r.resp.Body)
	if hash == r.state.BodyHash {
		r.result.Verdict = "same-body"
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
	r.hear(document)
	pieces, inPart, whole := piecesOf(&document), document.Torn, !document.Torn
	if len(document.Sitemaps) > 0 {
		// What an index lists may change while the index does not, so it is always
		// asked for whole.
		inPart, whole = true, false
		if pieces, problem, err = r.listed(ctx, document.Sitemaps); err != nil {
			return 0, err
		}
		if problem != nil {
			return r.unlisted(ctx, problem)
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
	r.state.ValidatorsFrom = ""
	if r.resp.FinalURL != r.feed.URL {
		r.state.ValidatorsFrom = r.resp.FinalURL
	}
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
		r.health("gone", "answered 410; asked once a week from now on")
	}
	if outcome >= schedule.Failed {
		r.state.Failures++
		if r.state.Failures == 1 {
			r.health(kindOf(outcome, r.state.Error), "")
		}
		return
	}
	if r.state.Failures > 0 {
		r.health("recovered", "")
	}
	r.state.Error, r.state.Detail, r.state.Failures = "", "", 0
	r.state.LastGood, r.state.Retired = r.now, time.Time{}
	r.listen(outcome)
}

// kindOf is the kind of event that tells of a first failure.
func kindOf(outcome schedule.Outcome, code string) string {
	switch {
	case outcome == schedule.Limited:
		return "rate-limited"
	case code == feed.CodeDepth, code == feed.CodeBudget:
		return "hostile"
	default:
		return "failing"
	}
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
	if outcome == schedule.Changed && decision.Rhythm.Days > 0 {
		r.state.Daily = math.Round(decision.Rhythm.Items/decision.Rhythm.Days*100) / 100
	}
	r.state.Reason = decision.Reason
	r.state.Next = decision.At
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

// health adds an event in the feed's life. Without a detail it is the state's.
func (r *round) health(kind, detail string) {
	event := schema.Health{
		FeedID: r.feed.ID, URL: r.feed.URL, Kind: kind,
		Error: r.state.Error, Detail: cmp.Or(detail, r.state.Detail), At: r.now,
	}
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
