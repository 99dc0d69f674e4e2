package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// tally adds up the measured day of a way of polling.
type tally struct {
	way                way
	polls, notModified int64
	bytes              int64
	items, lost        int64
	minutes            []int64 // polls in each minute
	delays, quiet      delays  // of all items, and of those of quiet feeds
}

func newTally(w way) *tally {
	return &tally{way: w, minutes: make([]int64, day/time.Minute), delays: newDelays(), quiet: newDelays()}
}

// add adds a poll.
func (t *tally) add(f *follower, p poll) {
	t.polls++
	t.minutes[min(int((p.at-f.first)/time.Minute), len(t.minutes)-1)]++
	t.bytes += headBytes
	if p.read == p.first && f.validators {
		t.notModified++
	} else {
		t.bytes += int64(f.bytes)
	}
	n := int64(p.read - p.first + p.lost)
	t.items += n
	t.lost += int64(p.lost)
	for _, at := range f.times[p.first:p.read] {
		delay := p.at - at
		t.delays.add(delay)
		if !f.active {
			t.quiet.add(delay)
		}
	}
}

// delays counts delays in steps.
type delays []int64

// step is the precision of delays; longer ones than a day are as a day.
const step = 5 * time.Second

func newDelays() delays { return make(delays, day/step+1) }

func (d delays) add(delay time.Duration) { d[min(int(delay/step), len(d)-1)]++ }

// quantile is the delay that a share of the items has at most, 0 without items.
func (d delays) quantile(share float64) time.Duration {
	total := int64(0)
	for _, n := range d {
		total += n
	}
	sum := int64(0)
	for i, n := range d {
		if sum += n; total > 0 && float64(sum) >= share*float64(total) {
			return time.Duration(i+1) * step
		}
	}
	return 0
}

func (t *tally) busiest() float64 {
	most := int64(0)
	for _, n := range t.minutes {
		most = max(most, n)
	}
	return float64(most) / 60
}

// writeTable writes the tallies as a table in Markdown.
func writeTable(out io.Writer, c config, tallies []*tally) error {
	fmt.Fprintf(out, "%d feeds, seed %d, a Monday after %d days of warm-up, %d items; %.0f %% of feeds push\n\n",
		c.feeds, c.seed, c.warmup, tallies[0].items, 100*c.hubs)
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| polling\t| polls a feed\t| polls/s\t| busiest minute\t| MB/s\t| GB a day\t| 304\t| age, median\t| age, p95\t| of quiet feeds, median\t| items lost\t|")
	fmt.Fprintln(w, "|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|")
	for _, t := range tallies {
		fmt.Fprintf(w, "| %s\t| %.1f\t| %.1f\t| %.1f/s\t| %.2f\t| %.1f\t| %.0f %%\t| %s\t| %s\t| %s\t| %.2f %%\t|\n",
			t.way.name, float64(t.polls)/float64(c.feeds), float64(t.polls)/day.Seconds(), t.busiest(),
			float64(t.bytes)/1e6/day.Seconds(), float64(t.bytes)/1e9, percent(t.notModified, t.polls),
			minutes(t.delays.quantile(0.5)), minutes(t.delays.quantile(0.95)), minutes(t.quiet.quantile(0.5)), percent(t.lost, t.items))
	}
	return w.Flush()
}

func percent(part, whole int64) float64 { return 100 * float64(part) / float64(max(whole, 1)) }

// minutes is a duration as minutes.
func minutes(d time.Duration) string { return fmt.Sprintf("%.1f min", d.Minutes()) }
