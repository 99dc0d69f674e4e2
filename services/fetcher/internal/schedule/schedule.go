// Package schedule decides when a feed is polled next, and says why. It is
// pure: the time comes as an argument, and chance out of the feed's id.
package schedule

import (
	"errors"
	"fmt"
	"hash/fnv"
	"time"
)

// Floor is the shortest interval that can be set at all; only tests and local
// sites want one near it.
const Floor = 200 * time.Millisecond

const (
	// blockedWait is the least wait after a poll that was refused for safety.
	blockedWait = time.Hour
	// goneWait is the wait after 410: a feed is not abandoned, but hardly asked.
	goneWait = 7 * 24 * time.Hour
	// maxDoublings bounds the growth of a wait before it meets Config.Max.
	maxDoublings = 30
)

// Config is what an operator may set.
type Config struct {
	// Base is the interval of a feed that nothing is known of.
	Base time.Duration
	// Min and Max bound every interval, and Max every wait.
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
	// Interval is Decision.Interval of the last poll, 0 before the first.
	Interval time.Duration
	// Fixed is the interval that the operator set for this feed, 0 for none.
	Fixed time.Duration
	// Outcome is how this poll ended.
	Outcome Outcome
	// Failures counts polls in a row that failed, this one included.
	Failures int
	// RetryAfter and MaxAge are what the server asked for, 0 for nothing.
	RetryAfter, MaxAge time.Duration
}

// Decision is when a feed is polled next.
type Decision struct {
	// At is when the next poll is due.
	At time.Time
	// Interval is what the feed is thought to need, kept for the next decision.
	Interval time.Duration
	// Reason says in a few words why At is when it is.
	Reason string
}

// Next decides.
func Next(in Input) Decision {
	interval := adapt(in)
	wait, reason := baseWait(in, interval)
	longest := in.Config.Max
	if in.Outcome == Gone {
		longest = goneWait
	}
	wait = min(wait, longest)
	var least time.Duration // what chance may not go below
	// The operator's interval is above what a server calls fresh, but never
	// above a server that asks to be left alone.
	if in.Fixed == 0 && in.Outcome < Failed {
		least = min(in.MaxAge, longest)
		if least > wait {
			wait, reason = least, "max-age of the server"
		}
	}
	least = max(least, min(in.RetryAfter, longest))
	if least > wait {
		wait, reason = least, "retry-after of the server"
	}
	if in.Outcome >= Failed {
		least = wait
	}
	return Decision{At: in.Now.Add(jitter(in, wait, least, longest)), Interval: interval, Reason: reason}
}

// adapt is the interval of a feed after this poll. Failures say nothing of how
// often it publishes.
func adapt(in Input) time.Duration {
	if in.Fixed > 0 {
		return min(max(in.Fixed, Floor), in.Config.Max)
	}
	interval := in.Interval
	if interval <= 0 {
		interval = in.Config.Base
	}
	switch in.Outcome {
	case Changed:
		interval /= 2
	case Unchanged:
		// Growing by a quarter keeps the interval near a fifth of the silence
		// so far, so the first item after it is late by that at most.
		interval += interval / 4
	}
	return min(max(interval, in.Config.Min), in.Config.Max)
}

// baseWait is the wait before the server's own wishes are looked at.
func baseWait(in Input, interval time.Duration) (time.Duration, string) {
	failed := fmt.Sprintf("failure %d in a row", in.Failures)
	switch in.Outcome {
	case Gone:
		return goneWait, "gone"
	case Blocked:
		return max(blockedWait, backoff(in)), "blocked, " + failed
	case Limited:
		return max(interval, backoff(in)), "rate limited, " + failed
	case Failed:
		return backoff(in), failed
	}
	switch {
	case in.Fixed > 0:
		return interval, "interval as set"
	case in.Outcome == Changed:
		return interval, "new items"
	}
	return interval, "nothing new"
}

// backoff doubles with each failure.
func backoff(in Input) time.Duration {
	wait := in.Config.Backoff
	for range min(in.Failures-1, maxDoublings) {
		if wait >= in.Config.Max/2 {
			return in.Config.Max
		}
		wait *= 2
	}
	return wait
}

// jitter moves a wait by up to a tenth, within the bounds, so that feeds
// registered together do not stay together.
func jitter(in Input, wait, least, longest time.Duration) time.Duration {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", in.FeedID, in.Polls)
	chance := float64(h.Sum64()>>11) / (1 << 53) // from 0 to 1, 1 excluded
	low, high := max(wait-wait/10, least), min(wait+wait/10, longest)
	return low + time.Duration(chance*float64(high-low))
}
