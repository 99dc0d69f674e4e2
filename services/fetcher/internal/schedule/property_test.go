package schedule_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// within draws a duration of any magnitude up to most.
func within(most time.Duration) *rapid.Generator[time.Duration] {
	return rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(0, int64(most)).Draw(t, "d") >> rapid.IntRange(0, 50).Draw(t, "magnitude"))
	})
}

func moment(t *rapid.T, name string) time.Time {
	if rapid.IntRange(0, 9).Draw(t, name+" unknown") == 0 {
		return time.Time{}
	}
	back := within(400*day).Draw(t, name)
	if rapid.Bool().Draw(t, name+" ahead") {
		back = -back
	}
	return now.Add(-back)
}

func drawConfig(t *rapid.T) schedule.Config {
	c := schedule.Config{Min: schedule.Floor + within(hour).Draw(t, "min")}
	c.Base = c.Min + within(day).Draw(t, "base")
	c.Max = c.Base + within(40*day).Draw(t, "max")
	c.Backoff = min(schedule.Floor+within(hour).Draw(t, "backoff"), c.Max)
	return c
}

func drawRhythm(t *rapid.T) schema.Rhythm {
	bytes := func(most int) []byte { return rapid.SliceOfN(rapid.Byte(), 0, most).Draw(t, "bytes") }
	return schema.Rhythm{
		Items: rapid.Float64().Draw(t, "items"), Days: rapid.Float64().Draw(t, "days"),
		Hours: bytes(30), Weekdays: bytes(9), Since: moment(t, "since"), Until: moment(t, "until"),
	}
}

func drawPush(t *rapid.T) schedule.Push {
	p := schedule.Push{Live: rapid.Bool().Draw(t, "live"), Vain: rapid.IntRange(-1, 4).Draw(t, "vain")}
	if rapid.Bool().Draw(t, "subscribed") {
		p.Renew = moment(t, "renew").Add(rapid.SampledFrom([]time.Duration{0, hour, 30 * day, 1000 * day}).Draw(t, "ahead"))
	}
	return p
}

// drawInput draws any input, a damaged state and hostile hints included.
func drawInput(t *rapid.T) schedule.Input {
	in := schedule.Input{
		Config: drawConfig(t), FeedID: rapid.String().Draw(t, "id"), Polls: rapid.IntRange(-1, 1e6).Draw(t, "polls"), Now: now,
		Outcome:  rapid.SampledFrom([]schedule.Outcome{schedule.Unchanged, schedule.Changed, schedule.Failed, schedule.Limited, schedule.Blocked, schedule.Gone}).Draw(t, "outcome"),
		Failures: rapid.IntRange(-1, 100).Draw(t, "failures"), Retired: rapid.Bool().Draw(t, "retired"), Push: drawPush(t),
		RetryAfter: within(30*day).Draw(t, "retry after"), MaxAge: within(400*day).Draw(t, "max-age"),
		Hints: schema.Hints{
			TTL: rapid.Float64().Draw(t, "ttl"), Update: rapid.Float64().Draw(t, "update"),
			SkipHours: rapid.SliceOfN(rapid.IntRange(-1, 25), 0, 30).Draw(t, "hours"),
			SkipDays:  rapid.SliceOfN(rapid.IntRange(-1, 8), 0, 9).Draw(t, "days"),
		},
		Rhythm: drawRhythm(t),
	}
	if rapid.Bool().Draw(t, "is fixed") {
		in.Fixed = within(day).Draw(t, "fixed")
	}
	for range rapid.IntRange(0, 20).Draw(t, "items") {
		in.Items = append(in.Items, moment(t, "item"))
	}
	return in
}

