package push

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"time"
)

const (
	// askedLease is the lease that hubs are asked for.
	askedLease = 10 * day
	// longestLease is the most that a hub is believed: now and then it must answer.
	longestLease = 90 * day
	// steadyLease is the least lease that is worth a poll to be renewed, and that
	// pushes are relied on with.
	steadyLease = time.Hour
	// firstPause and longestPause bound the wait before a hub that did not do as
	// asked is asked again; the wait doubles with each time.
	firstPause, longestPause = time.Hour, day
	// leastPause is the same while there is a lease that may still be renewed.
	leastPause = 5 * time.Minute
	// changePause is how long a subscription is kept before the feed may have
	// another hub: one that names a new one each time would have us call them all.
	changePause = time.Hour
	// skew is by how much the clocks of two fetchers may differ.
	skew = 5 * time.Second

	day = 24 * time.Hour
)

// Subscription is a feed's subscription at a hub.
type Subscription struct {
	// Hub and Topic are the addresses of the hub, and of the feed as it knows it.
	Hub   string `json:"hub"`
	Topic string `json:"topic"`
	// Base is the Keeper's when it was made, and Proxy the one that the hub is
	// asked through.
	Base  string `json:"base"`
	Proxy string `json:"proxy,omitempty"`
	// Token is the part of the callback's address that nobody can guess, and Secret
	// what the hub signs pushes with. Without a token there is no subscription.
	Token  Hidden `json:"token"`
	Secret Hidden `json:"secret"`
	// Ended says that it is wanted no more, and is kept until the hub knows.
	Ended bool `json:"ended,omitempty"`

	// Asked is when the hub was asked last, Failures how often in a row it has not
	// confirmed, and Retry when it may be asked again; Turn is what the hub's host
	// has told to come back with. Problem says what was wrong.
	Asked    time.Time `json:"asked"`
	Failures int       `json:"failures,omitempty"`
	Retry    time.Time `json:"retry,omitzero"`
	Turn     time.Time `json:"turn,omitzero"`
	Problem  string    `json:"problem,omitempty"`

	// Verified is since when there has been a lease without a gap, Until when it
	// ends, and Renew when it is time to ask for another.
	Verified time.Time `json:"verified,omitzero"`
	Until    time.Time `json:"until,omitzero"`
	Renew    time.Time `json:"renew,omitzero"`

	// Pushes counts the pushes that were good, over all subscriptions of the feed;
	// Pushed is when the last came, and Due for when it has had the feed polled.
	Pushes int       `json:"pushes,omitempty"`
	Pushed time.Time `json:"pushed,omitzero"`
	Due    time.Time `json:"due,omitzero"`
}

// Hidden is a text that is stored and never shown.
type Hidden string

// String hides the text.
func (Hidden) String() string { return "(hidden)" }

// GoString hides the text.
func (Hidden) GoString() string { return "(hidden)" }

// random is a text of 256 bits that nobody can guess.
func random() Hidden {
	var b [32]byte
	_, _ = rand.Read(b[:]) // It never fails: the program ends if the system has no random numbers.
	return Hidden(hex.EncodeToString(b[:]))
}

// leased says whether pushes may come now.
func (s *Subscription) leased(now time.Time) bool { return !s.Ended && now.Before(s.Until) }

// steady says whether the lease is long enough to be relied on.
func (s *Subscription) steady() bool { return s.Until.Sub(s.Renew) >= steadyLease/4 }

// want makes it a subscription at this hub, and says whether the hub is to be
// asked for it now; that is then noted.
func (s *Subscription) want(hub, topic, base, proxy string, now time.Time) bool {
	s.putBack(now)
	same := s.Hub == hub && s.Topic == topic && s.Base == base
	switch {
	case s.Token == "" || s.Ended:
		s.renew(hub, topic, base)
	case !same && now.Before(s.Asked.Add(changePause)):
		return false
	case !same:
		s.renew(hub, topic, base)
	case now.Before(s.Retry), now.Before(s.Renew):
		return false
	}
	s.Proxy = proxy
	s.ask(now)
	return true
}

