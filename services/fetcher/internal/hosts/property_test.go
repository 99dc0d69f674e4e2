package hosts

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// world is a host and those who want to ask it, in simulated time.
type world struct {
	t       *rapid.T
	c       Config
	state   State
	now     time.Time
	last    time.Time // the last start
	workers []*worker
}

// worker makes some requests, one after the other.
type worker struct {
	id        string
	left      int           // requests that it has yet to begin
	next      time.Time     // when it acts
	ask       Ask           // what it asks with
	asked     int           // since its last request
	first     time.Time     // when it first asked for this one
	running   string        // its lease
	dies      bool          // in its next request
	took      []int         // milliseconds of its requests
	answers   []Outcome     // of its requests
	waited    time.Duration // the longest
	mostAsked int
}

func drawConfig(t *rapid.T) Config {
	c := DefaultConfig()
	c.Requests = rapid.IntRange(1, 3).Draw(t, "requests")
	c.Spacing = time.Duration(rapid.SampledFrom([]int{0, 100, 1000, 5000}).Draw(t, "spacing")) * time.Millisecond
	return c
}

// drawWorld draws workers whose requests end in time, and some who die.
func drawWorld(t *rapid.T, outcome *rapid.Generator[Outcome]) *world {
	w := &world{t: t, c: drawConfig(t), now: start, last: start.Add(-time.Hour)}
	for i := range rapid.IntRange(1, 12).Draw(t, "workers") {
		n := rapid.IntRange(1, 6).Draw(t, "wanted")
		one := &worker{
			id: fmt.Sprint("w", i), left: n,
			next:    start.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "begins")) * time.Millisecond),
			dies:    rapid.IntRange(0, 7).Draw(t, "dies") == 0,
			took:    rapid.SliceOfN(rapid.IntRange(0, 20_000), n, n).Draw(t, "took"),
			answers: rapid.SliceOfN(outcome, n, n).Draw(t, "answers"),
		}
		w.workers = append(w.workers, one)
	}
	return w
}

var (
	fine     = rapid.Just(Outcome{Of: "f", Status: 200})
	anything = rapid.Custom(func(t *rapid.T) Outcome {
		return Outcome{
			Of:         rapid.SampledFrom([]string{"a", "b", "c", Robots}).Draw(t, "of"),
			Status:     rapid.SampledFrom([]int{200, 200, 304, 404, 429, 500, 503, 0}).Draw(t, "status"),
			RetryAfter: time.Duration(rapid.SampledFrom([]int{0, 0, 30, 600}).Draw(t, "retry after")) * time.Second,
		}
	})
)

// run lets the workers act in the order of their times until all is done.
func (w *world) run(check func()) {
	for steps := 0; ; steps++ {
		if steps > 100_000 {
			w.t.Fatal("it does not end")
		}
		var next *worker
		for _, one := range w.workers {
			if (one.left > 0 || one.running != "") && (next == nil || one.next.Before(next.next)) {
				next = one
			}
		}
		if next == nil {
			return
		}
		w.now = next.next
		if next.running != "" {
			w.leave(next)
		} else {
			w.enter(next)
		}
		check()
	}
}

func (w *world) enter(one *worker) {
	if one.asked == 0 {
		one.first = w.now
	}
	one.asked++
	one.ask.id = fmt.Sprint(one.id, "-", one.left)
	cooled := w.state.Cooled(w.now)
	lease, wait := w.state.Enter(w.now, w.c, one.ask)
	if lease.ID == "" {
		if wait.For <= 0 || wait.Until.Sub(w.now) != wait.For || wait.Reason == "" {
			w.t.Fatalf("to wait: %+v at %s", wait, w.now)
		}
		one.next, one.ask.Turn = wait.Until, wait.Until
		return
	}
	if cooled {
		w.t.Fatal("let in while the host wants to be left alone")
	}
	if gap := w.now.Sub(w.last); gap < w.c.Spacing {
		w.t.Fatalf("two starts %s apart, want %s", gap, w.c.Spacing)
	}
	w.last = w.now
	one.waited, one.mostAsked = max(one.waited, w.now.Sub(one.first)), max(one.mostAsked, one.asked)
	one.left--
	one.asked, one.ask = 0, Ask{}
	if one.dies {
		one.left = 0
		return
	}
	one.running = lease.ID
	one.next = w.now.Add(time.Duration(one.took[one.left]) * time.Millisecond)
}

func (w *world) leave(one *worker) {
	w.state.Leave(w.now, w.c, one.running, one.answers[one.left])
	one.running = ""
}

// atMost fails when more requests run than may.
func (w *world) atMost() {
	running := 0
	for _, one := range w.workers {
		if one.running != "" {
			running++
		}
	}
	if running > w.c.Requests || running > len(w.state.Leases) || len(w.state.Leases) > w.c.Requests {
		w.t.Fatalf("%d requests run, %d leases, want at most %d", running, len(w.state.Leases), w.c.Requests)
	}
}

// Whatever workers do, no more than so many requests run at once, their starts
// are apart, a cool-down is kept, and the dead do not keep the others out.
func TestBoundsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, anything)
		w.run(w.atMost)
	})
}

// Nobody waits much longer than all requests together take, however the others
// come, and nobody has to ask all the time.
func TestNobodyStarves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, fine)
		var all time.Duration
		requests := 0
		for _, one := range w.workers {
			for _, took := range one.took {
				all += max(time.Duration(took)*time.Millisecond, w.c.Spacing)
				requests++
			}
			if one.dies {
				all += w.c.Hold
			}
		}
		w.run(w.atMost)
		for _, one := range w.workers {
			if bound := 2*all + time.Minute; one.waited > bound {
				t.Fatalf("%s waited %s, want at most %s", one.id, one.waited, bound)
			}
			if one.mostAsked > 10+4*requests {
				t.Fatalf("%s asked %d times for one of %d requests", one.id, one.mostAsked, requests)
			}
		}
	})
}

// A cool-down is never made shorter, except by the operator.
func TestCoolDownIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		c := drawConfig(t)
		now := start
		for range rapid.IntRange(1, 60).Draw(t, "answers") {
			until, cooled := s.Cool.Until, s.Cooled(now)
			s.Note(now, c, anything.Draw(t, "answer"))
			if cooled && s.Cool.Until.Before(until) {
				t.Fatalf("until %s, and then until %s", until, s.Cool.Until)
			}
			if s.Cool.Until.Sub(now) > Longest {
				t.Fatalf("cooled for %s", s.Cool.Until.Sub(now))
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second)
		}
	})
}
