package hosts

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// refuse is the outcome of a request that was refused.
func refuse(of string, status int, retryAfter time.Duration) Outcome {
	return Outcome{Of: of, Status: status, RetryAfter: retryAfter}
}

// answers are outcomes a second apart.
func answers(s *State, c Config, outcomes ...Outcome) (last CoolDown) {
	for i, o := range outcomes {
		last = s.Note(at(1000*i), c, o)
	}
	return last
}

func TestScopeIsByEvidence(t *testing.T) {
	good, missing, broken := Outcome{Of: "g", Status: 200}, Outcome{Of: "m", Status: 404}, Outcome{Of: "x", Status: 500}
	none := Outcome{Of: "n"}
	a, b := refuse("a", 429, 0), refuse("b", 503, 0)
	for name, test := range map[string]struct {
		outcomes []Outcome
		cooled   time.Duration // after the last outcome, 0 when the host is not cooled
	}{
		"nothing":                      {nil, 0},
		"good answers":                 {[]Outcome{good, missing, good}, 0},
		"one feed":                     {[]Outcome{a}, 0},
		"one feed for a day":           {[]Outcome{refuse("a", 429, 24*time.Hour)}, 0},
		"one feed again and again":     {[]Outcome{a, a, a, a, a, a}, 0},
		"two feeds":                    {[]Outcome{a, b}, time.Minute},
		"two feeds, one again":         {[]Outcome{a, a, b}, time.Minute},
		"errors between":               {[]Outcome{a, broken, none, b}, time.Minute},
		"a good answer between":        {[]Outcome{a, good, b}, 0},
		"and a third refused":          {[]Outcome{a, good, b, refuse("c", 429, 0)}, time.Minute},
		"a missing document between":   {[]Outcome{a, missing, b}, 0},
		"one was served again":         {[]Outcome{a, {Of: "a", Status: 304}, b}, 0},
		"a host that serves most":      {[]Outcome{a, good, good, b, good, good, a, good, good, b}, 0},
		"errors alone":                 {[]Outcome{broken, none, broken, none}, 0},
		"robots":                       {[]Outcome{refuse(Robots, 503, 0)}, time.Minute},
		"robots with a time":           {[]Outcome{refuse(Robots, 503, time.Hour)}, time.Hour},
		"robots and a feed":            {[]Outcome{a, refuse(Robots, 503, 0)}, time.Minute},
		"two with a time":              {[]Outcome{refuse("a", 429, 2*time.Hour), refuse("b", 429, time.Hour)}, time.Hour},
		"one with a time, one without": {[]Outcome{refuse("a", 429, 24*time.Hour), b}, time.Minute},
		"three, two agree":             {[]Outcome{refuse("a", 429, 24*time.Hour), b, refuse("c", 429, time.Hour)}, time.Hour},
		"a time below ours":            {[]Outcome{refuse("a", 429, time.Second), refuse("b", 429, time.Second)}, time.Minute},
		"a time without end":           {[]Outcome{refuse("a", 429, 1e6*time.Hour), refuse("b", 429, 1e6*time.Hour)}, Longest - time.Second},
		"a time in the past":           {[]Outcome{refuse("a", 429, -time.Hour), refuse("b", 429, -time.Hour)}, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			var s State
			cool := answers(&s, DefaultConfig(), test.outcomes...)
			now := at(1000 * max(len(test.outcomes)-1, 0))
			if !s.Cooled(now) {
				if test.cooled != 0 || cool != (CoolDown{}) {
					t.Errorf("not cooled, want %s; got %+v", test.cooled, cool)
				}
				return
			}
			if got := s.Cool.Until.Sub(now).Round(2 * time.Second); got != test.cooled.Round(2*time.Second) {
				t.Errorf("cooled for %s, want %s", got, test.cooled)
			}
			if cool != s.Cool || cool.Reason == "" || cool.Times != 1 || cool.Since.IsZero() || cool.Count < 1 {
				t.Errorf("it is told as %+v", cool)
			}
		})
	}
}

func TestCoolDownSaysWhy(t *testing.T) {
	var s State
	cool := answers(&s, DefaultConfig(), refuse("a", 429, 0), refuse("b", 503, 0))
	want := CoolDown{Since: at(1000), Until: at(61_000), Status: 503, Count: 2, Times: 1,
		Reason: "2 refusals of 2 addresses within 10m0s, the last with status 503"}
	if cool != want {
		t.Errorf("got  %+v\nwant %+v", cool, want)
	}
	// One that was on its way already adds to it.
	cool = s.Note(at(2000), DefaultConfig(), refuse("c", 429, 0))
	if cool.Count != 3 || cool.Times != 1 || cool.Since != at(1000) || cool.Until != at(61_000) {
		t.Errorf("after a third: %+v", cool)
	}
}

func TestRefusalsGrowOld(t *testing.T) {
	var s State
	c := DefaultConfig()
	s.Note(start, c, refuse("a", 429, 0))
	if s.Note(start.Add(c.Window), c, refuse("b", 429, 0)); s.Cooled(start.Add(c.Window)) {
		t.Error("a refusal counts after its window")
	}
	if len(s.Refusals) != 1 || s.Pressure != refusalWeighs {
		t.Errorf("kept: %+v, pressure %d", s.Refusals, s.Pressure)
	}
}

