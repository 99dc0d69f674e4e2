package push

import (
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

const (
	// proof is how many polls in a row must have found what a push had told of for
	// pushes to be relied on.
	proof = 3
	// grace is how much later than a poll that found something the push for it may
	// come, and still be good.
	grace = 2 * time.Minute
)

// Poll is how a poll of a feed went.
type Poll struct {
	// Began is the feed's subscription when the poll began, Now what it is since.
	Began, Now Subscription
	// Outcome is how it ended, At when.
	Outcome schedule.Outcome
	At      time.Time
	// Before is when the good poll before it ended.
	Before time.Time
}

// Learn is what is known of a feed's pushes after a poll; verdict is a word for
// what it says of them, or empty.
//
// Pushes are relied on while the subscription has a steady lease and the last polls
// that found something new had all been told of it. One that had not is a miss:
// pushes must prove themselves anew, unless the push for it was just late.
func Learn(p schema.Push, poll Poll) (_ schema.Push, verdict string) {
	if poll.Began.Token == "" {
		p = schema.Push{Hub: p.Hub, Topic: p.Topic}
	}
	if pushes := poll.Began.Pushes; pushes != p.Began {
		p.Began, p.Vain = pushes, 0
	}
	p, verdict = judge(p, poll)
	now := poll.Now
	p.Until, p.Problem = now.Until, now.Problem
	switch live := p.Proven >= proof && now.leased(poll.At) && now.steady(); {
	case !live:
		p.Live = time.Time{}
	case p.Live.IsZero():
		p.Live = poll.At
	}
	return p, verdict
}

// judge is what a poll says of the pushes before it, by what it found.
func judge(p schema.Push, poll Poll) (_ schema.Push, verdict string) {
	pushed := poll.Began.Pushes != p.Heard
	switch {
	case poll.Outcome >= schedule.Failed:
	case poll.Outcome == schedule.Changed && pushed:
		p.Proven = min(p.Proven+1, proof)
		p.Missed, p.Before = time.Time{}, 0
		p.Heard, p.Vain = poll.Began.Pushes, 0
		verdict = "found"
	case poll.Outcome == schedule.Changed:
		if poll.told() {
			p.Missed, p.Before, p.Proven = poll.At, p.Proven, 0
			verdict = "missed"
		}
	case pushed:
		p, verdict = vain(p, poll)
	}
	return p, verdict
}

// told says whether a push should have told of what a poll found: the subscription
// was there when the poll before it ended, and is still.
func (p Poll) told() bool {
	s := p.Began
	return s.leased(p.At) && !s.Verified.After(p.Before)
}

// vain is what is known after a poll that found nothing new for a push. It may have
// been found by the poll just before, or not have got through the caches yet.
func vain(p schema.Push, poll Poll) (schema.Push, string) {
	if !p.Missed.IsZero() && poll.Began.Pushed.Sub(p.Missed) <= grace {
		p.Proven = min(p.Before+1, proof)
		p.Missed, p.Before = time.Time{}, 0
	}
	if p.Vain++; p.Vain <= schedule.MostVain {
		return p, "not-there-yet"
	}
	p.Heard, p.Vain = poll.Began.Pushes, 0
	return p, "in-vain"
}
