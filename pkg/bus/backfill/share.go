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
			turn = nextTurn(job.Backfill.Turn, time.Now().UTC(), rate)
			job.Backfill.Turn = turn.Add(seconds(float64(n) / rate))
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

// furthest is how many turns ahead the next one may be: each process takes one at
// a time.
const furthest = 100

// nextTurn is when the next turn is that may be had, where last is what the job
// says. One that is further ahead than it can be is of a clock which was put back
// since: nobody waits for that clock to get there again.
func nextTurn(last, now time.Time, rate float64) time.Time {
	longest := seconds(max(0.5, 1/rate) * furthest)
	if last.Before(now) || last.Sub(now) > longest {
		return now
	}
	return last
}

// longestTurn bounds what may be reckoned with.
const longestTurn = 10 * 365 * 24 * time.Hour

func seconds(n float64) time.Duration {
	return time.Duration(min(n, longestTurn.Seconds()) * float64(time.Second))
}
