package jobs

import (
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// smooth is the weight of the last measure in the rate of a job, and mostLeft the
// longest time that it is said to take: ten years, in seconds.
const (
	smooth   = 0.3
	mostLeft = 10 * 365 * 24 * 60 * 60
)

// Advance is how far a job is: done of its messages, at a time, when it was at
// before at an earlier one. The rate is that of the last few measures.
func Advance(before schema.Progress, since time.Time, done uint64, now time.Time) schema.Progress {
	next := before
	next.Done = done
	took := now.Sub(since).Seconds()
	if took <= 0 {
		return next
	}
	rate := float64(done-min(before.Done, done)) / took
	if before.Rate > 0 {
		rate = smooth*rate + (1-smooth)*before.Rate
	}
	next.Rate, next.Left = rate, 0
	if rate > 0 {
		next.Left = min(float64(next.Total-min(next.Total, done))/rate, mostLeft)
	}
	return next
}
