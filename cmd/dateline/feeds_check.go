package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/feedcheck"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/services/fetcher"
)

// feedsCheck reads feeds as the pipeline would and says what comes out. It
// needs no NATS.
type feedsCheck struct {
	output
	asking
	Sources []string `arg:"" name:"file|url" help:"Files or addresses of feeds."`
	Items   int      `help:"Print at most this many items of a feed, 0 for all." default:"0" env:"-"`
}

// errChecked ends a check that found something amiss, which it has printed.
var errChecked = errors.New("not every feed can be read whole")

// Run is called by kong.
func (c *feedsCheck) Run(ctx context.Context, t terminal) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	good := true
	for _, source := range c.Sources {
		report, err := readSource(ctx, config, source)
		if err != nil {
			return err
		}
		good = good && report.OK()
		if err := c.print(t, report); err != nil {
			return err
		}
	}
	if !good {
		return errChecked
	}
	return nil
}

// readSource reads a feed from an address or a file.
func readSource(ctx context.Context, config fetcher.Config, source string) (feedcheck.Report, error) {
	var answer fetcher.Answer
	var err error
	if u, parseErr := url.Parse(source); parseErr == nil && u.User != nil {
		return feedcheck.Report{}, boot.ConfigError(fmt.Errorf("address of %s: holds a user, which every message would carry: leave it out", u.Host))
	}
	if strings.Contains(source, "://") {
		answer, err = fetcher.Ask(ctx, config, source, nil)
	} else {
		answer.Body, err = readFile(source, config.MaxBody)
	}
	code := fetcher.FailureCode(err)
	switch {
	case code != "":
		return feedcheck.Failed(source, code, err), nil
	case err != nil:
		return feedcheck.Report{}, boot.ConfigError(fmt.Errorf("%s: %w", source, err))
	}
	return feedcheck.Read(source, answer, config.Limits(), time.Now()), nil
}

// readFile reads one byte more than limit at most: enough to see that it is too
// large.
func readFile(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

func (c *feedsCheck) print(t terminal, r feedcheck.Report) error {
	if c.json() {
		return printJSON(t.Out, r)
	}
	fmt.Fprintln(t.Out, render.Safe(r.Source))
	for _, line := range summary(r) {
		fmt.Fprintf(t.Out, "  %-9s %s\n", line[0], render.Safe(line[1]))
	}
	if r.Error != nil || len(r.Items) == 0 {
		return nil
	}
	return printItems(t.Out, r.Items, c.Items)
}

// summary is what is to be said of the feed as a whole, each line with a name.
func summary(r feedcheck.Report) [][2]string {
	if r.Error != nil {
		return [][2]string{{"no feed", fmt.Sprintf("%s (%s)", r.Error.Detail, r.Error.Code)}}
	}
	lines := [][2]string{
		{"format", fmt.Sprintf("%s, %s, %s", r.Format, r.Charset, byteSize(r.Bytes))},
		{"title", r.Title}, {"link", r.Link}, {"language", r.Language},
		{"items", fmt.Sprint(len(r.Items))},
		{"pages", strings.Join(r.Pages, " ")}, {"hubs", strings.Join(r.Hubs, " ")},
		{"repaired", strings.Join(repairs(r), ", ")},
	}
	if r.Torn {
		lines = append(lines, [2]string{"torn", "the document ends before the feed does; what is whole was read"})
	}
	for _, child := range r.Sitemaps {
		lines = append(lines, [2]string{"sitemap", child})
	}
	if r.Tombstones > 0 {
		lines = append(lines, [2]string{"deleted", fmt.Sprintf("%d entries, by the publisher", r.Tombstones)})
	}
	if r.Lost > 0 {
		lines = append(lines, [2]string{"lost", fmt.Sprintf("%d of %d items", r.Lost, len(r.Items))})
	}
	return said(lines)
}

// repairs are those of the document, then those of its items with how many of
// them had each.
func repairs(r feedcheck.Report) []string {
	list := slices.Clone(r.Repairs)
	count := map[string]int{}
	for _, item := range r.Items {
		for _, repair := range item.Repairs {
			count[repair]++
		}
	}
	for _, repair := range slices.Sorted(maps.Keys(count)) {
		list = append(list, fmt.Sprintf("%s in %d", repair, count[repair]))
	}
	return list
}

// said leaves out the lines that say nothing.
func said(lines [][2]string) [][2]string {
	kept := lines[:0]
	for _, line := range lines {
		if line[1] != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

func printItems(w io.Writer, items []feedcheck.Item, limit int) error {
	fmt.Fprintln(w)
	rows := newTable(w)
	rows.row("DATE", "FROM", "TEXT", "HEADLINE", "REPAIRED OR LOST")
	for i, item := range items {
		if limit > 0 && i == limit {
			rows.row("", "", "", fmt.Sprintf("and %d more", len(items)-limit), "")
			break
		}
		rows.row(item.Date, item.DateSource, item.Extent, item.Headline, remarks(item))
	}
	return rows.flush()
}

// remarks are what was wrong with an item.
func remarks(item feedcheck.Item) string {
	list := slices.Clone(item.Repairs)
	if item.Written != "" && item.Published.IsZero() {
		list = append(list, fmt.Sprintf("unread date %q", item.Written))
	}
	if item.Torn {
		list = append(list, "torn")
	}
	if item.Lost != nil {
		list = append(list, "LOST: "+item.Lost.Detail)
	}
	return strings.Join(list, ", ")
}
