package schedule

import (
	"fmt"
	"time"
)

const (
	// quiet is how many items must be expected for a hub that has not pushed any
	// of them to be checked by a poll.
	quiet = 5.0
	// MostVain is how many polls in a row look for what was pushed and not found.
	MostVain = 2
)

// Push is what is known of a feed's pushes.
type Push struct {
	// Live says that new items are pushed to us, so that polls only check that.
	Live bool
	// Renew is when the subscription wants a poll to be renewed by; zero for never.
	Renew time.Time
	// Vain counts the polls in a row that a push had asked for and that found
	// nothing new; 0 when none did.
	Vain int
}

// pushed is the wait of a feed whose hub pushes: as long as it would be hard to
// believe that nothing is new, and never shorter than without a hub.
func (in Input) pushed(f *forecast) time.Duration {
	c := in.Config
	return max(f.until(in.Now, quiet, c.Max), f.due(in.Now, c.Max), c.Min)
}

// until is how long after now so many items are expected, longest if they are not
// by then.
func (f *forecast) until(now time.Time, items float64, longest time.Duration) time.Duration {
	wait, passed, perSecond := longest, 0.0, f.perDay/day.Seconds()
	f.walk(now, now.Add(min(longest, horizon)), func(seconds, factor float64) bool {
		come := perSecond * factor * seconds
		if come < items {
			items, passed = items-come, passed+seconds
			return true
		}
		wait = duration(passed + seconds*items/come)
		return false
	})
	return wait
}

// askAgain is the plan for a feed whose hub has told of something new that is not
// there yet: caches between us and the publisher may be late. ok is false when
// there is no such.
func (in Input) askAgain(interval time.Duration) (p plan, ok bool) {
	n := in.Push.Vain
	if n < 1 || n > MostVain || in.Outcome >= Failed {
		return plan{}, false
	}
	wait := time.Minute
	if n > 1 {
		wait = 5 * time.Minute
	}
	if wait >= interval {
		return plan{}, false
	}
	return plan{wait, wait, in.Config.Max, "pushed by its hub, but not there yet: asked again after " + span(wait)}, true
}

// renewing has a plan wait no longer than the subscription does.
func (in Input) renewing(p plan) plan {
	left := max(in.Push.Renew.Sub(in.Now), in.Config.Min)
	if in.Push.Renew.IsZero() || in.Outcome >= Failed || left >= p.wait {
		return p
	}
	return plan{left, min(p.least, left), p.longest, fmt.Sprintf("its subscription at the hub is to be renewed in %s", span(left))}
}
