package hosts

import (
	"slices"
	"time"
)

// State is what is known of one host. Its JSON is the record in the bucket. The
// zero State is that of a host that was never asked. All times are of one clock;
// see Gate.
type State struct {
	// Host is the host; see Key.
	Host string `json:"host"`
	// At is when the record was last changed.
	At time.Time `json:"at,omitzero"`
	// Free is when the next request may start at the earliest.
	Free time.Time `json:"free,omitzero"`
	// Queue is the last turn that was given to someone who had to wait. Until it
	// is past, whoever comes without a turn gets one after it.
	Queue time.Time `json:"queue,omitzero"`
	// Again is the last turn that was given anew to someone whose turn had come
	// while the host was busy still.
	Again time.Time `json:"again,omitzero"`
	// Leases are the requests on their way.
	Leases []Lease `json:"leases,omitempty"`
	// Took is the usual time of a request, in seconds.
	Took float64 `json:"took,omitempty"`
	// CrawlDelay is what robots.txt wants between two requests, in seconds.
	CrawlDelay float64 `json:"crawl_delay,omitempty"`
	// Refusals are those that count now, the oldest first, one for each asked.
	Refusals []Refusal `json:"refusals,omitempty"`
	// Pressure weighs refusals against good answers; see State.Leave.
	Pressure int `json:"pressure,omitempty"`
	// Cool is the last cool-down. It is kept when it is over, so that the next
	// one is longer, until the host gives a good answer.
	Cool CoolDown `json:"cool,omitzero"`
}

