package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// feedsLs lists the feeds.
type feedsLs struct {
	client
	output
}

// Run is called by kong.
func (c *feedsLs) Run(ctx context.Context, t terminal) error {
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		feeds, err := status.Feeds(ctx, registry)
		if err != nil {
			return err
		}
		if !c.json() {
			return printFeeds(t, feeds, time.Now())
		}
		for _, f := range feeds {
			if err := printJSON(t.Out, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// maxName and maxError are how many characters of a feed's name and of its error
// a line shows, which is at most 100 characters long.
const (
	maxName  = 32
	maxError = 15
)

func printFeeds(t terminal, feeds []status.Feed, now time.Time) error {
	if len(feeds) == 0 {
		fmt.Fprintln(t.Err, "no feeds; register one: dateline feeds add ADDRESS")
		return nil
	}
	rows := newTable(t.Out)
	rows.row("ID", "STATE", "LAST OK", "EVERY", "A DAY", "ERROR", "FEED")
	for _, f := range feeds {
		name := strings.TrimPrefix(f.Name(), "https://")
		rows.row(f.Feed.ID, shown(f), cmp.Or(ago(f.Poll.LastGood, now), "-"), cmp.Or(rough(every(f)), "-"),
			cmp.Or(perDay(f.Poll), "-"), cmp.Or(cutTo(f.Poll.Error, maxError), "-"), cutTo(name, maxName))
	}
	return rows.flush()
}

// every is the time between two polls of a feed, 0 before the first.
func every(f status.Feed) time.Duration {
	return time.Duration(cmp.Or(f.Feed.Interval, f.Poll.Interval) * float64(time.Second))
}

// shown is the state of a feed, with those told apart that are polled rarely
// because their hubs push.
func shown(f status.Feed) string {
	if f.State == status.FeedOK && !f.Poll.Push.Live.IsZero() {
		return "pushed"
	}
	return f.State
}

// perDay is how many items a feed brings a day at present, empty when nothing is
// known of that yet.
func perDay(p schema.PollState) string {
	if p.Rhythm.Days <= 0 {
		return ""
	}
	switch rate := p.Rhythm.Items / p.Rhythm.Days; {
	case rate > 0 && rate < 0.1:
		return "<0.1"
	case rate > 0 && rate < 9.95:
		return fmt.Sprintf("%.1f", rate)
	default:
		return fmt.Sprintf("%.0f", rate)
	}
}

// ago is how long ago something was, empty for never.
func ago(at, now time.Time) string {
	if at.IsZero() {
		return ""
	}
	if past := rough(now.Sub(at)); past != "" {
		return past + " ago"
	}
	return "now"
}

// rough is a length of time in one unit, the largest of which there are two or
// that it is a multiple of, empty below a second.
func rough(d time.Duration) string {
	const day = 24 * time.Hour
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{day, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d >= 2*unit.length || d >= unit.length && (d%unit.length == 0 || unit.length == time.Second) {
			return fmt.Sprintf("%d%s", d/unit.length, unit.name)
		}
	}
	return ""
}
