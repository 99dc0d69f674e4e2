// Package schedule decides when a feed is polled next, and says why. It is
// pure: the time comes as an argument, and chance out of the feed's id.
//
// It learns how much a feed publishes at which hours and on which days of the
// week, and has it polled when the items that are expected by then have waited,
// taken together, for half an hour. The publisher's wishes make that later,
// failures double the wait, and nothing makes it longer than a bound.
package schedule

import (
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Floor is the shortest interval that can be set at all; only tests and local
// sites want one near it.
const Floor = 200 * time.Millisecond

const (
	// blockedWait is the least wait after a poll that was refused for safety.
	blockedWait = time.Hour
	// goneWait is the least wait after 410: a feed is not abandoned, but hardly
	// asked.
	goneWait = week
	// maxRetryAfter is the longest that a server is left alone when it asks for
	// that, beyond Config.Max too.
	maxRetryAfter = day
	// growth is by how much each poll may lengthen the wait of a new feed: how
	// far ahead is known depends on how long was watched.
	growth = 1.25
)

// Config is what an operator may set.
type Config struct {
	// Base is the interval of a feed that nothing is known of.
	Base time.Duration
	// Min and Max bound every interval, and Max every wait but those for a feed
	// that is gone, for a server that asks to be left alone, and for skipDays.
	Min, Max time.Duration
	// Backoff is the wait after a first failure; it doubles with each more.
	Backoff time.Duration
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{Base: 15 * time.Minute, Min: 5 * time.Minute, Max: 24 * time.Hour, Backoff: time.Minute}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	switch {
	case c.Min < Floor:
		return fmt.Errorf("schedule: shortest interval %v: want at least %v", c.Min, Floor)
	case c.Base < c.Min, c.Max < c.Base:
		return fmt.Errorf("schedule: intervals %v, %v, %v: want shortest, base and longest in this order", c.Min, c.Base, c.Max)
	case c.Backoff < Floor, c.Backoff > c.Max:
		return errors.New("schedule: backoff: want it between the floor and the longest interval")
	}
	return nil
}

// Outcome is how a poll ended.
type Outcome int

// The outcomes of a poll.
const (
	Unchanged Outcome = iota // answered, nothing new
	Changed                  // something new was published
	Failed                   // no document, or a bad one
	Limited                  // the server asked for fewer requests
	Blocked                  // refused for safety: not public, or not HTTP
	Gone                     // the server says that the feed is no more
)

// Input is what a decision is made of.
type Input struct {
	Config Config
	// FeedID and Polls, the count of the feed's polls, decide what chance adds.
	FeedID string
	Polls  int
	// Now is when the poll ended.
	Now time.Time
	// Fixed is the interval that the operator set for this feed, 0 for none.
	Fixed time.Duration
	// Outcome is how this poll ended.
	Outcome Outcome
	// Failures counts polls in a row that failed, this one included.
	Failures int
	// Retired says that the server called the feed gone, and has not answered
	// with a document since.
	Retired bool
	// Push is what is known of the feed's pushes.
	Push Push
	// RetryAfter and MaxAge are what the server asked for, 0 for nothing.
	RetryAfter, MaxAge time.Duration
	// Hints are what the feed's last document asks for.
	Hints schema.Hints
	// Rhythm is Decision.Rhythm of the last poll.
	Rhythm schema.Rhythm
	// Items has, for each item that is new with this poll, when its publisher
	// says that it was published; the zero time if that is unknown.
	Items []time.Time
}

// Decision is when a feed is polled next.
type Decision struct {
	// At is when the next poll is due.
	At time.Time
	// Interval is what suits the feed, before wishes and chance.
	Interval time.Duration
	// Reason says in a few words why At is when it is.
	Reason string
	// Rhythm is what is known of the feed now, kept for the next decision.
	Rhythm schema.Rhythm
}

// plan is a wait that was chosen, how far chance may move it, and why.
type plan struct {
	wait, least, longest time.Duration
	reason               string
}

// Next decides.
func Next(in Input) Decision {
	known := readRhythm(in.Rhythm).observe(in)
	f := known.forecast(in.Now)
	interval, bound := in.interval(&f)
	p := in.renewing(in.plan(interval))
	asked := min(in.RetryAfter, max(in.Config.Max, maxRetryAfter))
	if asked > p.wait {
		p = plan{asked, asked, max(p.longest, asked+asked/10), "retry-after of the server, " + span(asked)}
	}
	p.least = max(p.least, asked)
	at, skip := in.skip(in.Now.Add(in.jitter(p)), p.longest)
	switch {
	case p.reason == "" && skip == "":
		p.reason = in.explain(&f, interval, bound, at)
	case p.reason == "":
		p.reason = skip
	case skip != "":
		p.reason += "; " + skip
	}
	return Decision{At: at, Interval: interval, Reason: p.reason, Rhythm: known.schema()}
}

// bound is what a feed's interval comes from.
type bound int

const (
	byRhythm bound = iota
	byShortest
	byLongest
	byAge
	byPush
	byOperator
)

// interval is the wait that suits the feed.
func (in Input) interval(f *forecast) (time.Duration, bound) {
	c := in.Config
	if in.Fixed > 0 {
		return min(max(in.Fixed, Floor), c.Max), byOperator
	}
	if in.Push.Live {
		return in.pushed(f), byPush
	}
	wait, by := f.due(in.Now, c.Max), byRhythm
	if wait >= c.Max {
		by = byLongest
	}
	if young := in.young(); wait > young {
		wait, by = young, byAge
	}
	if wait < c.Min {
		wait, by = c.Min, byShortest
	}
	return wait, by
}

// young bounds the wait of a feed that was polled a few times only.
func (in Input) young() time.Duration {
	wait := in.Config.Base
	for range in.Polls {
		if wait += duration(wait.Seconds() * (growth - 1)); wait >= in.Config.Max {
			return in.Config.Max
		}
	}
	return wait
}

// plan chooses between what suits the feed, what its publisher wants and what
// failures ask for. No reason means that the interval is its own.
func (in Input) plan(interval time.Duration) plan {
	longest := in.Config.Max
	switch {
	case in.retired():
		return plan{goneWait, goneWait, goneWait * 11 / 10, "gone (410): retired, asked once a week whether it is back"}
	case in.Outcome >= Failed:
		wait, kind := in.failureWait(interval)
		p := plan{wait, wait, longest, fmt.Sprintf("%sfailure %d in a row, backing off %s", kind, in.Failures, span(wait))}
		if wait == longest {
			p.least -= wait / 10 // Above it there is no room for chance.
		}
		return p
	}
	if p, ok := in.askAgain(interval); ok {
		return p
	}
	if in.Fixed > 0 {
		return plan{wait: interval, longest: longest}
	}
	asked, reason := in.hint()
	if asked > interval {
		return plan{asked, asked, longest, reason}
	}
	return plan{wait: interval, least: max(asked, in.Config.Min), longest: longest}
}

func (in Input) retired() bool {
	return in.Outcome == Gone || in.Retired && in.Outcome >= Failed
}

// failureWait is the wait after a failure, and what kind of one it was.
func (in Input) failureWait(interval time.Duration) (time.Duration, string) {
	wait, kind := in.backoff(), ""
	switch in.Outcome {
	case Blocked:
		wait, kind = max(wait, blockedWait), "blocked, "
	case Limited:
		wait, kind = max(wait, interval), "rate limited, "
	}
	return min(wait, in.Config.Max), kind
}

// backoff doubles with each failure.
func (in Input) backoff() time.Duration {
	wait := in.Config.Backoff
	for range in.Failures - 1 {
		if wait >= in.Config.Max/2 {
			return in.Config.Max
		}
		wait *= 2
	}
	return wait
}
