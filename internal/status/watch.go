package status

import (
	"context"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Watch reads the status again and again, with the rates since the last time. Its
// zero value has not read yet.
type Watch struct {
	last    Status
	counted time.Time     // when the feeds were counted
	cost    time.Duration // and how long that took
}

// rest is how many times as long as counting the feeds took they are not counted
// again: each is asked for by itself, and there may be a hundred thousand.
const rest = 10

// Next reads the status.
func (w *Watch) Next(ctx context.Context, b *bus.Bus) (Status, error) {
	s, err := read(ctx, b)
	if err != nil {
		return s, err
	}
	s.Feeds = w.last.Feeds
	if begun := time.Now(); begun.Sub(w.counted) > rest*w.cost {
		if err := s.countFeeds(ctx, b); err != nil {
			return s, err
		}
		w.counted = time.Now()
		w.cost = w.counted.Sub(begun)
	}
	s.since(w.last)
	w.last = s
	return s, nil
}

// since adds the rates since an earlier reading, if there was one.
func (s *Status) since(last Status) {
	seconds := s.Time.Sub(last.Time).Seconds()
	if last.Time.IsZero() || seconds <= 0 {
		return
	}
	s.Interval = seconds
	for i := range s.Streams {
		s.Streams[i].PerSecond = rate(last.Streams[i].LastSequence, s.Streams[i].LastSequence, seconds)
	}
	for i := range s.Consumers {
		s.Consumers[i].PerSecond = rate(last.Consumers[i].Done, s.Consumers[i].Done, seconds)
	}
}

// rate is how much more there is now, a second. There is less when a stream or
// consumer was made anew.
func rate(before, now uint64, seconds float64) float64 {
	if now <= before {
		return 0
	}
	return float64(now-before) / seconds
}
