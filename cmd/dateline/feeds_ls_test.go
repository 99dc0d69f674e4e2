package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Whatever a feed is called and fails with, its line fits a screen.
func TestPrintFeedsFitsAScreen(t *testing.T) {
	long := strings.Repeat("é\x1b[2J\u202e", 200)
	feeds := []status.Feed{
		{State: "failing", Feed: schema.Feed{ID: "0123456789abcdef", Title: long, Added: now.Add(-47 * time.Hour), Interval: 119 * 60},
			Poll: schema.PollState{Error: long, LastGood: now.Add(-119 * time.Minute), Published: 99999, Push: schema.Push{Live: now}}},
		{State: "new", Feed: schema.Feed{ID: "1123456789abcdef", URL: "https://example.org/" + strings.Repeat("x", 500)}},
	}
	var out bytes.Buffer
	if err := printFeeds(terminal{Out: &out, Err: &out}, feeds, now); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
			t.Errorf("%d characters: %q", n, line)
		}
	}
	if strings.ContainsAny(out.String(), "\x1b\u202e") || strings.Count(out.String(), "\n") != 3 {
		t.Errorf("got %q", out.String())
	}
}

func TestRough(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"": 999 * time.Millisecond, "1s": 1500 * time.Millisecond, "59s": 59 * time.Second, "1m": time.Minute, "90s": 90 * time.Second,
		"15m": 15 * time.Minute, "1h": time.Hour, "90m": 90 * time.Minute, "2h": 3*time.Hour - 1, "1d": 24 * time.Hour, "47h": 48*time.Hour - 1, "30d": 720 * time.Hour,
	} {
		if got := rough(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
	for want, at := range map[string]time.Time{"": {}, "now": now.Add(time.Hour), "3h ago": now.Add(-3 * time.Hour)} {
		if got := ago(at, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPerDay(t *testing.T) {
	for want, r := range map[string]schema.Rhythm{
		"": {Items: 5}, "0": {Days: 2}, "0.5": {Items: 2, Days: 4}, "<0.1": {Items: 0.9, Days: 10}, "0.1": {Items: 1, Days: 10},
		"9.9": {Items: 99, Days: 10}, "10": {Items: 100, Days: 10}, "1000": {Items: 1000, Days: 1},
	} {
		if got := perDay(schema.PollState{Rhythm: r}); got != want {
			t.Errorf("%+v: got %q, want %q", r, got, want)
		}
	}
}

func TestEvery(t *testing.T) {
	for name, test := range map[string]struct {
		set, chosen float64
		want        time.Duration
	}{
		"before the first poll": {0, 0, 0},
		"chosen":                {0, 900, 15 * time.Minute},
		"set":                   {60, 900, time.Minute},
	} {
		if got := every(status.Feed{Feed: schema.Feed{Interval: test.set}, Poll: schema.PollState{Interval: test.chosen}}); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestUpcoming(t *testing.T) {
	for want, at := range map[string]time.Time{
		"":                               {},
		"2026-01-02 14:00:00Z, now":      now.Add(-time.Hour),
		"2026-01-02 15:00:59Z, in 59s":   now.Add(59 * time.Second),
		"2026-01-02 15:01:59Z, in 1m":    now.Add(119 * time.Second),
		"2026-01-03 16:00:00Z, in 25h0m": now.Add(25 * time.Hour),
	} {
		if got := upcoming(schema.PollState{Next: at}, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPushes(t *testing.T) {
	leased := schema.Push{Hub: "https://hub.example/", Until: now.Add(time.Hour)}
	change := func(do func(*schema.Push)) schema.Push {
		p := leased
		do(&p)
		return p
	}
	for want, p := range map[string]schema.Push{
		"":                                  {},
		"not subscribed: denied by the hub": {Hub: "h", Problem: "denied by the hub"},
		"not subscribed":                    change(func(p *schema.Push) { p.Until = now }),
		"live since " + date(now) + ", lease until " + date(leased.Until):                                     change(func(p *schema.Push) { p.Live = now }),
		"not relied on yet, 2 of 3 polls announced, lease until " + date(leased.Until):                        change(func(p *schema.Push) { p.Proven = 2 }),
		"not relied on yet, 0 of 3 polls announced, lease until " + date(leased.Until) + ": signs with SHA-1": change(func(p *schema.Push) { p.Problem = "signs with SHA-1" }),
	} {
		if got := pushes(p, now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestShown(t *testing.T) {
	live := schema.PollState{Push: schema.Push{Live: now}}
	for want, f := range map[string]status.Feed{
		"pushed": {State: status.FeedOK, Poll: live}, "ok": {State: status.FeedOK}, "failing": {State: status.FeedFailing, Poll: live},
	} {
		if got := shown(f); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
