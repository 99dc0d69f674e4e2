package hosts_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
)

const site = "example.org"

// records are hosts.Records in the test's memory. A test may come between.
type records struct {
	mu     sync.Mutex
	data   map[string][]byte
	seqs   map[string]uint64
	gets   int
	puts   int
	get    error                         // what Get returns
	before func(key string)              // called at each Put
	after  func(key string) (lost error) // what a Put that has stored returns
}

func (r *records) Get(_ context.Context, key string) ([]byte, uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gets++
	return r.data[key], r.seqs[key], r.get
}

func (r *records) Put(ctx context.Context, key string, data []byte, last uint64) (uint64, error) {
	if r.before != nil {
		r.before(key)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case r.seqs[key] != last:
		return 0, bus.ErrConflict
	}
	r.puts++
	r.data[key], r.seqs[key] = data, last+1
	if r.after != nil {
		return last + 1, r.after(key)
	}
	return last + 1, nil
}

// touch stores what is there once more, as another worker would.
func (r *records) touch(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seqs[key]++
}

func newRecords() *records { return &records{data: map[string][]byte{}, seqs: map[string]uint64{}} }

func gate(t *testing.T, r hosts.Records, change func(*hosts.Config)) *hosts.Gate {
	t.Helper()
	c := hosts.DefaultConfig()
	if change != nil {
		change(&c)
	}
	g, err := hosts.New(r, c, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func state(t *testing.T, g *hosts.Gate, host string) hosts.State {
	t.Helper()
	s, err := g.State(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func good(context.Context) hosts.Outcome { return hosts.Outcome{Of: "a", Status: 200} }

// Workers of several gates who are patient are let in one after the other, a
// spacing apart.
func TestDoWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecords()
		begin := time.Now()
		var starts []time.Duration
		for i := range 5 {
			g := gate(t, r, nil)
			go func() {
				v, err := g.Do(t.Context(), site, hosts.Ask{}, time.Minute, func(ctx context.Context) hosts.Outcome {
					starts = append(starts, time.Since(begin))
					return good(ctx)
				})
				if err != nil || !v.Made() {
					t.Errorf("worker %d: %+v, %v", i, v, err)
				}
			}()
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(starts); got != "[0s 1s 2s 3s 4s]" {
			t.Errorf("starts at %s", got)
		}
		if s := state(t, gate(t, r, nil), site); len(s.Leases) != 0 || s.Host != site {
			t.Errorf("at the end: %+v", s)
		}
	})
}

func TestDoComesBackWhenItTakesLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate(t, newRecords(), func(c *hosts.Config) { c.Spacing, c.MaxDelay = 10*time.Second, 10*time.Second })
		if _, err := g.Do(t.Context(), site, hosts.Ask{}, 0, good); err != nil {
			t.Fatal(err)
		}
		v, err := g.Do(t.Context(), site, hosts.Ask{}, 2*time.Second, func(context.Context) hosts.Outcome {
			t.Error("a request without a turn")
			return hosts.Outcome{}
		})
		if err != nil || v.Made() || v.Wait.For != 10*time.Second || v.Wait.Reason != hosts.Spaced {
			t.Fatalf("got %+v, %v", v, err)
		}
		time.Sleep(time.Until(v.Wait.Until))
		if v, err = g.Do(t.Context(), site, hosts.Ask{Turn: v.Wait.Until}, 0, good); err != nil || !v.Made() {
			t.Errorf("at its turn: %+v, %v", v, err)
		}
	})
}

// Patience is for all the waits of one call together.
func TestDoIsNotPatientForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate(t, newRecords(), nil)
		if _, _, err := g.Enter(t.Context(), site, hosts.Ask{}); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		v, err := g.Do(t.Context(), site, hosts.Ask{}, 5*time.Second, good)
		if err != nil || v.Made() || v.Wait.Reason != hosts.Busy || time.Since(begin) > 5*time.Second {
			t.Errorf("after %s: %+v, %v", time.Since(begin), v, err)
		}
	})
}

func TestDoEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate(t, newRecords(), nil)
		if _, _, err := g.Enter(t.Context(), site, hosts.Ask{}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if _, err := g.Do(ctx, site, hosts.Ask{}, time.Minute, good); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// A request that ends with its worker's context, and one that panics, give their
// leases back; one that does not end is told to before its lease ends.
func TestDoGivesTheLeaseBack(t *testing.T) {
	for name, request := range map[string]func(context.CancelFunc) func(context.Context) hosts.Outcome{
		"stopped": func(stop context.CancelFunc) func(context.Context) hosts.Outcome {
			return func(ctx context.Context) hosts.Outcome { stop(); <-ctx.Done(); return hosts.Outcome{} }
		},
		"panics": func(context.CancelFunc) func(context.Context) hosts.Outcome {
			return func(context.Context) hosts.Outcome { panic("as a bug does") }
		},
		"never ends": func(context.CancelFunc) func(context.Context) hosts.Outcome {
			return func(ctx context.Context) hosts.Outcome { <-ctx.Done(); return hosts.Outcome{} }
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := gate(t, newRecords(), nil)
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				func() {
					defer func() { _ = recover() }() // the bus does this
					_, _ = g.Do(ctx, site, hosts.Ask{}, 0, request(stop))
				}()
				if s := state(t, g, site); len(s.Leases) != 0 || s.Free.IsZero() {
					t.Errorf("after it: %+v", s)
				}
			})
		})
	}
}

