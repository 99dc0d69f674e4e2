package schedule_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// live is a feed whose hub pushes, of so many items a day.
func live(perDay float64) func(*schedule.Input) {
	return func(in *schedule.Input) { in.Push.Live, in.Rhythm = true, steady(perDay) }
}

func TestNextOfPushedFeeds(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*schedule.Input)
		want   time.Duration
		reason string
	}{
		"live, an item an hour":      {live(24), 5 * hour, "pushed by its hub, polled after 5h4m without a push: about 4.8 new"},
		"live, five items an hour":   {live(120), hour, "pushed by its hub, polled after 1h1m without a push"},
		"live, an item a week":       {live(1. / 7), day, "pushed by its hub, polled after 24h without a push"},
		"live, an item a second":     {live(86400), 5 * minute, "pushed by its hub, polled after 5m"},
		"not live":                   {func(in *schedule.Input) { in.Rhythm = steady(24) }, hour, "about 1 new"},
		"live, but as set":           {both(live(24), func(in *schedule.Input) { in.Fixed = 2 * minute }), 2 * minute, "interval as set"},
		"live, and failing":          {both(live(24), failures(schedule.Failed, 2)), 2 * minute, "failure 2 in a row"},
		"live, ttl longer":           {both(live(24), func(in *schedule.Input) { in.Hints.TTL = 12 * 3600 }), 12 * hour, "ttl of the feed"},
		"live, retry-after":          {both(live(24), func(in *schedule.Input) { in.RetryAfter = 20 * hour }), 20 * hour, "retry-after"},
		"not there yet":              {both(live(24), vain(1)), minute, "pushed by its hub, but not there yet: asked again after 1m"},
		"still not there":            {both(live(24), vain(2)), 5 * minute, "asked again after 5m"},
		"never there":                {both(live(24), vain(3)), 5 * hour, "pushed by its hub, polled after"},
		"not there yet, not proven":  {vain(1), minute, "asked again after 1m"},
		"not there yet, as set":      {both(vain(1), func(in *schedule.Input) { in.Fixed = hour }), minute, "asked again after 1m"},
		"not there, polled anyway":   {both(vain(1), func(in *schedule.Input) { in.Fixed = 30 * time.Second }), 30 * time.Second, "interval as set"},
		"not there, ttl longer":      {both(vain(1), func(in *schedule.Input) { in.Hints.TTL = 7200 }), minute, "asked again after 1m"},
		"not there, retry-after":     {both(vain(1), func(in *schedule.Input) { in.RetryAfter = hour }), hour, "retry-after"},
		"not there, and failing":     {both(vain(1), failures(schedule.Failed, 1)), minute, "failure 1 in a row"},
		"renewal before the poll":    {both(live(24), renew(2*hour)), 2 * hour, "its subscription at the hub is to be renewed in 2h"},
		"renewal after the poll":     {both(live(24), renew(6*hour)), 5 * hour, "polled after 5h4m"},
		"renewal at once":            {both(live(24), renew(-hour)), 5 * minute, "to be renewed in 5m"},
		"renewal, not proven":        {both(func(in *schedule.Input) { in.Rhythm = steady(0) }, renew(hour)), hour, "to be renewed in 1h"},
		"renewal before the hints":   {both(renew(hour), func(in *schedule.Input) { in.MaxAge = 10 * hour }), hour, "to be renewed in 1h"},
		"renewal and retry-after":    {both(renew(hour), func(in *schedule.Input) { in.RetryAfter = 2 * hour }), 2 * hour, "retry-after"},
		"renewal, failing for long":  {both(renew(hour), failures(schedule.Failed, 80)), day, "failure 80"},
		"renewal of one that's gone": {both(renew(hour), failures(schedule.Gone, 1)), 7 * day, "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(test.change)
			got := schedule.Next(in)
			wait := got.At.Sub(now)
			if wait < test.want-test.want/10-time.Second || wait > test.want+test.want/10+time.Second || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("waits %v because %q, want about %v because %q", wait, got.Reason, test.want, test.reason)
			}
		})
	}
}

func both(changes ...func(*schedule.Input)) func(*schedule.Input) {
	return func(in *schedule.Input) {
		for _, change := range changes {
			change(in)
		}
	}
}

func vain(n int) func(*schedule.Input) { return func(in *schedule.Input) { in.Push.Vain = n } }

func renew(in time.Duration) func(*schedule.Input) {
	return func(i *schedule.Input) { i.Push.Renew = now.Add(in) }
}

// Whatever a feed is like, a hub that pushes makes its polls rarer, never more
// frequent, and a hub that is not relied on any more makes them what they were.
func TestPushRelaxes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawInput(t)
		in.Push = schedule.Push{}
		in.Polls = max(in.Polls, 1000) // nothing is young
		without := schedule.Next(in)
		in.Push.Live = true
		relaxed := schedule.Next(in)
		if relaxed.Interval < without.Interval {
			t.Errorf("every %v with pushes, every %v without", relaxed.Interval, without.Interval)
		}
		in.Push.Live = false
		if again := schedule.Next(in); again.Interval != without.Interval || !again.At.Equal(without.At) {
			t.Errorf("after pushes %v, before %v", again, without)
		}
	})
}

// A feed that has a rhythm is checked when its items are due, not at night.
func TestQuietFollowsTheRhythm(t *testing.T) {
	in := input(live(24))
	in.Rhythm.Hours = make([]byte, 24)
	for hour := 6; hour < 12; hour++ { // now is noon
		in.Rhythm.Hours[hour] = 200
	}
	in.Rhythm.Since = now.Add(-28 * day)
	if got := schedule.Next(in); got.Interval < 17*hour || got.Interval > 20*hour {
		t.Errorf("polled after %v, want in the next morning", got.Interval)
	}
	in.Rhythm = schema.Rhythm{}
	if got := schedule.Next(in); got.Interval < in.Config.Base {
		t.Errorf("nothing known of it: polled after %v, want %v at least", got.Interval, in.Config.Base)
	}
}
