package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// recover prints how long the flow is interrupted by a kill of NATS, or of one
// server of a cluster: from the kill until an article is in ENRICHED that its feed
// has shown only after it.
func (h *harness) recover(ctx context.Context) error {
	programs, err := h.built("")
	if err != nil {
		return err
	}
	var table [][]time.Duration
	for _, mode := range h.modes {
		c := h.settings
		c.mode, c.programs, c.faults = mode, programs, 0
		c.dir = filepath.Join(c.dir, "recovery-"+mode)
		if err := os.MkdirAll(c.dir, 0o700); err != nil {
			return err
		}
		took, err := h.interrupt(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", mode, err)
		}
		table = append(table, took)
	}
	fmt.Fprintf(h.out, "\n%-10s %6s %8s %8s %8s   seconds from the kill to the next new article\n", "mode", "kills", "median", "p95", "worst")
	for i, mode := range h.modes {
		t := table[i]
		slices.Sort(t)
		fmt.Fprintf(h.out, "%-10s %6d %8.2f %8.2f %8.2f\n", mode, len(t), at(t, 0.5), at(t, 0.95), at(t, 1))
	}
	return nil
}

// at is a quantile of sorted times, in seconds.
func at(sorted []time.Duration, q float64) float64 {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)].Seconds()
}

// interrupt kills the servers in their turn.
func (h *harness) interrupt(ctx context.Context, c settings) (took []time.Duration, err error) {
	s, err := newStand(ctx, c)
	defer s.close()
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	d := &driver{stand: s, log: h.say}
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { d.print(ctx) })
	beside.Go(func() { d.supervise(ctx) })
	b, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	if _, err := s.fresh(ctx, b, time.Now()); err != nil {
		return nil, err
	}
	for n := range h.recovery {
		server := s.servers[n%len(s.servers)]
		server.kill()
		killed := time.Now()
		if c.mode == modeCluster {
			beside.Go(func() { d.restart(ctx, server) })
		} else if err := server.start(); err != nil {
			return nil, err
		}
		back, err := s.fresh(ctx, b, killed)
		if err != nil {
			return nil, err
		}
		took = append(took, back.Sub(killed))
		h.say("%s: kill %d of %s: %s", c.mode, n+1, server.name, back.Sub(killed).Round(10*time.Millisecond))
		if err := pause(ctx, 3*time.Second); err != nil {
			return nil, err
		}
		if err := s.healthy(ctx); err != nil {
			return nil, err
		}
	}
	return took, nil
}

// restart starts a server of a cluster a while after its kill.
func (d *driver) restart(ctx context.Context, server *process) {
	_ = pause(ctx, 2*time.Second)
	if err := server.start(); err != nil {
		d.log("%v", err)
	}
}

// fresh waits for an article that was first shown after an instant, and returns
// when the first of those was stored.
func (s *stand) fresh(ctx context.Context, b *bus.Bus, after time.Time) (stored time.Time, err error) {
	err = eventually(ctx, 2*time.Minute, func() error {
		added := map[string]time.Time{}
		for _, e := range s.entries() {
			added[e.article] = e.added
		}
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second) // a reading may be of the server that is gone
		defer cancel()
		for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamEnriched, Since: after}) {
			if err != nil {
				return err
			}
			var a schema.Enriched
			if err := json.Unmarshal(d.Data, &a); err != nil {
				return err
			}
			if added[a.ID].After(after) {
				stored = d.Time
				return nil
			}
		}
		return fmt.Errorf("no article since %s", after)
	})
	return stored, err
}