// A lease that can't be given back is no failure of the request.
func TestDoGoesOnWithoutLeaving(t *testing.T) {
	r := newRecords()
	g := gate(t, r, nil)
	v, err := g.Do(t.Context(), site, hosts.Ask{}, 0, func(ctx context.Context) hosts.Outcome {
		r.get = errors.New("no leader")
		return good(ctx)
	})
	if err != nil || !v.Made() {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestRefusalsReachTheHostThatAnswered(t *testing.T) {
	g := gate(t, newRecords(), nil)
	for i, of := range []string{"a", "b"} {
		lease, _, err := g.Enter(t.Context(), fmt.Sprint("short", i, ".example"), hosts.Ask{})
		if err != nil || lease.ID == "" || lease.Until.Before(lease.Since) {
			t.Fatalf("%+v, %v", lease, err)
		}
		cool, err := g.Leave(t.Context(), lease, hosts.Outcome{Of: of, Host: site, Status: 429})
		if err != nil || cool.Until.IsZero() != (i == 0) {
			t.Errorf("refusal %d: %+v, %v", i, cool, err)
		}
		if s := state(t, g, lease.Host); len(s.Leases) != 0 || len(s.Refusals) != 0 {
			t.Errorf("the host that sent there: %+v", s)
		}
	}
	if s := state(t, g, site); !s.Cooled(time.Now()) || len(s.Refusals) != 2 {
		t.Errorf("the host that refused: %+v", s)
	}
}

func TestOperatorOverrides(t *testing.T) {
	g := gate(t, newRecords(), nil)
	ctx := t.Context()
	if err := g.Cool(ctx, site, time.Now().Add(time.Hour), "they have asked us to"); err != nil {
		t.Fatal(err)
	}
	lease, wait, err := g.Enter(ctx, site, hosts.Ask{})
	if err != nil || lease.ID != "" || wait.Reason != hosts.Cooling || wait.For < 59*time.Minute {
		t.Errorf("cooled: %+v, %+v, %v", lease, wait, err)
	}
	if lease, _, err = g.Enter(ctx, site, hosts.Ask{IgnoreCool: true}); err != nil || lease.ID == "" {
		t.Errorf("exempted: %+v, %v", lease, err)
	}
	if _, err := g.Leave(ctx, lease, hosts.Outcome{}); err != nil {
		t.Fatal(err)
	}
	if s := state(t, g, site); s.Cool.Reason != "they have asked us to" || s.Cool.Count != 0 {
		t.Errorf("it says %+v", s.Cool)
	}
	if err := g.Clear(ctx, site); err != nil {
		t.Fatal(err)
	}
	if s := state(t, g, site); s.Cool != (hosts.CoolDown{}) {
		t.Errorf("after it was cleared: %+v", s.Cool)
	}
	if err := g.Delay(ctx, site, 7*time.Second); err != nil || state(t, g, site).CrawlDelay != 7 {
		t.Errorf("crawl delay %v, %v", state(t, g, site).CrawlDelay, err)
	}
}

// Another worker that comes before is waited for; who never gets through is told
// to come back, without an error.
func TestConflicts(t *testing.T) {
	r := newRecords()
	g := gate(t, r, nil)
	left := 3
	r.before = func(key string) {
		if left--; left >= 0 {
			r.touch(key)
		}
	}
	lease, _, err := g.Enter(t.Context(), site, hosts.Ask{})
	if err != nil || lease.ID == "" || g.Conflicts() != 3 {
		t.Fatalf("%+v, %v, %d conflicts", lease, err, g.Conflicts())
	}
	r.before = r.touch
	puts := r.puts
	again, wait, err := g.Enter(t.Context(), site, hosts.Ask{})
	if err != nil || again.ID != "" || wait.For <= 0 || wait.Until.IsZero() || r.puts != puts {
		t.Errorf("never through: %+v, %+v, %v", again, wait, err)
	}
	if _, err := g.Leave(t.Context(), lease, hosts.Outcome{}); !errors.Is(err, hosts.ErrContended) {
		t.Errorf("leave: %v", err)
	}
}

// A record that was stored, although its answer was lost and the message was sent
// again, is this worker's own.
func TestEnterFindsItsOwnLease(t *testing.T) {
	r := newRecords()
	lost := 1
	r.after = func(string) error {
		if lost--; lost == 0 {
			return bus.ErrConflict
		}
		return nil
	}
	g := gate(t, r, nil)
	lease, wait, err := g.Enter(t.Context(), site, hosts.Ask{})
	if err != nil || lease.ID == "" || lease.Host != site {
		t.Fatalf("%+v, %+v, %v", lease, wait, err)
	}
	if s := state(t, g, site); len(s.Leases) != 1 {
		t.Errorf("leases: %+v", s.Leases)
	}
}

func TestRecordThatIsNone(t *testing.T) {
	r := newRecords()
	r.data["example_org"], r.seqs["example_org"] = []byte(`{"host":"example.org","leases":[{"id":`), 4
	g := gate(t, r, nil)
	if s := state(t, g, site); s.Host != "" {
		t.Errorf("it is read as %+v", s)
	}
	if lease, _, err := g.Enter(t.Context(), site, hosts.Ask{}); err != nil || lease.ID == "" {
		t.Errorf("%+v, %v", lease, err)
	}
}

func TestErrorsNameTheHost(t *testing.T) {
	r := newRecords()
	r.get = errors.New("no leader")
	g := gate(t, r, nil)
	_, _, enter := g.Enter(t.Context(), site, hosts.Ask{})
	_, do := g.Do(t.Context(), site, hosts.Ask{}, 0, good)
	_, leave := g.Leave(t.Context(), hosts.Lease{Host: site, ID: "x"}, hosts.Outcome{})
	_, read := g.State(t.Context(), site)
	for what, err := range map[string]error{"enter": enter, "do": do, "leave": leave, "state": read} {
		if !errors.Is(err, r.get) || !strings.Contains(err.Error(), site) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Giving back goes on for as long as NATS is away, and ends soon when the worker
// is stopped.
func TestLeaveOutlastsNATS(t *testing.T) {
	for name, test := range map[string]struct {
		away  time.Duration
		stop  bool
		given bool
	}{
		"a change of leader":       {10 * time.Second, false, true},
		"longer than the lease":    {time.Minute, false, false},
		"stopped, and it is short": {4 * time.Second, true, true},
		"stopped":                  {10 * time.Second, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRecords()
				g := gate(t, r, nil)
				lease, _, err := g.Enter(t.Context(), site, hosts.Ask{})
				if err != nil {
					t.Fatal(err)
				}
				r.before = func(string) { time.Sleep(test.away) } // in the bubble's time
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				if test.stop {
					stop()
				}
				_, err = g.Leave(ctx, lease, hosts.Outcome{Of: "f", Status: 200})
				if given := err == nil && len(state(t, g, site).Leases) == 0; given != test.given {
					t.Errorf("given back: %v (%v), want %v", given, err, test.given)
				}
			})
		})
	}
}

// Leave takes the record for what Enter has stored, and looks when it is not.
func TestLeaveReadsWhatHasChanged(t *testing.T) {
	for name, test := range map[string]struct {
		change          func(*records, *hosts.Gate) error
		gets, conflicts int
	}{
		"nobody was there":   {func(*records, *hosts.Gate) error { return nil }, 1, 0},
		"it was stored anew": {func(r *records, _ *hosts.Gate) error { r.touch(schema.SourceToken(site)); return nil }, 2, 1},
		"another's change":   {func(_ *records, g *hosts.Gate) error { return g.Delay(t.Context(), site, time.Second) }, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecords()
			g := gate(t, r, nil)
			lease, _, err := g.Enter(t.Context(), site, hosts.Ask{})
			if err == nil {
				err = test.change(r, g)
			}
			if err == nil {
				_, err = g.Leave(t.Context(), lease, hosts.Outcome{Of: "f", Status: 200})
			}
			if err != nil || r.gets != test.gets || int(g.Conflicts()) != test.conflicts {
				t.Errorf("read %d times with %d conflicts (%v), want %d and %d", r.gets, g.Conflicts(), err, test.gets, test.conflicts)
			}
			s := state(t, g, site)
			if delayed := test.conflicts > 0 && test.gets == 3; len(s.Leases) != 0 || (s.CrawlDelay > 0) != delayed {
				t.Errorf("after it: %+v", s)
			}
		})
	}
}

