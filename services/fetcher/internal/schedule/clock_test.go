package schedule_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// A clock that goes an hour forward and then two back makes no storm of polls and no end of
// them: whatever is remembered of a future, each poll follows the one before within the bounds,
// and the rhythm of the feed counts on once time has caught up.
func TestClockThatJumps(t *testing.T) {
	for _, outcome := range []schedule.Outcome{0, schedule.Failed} {
		var rhythm schema.Rhythm
		config, clock := schedule.DefaultConfig(), now
		least := config.Min
		if outcome == schedule.Failed {
			least = minute // after the first failure
		}
		for poll := 1; poll <= 400; poll++ {
			switch poll {
			case 100:
				clock = clock.Add(hour)
			case 101:
				clock = clock.Add(-2 * hour)
			}
			in := schedule.Input{Config: config, FeedID: "0123456789abcdef", Polls: poll, Now: clock, Outcome: outcome, Rhythm: rhythm}
			if outcome == schedule.Failed {
				in.Failures = 1
			}
			before := rhythm
			next := schedule.Next(in)
			rhythm = next.Rhythm
			if wait := next.At.Sub(clock); wait < least || wait > config.Max+config.Max/10 {
				t.Fatalf("outcome %d, poll %d at %s: the next comes after %s: %s", outcome, poll, clock, wait, next.Reason)
			}
			if rhythm.Until.Before(before.Until) {
				t.Errorf("poll %d: what is known of the feed goes back from %s to %s", poll, before.Until, rhythm.Until)
			}
			clock = next.At
		}
		if outcome != schedule.Failed && rhythm.Until.Before(clock.Add(-day-hour)) {
			t.Errorf("the rhythm is of %s, and it is %s: it counts no more", rhythm.Until, clock)
		}
	}
}
