package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

const (
	day = 24 * time.Hour
	// history is how long a feed has published before it is registered.
	history = 28 * day
	// pushDelay is how old an item is when the poll that its push asks for finds it
	// (assumed), and pushSpacing the least time between two such polls.
	pushDelay, pushSpacing = 5 * time.Second, time.Minute
	// headBytes are those of an answer without its body (assumed).
	headBytes = 400
)

// monday is where the simulation's time begins.
func monday() time.Time { return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) }

// way is a way of polling.
type way struct {
	name string
	// fixed is the interval of all feeds, 0 for one that adapts.
	fixed time.Duration
	// push says that feeds with a hub push.
	push bool
}

// simulate polls all feeds in all ways. Feeds do not know of each other, so each
// is followed through all of the time by itself: no more than one is in memory.
func simulate(c config) []*tally {
	hourly := newTally(way{name: "fixed, hourly", fixed: time.Hour})
	adaptive := newTally(way{name: "adaptive"})
	pushed := newTally(way{name: "adaptive with push", push: true})
	c.each(func(f *follower) {
		f.follow(hourly)
		if f.hub {
			f.follow(adaptive)
			f.follow(pushed)
			return
		}
		f.follow(adaptive, pushed)
	})
	even := evenly(adaptive.polls, c.feeds)
	same := newTally(way{name: fmt.Sprintf("fixed, %.0f min", even.Minutes()), fixed: even})
	c.each(func(f *follower) { f.follow(same) })
	return []*tally{hourly, same, adaptive, pushed}
}

// evenly is the interval that takes so many polls a day.
func evenly(polls int64, feeds int) time.Duration {
	interval := float64(day) * float64(feeds) / float64(max(polls, 1))
	return max(time.Duration(min(interval, float64(day))).Round(time.Minute), time.Minute)
}

// each calls visit with each feed.
func (c config) each(visit func(*follower)) {
	var f follower
	for i := range c.feeds {
		chance := rand.New(rand.NewPCG(c.seed, uint64(i)))
		f.publisher = newPublisher(c, i, chance)
		f.begin = history
		f.first = f.begin + time.Duration(c.warmup)*day
		f.times = f.publish(f.times[:0], 0, f.first+day, chance)
		f.phase = chance.Float64()
		visit(&f)
	}
}

// follower polls a feed from when it is registered to the end of the day that is
// measured.
type follower struct {
	publisher
	times []time.Duration // at which items come up
	begin time.Duration   // the day of registration
	first time.Duration   // the day that is measured
	phase float64         // in the day, or the interval, of registration
	news  []time.Time
}

// follow polls in the way of the tallies, which is one, and adds to them.
func (f *follower) follow(tallies ...*tally) {
	way := tallies[0].way
	in := schedule.Input{Config: schedule.DefaultConfig(), FeedID: fmt.Sprintf("%016x", f.index), Fixed: way.fixed, Push: schedule.Push{Live: way.push && f.hub}}
	now := f.begin + time.Duration(f.phase*float64(day))
	if way.fixed > 0 { // There is nothing to learn.
		now = f.first - 2*way.fixed + time.Duration(f.phase*float64(way.fixed))
	}
	for read := 0; now < f.first+day; {
		in.Polls++
		in.Now = monday().Add(now)
		p := f.poll(read, now)
		if in.Polls > 1 && now >= f.first {
			for _, t := range tallies {
				t.add(f, p)
			}
		}
		in.Items, in.Outcome = f.dates(p), schedule.Unchanged
		if p.read > p.first {
			in.Outcome = schedule.Changed
		}
		read = p.read
		d := schedule.Next(in)
		in.Rhythm = d.Rhythm
		next := now + d.At.Sub(in.Now)
		if in.Push.Live && in.Polls > 1 {
			next = min(next, f.pushedPoll(read, now))
		}
		now = next
	}
}

// pushedPoll is when the hub has the feed polled for the first item that is not
// read yet, after a poll at now.
func (f *follower) pushedPoll(read int, now time.Duration) time.Duration {
	if read >= len(f.times) {
		return math.MaxInt64
	}
	return max(f.times[read]+pushDelay, now+pushSpacing)
}

// poll is what one poll found: the items from first to read, before which lost
// were shown since the last poll and are gone.
type poll struct {
	at                time.Duration
	first, read, lost int
}

func (f *follower) poll(known int, now time.Duration) poll {
	more, _ := slices.BinarySearch(f.times[known:], now+1)
	p := poll{at: now, first: known, read: known + more}
	if oldest := p.read - f.items; oldest > known {
		p.first, p.lost = oldest, oldest-known
	}
	return p
}

// dates are those of the items that a poll found.
func (f *follower) dates(p poll) []time.Time {
	f.news = f.news[:0]
	for _, at := range f.times[p.first:p.read] {
		if f.undated {
			f.news = append(f.news, time.Time{})
			continue
		}
		f.news = append(f.news, monday().Add(at))
	}
	return f.news
}
