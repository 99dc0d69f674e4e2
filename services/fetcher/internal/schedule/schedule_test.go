package schedule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func input(change func(*schedule.Input)) schedule.Input {
	in := schedule.Input{Config: schedule.DefaultConfig(), FeedID: "0123456789abcdef", Polls: 1, Now: now}
	change(&in)
	return in
}

func TestNext(t *testing.T) {
	const minute, hour = time.Minute, time.Hour
	type change = func(*schedule.Input)
	for name, test := range map[string]struct {
		in       change
		wait     time.Duration // before chance
		interval time.Duration
		reason   string
	}{
		"first poll, new items": {func(in *schedule.Input) { in.Outcome = schedule.Changed },
			450 * time.Second, 450 * time.Second, "new items"},
		"first poll, nothing": {func(*schedule.Input) {}, 1125 * time.Second, 1125 * time.Second, "nothing new"},
		"shrinks to the shortest": {func(in *schedule.Input) { in.Outcome, in.Interval = schedule.Changed, 6*minute },
			5 * minute, 5 * minute, "new items"},
		"grows to the longest": {func(in *schedule.Input) { in.Interval = 23 * hour }, 24 * hour, 24 * hour, "nothing new"},
		"as set": {func(in *schedule.Input) { in.Fixed, in.Interval = 2*minute, hour },
			2 * minute, 2 * minute, "interval as set"},
		"as set, too short": {func(in *schedule.Input) { in.Fixed = 1 },
			schedule.Floor, schedule.Floor, "interval as set"},
		"as set, whatever max-age": {func(in *schedule.Input) { in.Fixed, in.MaxAge = time.Second, hour },
			time.Second, time.Second, "interval as set"},
		"as set, but retry-after": {func(in *schedule.Input) { in.Fixed, in.RetryAfter = time.Second, hour },
			hour, time.Second, "retry-after"},
		"max-age": {func(in *schedule.Input) { in.MaxAge = 2 * hour }, 2 * hour, 1125 * time.Second, "max-age"},
		"max-age of a year": {func(in *schedule.Input) { in.MaxAge = 365 * 24 * hour },
			24 * hour, 1125 * time.Second, "max-age"},
		"short max-age": {func(in *schedule.Input) { in.MaxAge = minute }, 1125 * time.Second, 1125 * time.Second, "nothing new"},
		"max-age of an error": {func(in *schedule.Input) { in.Outcome, in.Failures, in.MaxAge = schedule.Failed, 1, hour },
			minute, 15 * minute, "failure 1 in a row"},
		"first failure": {func(in *schedule.Input) { in.Outcome, in.Failures, in.Interval = schedule.Failed, 1, hour },
			minute, hour, "failure 1 in a row"},
		"failure not counted": {func(in *schedule.Input) { in.Outcome = schedule.Failed }, minute, 15 * minute, "failure 0"},
		"fifth failure": {func(in *schedule.Input) { in.Outcome, in.Failures = schedule.Failed, 5 },
			16 * minute, 15 * minute, "failure 5 in a row"},
		"millionth failure": {func(in *schedule.Input) { in.Outcome, in.Failures = schedule.Failed, 1_000_000 },
			24 * hour, 15 * minute, "failure 1000000 in a row"},
		"failure with retry-after": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Failed, 1, hour },
			hour, 15 * minute, "retry-after"},
		"short retry-after": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Failed, 2, minute },
			2 * minute, 15 * minute, "failure 2"},
		"negative retry-after": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Failed, 1, -1 },
			minute, 15 * minute, "failure 1"},
		"rate limited": {func(in *schedule.Input) { in.Outcome, in.Failures = schedule.Limited, 1 },
			15 * minute, 15 * minute, "rate limited"},
		"blocked": {func(in *schedule.Input) { in.Outcome, in.Failures = schedule.Blocked, 1 },
			hour, 15 * minute, "blocked"},
		"blocked for long": {func(in *schedule.Input) { in.Outcome, in.Failures = schedule.Blocked, 9 },
			256 * minute, 15 * minute, "blocked"},
		"blocked, longest is short": {func(in *schedule.Input) { in.Outcome, in.Failures, in.Config.Max = schedule.Blocked, 1, 20*minute },
			20 * minute, 15 * minute, "blocked"},
		"gone": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Gone, 3, minute },
			7 * 24 * hour, 15 * minute, "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			got := schedule.Next(input(test.in))
			wait := got.At.Sub(now)
			if wait < test.wait*9/10 || wait > test.wait*11/10 {
				t.Errorf("waits %v, want about %v", wait, test.wait)
			}
			if got.Interval != test.interval || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("interval %v because %q, want %v because %q", got.Interval, got.Reason, test.interval, test.reason)
			}
		})
	}
}

