package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

func draw(c config, n int) []publisher {
	all := make([]publisher, n)
	for i := range all {
		all[i] = newPublisher(c, i, rand.New(rand.NewPCG(c.seed, uint64(i))))
	}
	return all
}

// quantile is the value that a share of the values is below.
func quantile(values []float64, share float64) float64 {
	slices.Sort(values)
	return values[int(share*float64(len(values)))]
}

// The feeds are as the measured ones.
func TestPublishers(t *testing.T) {
	var items, bytes, rates []float64
	var total, ofActive, active, hubs, validated float64
	for _, p := range draw(config{seed: 7, hubs: 0.1}, 50_000) {
		items, bytes, rates = append(items, float64(p.items)), append(bytes, float64(p.bytes)/1e3), append(rates, p.perDay)
		total += p.perDay
		if p.active {
			active++
			ofActive += p.perDay
		}
		if p.hub {
			hubs++
		}
		if p.validators {
			validated++
		}
	}
	n := float64(len(items))
	for name, got := range map[string][3]float64{ // got, want, by which part it may differ
		"share of active feeds":      {active / n, 0.17, 0.05},
		"items of active feeds":      {ofActive / total, 0.97, 0.01},
		"items a day":                {total / n, 5, 0.05},
		"feeds with a hub":           {hubs / n, 0.1, 0.05},
		"feeds with validators":      {validated / n, 0.6, 0.02},
		"items of a document, p10":   {quantile(items, 0.1), 10, 0.1},
		"items of a document, p50":   {quantile(items, 0.5), 25, 0.05},
		"items of a document, p90":   {quantile(items, 0.9), 55, 0.1},
		"items of a document, most":  {slices.Max(items), 200, 0.01},
		"KB of a document, p10":      {quantile(bytes, 0.1), 11, 0.1},
		"KB of a document, p50":      {quantile(bytes, 0.5), 33, 0.05},
		"KB of a document, p90":      {quantile(bytes, 0.9), 154, 0.1},
		"items a day of the busiest": {slices.Max(rates), 500, 0.3},
	} {
		if math.Abs(got[0]-got[1]) > got[1]*got[2] {
			t.Errorf("%s: %.3g, want %.3g", name, got[0], got[1])
		}
	}
}

// What a feed publishes comes as often as its rate has it, in order, within the
// time, and when its rhythm has it.
func TestPublish(t *testing.T) {
	const weeks = 100
	for i, p := range draw(config{seed: 3}, 300) {
		p.perDay = 20
		times := p.publish(nil, 3*day, weeks*7*day, rand.New(rand.NewPCG(1, uint64(i))))
		if !slices.IsSorted(times) || times[0] < 3*day || times[len(times)-1] > weeks*7*day+time.Hour {
			t.Fatalf("feed %d: from %v to %v", i, times[0], times[len(times)-1])
		}
		if got := float64(len(times)) / (weeks*7 - 3); math.Abs(got-20) > 2.5 {
			t.Errorf("feed %d: %.1f items a day, want 20", i, got)
		}
		var counts [hoursOfWeek]float64
		for _, at := range times {
			counts[int(at/time.Hour)%hoursOfWeek]++
		}
		before := 0.0
		for h, until := range p.until {
			got, want := counts[h]/float64(len(times)), until-before
			if math.Abs(got-want) > 0.01+want/3 {
				t.Errorf("feed %d: %.3f of its items in hour %d of the week, want %.3f", i, got, h, want)
			}
			before = until
		}
	}
}

// share and when are each other's inverse.
func TestShareOfTheWeek(t *testing.T) {
	for _, p := range draw(config{seed: 5}, 20) {
		for at := time.Duration(0); at < 7*day; at += 17 * time.Minute {
			if got := p.when(p.share(at)); got < at-time.Second || got > at+time.Second {
				t.Fatalf("share %.4f at %v, and at %v", p.share(at), at, got)
			}
		}
		if got := p.share(14 * day); math.Abs(got-2) > 1e-9 {
			t.Errorf("%v of a week's items in two", got)
		}
	}
}

