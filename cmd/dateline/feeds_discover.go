package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/internal/feedlist"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/discover"
)

// searchTime bounds the search for the feeds of one site.
const searchTime = 2 * time.Minute

// asking is for commands that ask addresses themselves, without a fetcher.
type asking struct {
	AllowNet  []netip.Prefix `help:"Network that may be fetched from although it is not public; may be repeated." placeholder:"CIDR"`
	AllowPort []uint16       `help:"Port of public hosts that may be fetched from besides 80 and 443; may be repeated." placeholder:"PORT"`
	CA        []string       `name:"ca" help:"File of certificate authorities (PEM) to trust besides the system's; may be repeated." sep:"none" placeholder:"FILE"`
}

// config is how they ask: as a fetcher would.
func (a asking) config() (fetcher.Config, error) {
	config := fetcher.DefaultConfig()
	config.Version = boot.Version()
	config.AllowNet, config.AllowPort, config.CA = a.AllowNet, a.AllowPort, a.CA
	if err := config.Validate(); err != nil {
		return config, boot.ConfigError(err)
	}
	return config, nil
}

// feedsDiscover finds the feeds of a web site. It needs no NATS.
type feedsDiscover struct {
	output
	asking
	URL string `arg:"" name:"url" help:"Address of the site, or of one of its pages."`
}

// Run is called by kong.
func (c *feedsDiscover) Run(ctx context.Context, t terminal) error {
	named, err := addressed([]string{c.URL})
	if err != nil {
		return boot.ConfigError(err)
	}
	config, err := c.config()
	if err != nil {
		return err
	}
	var found []discover.Feed
	for f, end := range finder(config, siteHeaders{}).Find(ctx, named[0].URL) {
		if end != nil {
			err = end // What was found before it stands.
			break
		}
		found = append(found, f)
	}
	return errors.Join(c.print(t, found), safely(err))
}

func (c *feedsDiscover) print(t terminal, found []discover.Feed) error {
	if !c.json() {
		return printFound(t, found)
	}
	for _, f := range found {
		if err := printJSON(t.Out, f); err != nil {
			return err
		}
	}
	return nil
}

// printFound prints feeds, the address last, where it is not cut.
func printFound(t terminal, found []discover.Feed) error {
	if len(found) == 0 {
		return nil
	}
	rows := newTable(t.Out)
	rows.row("FROM", "FORMAT", "ITEMS", "NEWEST", "TITLE", "FEED")
	for _, f := range found {
		from := string(f.From)
		if f.Main {
			from += ", main"
		}
		newest := "-"
		if !f.Newest.IsZero() {
			newest = f.Newest.Format(time.DateOnly)
		}
		rows.row(from, f.Format, f.Items, newest, cutTo(f.Title, 30), f.URL)
	}
	return rows.flush()
}

// finder finds feeds by asking as a fetcher does. Headers go to the host of their
// address alone, in its scheme.
func finder(config fetcher.Config, headers siteHeaders) discover.Finder {
	return discover.Finder{Limits: config.Limits(), Time: searchTime, Ask: func(ctx context.Context, url string) (discover.Answer, error) {
		answer, err := fetcher.Ask(ctx, config, url, headers.to(url))
		if fetcher.FailureCode(err) == "rate-limited" {
			err = fmt.Errorf("%w: %w", discover.ErrBusy, err)
		}
		return discover.Answer{FinalURL: answer.FinalURL, ContentType: answer.ContentType, Body: answer.Body}, err
	}}
}

// siteHeaders are headers to ask the site of an address with.
type siteHeaders struct {
	address string
	header  map[string]string
}

// to are the headers for another address: none when that is of another site.
func (h siteHeaders) to(address string) map[string]string {
	if site(address) != site(h.address) {
		return nil
	}
	return h.header
}

// site is the scheme and the host of an address.
func site(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Host)
}

// severalError says that a site has feeds of which none is the main one.
type severalError struct {
	address string
	found   []discover.Feed
}

// Error is without what to do, which the command says.
func (e *severalError) Error() string {
	return fmt.Sprintf("%s: is a web page with %d feeds, and none of them the main one", e.address, len(e.found))
}

// resolve replaces the web pages among arguments by their feeds: the main one or
// the only one, or all; notes say so, a line each. An address that does not
// answer may be a feed at another time, or from another place, and stays.
func resolve(ctx context.Context, config fetcher.Config, args []string, headers map[string]string, every bool) (resolved, notes []string, err error) {
	found := make([][]discover.Feed, len(args))
	var asked errgroup.Group
	asked.SetLimit(8)
	for i, arg := range args {
		if feedlist.IsAddress(arg) {
			asked.Go(func() (err error) {
				found[i], err = feedsOf(ctx, finder(config, siteHeaders{arg, headers}), arg, every)
				return err
			})
		}
	}
	if err := asked.Wait(); err != nil {
		return nil, nil, err
	}
	for i, arg := range args {
		if len(found[i]) == 0 {
			resolved = append(resolved, arg)
		}
		for _, f := range found[i] {
			notes = append(notes, fmt.Sprintf("%s is a web page; its feed is %s\n", render.Safe(arg), render.Safe(f.URL)))
			resolved = append(resolved, f.URL)
		}
	}
	return resolved, notes, nil
}

// feedsOf finds the feeds that stand for a web page; none for an address that
// stands for itself.
func feedsOf(ctx context.Context, finder discover.Finder, arg string, every bool) ([]discover.Feed, error) {
	named, err := feedlist.Read(arg)
	if err != nil {
		return nil, boot.ConfigError(err)
	}
	var found []discover.Feed
	for f, err := range finder.Find(ctx, named[0].URL) {
		switch {
		case errors.Is(err, discover.ErrNone):
			return nil, boot.ConfigError(fmt.Errorf("%w; give the address of the feed itself", safely(err)))
		case errors.Is(err, discover.ErrUnreadable), fetcher.FailureCode(err) != "":
			return nil, nil
		case err != nil:
			return nil, safely(err)
		case f.From == discover.FromAddress:
			return nil, nil
		}
		if !every && len(found) > 0 && f.From != found[0].From {
			break // The places are tried in order: those before are better.
		}
		found = append(found, f)
		if !every && f.Main {
			break
		}
	}
	if len(found) > 1 && !every {
		return nil, &severalError{address: arg, found: found}
	}
	return found, nil
}

// safeError is an error whose text cannot steer a terminal.
type safeError struct{ error }

// Error is the text, safe to print.
func (e safeError) Error() string { return render.Safe(e.error.Error()) }

// Unwrap returns the error itself.
func (e safeError) Unwrap() error { return e.error }

// safely makes an error with outside text safe to print; nil stays nil.
func safely(err error) error {
	if err == nil {
		return nil
	}
	return safeError{err}
}

// cutTo is the beginning of a text of at most so many characters.
func cutTo(text string, most int) string {
	text = render.Safe(text)
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}
