package boot_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// A stage stands still when it has messages and does nothing with any for twice the
// time of one and a minute; what it does, or waits for, begins the time anew.
func TestWatchdog(t *testing.T) {
	const limit = 2 * (30*time.Second + time.Minute)
	type look struct {
		after time.Duration // since the look before
		work  func(*bus.StageStats)
		stall bool
	}
	none := func(*bus.StageStats) {}
	inHand := func(s *bus.StageStats) { s.InHand.Store(2) }
	for name, test := range map[string]struct {
		timeout time.Duration
		looks   []look
	}{
		"stands still":          {30 * time.Second, []look{{0, inHand, false}, {limit - 1, none, false}, {1, none, true}}},
		"settles":               {30 * time.Second, []look{{0, inHand, false}, {limit - 1, func(s *bus.StageStats) { s.In.Add(1) }, false}, {limit - 1, none, false}, {1, none, true}}},
		"tries again":           {30 * time.Second, []look{{0, inHand, false}, {limit - 1, func(s *bus.StageStats) { s.Retried.Add(1) }, false}, {limit - 1, none, false}}},
		"has nothing":           {30 * time.Second, []look{{0, none, false}, {limit, none, false}, {24 * time.Hour, none, false}}},
		"had nothing till now":  {30 * time.Second, []look{{0, none, false}, {24 * time.Hour, inHand, false}, {limit - 1, none, false}, {1, none, true}}},
		"is done":               {30 * time.Second, []look{{0, inHand, false}, {limit - 1, func(s *bus.StageStats) { s.InHand.Store(0) }, false}, {limit, none, false}}},
		"has more time":         {time.Hour, []look{{0, inHand, false}, {limit, none, false}, {2 * time.Hour, none, true}}},
		"is bounded by nothing": {0, []look{{0, inHand, false}, {24 * time.Hour, none, false}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bustest.New(t)
			stage := b.Stats().Stage("tester")
			stage.Timeout.Store(int64(test.timeout))
			stalled, now := boot.Watchdog(b), time.Now()
			for i, l := range test.looks {
				now = now.Add(l.after)
				l.work(stage)
				if why := stalled(now); (why != "") != l.stall || l.stall && !strings.Contains(why, "stage tester has 2 messages in hand") {
					t.Errorf("look %d: got %q, want one: %v", i, why, l.stall)
				}
			}
		})
	}
}

// A stage that waits for NATS does not stand still.
func TestWatchdogWaitsForNATS(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	stage := b.Stats().Stage("tester")
	stage.Timeout.Store(int64(time.Second))
	stage.InHand.Store(1)
	stalled, now := boot.Watchdog(b), time.Now()
	_ = stalled(now)
	b.Close()
	for range 3 {
		now = now.Add(24 * time.Hour)
		if why := stalled(now); why != "" {
			t.Errorf("got %q", why)
		}
	}
}

// Work that does not end when it is told to is left behind, with the stacks that say
// where it is; then the program ends with the code for that.
func TestWorkThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	b, err := bus.Connect(t.Context(), bus.Options{InProcess: bustest.Server(t), Name: "test", Drain: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	release := make(chan struct{})
	defer close(release)
	ctx, stop := context.WithCancel(t.Context())
	var stacks bytes.Buffer
	err = boot.Watched(ctx, b, &stacks, func(context.Context) error {
		stop()
		<-release
		return nil
	})
	if !errors.Is(err, boot.ErrStalled) || boot.ExitCode(err) != boot.ExitEngine || !strings.Contains(err.Error(), "not stopped within 100ms") {
		t.Errorf("got %v", err)
	}
	if got := stacks.String(); !strings.HasPrefix(got, "work stands still: ") || !strings.Contains(got, "TestWorkThatDoesNotEnd.func") {
		t.Errorf("got\n%.2000s", got)
	}
}

// Work that ends by itself, or in time, ends with its own result.
func TestWorkThatEnds(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	cause := errors.New("cause")
	var stacks bytes.Buffer
	if err := boot.Watched(t.Context(), b, &stacks, func(context.Context) error { return cause }); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	err := boot.Watched(ctx, b, &stacks, func(ctx context.Context) error {
		stop()
		<-ctx.Done()
		return nil
	})
	if err != nil || stacks.Len() > 0 {
		t.Errorf("got %v and %q", err, stacks.String())
	}
}
