package schedule_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// publisher is a feed in virtual time: it publishes at fixed times.
type publisher struct {
	times   []time.Time // ascending
	undated bool
	items   int // that a document has, 0 for all
}

// follow polls the feed from a time to another, as its decisions have it, and
// returns them with the times of the polls.
func (p publisher) follow(from, to time.Time, change func(*schedule.Input)) (polls []time.Time, decisions []schedule.Decision) {
	in := input(func(in *schedule.Input) { in.Now, in.Polls = from, 0 })
	read := 0
	for in.Now.Before(to) {
		in.Polls++
		in.Items, in.Outcome = nil, schedule.Unchanged
		first := read
		for read < len(p.times) && !p.times[read].After(in.Now) {
			read++
		}
		if p.items > 0 {
			first = max(first, read-p.items)
		}
		for _, at := range p.times[first:read] {
			if p.undated {
				at = time.Time{}
			}
			in.Items = append(in.Items, at)
			in.Outcome = schedule.Changed
		}
		if change != nil {
			change(&in)
		}
		d := schedule.Next(in)
		polls, decisions = append(polls, in.Now), append(decisions, d)
		in.Now, in.Rhythm = d.At, d.Rhythm
	}
	return polls, decisions
}

// daily publishes at the same times on the days that are wanted.
func daily(from time.Time, days int, wanted func(time.Weekday) bool, at ...time.Duration) publisher {
	var p publisher
	for d := range days {
		midnight := from.Truncate(day).AddDate(0, 0, d)
		if !wanted(midnight.Weekday()) {
			continue
		}
		for _, since := range at {
			p.times = append(p.times, midnight.Add(since))
		}
	}
	return p
}

func everyDay(time.Weekday) bool { return true }

func workday(d time.Weekday) bool { return d != time.Saturday && d != time.Sunday }

// between counts the polls of a day from one hour to another, and half hours.
func between(polls []time.Time, midnight time.Time, from, to time.Duration) int {
	n := 0
	for _, at := range polls {
		if !at.Before(midnight.Add(from)) && at.Before(midnight.Add(to)) {
			n++
		}
	}
	return n
}

func halfHours(from, to int) []time.Duration {
	var all []time.Duration
	for h := from; h < to; h++ {
		all = append(all, time.Duration(h)*hour+10*minute, time.Duration(h)*hour+40*minute)
	}
	return all
}

// A feed that publishes by day is polled often by day and hardly at night, with
// dates and without.
func TestRhythmOfTheDay(t *testing.T) {
	for name, undated := range map[string]bool{"dated": false, "undated": true} {
		t.Run(name, func(t *testing.T) {
			p := daily(now, 36, everyDay, halfHours(6, 18)...)
			p.undated = undated
			polls, decisions := p.follow(now, now.Add(35*day), nil)
			midnight := now.Truncate(day).Add(30 * day)
			byDay, atNight := between(polls, midnight, 7*hour, 17*hour), between(polls, midnight, 20*hour, 28*hour)
			if byDay < 11 || byDay > 20 || atNight > 5 {
				t.Errorf("%d polls in ten hours of the day, %d in eight of the night", byDay, atNight)
			}
			last := decisions[len(decisions)-1]
			reasons := map[string]bool{}
			for _, d := range decisions[len(decisions)-20:] {
				_, rest, _ := strings.Cut(d.Reason, "mostly ")
				reasons[rest] = true
			}
			if !undated && !reasons["07-17 UTC)"] && !reasons["06-16 UTC)"] && !reasons["08-18 UTC)"] {
				t.Errorf("reasons %v, rhythm %+v", reasons, last.Rhythm)
			}
			if perDay := last.Rhythm.Items / last.Rhythm.Days; perDay < 18 || perDay > 30 {
				t.Errorf("%f items a day, want about 24", perDay)
			}
		})
	}
}

// A feed that publishes in a burst at a fixed hour is polled right after it.
func TestRhythmOfBursts(t *testing.T) {
	burst := []time.Duration{}
	for i := range 20 {
		burst = append(burst, 9*hour+time.Duration(i)*time.Second)
	}
	p := daily(now, 43, everyDay, burst...)
	polls, _ := p.follow(now, now.Add(42*day), nil)
	for d := range 7 {
		midnight := now.Truncate(day).Add(time.Duration(30+d) * day)
		if between(polls, midnight, 9*hour, 9*hour+30*minute) == 0 {
			t.Errorf("no poll within half an hour of the burst on %v", midnight.Format(time.DateOnly))
		}
		if n := between(polls, midnight, 0, day); n > 16 {
			t.Errorf("%d polls on %v", n, midnight.Format(time.DateOnly))
		}
	}
}

func TestRhythmOfTheWeek(t *testing.T) {
	p := daily(now, 57, workday, halfHours(6, 18)...)
	polls, decisions := p.follow(now, now.Add(56*day), nil)
	saturday := now.Truncate(day).Add(52 * day)
	if saturday.Weekday() != time.Saturday {
		t.Fatal(saturday.Weekday())
	}
	weekend, work := between(polls, saturday, 0, 2*day), between(polls, saturday, 2*day, 4*day)
	if weekend*2 > work {
		t.Errorf("%d polls on Saturday and Sunday, %d on Monday and Tuesday", weekend, work)
	}
	told := false
	for _, d := range decisions[len(decisions)-20:] {
		told = told || strings.Contains(d.Reason, ", Mon-Fri)")
	}
	if !told {
		t.Errorf("because %q", decisions[len(decisions)-1].Reason)
	}
}

