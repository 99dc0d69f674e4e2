package hosts

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Two workers whose clocks are wrong in different ways tell the same time, and
// one that can't ask goes on with what it knows.
func TestServerClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		off, answers, asked := 7*time.Second, true, 0
		c := &serverClock{ask: func(context.Context) (time.Time, bool) {
			asked++
			time.Sleep(100 * time.Millisecond)
			at := time.Now().Add(off) // it answers at once, and the answer takes as long again
			time.Sleep(100 * time.Millisecond)
			return at, answers
		}}
		for i, step := range []struct {
			pass     time.Duration // before it
			off      time.Duration // of the server from here on
			answers  bool
			want     time.Duration
			wantAsks int
		}{
			{0, 7 * time.Second, true, 7 * time.Second, 1},
			{time.Minute, -3 * time.Hour, true, 7 * time.Second, 1}, // known well enough
			{askEvery, -3 * time.Hour, true, -3 * time.Hour, 2},
			{askEvery, time.Hour, false, -3 * time.Hour, 3},   // no answer
			{time.Minute, time.Hour, true, -3 * time.Hour, 3}, // not asked all the time
			{askEvery, 0, true, 0, 4},
		} {
			time.Sleep(step.pass)
			off, answers = step.off, step.answers
			now := c.now(t.Context())
			if got := time.Until(now); got != step.want || asked != step.wantAsks || now.Location() != time.UTC {
				t.Errorf("step %d: %s off after %d questions, want %s after %d", i, got, asked, step.want, step.wantAsks)
			}
		}
	})
}

func TestTimeAtTheServer(t *testing.T) {
	kv, err := bustest.New(t).Bucket(t.Context(), schema.BucketHosts)
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := timeAt(t.Context(), kv); !ok || time.Since(at).Abs() > bustest.Limit {
		t.Errorf("got %s, %v", at, ok)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := timeAt(ended, kv); ok {
		t.Error("an answer without a question")
	}
}
