package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// feedsCommand is the commands on the registry of feeds. Changes apply without
// a restart of any fetcher.
type feedsCommand struct {
	Add     feedsAdd     `cmd:"" help:"Register feeds by their addresses."`
	Rm      feedsRm      `cmd:"" help:"Take feeds off the registry; their articles stay."`
	Ls      feedsLs      `cmd:"" help:"List the feeds with what became of their last poll."`
	Show    feedsShow    `cmd:"" help:"Show all that is known of a feed."`
	Import  feedsImport  `cmd:"" help:"Register the feeds of OPML or text files, or folders of those."`
	Export  feedsExport  `cmd:"" help:"Print the feeds as a list that import reads."`
	Refresh feedsRefresh `cmd:"" help:"Poll feeds now."`
	Check   feedsCheck   `cmd:"" help:"Read feeds, from files or addresses, and say what comes out, what was repaired and what is lost."`
}

// withRegistry calls act with the registry of the pipeline.
func (c client) withRegistry(ctx context.Context, t terminal, act func(*fetcher.Registry) error) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	registry, err := fetcher.OpenRegistry(ctx, b)
	if err != nil {
		return err
	}
	return act(registry)
}

// addressed are the feeds that arguments name by their addresses.
func addressed(args []string) ([]schema.Feed, error) {
	for _, arg := range args {
		if _, err := os.Stat(arg); err == nil {
			return nil, fmt.Errorf("%s: is a file, not the address of a feed; its feeds are registered by: dateline feeds import %s", arg, arg)
		}
	}
	return feedlist.Read(args...)
}

var hexFeedID = regexp.MustCompile(`^[0-9a-fA-F]{16}$`)

// registered are the feeds that arguments name by id or address. One that is
// not registered is an error.
func registered(ctx context.Context, registry *fetcher.Registry, args []string) ([]schema.Feed, error) {
	feeds := make([]schema.Feed, 0, len(args))
	for _, arg := range args {
		id := strings.ToLower(arg)
		if !hexFeedID.MatchString(arg) {
			named, err := addressed([]string{arg})
			if err != nil {
				return nil, boot.ConfigError(err)
			}
			id = named[0].ID
		}
		f, found, err := registry.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, fmt.Errorf("feed %s: not registered; see: dateline feeds ls", arg)
		}
		feeds = append(feeds, f)
	}
	return feeds, nil
}

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

func printFeeds(t terminal, feeds []status.Feed, now time.Time) error {
	if len(feeds) == 0 {
		fmt.Fprintln(t.Err, "no feeds; register one: dateline feeds add ADDRESS")
		return nil
	}
	rows := newTable(t.Out)
	rows.row("ID", "FEED", "STATE", "LAST", "NEXT", "ITEMS", "NEW", "DEAD")
	for _, f := range feeds {
		rows.row(f.Feed.ID, f.Name(), f.State, lastPoll(f.Poll), nextPoll(f.Poll, now), f.Poll.Seen, f.Poll.Published, f.Poll.Dead)
	}
	return rows.flush()
}

// lastPoll is how the last poll of a feed ended.
func lastPoll(p schema.PollState) string {
	switch {
	case p.Error != "":
		return p.Error
	case p.Status != 0:
		return fmt.Sprint(p.Status)
	default:
		return "-"
	}
}

// nextPoll is how soon a feed is polled again.
func nextPoll(p schema.PollState, now time.Time) string {
	switch left := p.Next.Sub(now); {
	case p.Next.IsZero():
		return "-"
	case left < time.Second:
		return "now"
	case left < time.Minute:
		return "in " + left.Truncate(time.Second).String()
	default:
		return "in " + strings.TrimSuffix(left.Truncate(time.Minute).String(), "0s")
	}
}

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
		return printFeed(t, f)
	})
}

// printFeed prints what is known of a feed, a line each.
func printFeed(t terminal, f status.Feed) error {
	failure, failures, interval := f.Poll.Error, "", ""
	if f.Poll.Detail != "" {
		failure += ": " + f.Poll.Detail
	}
	if f.Poll.Failures > 0 {
		failures = fmt.Sprintf("%d in a row", f.Poll.Failures)
	}
	if f.Feed.Interval > 0 {
		interval = time.Duration(f.Feed.Interval * float64(time.Second)).String()
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
		{"interval", interval},
		{"fulltext", string(f.Feed.Fulltext)},
		{"added", date(f.Feed.Added)},
		{"state", f.State},
		{"last poll", lastPoll(f.Poll)},
		{"error", failure},
		{"last good", date(f.Poll.LastGood)},
		{"next poll", date(f.Poll.Next)},
		{"reason", f.Poll.Reason},
		{"polls", fmt.Sprint(f.Poll.Polls)},
		{"failures", failures},
		{"items", fmt.Sprintf("%d: %d published, %d unchanged, %d dead", f.Poll.Seen, f.Poll.Published, f.Poll.Unchanged, f.Poll.Dead)},
		{"etag", f.Poll.ETag},
		{"last modified", f.Poll.LastModified},
	} {
		if row[1] != "" {
			rows.row(row[0], row[1])
		}
	}
	return rows.flush()
}

// feedsExport prints the registry as a list.
type feedsExport struct {
	client
	Format string `help:"Format of the list: opml keeps all, txt the address and title." default:"opml" enum:"opml,txt"`
}

// Run is called by kong.
func (c *feedsExport) Run(ctx context.Context, t terminal) error {
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		feeds, err := registry.List(ctx)
		if err != nil {
			return err
		}
		sortFeeds(feeds)
		if c.Format == "txt" {
			return feedlist.WriteTXT(t.Out, feeds)
		}
		return feedlist.WriteOPML(t.Out, feeds)
	})
}
