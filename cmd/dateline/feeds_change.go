package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// feedsAdd registers feeds. What it says of them is of these feeds alone, so it
// is not read from the environment.
type feedsAdd struct {
	client
	asking
	URLs     []string        `arg:"" name:"url" help:"Addresses of the feeds, or of web sites, whose main feeds are found."`
	Title    string          `help:"Name of the feed, in place of its own." env:"-" placeholder:"TEXT"`
	Section  string          `help:"Section that stands in the attribution of its articles, such as UK." env:"-" placeholder:"TEXT"`
	Source   string          `help:"Name of the publication, when the feed's own title is not it." env:"-" placeholder:"TEXT"`
	Language string          `help:"Language of its articles, a BCP 47 tag, for a feed that declares none or a wrong one." env:"-" placeholder:"TAG"`
	Interval time.Duration   `help:"Time between two polls; otherwise the fetcher chooses." env:"-" placeholder:"DURATION"`
	Fulltext schema.Fulltext `help:"When the pages of its articles are fetched: auto, always or never; otherwise as the fetcher is set." env:"-" default:"" enum:",auto,always,never" placeholder:"WHEN"`
	Timezone string          `help:"Zone that the days of its articles are of, such as Europe/London; as-written (default) as the publisher writes them." env:"-" placeholder:"ZONE"`
	Quotes   string          `help:"typographic: straight quotes in English texts become curly ones; as-written (default): they stay." env:"-" enum:",typographic,as-written" default:"" placeholder:"HOW"`
	User     string          `help:"Name of a user of the fetchers' configuration (--user there) to ask with." env:"-" placeholder:"NAME"`
	Proxy    string          `help:"Name of a proxy of the fetchers' configuration (--proxy there) to ask through." env:"-" placeholder:"NAME"`
	Header   []string        `help:"Header to ask with, to the feed's own site alone; may be repeated." env:"-" sep:"none" placeholder:"NAME: VALUE"`
	Robots   string          `help:"obey: ask only what robots.txt allows, as for pages." env:"-" enum:",obey" default:"" placeholder:"obey"`
	All      bool            `help:"Register all feeds of a web site." env:"-"`
	Check    bool            `help:"Ask each address first: one that is no feed stands for the feeds of its site. Not with --user or --proxy, which are the fetchers'." default:"true" negatable:"" env:"-"`
}

// Run is called by kong.
func (c *feedsAdd) Run(ctx context.Context, t terminal) error {
	feeds, err := c.feeds()
	if err != nil {
		return boot.ConfigError(err)
	}
	switch {
	case !c.Check:
	case c.Proxy != "" || c.User != "":
		fmt.Fprintln(t.Err, "not asked first: proxies and users are known to the fetchers alone")
	default:
		if feeds, err = c.found(ctx, t); err != nil {
			return err
		}
	}
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		if err := register(ctx, t, registry, feeds); err != nil {
			return err
		}
		for _, f := range feeds {
			fmt.Fprintf(t.Out, "%s  %s\n", f.ID, render.Safe(f.URL))
		}
		return nil
	})
}

// found are the feeds that were named, or that the web pages named have.
func (c *feedsAdd) found(ctx context.Context, t terminal) ([]schema.Feed, error) {
	config, err := c.config()
	if err != nil {
		return nil, err
	}
	headers, err := c.headers()
	if err != nil {
		return nil, boot.ConfigError(err)
	}
	resolved, notes, err := resolve(ctx, config, c.URLs, headers, c.All)
	if several := (*severalError)(nil); errors.As(err, &several) {
		return nil, errors.Join(printFound(t, several.found),
			fmt.Errorf("%w: add one by its address, or all with --all", safely(err)))
	}
	if err != nil {
		return nil, err
	}
	c.URLs = resolved
	feeds, err := c.feeds()
	if err != nil {
		return nil, boot.ConfigError(err)
	}
	fmt.Fprint(t.Err, strings.Join(notes, ""))
	return feeds, nil
}

