package schedule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * hour
)

// now is noon of a Wednesday.
var now = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// input is a poll of a feed that nothing is known of and that was polled often.
func input(change func(*schedule.Input)) schedule.Input {
	in := schedule.Input{Config: schedule.DefaultConfig(), FeedID: "0123456789abcdef", Polls: 100, Now: now}
	change(&in)
	return in
}

// steady is the rhythm of a feed that publishes so many items a day at all hours.
func steady(perDay float64) schema.Rhythm {
	r := schema.Rhythm{Items: 3 * perDay, Days: 3, Hours: make([]byte, 24), Weekdays: make([]byte, 7),
		Since: now.Add(-14 * day), Until: now.Add(-hour)}
	for i := range r.Hours {
		r.Hours[i] = 10
	}
	for i := range r.Weekdays {
		r.Weekdays[i] = 34
	}
	return r
}

func failures(outcome schedule.Outcome, n int) func(*schedule.Input) {
	return func(in *schedule.Input) { in.Outcome, in.Failures, in.Rhythm = outcome, n, steady(24) }
}

func TestNext(t *testing.T) {
	type change = func(*schedule.Input)
	for name, test := range map[string]struct {
		in     change
		wait   time.Duration // before chance
		reason string
	}{
		"an item an hour": {func(in *schedule.Input) { in.Rhythm = steady(24) },
			hour, "about 1 new items expected by then (24 a day)"},
		"four items an hour": {func(in *schedule.Input) { in.Rhythm = steady(96) },
			30 * minute, "about 1.9 new items expected by then (95 a day)"},
		"an item a day": {func(in *schedule.Input) { in.Rhythm = steady(1) },
			294 * minute, "about 0.2 new items expected by then (1 a day)"},
		"a thousand items an hour": {func(in *schedule.Input) { in.Rhythm = steady(24000) },
			5 * minute, "shortest interval, 5m: about 8"},
		"an item a year": {func(in *schedule.Input) { in.Rhythm = steady(1. / 365) },
			day, "longest interval, 24h: about 0 new items expected by then (0 a day)"},
		"no item for long": {func(in *schedule.Input) { in.Rhythm = steady(0) }, day, "longest interval, 24h"},
		"nothing known": {func(in *schedule.Input) { in.Polls = 3 },
			15 * minute, "nothing known of the feed yet, polled 3 times, 15m"},
		"silent since the first poll": {func(in *schedule.Input) {
			in.Polls, in.Rhythm = 2, schedule.Next(schedule.Input{Config: in.Config, Now: now.Add(-2 * hour)}).Rhythm
		}, 1406 * time.Second, "nothing known of the feed yet, polled 2 times, 23m26s"},
		"new, and slow": {func(in *schedule.Input) { in.Polls, in.Rhythm = 4, steady(1) },
			2197 * time.Second, "new feed, polled 4 times, 36m37s: about 0.02"},
		"as set": {func(in *schedule.Input) { in.Fixed, in.Rhythm = 2*minute, steady(1) },
			2 * minute, "interval as set, 2m"},
		"as set, too short": {func(in *schedule.Input) { in.Fixed = 1 }, schedule.Floor, "interval as set, 200ms"},
		"as set, too long":  {func(in *schedule.Input) { in.Fixed = 1000 * hour }, day, "interval as set, 24h"},
		"as set, whatever the publisher hints": {func(in *schedule.Input) {
			in.Fixed, in.MaxAge, in.Hints = time.Second, hour, schema.Hints{TTL: 7200, SkipHours: []int{12}}
		}, time.Second, "interval as set, 1s"},
		"as set, but retry-after": {func(in *schedule.Input) { in.Fixed, in.RetryAfter = time.Second, hour },
			hour, "retry-after of the server, 1h"},
		"max-age": {func(in *schedule.Input) { in.MaxAge, in.Rhythm = 2*hour, steady(24) },
			2 * hour, "max-age of the server, 2h"},
		"max-age of a year": {func(in *schedule.Input) { in.MaxAge, in.Rhythm = 365*day, steady(24) },
			day, "max-age of the server, 365d, cut to 24h"},
		"short max-age": {func(in *schedule.Input) { in.MaxAge, in.Rhythm = minute, steady(24) }, hour, "about 1 new"},
		"max-age of an error": {func(in *schedule.Input) { in.Outcome, in.Failures, in.MaxAge = schedule.Failed, 1, hour },
			minute, "failure 1 in a row"},
		"ttl": {func(in *schedule.Input) { in.Hints.TTL, in.Hints.Update, in.MaxAge = 7200, 3600, hour },
			2 * hour, "ttl of the feed, 2h"},
		"ttl of a week": {func(in *schedule.Input) { in.Hints.TTL = 7 * 86400 }, day, "ttl of the feed, 7d, cut to 24h"},
		"ttl below nothing": {func(in *schedule.Input) { in.Hints.TTL, in.Rhythm = -1e300, steady(24) },
			hour, "about 1 new"},
		"ttl beyond all": {func(in *schedule.Input) { in.Hints.TTL = 1e300 }, day, "ttl of the feed, 365d, cut to 24h"},
		"sy": {func(in *schedule.Input) { in.Hints.Update, in.Rhythm = 43200, steady(24) },
			12 * hour, "sy:updatePeriod of the feed, 12h"},
		"first failure":       {failures(schedule.Failed, 1), minute, "failure 1 in a row, backing off 1m"},
		"failure not counted": {failures(schedule.Failed, 0), minute, "failure 0"},
		"fifth failure":       {failures(schedule.Failed, 5), 16 * minute, "failure 5 in a row, backing off 16m"},
		"millionth failure":   {failures(schedule.Failed, 1_000_000), day, "failure 1000000 in a row, backing off 24h"},
		"failure with retry-after": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Failed, 1, hour },
			hour, "retry-after of the server, 1h"},
		"short retry-after": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Failed, 2, minute },
			2 * minute, "failure 2"},
		"negative retry-after": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Failed, 1, -1 },
			minute, "failure 1"},
		"retry-after of a good answer": {func(in *schedule.Input) { in.Rhythm, in.RetryAfter = steady(24), 5*hour },
			5 * hour, "retry-after of the server, 5h"},
		"retry-after beyond the longest interval": {func(in *schedule.Input) {
			in.Config.Max, in.Config.Base, in.RetryAfter = hour, hour, 6*hour
		}, 6 * hour, "retry-after of the server, 6h"},
		"rate limited":     {failures(schedule.Limited, 1), hour, "rate limited, failure 1 in a row, backing off 1h"},
		"blocked":          {failures(schedule.Blocked, 1), hour, "blocked, failure 1 in a row, backing off 1h"},
		"blocked for long": {failures(schedule.Blocked, 9), 256 * minute, "blocked, failure 9 in a row, backing off 4h16m"},
		"blocked, longest is short": {func(in *schedule.Input) { in.Outcome, in.Failures, in.Config.Max = schedule.Blocked, 1, 20*minute },
			20 * minute, "blocked"},
		"gone": {func(in *schedule.Input) { in.Outcome, in.Failures, in.RetryAfter = schedule.Gone, 3, minute },
			7*day + 8*hour, "gone (410): retired, asked once a week"},
		"gone, then failing": {func(in *schedule.Input) { in.Outcome, in.Failures, in.Retired = schedule.Failed, 4, true },
			7*day + 8*hour, "gone (410): retired"},
		"gone, then back": {func(in *schedule.Input) { in.Retired, in.Rhythm = true, steady(24) }, hour, "about 1 new"},
	} {
		t.Run(name, func(t *testing.T) {
			got := schedule.Next(input(test.in))
			wait := got.At.Sub(now)
			if wait < test.wait*89/100 || wait > test.wait*111/100 {
				t.Errorf("waits %v, want about %v", wait, test.wait)
			}
			if !strings.HasPrefix(got.Reason, test.reason) {
				t.Errorf("because %q, want %q", got.Reason, test.reason)
			}
		})
	}
}