// What a killed worker was asking for is asked for again at once, by whoever has
// it then; others wait for the lease to end.
func TestALeaseOfAKilledWorkerIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecords()
		killed, other := gate(t, r, nil), gate(t, r, nil)
		first, _, err := killed.Enter(t.Context(), site, hosts.Ask{Work: "feed"})
		if err != nil || first.ID == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		time.Sleep(10 * time.Second) // in the bubble: until its message comes again
		for _, of := range []string{"another", ""} {
			if lease, wait, err := other.Enter(t.Context(), site, hosts.Ask{Work: of}); err != nil || lease.ID != "" || wait.For <= 0 {
				t.Errorf("%q: %+v, %+v, %v", of, lease, wait, err)
			}
		}
		again, _, err := other.Enter(t.Context(), site, hosts.Ask{Work: "feed"})
		if err != nil || again.ID != first.ID || !again.Until.After(first.Until) {
			t.Errorf("got %+v after %+v, %v", again, first, err)
		}
		if s := state(t, other, site); len(s.Leases) != 1 {
			t.Errorf("after it: %+v", s)
		}
		if _, err := other.Leave(t.Context(), again, hosts.Outcome{Of: "feed", Status: 200}); err != nil || len(state(t, other, site).Leases) != 0 {
			t.Errorf("given back: %v", err)
		}
	})
}