// feeds are the feeds that were named, with what the flags say of them.
func (c *feedsAdd) feeds() ([]schema.Feed, error) {
	feeds, err := addressed(c.URLs)
	if err != nil {
		return nil, err
	}
	if len(feeds) > 1 && c.Title != "" {
		return nil, fmt.Errorf("--title: would name %d feeds the same", len(feeds))
	}
	if c.Interval < 0 || c.Interval > 0 && c.Interval < time.Second {
		return nil, fmt.Errorf("--interval: got %s, want at least 1s", c.Interval)
	}
	if _, err := language.Parse(c.Language); c.Language != "" && err != nil {
		return nil, fmt.Errorf("--language: got %q, want a BCP 47 tag such as en or pt-BR", c.Language)
	}
	if _, err := time.LoadLocation(c.Timezone); (err != nil || c.Timezone == "Local") && c.Timezone != schema.AsWritten {
		return nil, fmt.Errorf("--timezone: got %q, want an IANA name such as Europe/London, or %s", c.Timezone, schema.AsWritten)
	}
	for _, text := range []struct{ flag, value string }{{"--title", c.Title}, {"--section", c.Section}, {"--source", c.Source}} {
		if len(text.value) > feedlist.MaxText {
			return nil, fmt.Errorf("%s: longer than %d bytes", text.flag, feedlist.MaxText)
		}
	}
	headers, err := c.headers()
	if err != nil {
		return nil, err
	}
	for i := range feeds {
		f := &feeds[i]
		f.Auth, f.Proxy, f.Headers, f.Robots = c.User, c.Proxy, headers, c.Robots
		f.Title, f.Section, f.Source = schema.Clean(c.Title), schema.Clean(c.Section), schema.Clean(c.Source)
		f.Language, f.Interval, f.Fulltext = c.Language, c.Interval.Seconds(), c.Fulltext
		f.Timezone, f.Quotes = c.Timezone, c.Quotes
	}
	return feeds, nil
}

// headers are the headers that were given. No error repeats a value.
func (c *feedsAdd) headers() (map[string]string, error) {
	if len(c.Header) == 0 {
		return nil, nil
	}
	headers := make(map[string]string, len(c.Header))
	for _, line := range c.Header {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, errors.New("--header: want NAME: VALUE")
		}
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if err := fetcher.CheckHeader(name, value); err != nil {
			return nil, fmt.Errorf("--header: %w", err)
		}
		headers[name] = value
	}
	return headers, nil
}

// feedsImport registers the feeds of lists.
type feedsImport struct {
	client
	Lists []string `arg:"" name:"list" help:"OPML (.opml, .xml), CSV (.csv) or text (.txt) files, or folders of those."`
}

// Run is called by kong.
func (c *feedsImport) Run(ctx context.Context, t terminal) error {
	feeds, err := feedlist.Read(c.Lists...)
	if err != nil {
		return boot.ConfigError(err)
	}
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		return register(ctx, t, registry, feeds)
	})
}

// register puts feeds in the registry and says what changed.
func register(ctx context.Context, t terminal, registry *fetcher.Registry, feeds []schema.Feed) error {
	added, changed, err := registry.Register(ctx, feeds)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Err, "%d added, %d changed, %d as they were\n", added, changed, len(feeds)-added-changed)
	return nil
}

func sortFeeds(feeds []schema.Feed) {
	slices.SortFunc(feeds, func(a, b schema.Feed) int {
		return cmp.Or(cmp.Compare(a.Folder, b.Folder), cmp.Compare(a.URL, b.URL))
	})
}

// feedsRm takes feeds off the registry.
type feedsRm struct {
	client
	Feeds []string `arg:"" name:"url|id" help:"Addresses or ids of the feeds."`
}

// Run is called by kong.
func (c *feedsRm) Run(ctx context.Context, t terminal) error {
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		feeds, err := registered(ctx, registry, c.Feeds)
		if err != nil {
			return err
		}
		for i, f := range feeds {
			if err := registry.Delete(ctx, f.ID); err != nil {
				return fmt.Errorf("%w (%d removed before)", err, i)
			}
		}
		fmt.Fprintf(t.Err, "%d removed\n", len(feeds))
		return nil
	})
}

// feedsRefresh makes feeds due.
type feedsRefresh struct {
	client
	Feeds []string `arg:"" optional:"" name:"url|id" help:"Addresses or ids of the feeds."`
	All   bool     `help:"Poll every feed." env:"-"`
}

// Run is called by kong.
func (c *feedsRefresh) Run(ctx context.Context, t terminal) error {
	if c.All != (len(c.Feeds) == 0) {
		return boot.ConfigError(errors.New("feeds refresh: want the addresses or ids of feeds, or --all"))
	}
	return c.withRegistry(ctx, t, func(registry *fetcher.Registry) error {
		list := func() ([]schema.Feed, error) { return registered(ctx, registry, c.Feeds) }
		if c.All {
			list = func() ([]schema.Feed, error) { return registry.List(ctx) }
		}
		feeds, err := list()
		if err != nil {
			return err
		}
		for i, f := range feeds {
			if err := registry.PollNow(ctx, f, ""); err != nil {
				return fmt.Errorf("feed %s: %w (%d made due before)", f.URL, err, i)
			}
		}
		fmt.Fprintf(t.Err, "%d made due\n", len(feeds))
		return nil
	})
}
