package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// stoppable is a bus that is ready or not as the test says.
func stoppable(t *testing.T) (*bus.Bus, *atomic.Bool) {
	t.Helper()
	var full atomic.Bool
	b, err := bus.Connect(t.Context(), bus.Options{
		InProcess: bustest.Server(t), Name: "fetcher", Logger: bustest.Logger(t),
		Check: func() error {
			if full.Load() {
				return errors.New("the disk is full")
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	return b, &full
}

// tells expects these events, in this order and no others.
func tells(t *testing.T, b *bus.Bus, want ...schema.Health) {
	t.Helper()
	var got []schema.Health
	for _, d := range bustest.Next(t, b, len(want), schema.StreamOps) {
		event, err := bus.Decode[schema.Health](d)
		if err != nil {
			t.Fatal(err)
		}
		if d.Subject != b.Root().Ops(event.Kind, "fetcher") || time.Since(event.At) > time.Minute || event.FeedID != "" {
			t.Errorf("%s: %+v", d.Subject, event)
		}
		event.At = time.Time{}
		if _, why, ok := strings.Cut(event.Detail, "s: "); ok && strings.HasPrefix(event.Detail, "after ") {
			event.Detail = "after a while: " + why
		}
		got = append(got, event)
	}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("event %d: got %+v, want %+v", i, got[i], w)
		}
	}
}

// A pause that lasts is told once, and that it is over once; a short one is not.
func TestPausesAreTold(t *testing.T) {
	t.Parallel()
	b, full := stoppable(t)
	bustest.Start(t, func(ctx context.Context) error {
		return fetcher.TellPauses(ctx, b, 200*time.Millisecond, 0)
	})
	paused := schema.Health{Kind: "paused", Detail: "the disk is full"}
	resumed := schema.Health{Kind: "resumed", Detail: "after a while: the disk is full"}
	isPaused(t, b, false)
	full.Store(true)
	tells(t, b, paused)
	isPaused(t, b, true)
	full.Store(false)
	tells(t, b, paused, resumed)
	isPaused(t, b, false)
	full.Store(true)
	tells(t, b, paused, resumed, paused)
	full.Store(false)
	tells(t, b, paused, resumed, paused, resumed)
}

// isPaused expects that a reader learns whether a fetcher stands still.
func isPaused(t *testing.T, b *bus.Bus, want bool) {
	t.Helper()
	event, got, err := fetcher.Paused(t.Context(), b)
	if err != nil || got != want || got && (event.Detail != "the disk is full" || event.At.IsZero()) {
		t.Errorf("paused is %v: %+v, %v; want %v", got, event, err, want)
	}
}

// An event that cannot be stored while the pause lasts is told when it is over.
func TestPausesAreToldWhenTheyCanBe(t *testing.T) {
	t.Parallel()
	b, full := stoppable(t)
	ops, err := b.JetStream().Stream(t.Context(), schema.StreamOps)
	if err != nil {
		t.Fatal(err)
	}
	config := ops.CachedInfo().Config
	if err := b.JetStream().DeleteStream(t.Context(), schema.StreamOps); err != nil {
		t.Fatal(err)
	}
	bustest.Start(t, func(ctx context.Context) error {
		return fetcher.TellPauses(ctx, b, 200*time.Millisecond, 0)
	})
	full.Store(true)
	bustest.Eventually(t, func() error {
		if n := b.Stats().PushedBack.Load(); n == 0 {
			return errors.New("it has not tried to tell")
		}
		return nil
	})
	full.Store(false)
	if _, err := b.JetStream().CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	events := bustest.Next(t, b, 2, schema.StreamOps)
	if events[0].Subject != "news.ops.paused.fetcher" || events[1].Subject != "news.ops.resumed.fetcher" {
		t.Errorf("got %s, %s", events[0].Subject, events[1].Subject)
	}
}

// A fetcher with nothing to do tries, now and then, whether it could publish.
func TestProbe(t *testing.T) {
	t.Parallel()
	b, full := stoppable(t)
	const every = 50 * time.Millisecond
	probed := func() uint64 {
		_, seq, err := b.LastOf(t.Context(), "KV_feedmemory", "$KV.feedmemory.probe")
		if err != nil {
			t.Fatal(err)
		}
		return seq
	}
	bustest.Start(t, func(ctx context.Context) error { return fetcher.TellPauses(ctx, b, time.Minute, every) })
	bustest.Eventually(t, func() error {
		if n := probed(); n < 3 {
			return fmt.Errorf("probed %d times", n)
		}
		return nil
	})
	full.Store(true)
	bustest.Eventually(t, func() error { // one may be on its way
		if b.Quiet() < 10*every {
			return fmt.Errorf("quiet for %s, although nothing can be published", b.Quiet())
		}
		return nil
	})
	before := probed()
	full.Store(false)
	bustest.Eventually(t, func() error {
		if probed() == before {
			return errors.New("not probed again")
		}
		return nil
	})
	stream, err := b.JetStream().Stream(t.Context(), "KV_feedmemory")
	if err != nil {
		t.Fatal(err)
	}
	if n := stream.CachedInfo().State.Msgs; n != 1 {
		t.Errorf("the probes have left %d messages, want the last alone", n)
	}
}