// The first document tells the rate, so a feed is not polled for days to learn it.
func TestRhythmOfFirstDocument(t *testing.T) {
	ago := func(all ...time.Duration) []time.Time {
		var times []time.Time
		for _, d := range all {
			times = append(times, now.Add(-d))
		}
		return times
	}
	for name, test := range map[string]struct {
		items    []time.Time
		min, max float64 // items a day
	}{
		"nothing":            {nil, 380, 390}, // what suits an interval of 15 minutes
		"undated":            {make([]time.Time, 50), 380, 390},
		"an item a day":      {ago(hour, day, 2*day, 3*day, 4*day, 5*day, 6*day), 0.9, 1.7},
		"an item an hour":    {ago(1*hour, 2*hour, 3*hour, 4*hour, 5*hour, 6*hour, 7*hour, 8*hour, 9*hour, 10*hour), 20, 30},
		"long ago":           {ago(400*day, 500*day), 0.1, 0.3},
		"in the future":      {ago(-hour, -day), 380, 390},
		"one, just now":      {ago(minute), 300, 700},
		"old ones and a few": {ago(400*day, 20*day, 10*day, 3*day), 0.3, 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			r := schedule.Next(input(func(in *schedule.Input) { in.Polls, in.Items = 1, test.items })).Rhythm
			if got := r.Items / r.Days; got < test.min || got > test.max {
				t.Errorf("%f items a day, want %f to %f", got, test.min, test.max)
			}
		})
	}
}

// What is no news does not count: a changed item of old, or a whole archive.
func TestRhythmCountsNews(t *testing.T) {
	for name, test := range map[string]struct {
		item  time.Time
		until time.Time
		hour  int // where it is counted, -1 for not at all
	}{
		"since the poll before":     {now.Add(-90 * minute), now.Add(-2 * hour), 10},
		"now":                       {now, now.Add(-2 * hour), 12},
		"undated":                   {time.Time{}, now.Add(-hour), 11},
		"in the future":             {now.Add(hour), now.Add(-hour), 11},
		"shown late":                {now.Add(-5 * hour), now.Add(-hour), 11},
		"changed":                   {now.Add(-5 * day), now.Add(-hour), -1},
		"after a gap":               {now.Add(-3*day - 4*hour), now.Add(-30 * day), 8},
		"after a gap, long ago":     {now.Add(-10 * day), now.Add(-30 * day), -1},
		"after a gap, before it":    {now.Add(-31 * day), now.Add(-30 * day), -1},
		"clock has gone back since": {now.Add(-hour), now.Add(hour), -1},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(func(in *schedule.Input) {
				in.Rhythm, in.Items, in.Outcome = steady(0), []time.Time{test.item}, schedule.Changed
				in.Rhythm.Hours, in.Rhythm.Until = make([]byte, 24), test.until
			})
			counted := -1
			for h, n := range schedule.Next(in).Rhythm.Hours {
				if n > 0 {
					counted = h
				}
			}
			if counted != test.hour {
				t.Errorf("counted in hour %d, want %d", counted, test.hour)
			}
		})
	}
}

// A poll that failed says nothing of the feed.
func TestRhythmOfFailures(t *testing.T) {
	in := input(failures(schedule.Failed, 3))
	if got := schedule.Next(in).Rhythm; got.Items != 72 || !got.Until.Equal(in.Rhythm.Until) {
		t.Errorf("got %+v", got)
	}
	in.Rhythm = schema.Rhythm{}
	if got := schedule.Next(in).Rhythm; got.Hours != nil || !got.Since.IsZero() {
		t.Errorf("got %+v of a feed that was never read", got)
	}
}

// A feed falls silent and wakes up: it is polled ever less, never given up, and
// often again within days.
func TestRhythmChanges(t *testing.T) {
	p := daily(now, 14, everyDay, halfHours(0, 24)...)
	p.times = append(p.times, daily(now.Add(60*day), 20, everyDay, halfHours(0, 24)...).times...)
	polls, decisions := p.follow(now, now.Add(70*day), nil)
	for when, want := range map[int]struct{ least, most int }{
		12: {25, 45}, // two items an hour
		18: {5, 25},
		50: {1, 2},
		66: {20, 45},
	} {
		if got := between(polls, now.Truncate(day), time.Duration(when)*day, time.Duration(when+1)*day); got < want.least || got > want.most {
			t.Errorf("%d polls on day %d, want %d to %d", got, when, want.least, want.most)
		}
	}
	for _, d := range decisions {
		if data, err := json.Marshal(d.Rhythm); err != nil || len(data) > 250 {
			t.Fatalf("%d bytes of state: %s, %v", len(data), data, err)
		}
	}
}

// A poll's whole state is a small message.
func TestStateIsSmall(t *testing.T) {
	p := daily(now, 60, workday, halfHours(6, 18)...)
	_, decisions := p.follow(now, now.Add(59*day+19*hour), nil)
	d := decisions[len(decisions)-1]
	state := schema.PollState{
		FeedID: "0123456789abcdef", URL: "https://www.example.org/news/world/europe/rss.xml", ETag: `W/"0123456789abcdef0123456789abcdef"`,
		LastModified: now.Format(time.RFC1123), BodyHash: strings.Repeat("0123456789abcdef", 4), FetchedAt: now.Add(1), Interval: d.Interval.Seconds(),
		Reason: d.Reason, Next: d.At, Status: 200, LastGood: now, Polls: 1e6, Seen: 1e8, Published: 1e6, Unchanged: 1e8, Title: strings.Repeat("t", 50),
		Hints: schema.Hints{TTL: 3600, Update: 3600, SkipHours: []int{0, 1, 2, 3, 4, 5}, SkipDays: []int{0, 6}}, Rhythm: d.Rhythm,
	}
	data, err := json.Marshal(state)
	if err != nil || len(data) > 1024 {
		t.Errorf("%d bytes, %v: %s", len(data), err, data)
	}
	t.Logf("%d bytes, because %q", len(data), d.Reason)
}