func TestCoolDownsGrow(t *testing.T) {
	var s State
	c := DefaultConfig()
	now := start
	s.Note(now, c, refuse("a", 429, 0))
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		// One refusal right after a cool-down is enough, also when those before
		// are too old to count.
		s.Note(now, c, refuse(fmt.Sprint(i), 429, 0))
		if got := s.Cool.Until.Sub(now); got != want*time.Minute {
			t.Fatalf("cool-down %d: %s, want %s", i, got, want*time.Minute)
		}
		now = s.Cool.Until
	}
	s.Note(now, c, Outcome{Of: "a", Status: 200})
	if s.Cool != (CoolDown{}) {
		t.Errorf("after a good answer: %+v", s.Cool)
	}
}

func TestGoodAnswerDuringCoolDownDoesNotEndIt(t *testing.T) {
	var s State
	c := DefaultConfig()
	answers(&s, c, refuse("a", 429, 0), refuse("b", 429, 0))
	if s.Note(at(2000), c, Outcome{Of: "c", Status: 200}); !s.Cooled(at(2000)) {
		t.Error("it has ended")
	}
}

func TestFeedsOnlyCoolsNoHost(t *testing.T) {
	var s State
	c := DefaultConfig()
	c.FeedsOnly = true
	if cool := answers(&s, c, refuse("a", 429, 0), refuse("b", 429, 0), refuse(Robots, 503, 0)); cool != (CoolDown{}) {
		t.Errorf("cooled: %+v", cool)
	}
	if len(s.Refusals) != 3 {
		t.Errorf("refusals to be seen: %+v", s.Refusals)
	}
}

func TestRefusalsAreBounded(t *testing.T) {
	var s State
	c := DefaultConfig()
	for i := range 100 {
		s.Note(at(i), c, refuse(strings.Repeat("x", 1000)+fmt.Sprint(i), 429, 0))
	}
	if len(s.Refusals) != maxRefusals || s.Pressure > 2*hostWeighs {
		t.Errorf("%d refusals, pressure %d", len(s.Refusals), s.Pressure)
	}
	for _, r := range s.Refusals {
		if len(r.Of) > 64 {
			t.Errorf("%d bytes of name", len(r.Of))
		}
	}
	if got := s.Refusals[maxRefusals-1].At; got != at(99) {
		t.Errorf("the last is of %s", got)
	}
}

func TestCooledHostLetsNobodyIn(t *testing.T) {
	c := DefaultConfig()
	var s State
	v := visitors(&s, c, 4)
	v[0].enter(-5000)
	v[0].leave(-4000)
	v[3].turn = s.Queue
	s.CoolUntil(start, start.Add(time.Minute), strings.Repeat("y", 500))
	if len(s.Cool.Reason) != maxReason {
		t.Errorf("a reason of %d bytes", len(s.Cool.Reason))
	}
	for i, want := range []int{60_000, 61_000} {
		if got := v[i].enter(0); got != want {
			t.Errorf("visitor %d waits %d ms, want %d: one after the other", i, got, want)
		}
	}
	if got := v[1].enter(30_000); got != 31_000 {
		t.Errorf("too early: wait %d ms, want the same turn", got)
	}
	lease, _ := s.Enter(at(30_000), c, Ask{id: "exempt", IgnoreCool: true})
	if lease.ID == "" {
		t.Error("one that may ignore it has to wait")
	}
	s.Leave(at(30_100), c, "exempt", Outcome{Of: "e", Status: 200})
	if got := v[0].enter(60_000); got != 0 {
		t.Errorf("after the cool-down: wait %d ms", got)
	}
	// A turn within a cool-down that has begun since is given again.
	v[0].leave(60_100)
	s.CoolUntil(at(60_200), at(90_000), "again")
	if got := v[1].enter(61_000); got != 29_000 {
		t.Errorf("wait %d ms, want the end of the cool-down, in 29000", got)
	}
}

func TestClear(t *testing.T) {
	c := DefaultConfig()
	var s State
	answers(&s, c, refuse("a", 429, time.Hour), refuse("b", 429, time.Hour))
	v := visitors(&s, c, 2)
	if got := v[0].enter(2000); got < 3_000_000 {
		t.Fatalf("wait %d ms, want an hour", got)
	}
	s.Clear()
	if got := v[1].enter(3000); got != 0 {
		t.Errorf("after it was cleared: wait %d ms", got)
	}
	if cool := s.Note(at(4000), c, refuse("c", 429, 0)); cool != (CoolDown{}) {
		t.Errorf("what was cleared counts: %+v", cool)
	}
}

func TestCoolUntilIsBounded(t *testing.T) {
	var s State
	if s.CoolUntil(start, start.Add(9*Longest), "x"); s.Cool.Until != start.Add(Longest) {
		t.Errorf("until %s", s.Cool.Until)
	}
	if s.CoolUntil(start, start.Add(-time.Hour), "x"); s.Cooled(start) {
		t.Error("cooled until the past")
	}
}
