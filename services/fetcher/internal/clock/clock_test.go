package clock

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Two workers whose clocks are wrong in different ways tell the same time, and
// one that can't ask goes on with what it knows.
func TestNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		off, answers, asked := 7*time.Second, true, 0
		c := of(func(context.Context) (time.Time, bool) {
			asked++
			time.Sleep(100 * time.Millisecond)
			at := time.Now().Add(off) // it answers at once, and the answer takes as long again
			time.Sleep(100 * time.Millisecond)
			return at, answers
		})
		for i, step := range []struct {
			pass     time.Duration // before it
			off      time.Duration // of the server from here on
			answers  bool
			want     time.Duration
			wantAsks int
		}{
			{0, time.Hour, false, 0, 1}, // no answer yet
			{askEvery, 7 * time.Second, true, 7 * time.Second, 2},
			{time.Second, -3 * time.Hour, true, 7 * time.Second, 2}, // known well enough
			{askEvery, -3 * time.Hour, true, -3 * time.Hour, 3},
			{askEvery, time.Hour, false, -3 * time.Hour, 4},   // no answer
			{time.Second, time.Hour, true, -3 * time.Hour, 4}, // not asked all the time
			{askEvery, 0, true, 0, 5},
		} {
			time.Sleep(step.pass)
			off, answers = step.off, step.answers
			now := c.Now(t.Context())
			if got := time.Until(now); got != step.want || asked != step.wantAsks || now.Location() != time.UTC {
				t.Errorf("step %d: %s off after %d questions, want %s after %d", i, got, asked, step.want, step.wantAsks)
			}
		}
	})
}

// Who sets this machine's clock changes nothing but that the server is asked again.
func TestThisMachinesClockIsSet(t *testing.T) {
	const year = 366 * 24 * time.Hour
	for set, want := range map[time.Duration]int{
		0: 1, 100 * time.Millisecond: 1, time.Hour: 2, -time.Hour: 2, year: 2, -year: 2,
	} {
		asked := 0
		c := of(func(context.Context) (time.Time, bool) {
			asked++
			return time.Now().Add(5 * time.Second), asked == 1
		})
		before := c.Now(t.Context())
		c.wall = c.wall.Add(-set)
		for range 3 { // it is not asked all the time after that
			if passed := c.Now(t.Context()).Sub(before); passed < 0 || passed > bustest.Limit {
				t.Errorf("set by %s: %s passed", set, passed)
			}
		}
		if asked != want {
			t.Errorf("set by %s: asked %d times, want %d", set, asked, want)
		}
	}
}

// While one asks, the others wait, and whoever is stopped does not.
func TestMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := of(func(ctx context.Context) (time.Time, bool) {
			<-ctx.Done() // no answer
			return time.Time{}, false
		})
		stopped, stop := context.WithCancel(t.Context())
		begun := time.Now()
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { c.Now(t.Context()) })
		}
		synctest.Wait()
		stop()
		if got := c.Now(stopped); !got.Equal(begun) || time.Since(begun) != 0 {
			t.Errorf("got %s after %s", got, time.Since(begun))
		}
		all.Wait()
		if took := time.Since(begun); took != limit {
			t.Errorf("took %s, want %s", took, limit)
		}
	})
}

func TestOfTheServer(t *testing.T) {
	b := bustest.New(t)
	c := New(b)
	if at, ok := c.ask(t.Context()); !ok || time.Since(at).Abs() > bustest.Limit {
		t.Errorf("got %s, %v", at, ok)
	}
	if now := c.Now(t.Context()); time.Since(now).Abs() > bustest.Limit || c.told.IsZero() {
		t.Errorf("got %s, told at %s", now, c.told)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := c.ask(ended); ok {
		t.Error("an answer without a question")
	}
	none := New(bustest.Connect(t, bustest.Server(t), "test")) // nothing is set up
	if now := none.Now(t.Context()); time.Since(now).Abs() > bustest.Limit || !none.told.IsZero() {
		t.Errorf("got %s, told at %s", now, none.told)
	}
}
