package push_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// story is a feed whose polls are told one by one.
type story struct {
	now    time.Time
	sub    push.Subscription
	before time.Time
	known  schema.Push
}

func newStory() *story {
	return &story{
		now: noon, before: noon.Add(-hour), known: schema.Push{Hub: hub, Topic: topic},
		sub: push.Subscription{Token: "t", Verified: noon.Add(-day), Until: noon.Add(9 * day), Renew: noon.Add(6 * day)},
	}
}

// tell has what happened, a letter each: + a push, * a poll with something new,
// . one without, ! one that failed, h an hour and m ten seconds that pass, x the
// end of the lease, r its renewal. It returns the last verdict.
func (s *story) tell(what string) (verdict string) {
	for _, c := range what {
		switch c {
		case '+':
			s.sub.Pushes++
			s.sub.Pushed = s.now
		case '*':
			verdict = s.poll(schedule.Changed)
		case '.':
			verdict = s.poll(schedule.Unchanged)
		case '!':
			verdict = s.poll(schedule.Failed)
		case 'h':
			s.now = s.now.Add(hour)
		case 'm':
			s.now = s.now.Add(10 * time.Second)
		case 'x':
			s.sub.Until = s.now
		case 'r':
			s.sub.Verified, s.sub.Until, s.sub.Renew = s.now, s.now.Add(9*day), s.now.Add(6*day)
		}
	}
	return verdict
}

func (s *story) poll(outcome schedule.Outcome) (verdict string) {
	s.known, verdict = push.Learn(s.known, push.Poll{Began: s.sub, Now: s.sub, Outcome: outcome, At: s.now, Before: s.before})
	if outcome < schedule.Failed {
		s.before = s.now
	}
	return verdict
}

func TestLearn(t *testing.T) {
	for name, test := range map[string]struct {
		story   string
		live    bool
		verdict string
	}{
		"nothing yet":                       {"h.h.", false, ""},
		"two":                               {"h+*h+*", false, "found"},
		"three in a row":                    {"h+*h+*h+*", true, "found"},
		"three with silent polls between":   {"h+*h.h+*h.h.h+*", true, "found"},
		"nothing new for long":              {"h+*h+*h+*h.h.h.h.h.", true, ""},
		"a failure between":                 {"h+*h+*h+!h*", true, "found"},
		"a miss before the third":           {"h+*h+*h*h+*", false, "found"},
		"a miss":                            {"h+*h+*h+*h*", false, "missed"},
		"three again after a miss":          {"h+*h+*h+*h*h+*h+*h+*", true, "found"},
		"two after a miss":                  {"h+*h+*h+*h*h+*h+*", false, "found"},
		"late push":                         {"h+*h+*h+*h*m+.", true, "not-there-yet"},
		"always late":                       {"h*m+..." + "h*m+..." + "h*m+...", true, "in-vain"},
		"too late":                          {"h+*h+*h+*h*h+.", false, "not-there-yet"},
		"pushed before caches knew":         {"h+*h+*h+.m*", true, "found"},
		"pushed long before caches knew":    {"h+*h+*h+*h+...h*", false, "missed"},
		"pushed in vain":                    {"h+*h+*h+*h+...", true, "in-vain"},
		"pushed for one poll":               {"h+*h+*h+++*", true, "found"},
		"pushed for edits nobody sees":      {"h+...h+...h+...", false, "in-vain"},
		"the lease ends":                    {"h+*h+*h+*hx.", false, ""},
		"the lease ends, items come":        {"h+*h+*h+*hx.h*h*", false, ""},
		"a new lease":                       {"h+*h+*h+*hx.h*hr.", true, ""},
		"items from before the new lease":   {"h+*h+*h+*hx.h.hr*", true, ""},
		"items after the new lease, missed": {"h+*h+*h+*hx.h.hr*h*", false, "missed"},
		"found before it was subscribed":    {"r*", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory()
			verdict := s.tell(test.story)
			if live := !s.known.Live.IsZero(); live != test.live || verdict != test.verdict {
				t.Errorf("live %v, %q: %+v", live, verdict, s.known)
			}
		})
	}
}

// Live is since when pushes are relied on, and short leases are not.
func TestLiveSince(t *testing.T) {
	s := newStory()
	s.tell("h+*h+*h+*")
	since := s.now
	if s.tell("h+*h."); !s.known.Live.Equal(since) || !s.known.Until.Equal(s.sub.Until) {
		t.Errorf("got %+v, want since %v", s.known, since)
	}
	s.sub.Until, s.sub.Renew = s.now.Add(10*time.Minute), s.now.Add(6*time.Minute)
	if s.tell("+*"); !s.known.Live.IsZero() {
		t.Error("a lease of ten minutes is relied on")
	}
	s.sub = push.Subscription{}
	if s.tell("*"); s.known != (schema.Push{Hub: hub, Topic: topic}) {
		t.Errorf("without a subscription: %+v", s.known)
	}
}

// Whatever happens: pushes are relied on only with a lease and after three good
// ones, and a poll that finds what was not pushed ends that at once.
func TestLearnHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStory()
		good := 0 // polls with something new that was pushed, maybe late
		for _, c := range rapid.SliceOfN(rapid.SampledFrom([]rune("++**..!hhmxr")), 1, 60).Draw(t, "story") {
			heard := s.known.Heard
			verdict := s.tell(string(c))
			switch verdict {
			case "found", "not-there-yet":
				good++
			case "missed":
				if !s.known.Live.IsZero() {
					t.Fatal("relied on after a miss")
				}
			}
			p := s.known
			if p.Proven > good || p.Proven > 3 || p.Vain > schedule.MostVain || p.Heard > s.sub.Pushes || p.Heard < heard {
				t.Fatalf("after %d good ones: %+v", good, p)
			}
			polled := c == '*' || c == '.' || c == '!'
			if polled && !p.Live.IsZero() && (p.Proven < 3 || !s.now.Before(s.sub.Until)) {
				t.Fatalf("relied on without reason: %+v", p)
			}
		}
	})
}
