package hosts

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"
)

// start is when the tests begin.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// at is the time so many milliseconds after the start.
func at(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

// visitor is someone who wants one request of a host.
type visitor struct {
	state *State
	c     Config
	id    string
	turn  time.Time
}

// enter asks at a time and keeps the turn. It returns 0 with a lease, and
// otherwise the milliseconds to wait.
func (v *visitor) enter(ms int) int {
	lease, wait := v.state.Enter(at(ms), v.c, Ask{id: v.id, Turn: v.turn})
	if lease.ID != "" {
		return 0
	}
	v.turn = wait.Until
	return int(wait.For / time.Millisecond)
}

func (v *visitor) leave(ms int) { v.state.Leave(at(ms), v.c, v.id, Outcome{}) }

func visitors(s *State, c Config, n int) []*visitor {
	var all []*visitor
	for i := range n {
		all = append(all, &visitor{state: s, c: c, id: fmt.Sprint("v", i)})
	}
	return all
}

func TestEnterSpacesAndCounts(t *testing.T) {
	var s State
	v := visitors(&s, DefaultConfig(), 4)
	// Each line is one step: who, when, and the wait that is expected.
	for i, step := range []struct{ who, ms, want int }{
		{0, 0, 0},       // a new host is free
		{0, 10, 0},      // the same lease again, as after a lost answer
		{1, 100, 1000},  // one is on its way
		{2, 200, 1900},  // behind the one before
		{1, 1100, 1100}, // its turn, but the first has not ended and takes long
	} {
		if got := v[step.who].enter(step.ms); got != step.want {
			t.Fatalf("step %d: wait %d ms, want %d", i, got, step.want)
		}
	}
}

func TestTurnsAreKept(t *testing.T) {
	var s State
	v := visitors(&s, DefaultConfig(), 4)
	v[0].enter(0)
	v[0].leave(100)
	for i, want := range []int{800, 1800, 2800} {
		if got := v[i+1].enter(200); got != want {
			t.Fatalf("visitor %d: wait %d ms, want %d", i+1, got, want)
		}
	}
	if got := v[2].enter(500); got != 1500 {
		t.Errorf("too early: wait %d ms, want the same turn, in 1500", got)
	}
	late := &visitor{state: &s, c: DefaultConfig(), id: "late"}
	if got := late.enter(1000); got != 3000 {
		t.Errorf("one who comes without a turn waits %d ms, want 3000, behind all others", got)
	}
	for i, ms := range []int{1000, 2000, 3000} {
		if got := v[i+1].enter(ms); got != 0 {
			t.Errorf("visitor %d is not let in at its turn: %d ms", i+1, got)
		}
		v[i+1].leave(ms + 100)
	}
	if got := late.enter(4000); got != 0 {
		t.Errorf("the last is not let in: %d ms", got)
	}
}

// Those whose turns come while the host is busy still do not come back together,
// and stay before others.
func TestTurnsOfASlowRequest(t *testing.T) {
	var s State
	v := visitors(&s, DefaultConfig(), 5)
	v[0].enter(0)
	for i, want := range []int{1000, 2000, 3000} {
		if got := v[i+1].enter(0); got != want {
			t.Fatalf("visitor %d: wait %d ms, want %d", i+1, got, want)
		}
	}
	for i, want := range []int{3000, 4000, 5000} { // as long as the request has taken, and a pace each
		if got := v[i+1].enter(3000); got != want {
			t.Errorf("visitor %d: wait %d ms, want %d", i+1, got, want)
		}
	}
	if got := v[4].enter(3100); got != 5900 {
		t.Errorf("one without a turn: wait %d ms, want 5900, behind them", got)
	}
}

func TestDeadWorkersLeaseEnds(t *testing.T) {
	c := DefaultConfig()
	var s State
	v := visitors(&s, c, 2)
	v[0].enter(0) // and never leaves
	ms, asked := 0, 0
	for wait := v[1].enter(ms); wait > 0; wait = v[1].enter(ms) {
		ms += wait
		asked++
	}
	if got := time.Duration(ms) * time.Millisecond; got != c.Hold {
		t.Errorf("let in after %s, want %s", got, c.Hold)
	}
	if asked > 8 {
		t.Errorf("asked %d times, want it seldom", asked)
	}
	v[0].leave(ms + 1) // it was only slow: its lease is another's now
	if len(s.Leases) != 1 || s.Leases[0].ID != v[1].id {
		t.Errorf("leases: %+v", s.Leases)
	}
}

func TestSlowHostHasSlowerTurns(t *testing.T) {
	var s State
	c := DefaultConfig()
	v := visitors(&s, c, 4)
	v[0].enter(0)
	v[0].leave(8000)
	if s.Took != 8 {
		t.Fatalf("took %v s, want 8", s.Took)
	}
	v[1].enter(8000)
	if first, second := v[2].enter(8000), v[3].enter(8000); first != 8000 || second != 16000 {
		t.Errorf("turns in %d and %d ms, want 8000 and 16000", first, second)
	}
	v[1].leave(12000)
	if s.Took != 7 {
		t.Errorf("took %v s, want 7: a quarter of the way to 4", s.Took)
	}
}

func TestCrawlDelayRaisesSpacing(t *testing.T) {
	for name, test := range map[string]struct {
		delay float64
		want  int
	}{
		"none":      {0, 1000},
		"shorter":   {0.5, 1000},
		"longer":    {5, 5000},
		"too long":  {3600, 30_000},
		"of a fool": {-3, 1000},
	} {
		t.Run(name, func(t *testing.T) {
			s := State{CrawlDelay: test.delay}
			v := visitors(&s, DefaultConfig(), 2)
			v[0].enter(0)
			v[0].leave(0)
			if got := v[1].enter(0); got != test.want {
				t.Errorf("wait %d ms, want %d", got, test.want)
			}
		})
	}
}

func TestSeveralAtOnce(t *testing.T) {
	c := DefaultConfig()
	c.Requests, c.Spacing = 2, 0
	var s State
	v := visitors(&s, c, 3)
	if a, b := v[0].enter(0), v[1].enter(0); a+b != 0 {
		t.Fatalf("waits of %d and %d ms, want two at once", a, b)
	}
	if v[2].enter(1) <= 0 {
		t.Fatal("three at once")
	}
	v[1].leave(5)
	if got := v[2].enter(50); got != 0 {
		t.Errorf("wait %d ms with one on its way", got)
	}
}

// A turn is worth nothing when the record that it is of is gone, or when it is
// made up.
func TestTurnOfAnotherRecord(t *testing.T) {
	var s State
	v := visitors(&s, DefaultConfig(), 3)
	v[0].enter(0)
	v[0].leave(0)
	v[1].turn = at(90_000)
	if got := v[1].enter(0); got != 1000 {
		t.Errorf("a turn that was never given: wait %d ms, want 1000", got)
	}
	v[2].turn = at(-90_000)
	if got := v[2].enter(0); got != 1000 {
		t.Errorf("an old turn: wait %d ms, want 1000", got)
	}
}

func TestQueueHasAnEnd(t *testing.T) {
	c := DefaultConfig()
	c.Spacing, c.MaxDelay = time.Hour, time.Hour
	var s State
	v := visitors(&s, c, 30)
	for _, v := range v {
		v.enter(0)
	}
	if got := s.Queue.Sub(start); got != maxQueue {
		t.Errorf("the last turn is in %s, want %s", got, maxQueue)
	}
}

func TestStateIsItsRecord(t *testing.T) {
	s := State{Host: "example.org", CrawlDelay: 2.5}
	c := DefaultConfig()
	v := visitors(&s, c, 2)
	v[0].enter(0)
	v[1].enter(0)
	s.Note(at(1), c, Outcome{Of: "a", Status: 429})
	s.Note(at(2), c, Outcome{Of: "b", Status: 503, RetryAfter: time.Hour})
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back State
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	for i := range s.Leases {
		s.Leases[i].Host = "" // not in the record
	}
	if !reflect.DeepEqual(back, s) {
		t.Errorf("got %+v\nwant %+v", back, s)
	}
	if data, _ = json.Marshal(State{Host: "h"}); string(data) != `{"host":"h"}` {
		t.Errorf("a host that nothing is known of: %s", data)
	}
}