func TestPoll(t *testing.T) {
	f := follower{publisher: publisher{items: 2}, times: []time.Duration{1, 2, 3, 5, 8}}
	for name, test := range map[string]struct {
		known int
		now   time.Duration
		want  poll
	}{
		"nothing yet":    {0, 0, poll{0, 0, 0, 0}},
		"one":            {0, 1, poll{1, 0, 1, 0}},
		"nothing new":    {3, 4, poll{4, 3, 3, 0}},
		"two":            {1, 4, poll{4, 1, 3, 0}},
		"one is gone":    {0, 4, poll{4, 1, 3, 1}},
		"three are gone": {0, 9, poll{9, 3, 5, 3}},
	} {
		if got := f.poll(test.known, test.now); got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestEvenly(t *testing.T) {
	for name, test := range map[string]struct {
		polls int64
		feeds int
		want  time.Duration
	}{
		"hourly":         {24_000, 1000, time.Hour},
		"a million":      {5_000_000, 1_000_000, 288 * time.Minute},
		"no polls":       {0, 1_000_000, day},
		"a lot of polls": {1 << 60, 1000, time.Minute},
	} {
		if got := evenly(test.polls, test.feeds); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// A feed that publishes once in ages does so rarely, and not before its time.
func TestPublishRarely(t *testing.T) {
	for i, p := range draw(config{seed: 9}, 100) {
		p.perDay = 1e-9
		if times := p.publish(nil, day, 50*day, rand.New(rand.NewPCG(1, uint64(i)))); len(times) > 0 {
			t.Errorf("feed %d publishes at %v", i, times)
		}
	}
}

func TestTally(t *testing.T) {
	f := &follower{
		publisher: publisher{items: 10, bytes: 1000, validators: true}, first: day,
		times: []time.Duration{day - time.Hour, day + time.Minute, day + 2*time.Minute},
	}
	polled := newTally(way{})
	for _, p := range []poll{{day + 3*time.Minute, 0, 2, 5}, {day + 4*time.Minute, 2, 3, 0}, {day + 4*time.Minute, 3, 3, 0}} {
		polled.add(f, p)
	}
	if polled.polls != 3 || polled.notModified != 1 || polled.bytes != 3*headBytes+2*1000 || polled.items != 8 || polled.lost != 5 {
		t.Errorf("got %+v", polled)
	}
	if polled.minutes[3] != 1 || polled.minutes[4] != 2 || polled.busiest() != 2./60 {
		t.Errorf("polls in minutes: %v", polled.minutes[:6])
	}
	if got := polled.delays.quantile(0.5); got < 2*time.Minute || got > 2*time.Minute+step {
		t.Errorf("median %v, want 2m", got)
	}
	if got := newDelays().quantile(0.5); got != 0 {
		t.Errorf("no items: %v", got)
	}
}

// A push has the feed polled soon, and not more often than once a minute.
func TestPushedPoll(t *testing.T) {
	f := follower{times: []time.Duration{time.Hour, time.Hour + 10*time.Second}}
	for name, test := range map[string]struct {
		read int
		now  time.Duration
		want time.Duration
	}{
		"the next item":     {0, time.Minute, time.Hour + pushDelay},
		"one right after":   {1, time.Hour + pushDelay, time.Hour + pushDelay + pushSpacing},
		"no more item ever": {2, time.Hour, math.MaxInt64},
	} {
		if got := f.pushedPoll(test.read, test.now); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// Adapting takes far fewer polls than asking hourly, sees items sooner than as
// many polls at even intervals, and sooner still with push, at the cost of a poll
// for each item that is pushed.
func TestSimulate(t *testing.T) {
	c := config{feeds: 600, seed: 2, warmup: 7, hubs: 0.1}
	tallies := simulate(c)
	hourly, even, adaptive, pushed := tallies[0], tallies[1], tallies[2], tallies[3]
	if perFeed := float64(hourly.polls) / float64(c.feeds); perFeed < 23 || perFeed > 25 {
		t.Errorf("hourly: %.1f polls a feed", perFeed)
	}
	if adaptive.polls*3 > hourly.polls || pushed.polls*2 > adaptive.polls*3 {
		t.Errorf("%d polls hourly, %d adapting, %d with push", hourly.polls, adaptive.polls, pushed.polls)
	}
	median := func(t *tally) time.Duration { return t.delays.quantile(0.5) }
	if median(hourly) < 25*time.Minute || median(hourly) > 35*time.Minute {
		t.Errorf("hourly: half of the items are %v old", median(hourly))
	}
	if median(adaptive) > median(hourly) || median(adaptive)*4 > median(even) || median(pushed) > median(adaptive) {
		t.Errorf("median age: %v hourly, %v even, %v adapting, %v with push", median(hourly), median(even), median(adaptive), median(pushed))
	}
	if got := percent(hourly.notModified, hourly.polls); got < 33 || got > 65 {
		t.Errorf("%.0f %% of answers are 304", got)
	}
}

// The same seed gives the same table, another one another.
func TestRun(t *testing.T) {
	table := func(args ...string) string {
		var out bytes.Buffer
		if err := run(append([]string{"-feeds", "30", "-warmup", "2"}, args...), &out, io.Discard); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	first := table()
	if again := table(); again != first {
		t.Errorf("got\n%s\nthen\n%s", first, again)
	}
	if other := table("-seed", "2"); other == first {
		t.Error("another seed gives the same")
	}
	for _, want := range []string{"30 feeds, seed 1", "| fixed, hourly", "| adaptive with push"} {
		if !strings.Contains(first, want) {
			t.Errorf("no %q in\n%s", want, first)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for want, args := range map[string][]string{
		"-feeds":       {"-feeds", "0"},
		"-warmup":      {"-warmup", "0"},
		"-hubs":        {"-hubs", "1.5"},
		"no arguments": {"more"},
		"not defined":  {"-unknown"},
	} {
		var log bytes.Buffer
		if err := run(args, io.Discard, &log); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v", args, err)
		}
	}
	if err := run([]string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
}
