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

// What is learnt of a feed in a year that is yet to come, by a clock that is put
// back then, does not keep it from learning now.
func TestClockOfAnotherYear(t *testing.T) {
	const year = 366 * day
	for _, jump := range []int{0, 1} { // the times that it goes forward, and back again
		in := input(func(*schedule.Input) {})
		in.Rhythm, in.Outcome, in.Config = schema.Rhythm{}, schedule.Changed, schedule.DefaultConfig()
		poll := func(items int) schedule.Decision {
			in.Polls++
			in.Items = nil
			for range items {
				in.Items = append(in.Items, in.Now.Add(-minute))
			}
			d := schedule.Next(in)
			if wait := d.At.Sub(in.Now); wait < in.Config.Min || wait > in.Config.Max+in.Config.Max/10 {
				t.Fatalf("%s: the next poll comes after %s: %s", in.Now, wait, d.Reason)
			}
			in.Rhythm, in.Now = d.Rhythm, d.At
			return d
		}
		for range 50 {
			poll(3)
		}
		for range jump {
			in.Now = in.Now.Add(year)
			poll(0)
			in.Now = in.Now.Add(-year)
		}
		for range 200 {
			poll(3)
		}
		if d := poll(3); d.Rhythm.Until.Before(in.Now.Add(-day-hour)) || d.Rhythm.Until.After(in.Now) || d.Rhythm.Since.After(in.Now) {
			t.Errorf("%d jumps: known from %s to %s, and it is %s", jump, d.Rhythm.Since, d.Rhythm.Until, in.Now)
		}
		if d := poll(3); d.Interval > hour {
			t.Errorf("%d jumps: three new items with each poll, and the interval is %s", jump, d.Interval)
		}
	}
}
