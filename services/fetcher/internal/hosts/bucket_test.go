package hosts_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/hosts"
)

// clock is the time that workers share. It moves on when all of them wait.
type clock struct {
	mu      sync.Mutex
	now     time.Time
	running int
	waiting map[chan struct{}]time.Time
}

func newClock(workers int) *clock {
	return &clock{now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), running: workers, waiting: map[chan struct{}]time.Time{}}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// until waits for a time.
func (c *clock) until(at time.Time) {
	c.mu.Lock()
	wake := make(chan struct{})
	c.waiting[wake] = at
	c.running--
	c.move()
	c.mu.Unlock()
	<-wake
}

// done says that a worker waits for nothing any more.
func (c *clock) done() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running--
	c.move()
}

func (c *clock) move() {
	if c.running > 0 || len(c.waiting) == 0 {
		return
	}
	var next time.Time
	for _, at := range c.waiting {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if next.After(c.now) {
		c.now = next
	}
	for wake, at := range c.waiting {
		if !at.After(c.now) {
			delete(c.waiting, wake)
			c.running++
			close(wake)
		}
	}
}

// visits is what a host has seen.
type visits struct {
	mu     sync.Mutex
	now    int
	most   int
	last   time.Time
	least  time.Duration // between two starts
	starts int
}

func (v *visits) begin(at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.starts > 0 {
		v.least = min(v.least, at.Sub(v.last))
	}
	v.starts++
	v.now++
	v.most, v.last = max(v.most, v.now), at
}

func (v *visits) end() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now--
}

// Eight workers, each with a connection of its own, share five hosts: none is
// asked twice at once or too soon, and every worker gets all that it wants.
func TestWorkersShareHosts(t *testing.T) {
	const workers, sites, each = 8, 5, 20
	server := bustest.Server(t)
	setup(t, bustest.Connect(t, server, "setup"))
	c := hosts.DefaultConfig()
	time := newClock(workers)
	seen := map[string]*visits{}
	for i := range sites {
		seen[host(i)] = &visits{least: c.Hold}
	}
	gates := make([]*hosts.Gate, workers)
	for i := range gates {
		gates[i] = onBucket(t, bustest.Connect(t, server, fmt.Sprint("worker", i)), c, time)
	}
	var all sync.WaitGroup
	asks := make([]int, workers)
	for i, g := range gates {
		all.Go(func() {
			defer time.done()
			chance := rand.New(rand.NewPCG(1, uint64(i)))
			for range each {
				n, err := visit(t.Context(), g, time, chance, seen)
				if asks[i] = max(asks[i], n); err != nil {
					t.Errorf("worker %d: %v", i, err)
					return
				}
			}
		})
	}
	all.Wait()
	total, conflicts := 0, int64(0)
	for name, v := range seen {
		if v.most > 1 || v.now != 0 || v.least < c.Spacing {
			t.Errorf("%s: %d requests at once, %d left, starts %s apart", name, v.most, v.now, v.least)
		}
		total += v.starts
	}
	for _, g := range gates {
		conflicts += g.Conflicts()
	}
	if total != workers*each {
		t.Errorf("%d requests, want %d", total, workers*each)
	}
	t.Logf("%d requests, %d conflicts, asked at most %v times for one", total, conflicts, asks)
}

