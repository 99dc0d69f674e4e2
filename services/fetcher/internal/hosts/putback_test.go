package hosts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
)

// hands are those of a clock that a test sets.
type hands struct{ now time.Time }

func (h *hands) Now() time.Time { return h.now }

func (h *hands) set(by time.Duration) { h.now = h.now.Add(by) }

// byHand is a gate by such a clock.
func byHand(t interface{ Fatal(...any) }, r hosts.Records) (*hosts.Gate, *hands) {
	h := &hands{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	g, err := hosts.New(r, hosts.DefaultConfig(), h.Now)
	if err != nil {
		t.Fatal(err)
	}
	return g, h
}

const year = 366 * 24 * time.Hour

// What is kept of a host holds for as long as it was to hold, however far the
// clock is put back after it was written.
func TestClockPutBack(t *testing.T) {
	const second, queued, cooled = "second.example", "queued.example", "cooled.example"
	for _, back := range []time.Duration{0, 10 * time.Minute, time.Hour, 2 * time.Hour, year, 100 * year} {
		t.Run(back.String(), func(t *testing.T) {
			g, clock := byHand(t, newRecords())
			ctx := t.Context()
			lease, _, err := g.Enter(ctx, site, hosts.Ask{})
			for range 4 {
				_, _, queueErr := g.Enter(ctx, queued, hosts.Ask{})
				err = errors.Join(err, queueErr)
			}
			done, _, doneErr := g.Enter(ctx, second, hosts.Ask{})
			_, leaveErr := g.Leave(ctx, done, hosts.Outcome{Of: "a", Status: 200})
			coolErr := g.Cool(ctx, cooled, clock.now.Add(20*time.Minute), "because")
			if err := errors.Join(err, doneErr, leaveErr, coolErr); err != nil || lease.ID == "" {
				t.Fatal(err)
			}
			before := state(t, g, queued)
			clock.set(-back)
			if got := state(t, g, queued); got.Queue.Sub(clock.now) != before.Queue.Sub(clock.now.Add(back)) {
				t.Errorf("those who wait have turns until %s, and it is %s", got.Queue, clock.now)
			}
			if _, wait, err := g.Enter(ctx, site, hosts.Ask{}); err != nil || wait.Reason != hosts.Busy || wait.For > time.Minute {
				t.Errorf("a request is on its way, and who comes is told %+v, %v", wait, err)
			}
			if _, wait, err := g.Enter(ctx, second, hosts.Ask{}); err != nil || wait.Reason != hosts.Spaced || wait.For > time.Second {
				t.Errorf("it was asked just now, and who comes is told %+v, %v", wait, err)
			}
			for _, ask := range []func() (hosts.Wait, error){
				func() (hosts.Wait, error) { return g.Cooling(ctx, cooled) },
				func() (hosts.Wait, error) {
					_, wait, err := g.Enter(ctx, cooled, hosts.Ask{Turn: clock.now.Add(back + 20*time.Minute)})
					return wait, err
				},
			} {
				if wait, err := ask(); err != nil || wait.Reason != hosts.Cooling || wait.For != 20*time.Minute {
					t.Errorf("it wants to be left alone for 20 minutes, and who comes is told %+v, %v", wait, err)
				}
			}
			// The request that was on its way ends, and its lease with it.
			if _, err := g.Leave(ctx, lease, hosts.Outcome{Of: "a", Status: 200}); err != nil {
				t.Fatal(err)
			}
			if got := state(t, g, site); len(got.Leases) != 0 || got.Took > 1 {
				t.Errorf("after the request: %+v", got)
			}
		})
	}
}

// A clock that is put forward lets whoever waited in, and when it is put back
// again nobody waits for longer than they would have.
func TestClockPutForwardAndBack(t *testing.T) {
	for _, forward := range []time.Duration{time.Hour, year} {
		g, clock := byHand(t, newRecords())
		if err := g.Cool(t.Context(), site, clock.now.Add(time.Minute), "because"); err != nil {
			t.Fatal(err)
		}
		clock.set(forward)
		if wait, err := g.Cooling(t.Context(), site); err != nil || wait.For != 0 {
			t.Errorf("an hour later: %+v, %v", wait, err)
		}
		lease, _, err := g.Enter(t.Context(), site, hosts.Ask{})
		if err != nil || lease.ID == "" {
			t.Fatalf("%+v, %v", lease, err)
		}
		clock.set(-2 * forward)
		clock.set(hosts.DefaultConfig().Hold) // its worker is gone
		if lease, wait, err := g.Enter(t.Context(), site, hosts.Ask{}); err != nil || lease.ID == "" {
			if wait.For > hosts.DefaultConfig().Hold {
				t.Errorf("back again: %+v, %v", wait, err)
			}
		}
	}
}

// However often a clock is set, and wherever to: whoever comes back when told to
// gets in after as long as those before may hold the host, and as long again for
// the turns that are lost.
func TestClockThatIsSetAnyTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, clock := byHand(t, newRecords())
		const visitors = 4
		for range visitors {
			var turn time.Time
			waited := time.Duration(0)
			for tries := 0; ; tries++ {
				lease, wait, err := g.Enter(context.Background(), site, hosts.Ask{Turn: turn})
				if err != nil || tries > 1000 {
					t.Fatalf("%v after %d tries", err, tries)
				}
				if lease.ID != "" {
					break // and it never ends
				}
				turn, waited = wait.Until, waited+wait.For
				clock.set(wait.For)
				clock.set(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 1, -1, 24 * 366, -24 * 366}).Draw(t, "hours")) * time.Hour)
			}
			if most := 2 * visitors * hosts.DefaultConfig().Hold; waited > most {
				t.Fatalf("waited for %s in all, want %s at most", waited, most)
			}
		}
	})
}
