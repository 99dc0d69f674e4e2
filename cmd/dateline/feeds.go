package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// feedsCommand is the commands on the registry of feeds. Changes apply without
// a restart of any fetcher.
type feedsCommand struct {
	Add      feedsAdd      `cmd:"" help:"Register feeds by their addresses, or by those of their web sites."`
	Rm       feedsRm       `cmd:"" help:"Take feeds off the registry; their articles stay."`
	Ls       feedsLs       `cmd:"" help:"List the feeds with what became of their last poll."`
	Show     feedsShow     `cmd:"" help:"Show all that is known of a feed."`
	Import   feedsImport   `cmd:"" help:"Register the feeds of OPML, CSV or text files, or folders of those."`
	Export   feedsExport   `cmd:"" help:"Print the feeds as a list that import reads."`
	Refresh  feedsRefresh  `cmd:"" help:"Poll feeds now."`
	Check    feedsCheck    `cmd:"" help:"Read feeds, from files or addresses, and say what comes out, what was repaired and what is lost."`
	Discover feedsDiscover `cmd:"" help:"Find the feeds of a web site."`
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

// feedsExport prints the registry as a list.
type feedsExport struct {
	client
	Format string `help:"Format of the list: opml and csv keep all, txt the address and title." default:"opml" enum:"opml,csv,txt"`
}

// Run is called by kong.
func (c *feedsExport) Run(ctx context.Context, t terminal) error {
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		feeds, err := registry.List(ctx)
		if err != nil {
			return err
		}
		sortFeeds(feeds)
		switch c.Format {
		case "csv":
			return feedlist.WriteCSV(t.Out, feeds)
		case "txt":
			return feedlist.WriteTXT(t.Out, feeds)
		default:
			return feedlist.WriteOPML(t.Out, feeds)
		}
	})
}