// putBack forgets what a clock has said that was put back since: the hub was asked
// in a time that is yet to come, and nobody knows for how long it gives a lease
// still.
func (s *Subscription) putBack(now time.Time) {
	if s.Asked.After(now.Add(skew)) {
		s.Asked, s.Retry, s.Turn = time.Time{}, time.Time{}, time.Time{}
		s.Verified, s.Until, s.Renew = time.Time{}, time.Time{}, time.Time{}
	}
	if s.Retry.After(now.Add(longestPause + skew)) {
		s.Retry = time.Time{}
	}
}

// renew makes it a new one, of which nothing is known but what came by the one
// before. Calls for that find no such token.
func (s *Subscription) renew(hub, topic, base string) {
	*s = Subscription{
		Hub: hub, Topic: topic, Base: base, Token: random(), Secret: random(),
		Pushes: s.Pushes, Pushed: s.Pushed, Due: s.Due,
	}
}

// ask notes that the hub is asked. Until it confirms, that is a failure.
func (s *Subscription) ask(now time.Time) {
	pause := firstPause << min(s.Failures, 5)
	pause = min(pause, longestPause)
	if s.leased(now) {
		pause = min(pause, max(s.Until.Sub(now)/2, leastPause))
	}
	s.Failures++
	s.Asked, s.Retry = now, now.Add(pause)
}

// confirm notes that the hub has given a lease.
func (s *Subscription) confirm(lease time.Duration, now time.Time) {
	if lease <= 0 {
		lease = askedLease
	}
	lease = min(lease, longestLease)
	if !s.leased(now) {
		s.Verified = now
	}
	s.Until = now.Add(lease)
	s.Renew = now.Add(time.Duration(float64(lease) * (0.6 + 0.1*s.chance())))
	s.Failures, s.Retry, s.Turn, s.Problem = 0, time.Time{}, time.Time{}, ""
}

// chance is a number from 0 to 1, always the same for a subscription.
func (s *Subscription) chance() float64 {
	n, err := strconv.ParseUint(string(s.Token[:min(len(s.Token), 4)]), 16, 16)
	if err != nil {
		return 0
	}
	return float64(n) / (1 << 16)
}

// deny notes that the hub does not give a lease, or has ended it.
func (s *Subscription) deny(why string, now time.Time) {
	s.Problem = "denied by the hub"
	if why != "" {
		s.Problem += ": " + why
	}
	s.Until, s.Renew, s.Verified = time.Time{}, time.Time{}, time.Time{}
	s.Retry = now.Add(longestPause)
}

// end notes that it is wanted no more, and says whether that has changed anything
// and whether the hub is to be told. What no hub has a lease for is removed.
func (s *Subscription) end(now time.Time) (changed, tell bool) {
	s.putBack(now)
	switch {
	case s.Token == "":
		return false, false
	case !now.Before(s.Until):
		*s = Subscription{}
		return true, false
	case s.Ended && now.Before(s.Retry):
		return false, false
	}
	if !s.Ended {
		s.Ended, s.Failures = true, 0
	}
	s.ask(now)
	return true, true
}

// push notes a push that was good, and returns when the feed is to be polled.
func (s *Subscription) push(now time.Time, spacing time.Duration) time.Time {
	s.Pushes++
	s.Pushed = now
	switch {
	case !s.Due.After(now):
		s.Due = latest(now, s.Due.Add(spacing))
	case s.Due.After(now.Add(spacing)): // the clock was put back
		s.Due = now
	}
	return s.Due
}

// RenewBy is when the subscription wants a poll of its feed by: to be renewed, or
// to be found ended. It is zero when that is not worth a poll.
func (s Subscription) RenewBy() time.Time {
	if s.Ended || s.Until.IsZero() || !s.steady() {
		return time.Time{}
	}
	if at := latest(s.Renew, s.Retry); at.Before(s.Until) {
		return at
	}
	return s.Until
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