// Lease is the right to one request.
type Lease struct {
	// ID tells it from others.
	ID string `json:"id"`
	// Host is the host that may be asked. It is not in the record, which has it.
	Host string `json:"-"`
	// Since and Until are when it begins and when it ends by itself.
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`

	stored record // with the lease in it
}

// Ask is what someone wants who wants to make a request.
type Ask struct {
	// Turn is Wait.Until of the last answer, of whoever was told to wait.
	Turn time.Time
	// IgnoreCool asks in spite of a cool-down, for what the operator has exempted.
	IgnoreCool bool
	// Work is the message that the request is made for, which one worker at a time
	// has in hand: a lease that is there for it already was of a worker that was
	// killed, and is taken over. Empty when it is made for none.
	Work string

	id string // of the lease
}

// Wait says when to come back.
type Wait struct {
	// Until is when, by the clock of the server of NATS, which fires schedules.
	// It is also the turn to come back with.
	Until time.Time
	// For is how long that is.
	For time.Duration
	// Reason says in a few words why.
	Reason string
}

// The reasons to wait.
const (
	Busy    = "host is busy"
	Spaced  = "host was asked just now"
	Queued  = "others wait for the host"
	Cooling = "host wants to be left alone"
)

// maxQueue bounds how far ahead a turn may be.
const maxQueue = 24 * time.Hour

// Enter returns a lease, or when to come back. Turns are given one after another
// as fast as the host takes requests, and who comes in time finds it free or
// almost: so a thousand who want the same host do not come back all at once, and
// nobody who comes later overtakes them for ever.
func (s *State) Enter(now time.Time, c Config, ask Ask) (Lease, Wait) {
	s.forget(now, c)
	if i := s.lease(ask.id); i >= 0 {
		s.Leases[i].Until = now.Add(c.Hold)
		return s.Leases[i], Wait{}
	}
	turn, cooled := s.given(ask.Turn), s.Cooled(now)
	if cooled && !ask.IgnoreCool {
		return Lease{}, s.cooling(now, c, turn)
	}
	mine := !turn.IsZero() && !turn.After(now)
	first := mine || cooled || !s.Queue.After(now)
	if first && len(s.Leases) < c.Requests && !now.Before(s.Free) {
		return s.admit(now, c, ask.id), Wait{}
	}
	return Lease{}, s.later(now, c, turn, first)
}

// given is a turn that was given by this record. One that it can't have given is
// of a record that is gone, or of a queue that was cleared, and worth nothing.
func (s *State) given(turn time.Time) time.Time {
	if turn.After(s.Queue) {
		return time.Time{}
	}
	return turn
}

// later gives a turn to someone who can't be let in now. first says that nobody
// is before them.
func (s *State) later(now time.Time, c Config, turn time.Time, first bool) Wait {
	at, reason := latest(now, s.Free), Spaced
	if len(s.Leases) >= c.Requests {
		at, reason = latest(at, s.end(now, c)), Busy
	}
	switch {
	case turn.After(now):
		at, reason = turn, Queued // it stays
	case !first:
		at, reason = latest(at, s.Queue.Add(s.pace(c))), Queued
	case !turn.IsZero(): // it had come, so they stay before all who have none
		if s.Again.After(now) {
			at = latest(at, s.Again.Add(s.pace(c)))
		}
		s.Again = at
	}
	return s.wait(now, at, reason)
}

// cooling gives a turn after the cool-down.
func (s *State) cooling(now time.Time, c Config, turn time.Time) Wait {
	at := s.Cool.Until
	switch {
	case !turn.Before(at):
		at = turn // it stays
	case s.Queue.After(now):
		at = latest(at, s.Queue.Add(s.pace(c)))
	}
	return s.wait(now, at, Cooling)
}

func (s *State) wait(now, at time.Time, reason string) Wait {
	if limit := now.Add(maxQueue); at.After(limit) {
		at = limit
	}
	s.Queue = latest(s.Queue, at)
	return Wait{Until: at, For: at.Sub(now), Reason: reason}
}

func (s *State) admit(now time.Time, c Config, id string) Lease {
	l := Lease{ID: id, Host: s.Host, Since: now, Until: now.Add(c.Hold)}
	s.Leases = append(s.Leases, l)
	s.Free = now.Add(s.spacing(c))
	return l
}

// Leave gives a lease back and tells what came of the request. It returns the
// cool-down of the host that this has begun or made longer, the zero one if none.
//
// A single refusal is the feed's: whoever was refused waits by itself. The host
// is cooled when two different ones were refused within Config.Window and good
// answers are few between: a refusal adds 2 to Pressure, a good answer takes 1
// away, and 4 are wanted. So one bad feed, or a host that serves most of what it
// is asked, cools nobody else. robots.txt stands for the host, and counts twice.
// A host that refuses again right after a cool-down is left alone for longer.
// The host is left alone for as long as two of the refused were told to stay
// away, and at least for Config.CoolDown.
func (s *State) Leave(now time.Time, c Config, leaseID string, o Outcome) CoolDown {
	s.forget(now, c)
	if i := s.lease(leaseID); i >= 0 {
		took := now.Sub(s.Leases[i].Since).Seconds()
		if s.Took > 0 {
			took = s.Took + (took-s.Took)/4
		}
		s.Took = max(took, 0)
		s.Leases = slices.Delete(s.Leases, i, i+1)
	}
	return s.Note(now, c, o)
}

// skew is by how much the clocks of two workers may differ.
const skew = 5 * time.Second

// putBack moves all times by as much as the clock was put back since the record
// was changed: whoever was to wait for a minute waits for that, not for as long as
// the clock takes to get there again. A turn that was given before is worth
// nothing then; see given.
func (s *State) putBack(now time.Time) {
	by := s.At.Sub(now)
	s.At = now
	if by <= skew {
		return
	}
	times := []*time.Time{&s.Free, &s.Queue, &s.Again, &s.Cool.Since, &s.Cool.Until}
	for i := range s.Leases {
		times = append(times, &s.Leases[i].Since, &s.Leases[i].Until)
	}
	for i := range s.Refusals {
		times = append(times, &s.Refusals[i].At, &s.Refusals[i].Until)
	}
	for _, t := range times {
		if !t.IsZero() {
			*t = t.Add(-by)
		}
	}
}

// forget drops what is over: leases of workers that died, and old refusals.
func (s *State) forget(now time.Time, c Config) {
	s.Leases = slices.DeleteFunc(s.Leases, func(l Lease) bool { return !l.Until.After(now) })
	s.Refusals = slices.DeleteFunc(s.Refusals, func(r Refusal) bool { return now.Sub(r.At) >= c.Window })
	if len(s.Refusals) == 0 {
		s.Pressure = 0
	}
}

// lease is the place of a lease, -1 when it is not there.
func (s *State) lease(id string) int {
	return slices.IndexFunc(s.Leases, func(l Lease) bool { return l.ID == id })
}

// spacing is the time between two starts.
func (s *State) spacing(c Config) time.Duration {
	return max(c.Spacing, min(seconds(s.CrawlDelay), c.MaxDelay))
}

// leastPace is the least time to come back after. Who finds a host busy must not
// ask again at once.
const leastPace = 10 * time.Millisecond

// pace is the time between two turns: the spacing, or what the host needs for a
// request if that is longer.
func (s *State) pace(c Config) time.Duration {
	return max(s.spacing(c), seconds(s.Took)/time.Duration(c.Requests), leastPace)
}

// end is when to look again whether one of the requests on their way has ended.
// One that has taken long already is looked for less often.
func (s *State) end(now time.Time, c Config) time.Time {
	at := now.Add(c.Hold)
	for _, l := range s.Leases {
		likely := now.Add(max(s.pace(c), now.Sub(l.Since)))
		for _, t := range []time.Time{likely, l.Until} {
			if t.Before(at) {
				at = t
			}
		}
	}
	return at
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
