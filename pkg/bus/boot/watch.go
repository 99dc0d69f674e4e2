package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
)

// ErrStalled says that work has stood still, or did not end when it was told to. Only
// an end of the process helps, and another one goes on with what it had in hand.
var ErrStalled = errors.New("work stands still")

// UntilSignal returns a context that ends with SIGINT or SIGTERM. A second of them
// ends the process at once, whatever is in hand.
func UntilSignal() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

const (
	watchEvery = 5 * time.Second
	maxStacks  = 4 << 20
)

// Watched runs work until it ends. When a stage on the bus stands still, or when work
// has not ended in twice the time for what is in hand after ctx has, it writes the
// stacks of all goroutines and returns ErrStalled without waiting for it.
func Watched(ctx context.Context, b *bus.Bus, stacks io.Writer, work func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	w := watchdog{bus: b, seen: map[string]mark{}}
	stopping := ctx.Done()
	var overdue <-chan time.Time
	for {
		why := ""
		select {
		case err := <-done:
			return err
		case <-stopping:
			stopping, overdue = nil, time.After(2*b.Drain())
		case <-overdue:
			why = fmt.Sprintf("not stopped within %s", 2*b.Drain())
		case now := <-look.C:
			why = w.stalled(now)
		}
		if why != "" {
			buf := make([]byte, maxStacks)
			fmt.Fprintf(stacks, "%s: %s\n\n%s\n", ErrStalled, why, buf[:runtime.Stack(buf, true)])
			return fmt.Errorf("%w: %s", ErrStalled, why)
		}
	}
}

// watchdog remembers when each stage last got on.
type watchdog struct {
	bus  *bus.Bus
	seen map[string]mark
}

// mark is what a stage had done at a time.
type mark struct {
	done int64
	busy bool // it had messages in hand, which it is to get done
	at   time.Time
}

// stalled says which stage has had messages in hand and done nothing with any for
// twice the time that one may take, empty for none. While nothing can be published a
// stage waits, and that is not to stand still; nor is to wait up to a minute for a
// server that does not answer.
func (w *watchdog) stalled(now time.Time) string {
	ready := w.bus.Ready() == nil
	for name, s := range w.bus.Stats().Stages() {
		limit := 2 * (time.Duration(s.Timeout.Load()) + time.Minute)
		done := s.In.Load() + s.Retried.Load()
		busy := ready && s.InHand.Load() > 0 && s.Timeout.Load() > 0
		if last := w.seen[name]; !busy || !last.busy || done != last.done {
			w.seen[name] = mark{done, busy, now}
			continue
		}
		if still := now.Sub(w.seen[name].at); still >= limit {
			return fmt.Sprintf("stage %s has %d messages in hand and has done nothing for %s", name, s.InHand.Load(), still.Round(time.Second))
		}
	}
	return ""
}
