package schedule

import (
	"slices"
	"time"
)

// hint is the longest wait that the publisher asks for after a good poll, within
// the longest interval, and who asks.
func (in Input) hint() (time.Duration, string) {
	var wait time.Duration
	var who string
	for _, h := range []struct {
		wait time.Duration
		who  string
	}{
		{in.MaxAge, "max-age of the server"},
		{seconds(in.Hints.TTL), "ttl of the feed"},
		{seconds(in.Hints.Update), "sy:updatePeriod of the feed"},
	} {
		if h.wait > wait {
			wait, who = h.wait, h.who
		}
	}
	if wait > in.Config.Max {
		return in.Config.Max, who + ", " + span(wait) + ", cut to " + span(in.Config.Max)
	}
	return wait, who + ", " + span(wait)
}

// maxHint keeps what a feed may say from being too much to reckon with.
const maxHint = 365 * day

// seconds is so many seconds, 0 for a number that is none, a year at most.
func seconds(n float64) time.Duration {
	if !(n > 0) {
		return 0
	}
	return duration(min(n, maxHint.Seconds()))
}

// maxSkip is the longest wait for skipDays, beyond Config.Max too: a weekend and
// a day.
const maxSkip = 3 * day

// skip moves a time out of the hours and days that the feed wants to be left
// alone in, and says so. It does not when that takes too long: longer than
// longest for hours, and than maxSkip for days. A feed may not be without any
// time to be polled.
func (in Input) skip(at time.Time, longest time.Duration) (time.Time, string) {
	if in.Fixed > 0 || in.retired() || !in.skipped(at) {
		return at, ""
	}
	free := at.UTC().Truncate(time.Hour)
	for in.skipped(free) {
		if in.skipsDay(free) {
			longest = max(longest, maxSkip)
		}
		free = free.Add(time.Hour)
		if free.Sub(in.Now) > longest {
			return at, ""
		}
	}
	// All the feeds of a publisher skip the same hours.
	room := min(time.Hour-1, longest-free.Sub(in.Now), free.Sub(in.Now)/4)
	moved := free.Add(time.Duration(in.chance("skip") * float64(room)))
	if in.skipsDay(at) {
		return moved, "skipDays of the feed until " + free.Format("Mon 15:04") + " UTC"
	}
	return moved, "skipHours of the feed until " + free.Format("15:04") + " UTC"
}

func (in Input) skipped(at time.Time) bool {
	return in.skipsDay(at) || slices.Contains(in.Hints.SkipHours, at.UTC().Hour())
}

func (in Input) skipsDay(at time.Time) bool {
	return slices.Contains(in.Hints.SkipDays, int(at.UTC().Weekday()))
}
