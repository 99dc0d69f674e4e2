package hosts

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Robots is Outcome.Of of a request for robots.txt.
const Robots = "robots"

// Outcome is what came of a request.
type Outcome struct {
	// Of is what was asked for: the id of a feed or of an article, or Robots. Two
	// refusals of the same say no more of the host than one.
	Of string
	// Host is the host that answered, when redirects led to another than the
	// lease's.
	Host string
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// RetryAfter is how long the server wants to be left alone, 0 when it does
	// not say.
	RetryAfter time.Duration
}

// Refused says that the server wants fewer requests.
func (o Outcome) Refused() bool {
	return o.Status == http.StatusTooManyRequests || o.Status == http.StatusServiceUnavailable
}

// good says that the server serves. A missing document is no refusal; any other
// error says neither.
func (o Outcome) good() bool {
	return o.Status >= 200 && o.Status < 400 || o.Status == http.StatusNotFound || o.Status == http.StatusGone
}

// Refusal is an answer that wants fewer requests.
type Refusal struct {
	// Of is what was refused; see Outcome.
	Of string `json:"of"`
	// At is when it came, and Until the time to stay away that it named, At when
	// it named none.
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
	// Status is 429 or 503.
	Status int `json:"status"`
}

// CoolDown is a time for which a host is left alone.
type CoolDown struct {
	// Since and Until are its bounds.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Reason says why, for a person.
	Reason string `json:"reason,omitempty"`
	// Status is that of the last refusal, 0 of one that the operator has set.
	Status int `json:"status,omitempty"`
	// Count is how many refusals belong to it.
	Count int `json:"count,omitempty"`
	// Times counts cool-downs without a good answer between.
	Times int `json:"times,omitempty"`
}

const (
	maxRefusals = 8         // refusals that are remembered
	maxBackoff  = time.Hour // of a host that does not say how long
	maxReason   = 200       // bytes of the operator's own reason

	refusalWeighs = 2
	hostWeighs    = 4 // what two refusals weigh, or one of robots.txt
)

// Cooled says that the host wants to be left alone now.
func (s *State) Cooled(now time.Time) bool { return now.Before(s.Cool.Until) }

// Note is Leave for an answer that came without a lease, as by a redirect.
func (s *State) Note(now time.Time, c Config, o Outcome) CoolDown {
	s.forget(now, c)
	of := schema.Token(o.Of) // of bounded length
	if !o.Refused() && !o.good() {
		return CoolDown{}
	}
	before := len(s.Refusals)
	s.Refusals = slices.DeleteFunc(s.Refusals, func(r Refusal) bool { return r.Of == of })
	if o.good() {
		s.Pressure = max(s.Pressure-1, 0)
		if !s.Cooled(now) {
			s.Cool = CoolDown{}
		}
		return CoolDown{}
	}
	if len(s.Refusals) == before {
		s.Pressure = min(s.Pressure+refusalWeighs*weight(of), 2*hostWeighs)
	}
	if len(s.Refusals) >= maxRefusals {
		s.Refusals = s.Refusals[1:]
	}
	s.Refusals = append(s.Refusals, Refusal{Of: of, At: now, Until: now.Add(bounded(o.RetryAfter)), Status: o.Status})
	return s.judge(now, c)
}

// weight is how many a refusal counts for.
func weight(of string) int {
	if of == Robots {
		return 2
	}
	return 1
}

// judge cools the host when its refusals are evidence enough. After a cool-down
// without a good answer since, one is.
func (s *State) judge(now time.Time, c Config) CoolDown {
	var untils []time.Time
	for _, r := range s.Refusals {
		untils = append(untils, slices.Repeat([]time.Time{r.Until}, weight(r.Of))...)
	}
	enough := len(untils) > 1 && s.Pressure >= hostWeighs
	if c.FeedsOnly || !enough && s.Cool.Times == 0 {
		return CoolDown{}
	}
	last := s.Refusals[len(s.Refusals)-1]
	cool := s.Cool
	if !s.Cooled(now) {
		cool = CoolDown{Since: now, Times: s.Cool.Times + 1, Count: len(s.Refusals) - 1}
		cool.Until = now.Add(backoff(c, cool.Times))
	}
	cool.Count++
	cool.Status = last.Status
	if len(untils) > 1 {
		// What two of them agree on: one feed that shall stay away for a day does
		// not keep the others from asking.
		slices.SortFunc(untils, func(a, b time.Time) int { return b.Compare(a) })
		cool.Until = latest(cool.Until, untils[1])
	}
	cool.Reason = fmt.Sprintf("%d refusals of %d addresses within %s, the last with status %d",
		cool.Count, len(s.Refusals), c.Window, last.Status)
	s.Cool = cool
	return cool
}

// backoff doubles with each cool-down.
func backoff(c Config, times int) time.Duration {
	return min(c.CoolDown<<min(times-1, 12), max(c.CoolDown, maxBackoff))
}

// CoolUntil leaves the host alone, because the operator wants it so.
func (s *State) CoolUntil(now, until time.Time, reason string) {
	if len(reason) > maxReason {
		reason = reason[:maxReason]
	}
	s.Cool = CoolDown{Since: now, Until: now.Add(bounded(until.Sub(now))), Reason: reason, Times: s.Cool.Times}
}

// Clear ends a cool-down and forgets what led to it. Those who were told to come
// back after it may be overtaken.
func (s *State) Clear() {
	s.Cool, s.Refusals, s.Pressure, s.Queue, s.Again = CoolDown{}, nil, 0, time.Time{}, time.Time{}
}

func bounded(d time.Duration) time.Duration { return min(max(d, 0), Longest) }