// Times are told as people write them.
func TestReasonTellsTimes(t *testing.T) {
	for fixed, want := range map[time.Duration]string{
		250 * time.Millisecond: "250ms", 45 * time.Second: "45s", minute: "1m", 90 * time.Second: "1m30s", 10 * minute: "10m",
		hour: "1h", 90 * minute: "1h30m", 10*hour + 10*time.Second: "10h", 110 * minute: "1h50m", day: "24h", 36 * hour: "36h", 2 * day: "2d", 14 * day: "14d",
	} {
		in := input(func(in *schedule.Input) { in.Fixed, in.Config.Max = fixed, 14*day })
		if got := schedule.Next(in).Reason; got != "interval as set, "+want {
			t.Errorf("%v: got %q", fixed, got)
		}
	}
}

// The hours and days that a feed asks to be left alone in are slept through.
func TestNextSkips(t *testing.T) {
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}
	for name, test := range map[string]struct {
		hints      schema.Hints
		from, till time.Time
		reason     string
	}{
		"not these hours": {schema.Hints{SkipHours: []int{0, 1, 2}}, now.Add(53 * minute), now.Add(67 * minute), "about "},
		"these hours":     {schema.Hints{SkipHours: []int{12, 13, 14}}, now.Add(3 * hour), now.Add(4 * hour), "skipHours of the feed until 15:00 UTC"},
		"over midnight": {schema.Hints{SkipHours: append([]int{0, 1, 2, 3, 4, 5}, all[12:]...)},
			now.Add(18 * hour), now.Add(19 * hour), "skipHours of the feed until 06:00 UTC"},
		"a day": {schema.Hints{SkipDays: []int{3}}, now.Add(12 * hour), now.Add(13 * hour), "skipDays of the feed until Thu 00:00 UTC"},
		"a day and hours": {schema.Hints{SkipDays: []int{3}, SkipHours: []int{0, 1, 2, 3, 4}},
			now.Add(17 * hour), now.Add(18 * hour), "skipDays of the feed until Thu 05:00 UTC"},
		"more days than the longest interval": {schema.Hints{SkipDays: []int{3, 4, 5}}, now.Add(60 * hour), now.Add(61 * hour), "skipDays of the feed until Sat 00:00 UTC"},
		"too many days":                       {schema.Hints{SkipDays: []int{3, 4, 5, 6}}, now.Add(53 * minute), now.Add(67 * minute), "about "},
		"all hours":                           {schema.Hints{SkipHours: all}, now.Add(53 * minute), now.Add(67 * minute), "about "},
		"no such hours":                       {schema.Hints{SkipHours: []int{-1, 24, 1e9}, SkipDays: []int{7}}, now.Add(53 * minute), now.Add(67 * minute), "about "},
		"after the ttl":                       {schema.Hints{TTL: 7200, SkipHours: []int{14}}, now.Add(3 * hour), now.Add(4 * hour), "ttl of the feed, 2h; skipHours of the feed until 15:00 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(func(in *schedule.Input) { in.Rhythm, in.Hints = steady(24), test.hints })
			for in.Polls = range 100 {
				in.Polls += 20
				got := schedule.Next(in)
				if got.At.Before(test.from) || got.At.After(test.till) || !strings.HasPrefix(got.Reason, test.reason) {
					t.Fatalf("at %v because %q", got.At, got.Reason)
				}
			}
		})
	}
	in := input(failures(schedule.Failed, 1))
	in.Hints.SkipHours = []int{12}
	if got := schedule.Next(in); got.At.Hour() != 13 || got.Reason != "failure 1 in a row, backing off 1m; skipHours of the feed until 13:00 UTC" {
		t.Errorf("a failing feed is polled at %v because %q", got.At, got.Reason)
	}
}