// Whatever comes in, the next poll is within the bounds, not before the server
// wants it, explained, and the same when decided again.
func TestNextHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		got := schedule.Next(in)
		wait := got.At.Sub(now)
		retired := in.Outcome == schedule.Gone || in.Retired && in.Outcome >= schedule.Failed
		longest := in.Config.Max
		if retired {
			longest = 8 * day
		}
		if slices.ContainsFunc(in.Hints.SkipDays, func(d int) bool { return d >= 0 && d <= 6 }) {
			longest = max(longest, 3*day)
		}
		asked := min(in.RetryAfter, max(in.Config.Max, day))
		if most := max(longest, asked+asked/10); wait > most {
			t.Errorf("waits %v, more than %v", wait, most)
		}
		if wait < asked {
			t.Errorf("waits %v, the server asked for %v", wait, asked)
		}
		if least := leastWait(in, retired); wait < least {
			t.Errorf("waits %v, less than %v", wait, least)
		}
		if got.Reason == "" || len(got.Reason) > 200 || strings.Contains(got.Reason, "NaN") || strings.Contains(got.Reason, "%!") {
			t.Errorf("because %q", got.Reason)
		}
		if again := schedule.Next(in); !again.At.Equal(got.At) || again.Reason != got.Reason || !slices.Equal(again.Rhythm.Hours, got.Rhythm.Hours) {
			t.Errorf("got %+v, then %+v", got, again)
		}
	})
}

// leastWait is the shortest wait that any feed may have after a poll.
func leastWait(in schedule.Input, retired bool) time.Duration {
	switch {
	case retired:
		return 7 * day
	case in.Outcome >= schedule.Failed:
		return min(in.Config.Backoff, in.Config.Max-in.Config.Max/10)
	case in.Push.Vain == 1 || in.Push.Vain == schedule.MostVain:
		return min(minute, in.Config.Min, max(in.Fixed, schedule.Floor)) * 5 / 10
	case in.Fixed > 0 && in.Push.Renew.IsZero():
		return min(in.Fixed, in.Config.Max) * 5 / 10
	case in.Fixed > 0: // or sooner, to be renewed
		return min(in.Fixed, in.Config.Min) * 5 / 10
	case !in.Push.Renew.IsZero():
		return in.Config.Min
	default:
		hint := min(max(in.Hints.TTL, in.Hints.Update, 0), 1e8) // seconds
		asked := max(in.MaxAge, time.Duration(hint)*time.Second)
		return max(in.Config.Min, min(asked, in.Config.Max))
	}
}

// What a decision keeps can be fed to the next for ever: counts are as long as
// they must be, and the rate is a number.
func TestRhythmHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		for range 5 {
			d := schedule.Next(in)
			r := d.Rhythm
			if r.Until.IsZero() {
				if in.Outcome < schedule.Failed {
					t.Fatalf("nothing kept of %+v", in)
				}
				return
			}
			if len(r.Hours) != 24 || len(r.Weekdays) != 7 || !(r.Items >= 0) || !(r.Days >= 0) {
				t.Fatalf("keeps %+v", r)
			}
			in.Rhythm, in.Now, in.Polls = r, d.At, in.Polls+1
		}
	})
}

// Each failure more waits at least as long, up to the bound, where chance takes
// up to a tenth.
func TestBackoffRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		in.Outcome, in.Retired, in.RetryAfter, in.Hints, in.Polls = schedule.Failed, false, 0, schema.Hints{}, 100
		last := time.Duration(0)
		for in.Failures = 1; in.Failures < 60; in.Failures++ {
			wait := schedule.Next(in).At.Sub(now)
			if wait < min(last, in.Config.Max-in.Config.Max/10) || wait < in.Config.Backoff*9/10 {
				t.Fatalf("failure %d waits %v, the one before %v", in.Failures, wait, last)
			}
			last = wait
		}
		if last < in.Config.Max-in.Config.Max/10 {
			t.Errorf("the last failure waits %v, want about %v", last, in.Config.Max)
		}
	})
}

// A feed that publishes more is not polled less.
func TestMoreItemsMorePolls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := input(func(in *schedule.Input) { in.Rhythm = drawRhythm(t) })
		in.Rhythm.Days, in.Rhythm.Until = 10, now.Add(-minute)
		in.Rhythm.Items = rapid.Float64Range(0, 1e4).Draw(t, "items")
		slow := schedule.Next(in).Interval
		in.Rhythm.Items *= rapid.Float64Range(1, 100).Draw(t, "times")
		if fast := schedule.Next(in).Interval; fast > slow+time.Microsecond {
			t.Errorf("%v for many items, %v for fewer", fast, slow)
		}
	})
}

// A feed that publishes no faster than hourly is not polled faster than that.
func TestHourlyOrSlower(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := input(func(in *schedule.Input) { in.Rhythm = steady(rapid.Float64Range(0, 24).Draw(t, "a day")) })
		if got := schedule.Next(in).Interval; got < 59*minute {
			t.Errorf("every %v", got)
		}
	})
}
