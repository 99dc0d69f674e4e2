package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/internal/why"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// whyCommand tells what became of an article.
type whyCommand struct {
	client
	output
	Article string  `arg:"" name:"id|url" help:"The article's id (32 hex digits), or its address."`
	Since   instant `help:"Look at what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time. Otherwise at all." placeholder:"TIME"`
}

// Run is called by kong.
func (c *whyCommand) Run(ctx context.Context, t terminal) error {
	id, err := articleID(c.Article)
	if err != nil {
		return boot.ConfigError(err)
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	report, err := why.Explain(ctx, b, id, c.Since.Time)
	if err != nil {
		return err
	}
	if c.json() {
		return printJSON(t.Out, report)
	}
	if len(report.Sights)+len(report.Revisions)+len(report.Dead) == 0 {
		return c.unseen(ctx, t, b, id)
	}
	return printWhy(t, report)
}

// printWhy prints a report, a table for each of its parts.
func printWhy(t terminal, r why.Report) error {
	rows := newTable(t.Out)
	rows.row("article " + r.ID)
	for i, s := range r.Sights {
		if i == 0 {
			rows.row()
			rows.row("SEEN", "STREAM", "SEQ", "PAGE", "OUTCOME", "WHY", "FEED")
		}
		rows.row(date(s.Time), s.Stream, s.Sequence, s.Page, s.Outcome, s.Reason, s.FeedURL)
	}
	for i, v := range r.Revisions {
		if i == 0 {
			rows.row()
			rows.row("REVISION", "EVENT", "ARTICLES", "ENRICHED", "ENTITIES", "RULES")
		}
		rows.row(v.Revision, v.Event, place(v.Sequence), place(v.Enriched), v.Entities, strings.Join(v.Rules, " "))
	}
	for i, l := range r.Dead {
		if i == 0 {
			rows.row()
			rows.row("DEAD", "STAGE", "SEQ", "TRIES", "REASON")
		}
		rows.row(date(l.Time), l.Stage, l.Sequence, l.Attempts, l.Reason)
	}
	return rows.flush()
}

// place is where a message is in its stream.
func place(seq uint64) string {
	if seq == 0 {
		return "not there"
	}
	return fmt.Sprint(seq)
}

// unseen says that no poll has seen an article, and how the feeds of its site do.
func (c *whyCommand) unseen(ctx context.Context, t terminal, b *bus.Bus, id string) error {
	feeds, err := siblings(ctx, b, c.Article)
	if err != nil {
		return err
	}
	rows := newTable(t.Out)
	for i, f := range feeds {
		if i == 0 {
			rows.row("FEED", "STATE", "LAST GOOD", "NEXT", "ERROR")
		}
		rows.row(f.Feed.URL, f.State, date(f.Poll.LastGood), date(f.Poll.Next), f.Poll.Error)
	}
	if err := rows.flush(); err != nil {
		return err
	}
	switch {
	case len(feeds) > 0:
		return fmt.Errorf("article %s: no poll of the feeds of its site has seen it, as far back as the streams go", id)
	case hexID.MatchString(c.Article):
		return fmt.Errorf("article %s: no poll has seen it, as far back as the streams go", id)
	default:
		return fmt.Errorf("article %s: no feed of its site is registered; see: dateline feeds discover %s", id, render.Safe(c.Article))
	}
}

// siblings are the registered feeds of the site of an address.
func siblings(ctx context.Context, b *bus.Bus, address string) ([]status.Feed, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, nil
	}
	registry, err := fetcher.OpenRegistry(ctx, b)
	if err != nil {
		return nil, err
	}
	all, err := registry.List(ctx)
	if err != nil {
		return nil, err
	}
	var feeds []status.Feed
	for _, f := range all {
		if at, err := url.Parse(f.URL); err != nil || schema.SourceToken(at.Hostname()) != schema.SourceToken(u.Hostname()) {
			continue
		}
		read, err := status.ReadFeed(ctx, registry, f)
		if err != nil {
			return nil, err
		}
		feeds = append(feeds, read)
	}
	return feeds, nil
}