// A wait that the server asked for is never cut short, and none but that of a
// feed that is gone is longer than the longest.
func TestNextBounds(t *testing.T) {
	for polls := range 1000 {
		in := input(func(in *schedule.Input) {
			in.Polls, in.Outcome, in.Failures, in.RetryAfter = polls, schedule.Limited, polls, time.Hour
		})
		if wait := schedule.Next(in).At.Sub(now); wait < time.Hour {
			t.Fatalf("poll %d: after %v, the server asked for an hour", polls, wait)
		}
		in.RetryAfter, in.Outcome, in.Failures = 0, schedule.Failed, 1
		if wait := schedule.Next(in).At.Sub(now); wait < in.Config.Backoff {
			t.Fatalf("poll %d: after %v, sooner than the backoff", polls, wait)
		}
		in.Failures = 100
		if wait := schedule.Next(in).At.Sub(now); wait > in.Config.Max {
			t.Fatalf("poll %d: after %v", polls, wait)
		}
	}
}

func TestJitter(t *testing.T) {
	var early, late int
	seen := map[time.Duration]bool{}
	for feed := range 1000 {
		in := input(func(in *schedule.Input) { in.FeedID, in.Fixed = fmt.Sprint(feed), 100*time.Minute })
		wait := schedule.Next(in).At.Sub(now)
		switch {
		case wait < 90*time.Minute, wait > 110*time.Minute:
			t.Fatalf("feed %d waits %v", feed, wait)
		case wait < 100*time.Minute:
			early++
		default:
			late++
		}
		seen[wait.Round(time.Minute)] = true
		if again := schedule.Next(in).At.Sub(now); again != wait {
			t.Fatalf("feed %d waits %v, then %v", feed, wait, again)
		}
	}
	if early < 400 || late < 400 || len(seen) < 20 {
		t.Errorf("%d early, %d late, over %d minutes", early, late, len(seen))
	}
	in := input(func(in *schedule.Input) { in.Fixed = time.Hour })
	first := schedule.Next(in).At
	in.Polls++
	if schedule.Next(in).At.Equal(first) {
		t.Error("the next poll has the same chance")
	}
}

// A feed that falls silent for a day and then publishes comes back quickly.
func TestNextOverTime(t *testing.T) {
	in := input(func(*schedule.Input) {})
	var silence time.Duration
	for silence < 24*time.Hour {
		d := schedule.Next(in)
		silence += d.At.Sub(in.Now)
		in.Now, in.Interval = d.At, d.Interval
		in.Polls++
		if d.Interval > 15*time.Minute*5/4+silence/4 {
			t.Fatalf("silent for %v, interval %v", silence, d.Interval)
		}
	}
	polls := 0
	for in.Outcome = schedule.Changed; in.Interval > in.Config.Min; polls++ {
		in.Interval = schedule.Next(in).Interval
	}
	if polls > 7 {
		t.Errorf("%d polls until it is polled often again", polls)
	}
}

func TestConfigValidate(t *testing.T) {
	if err := schedule.DefaultConfig().Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*schedule.Config){
		"shortest": func(c *schedule.Config) { c.Min = time.Millisecond },
		"order":    func(c *schedule.Config) { c.Max = time.Minute },
		"backoff":  func(c *schedule.Config) { c.Backoff = 0 },
	} {
		c := schedule.DefaultConfig()
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}