func TestJitter(t *testing.T) {
	var early, late int
	seen := map[time.Duration]bool{}
	for feed := range 1000 {
		in := input(func(in *schedule.Input) { in.FeedID, in.Fixed = fmt.Sprint(feed), 100*minute })
		wait := schedule.Next(in).At.Sub(now)
		switch {
		case wait < 90*minute, wait > 110*minute:
			t.Fatalf("feed %d waits %v", feed, wait)
		case wait < 100*minute:
			early++
		default:
			late++
		}
		seen[wait.Round(minute)] = true
	}
	if early < 400 || late < 400 || len(seen) < 20 {
		t.Errorf("%d early, %d late, over %d minutes", early, late, len(seen))
	}
	in := input(func(in *schedule.Input) { in.Fixed = hour })
	first := schedule.Next(in).At
	in.Polls++
	if schedule.Next(in).At.Equal(first) {
		t.Error("the next poll has the same chance")
	}
}

// Thousands of feeds that are polled at the same moment, because they were
// registered together or because nothing ran for hours, do not stay together.
func TestNextSpreads(t *testing.T) {
	const feeds = 10_000
	for name, test := range map[string]struct {
		change func(*schedule.Input)
		over   time.Duration // the time that they are spread over
	}{
		"registered together":  {func(in *schedule.Input) { in.Polls = 1 }, 15 * minute},
		"after a restart":      {func(in *schedule.Input) { in.Rhythm = steady(24) }, 12 * minute},
		"at the longest":       {func(in *schedule.Input) { in.Rhythm = steady(0) }, 2 * hour},
		"failing together":     {failures(schedule.Failed, 8), 12 * minute},
		"failing for long":     {failures(schedule.Failed, 80), 2 * hour},
		"gone together":        {failures(schedule.Gone, 1), 16 * hour},
		"the same retry-after": {func(in *schedule.Input) { in.RetryAfter = 10 * hour }, hour},
		"the same hours to skip": {func(in *schedule.Input) {
			in.Rhythm, in.Hints.SkipHours = steady(24), []int{12, 13, 14}
		}, 45 * minute},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(test.change)
			minutes := map[time.Time]int{}
			for feed := range feeds {
				in.FeedID = fmt.Sprintf("%016x", feed)
				minutes[schedule.Next(in).At.Truncate(test.over/10)]++
			}
			for at, n := range minutes {
				if n > feeds/10*5/4 {
					t.Errorf("%d of %d polls in the %v from %v", n, feeds, test.over/10, at)
				}
			}
		})
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