// visit makes one request of some host, however often it must come back.
func visit(ctx context.Context, g *hosts.Gate, time *clock, chance *rand.Rand, seen map[string]*visits) (asked int, err error) {
	name := host(chance.IntN(len(seen)))
	var ask hosts.Ask
	for asked = 1; asked <= 30; asked++ {
		lease, wait, err := g.Enter(ctx, name, ask)
		if err != nil {
			return asked, err
		}
		if lease.ID == "" {
			ask.Turn = wait.Until
			time.until(wait.Until)
			continue
		}
		seen[name].begin(time.Now())
		time.until(time.Now().Add(milliseconds(chance.IntN(3000))))
		seen[name].end()
		_, err = g.Leave(ctx, lease, hosts.Outcome{Of: "f", Status: 200})
		return asked, err
	}
	return asked, errors.New("starved")
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func host(i int) string { return fmt.Sprintf("site%d.example", i) }

func setup(t testing.TB, b *bus.Bus) {
	t.Helper()
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
}

// onBucket is a gate on the pipeline's bucket with the test's clock.
func onBucket(t testing.TB, b *bus.Bus, c hosts.Config, time *clock) *hosts.Gate {
	t.Helper()
	g, err := hosts.New(hosts.Bucket(b), c, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Gates that are opened on one bucket go by the server's clock and know the same.
func TestOpenedGatesShareABucket(t *testing.T) {
	server := bustest.Server(t)
	b := bustest.Connect(t, server, "one")
	if _, err := hosts.Open(t.Context(), b, hosts.DefaultConfig(), time.Now); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("before setup: %v", err)
	}
	if _, err := hosts.List(t.Context(), b); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("before setup: %v", err)
	}
	setup(t, b)
	wrong := hosts.DefaultConfig()
	wrong.Requests = 0
	if _, err := hosts.Open(t.Context(), b, wrong, time.Now); err == nil {
		t.Error("opened without requests")
	}
	one, two := open(t, b), open(t, bustest.Connect(t, server, "two"))
	lease, _, err := one.Enter(t.Context(), site, hosts.Ask{})
	if err != nil || lease.ID == "" {
		t.Fatalf("%+v, %v", lease, err)
	}
	if off := time.Since(lease.Since).Abs(); off > 5*time.Second {
		t.Errorf("the server's clock is %s off in one process", off)
	}
	if other, wait, err := two.Enter(t.Context(), site, hosts.Ask{}); err != nil || other.ID != "" || wait.Reason != hosts.Busy {
		t.Errorf("the other gate: %+v, %+v, %v", other, wait, err)
	}
	if cool, err := one.Leave(t.Context(), lease, hosts.Outcome{Of: hosts.Robots, Status: 503}); err != nil || cool.Count != 1 {
		t.Errorf("%+v, %v", cool, err)
	}
	if err := two.Delay(t.Context(), host(1), time.Second); err != nil {
		t.Fatal(err)
	}
	states, err := hosts.List(t.Context(), b)
	if err != nil || len(states) != 2 || states[0].Host != site || !states[0].Cooled(time.Now()) || states[1].CrawlDelay != 1 {
		t.Errorf("listed: %+v, %v", states, err)
	}
}

func open(t testing.TB, b *bus.Bus) *hosts.Gate {
	t.Helper()
	g, err := hosts.Open(t.Context(), b, hosts.DefaultConfig(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// A host that somebody deletes from the bucket is a new one, and a lease of it
// can still be given back.
func TestDeletedRecord(t *testing.T) {
	b := bustest.New(t)
	g := open(t, b)
	lease, _, err := g.Enter(t.Context(), site, hosts.Ask{})
	if err != nil {
		t.Fatal(err)
	}
	kv, err := b.JetStream().KeyValue(t.Context(), schema.BucketHosts)
	if err != nil {
		t.Fatal(err)
	}
	if err := kv.Delete(t.Context(), schema.SourceToken(site)); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Leave(t.Context(), lease, hosts.Outcome{Of: "a", Status: 200}); err != nil {
		t.Error(err)
	}
	if again, _, err := g.Enter(t.Context(), site, hosts.Ask{}); err != nil || again.ID == "" {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestListOfNothing(t *testing.T) {
	if states, err := hosts.List(t.Context(), bustest.New(t)); err != nil || len(states) != 0 {
		t.Errorf("%+v, %v", states, err)
	}
}

// BenchmarkGate is Enter and Leave by way of one server: of one worker, and of
// many who want different hosts.
func BenchmarkGate(b *testing.B) {
	server := bustest.Server(b)
	connection := bustest.Connect(b, server, "bench")
	setup(b, connection)
	c := hosts.DefaultConfig()
	c.Spacing = 0
	g := onBucket(b, connection, c, newClock(1))
	pass := func(b *testing.B, name string) {
		lease, wait, err := g.Enter(b.Context(), name, hosts.Ask{})
		if err != nil || lease.ID == "" {
			b.Errorf("%+v, %v", wait, err)
			return
		}
		if _, err := g.Leave(b.Context(), lease, hosts.Outcome{Of: "f", Status: 200}); err != nil {
			b.Error(err)
		}
	}
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			pass(b, host(i%1000))
		}
	})
	b.Run("many", func(b *testing.B) {
		b.ReportAllocs()
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) {
			name := fmt.Sprintf("site%d.example", rand.IntN(1e9))
			for pb.Next() {
				pass(b, name)
			}
		})
	})
}
