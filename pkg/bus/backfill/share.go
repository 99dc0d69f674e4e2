package backfill

import (
	"context"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// share says when the workers of this process may take messages of a job, and how
// many: when live messages leave room, and not more than the job's rate.
type share struct {
	store   jobs.Store
	job     schema.Job
	live    *bus.StageStats
	workers int64 // for live messages
}

// look is how often it is seen whether live messages leave room.
const look = 20 * time.Millisecond

// wait is the Share of a stage.
func (s share) wait(ctx context.Context, room int) int {
	for !s.idle() {
		if wait(ctx, look) != nil {
			return 0
		}
	}
	if s.job.Stretch.Rate == 0 {
		return room
	}
	return s.turn(ctx, room)
}

// idle reports whether live messages leave room: none waits on the server, and
// half of the workers for them have nothing to do.
func (s share) idle() bool {
	return s.live.Waiting.Load() == 0 && 2*s.live.InHand.Load() <= s.workers
}

// turn takes the next turn of all workers of the job, and waits for it. A turn
// that its worker does not live to see is lost: there are fewer messages a second
// then, never more.
func (s share) turn(ctx context.Context, room int) int {
	rate := s.job.Stretch.Rate
	n := min(room, max(int(rate/2), 1))
	for {
		var turn time.Time
		_, err := s.store.Update(ctx, s.job.ID, func(job *schema.Job) bool {
			now := time.Now().UTC()
			turn = job.Backfill.Turn
			if turn.Before(now) {
				turn = now
			}
			job.Backfill.Turn = turn.Add(time.Duration(float64(n) / rate * float64(time.Second)))
			return true
		})
		if err == nil {
			if wait(ctx, time.Until(turn)) != nil {
				return 0
			}
			return n
		}
		if wait(ctx, time.Second) != nil {
			return 0
		}
	}
}
