package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// feedsShow shows a feed.
type feedsShow struct {
	client
	output
	Feed string `arg:"" name:"url|id" help:"The feed's address or id."`
}

// Run is called by kong.
func (c *feedsShow) Run(ctx context.Context, t terminal) error {
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		feeds, err := registered(ctx, registry, []string{c.Feed})
		if err != nil {
			return err
		}
		f, err := status.ReadFeed(ctx, registry, feeds[0])
		if err != nil {
			return err
		}
		if c.json() {
			return printJSON(t.Out, f)
		}
		return printFeed(t, f, time.Now())
	})
}

// printFeed prints what is known of a feed, a line each.
func printFeed(t terminal, f status.Feed, now time.Time) error {
	failure, failures := f.Poll.Error, ""
	if f.Poll.Detail != "" {
		failure += ": " + f.Poll.Detail
	}
	if f.Poll.Failures > 0 {
		failures = fmt.Sprintf("%d in a row", f.Poll.Failures)
	}
	rows := newTable(t.Out)
	for _, row := range [][2]string{
		{"id", f.Feed.ID},
		{"address", f.Feed.URL},
		{"title", f.Feed.Title},
		{"own title", f.Poll.Title},
		{"source", f.Feed.Source},
		{"section", f.Feed.Section},
		{"language", f.Feed.Language},
		{"folder", f.Feed.Folder},
		{"interval", interval(f.Feed.Interval)},
		{"fulltext", string(f.Feed.Fulltext)},
		{"timezone", f.Feed.Timezone},
		{"quotes", f.Feed.Quotes},
		{"added", date(f.Feed.Added)},
		{"state", f.State},
		{"last poll", lastPoll(f.Poll)},
		{"error", failure},
		{"last good", date(f.Poll.LastGood)},
		{"next poll", upcoming(f.Poll, now)},
		{"reason", f.Poll.Reason},
		{"polled every", interval(f.Poll.Interval)},
		{"told apart by", string(f.Poll.Identity)},
		{"hub", f.Poll.Push.Hub},
		{"push", pushes(f.Poll.Push, now)},
		{"polls", fmt.Sprint(f.Poll.Polls)},
		{"failures", failures},
		{"items", fmt.Sprintf("%d: %d published, %d unchanged, %d dead", f.Poll.Seen, f.Poll.Published, f.Poll.Unchanged, f.Poll.Dead)},
		{"items a day", perDay(f.Poll)},
		{"etag", f.Poll.ETag},
		{"last modified", f.Poll.LastModified},
	} {
		if row[1] != "" {
			rows.row(row[0], row[1])
		}
	}
	return rows.flush()
}

// interval is a number of seconds in words, empty for none.
func interval(seconds float64) string {
	if seconds <= 0 {
		return ""
	}
	return time.Duration(seconds * float64(time.Second)).Round(time.Second).String()
}

// pushes is how far the pushes of a feed's hub can be relied on, empty without one.
func pushes(p schema.Push, now time.Time) string {
	switch {
	case p.Hub == "":
		return ""
	case !now.Before(p.Until) && p.Problem != "":
		return "not subscribed: " + p.Problem
	case !now.Before(p.Until):
		return "not subscribed"
	case !p.Live.IsZero():
		return "live since " + date(p.Live) + ", lease until " + date(p.Until)
	}
	text := fmt.Sprintf("not relied on yet, %d of 3 polls announced, lease until %s", p.Proven, date(p.Until))
	if p.Problem != "" {
		text += ": " + p.Problem
	}
	return text
}

// lastPoll is how the last poll of a feed ended.
func lastPoll(p schema.PollState) string {
	switch {
	case p.Error != "":
		return p.Error
	case p.Status != 0:
		return fmt.Sprint(p.Status)
	default:
		return ""
	}
}

// upcoming is when a feed is polled next, and how soon that is.
func upcoming(p schema.PollState, now time.Time) string {
	switch left := p.Next.Sub(now); {
	case p.Next.IsZero():
		return ""
	case left < time.Second:
		return date(p.Next) + ", now"
	case left < time.Minute:
		return date(p.Next) + ", in " + left.Truncate(time.Second).String()
	default:
		return date(p.Next) + ", in " + strings.TrimSuffix(left.Truncate(time.Minute).String(), "0s")
	}
}
