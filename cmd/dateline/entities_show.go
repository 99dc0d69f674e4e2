package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/internal/entities"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// entitiesShowCommand shows one entity.
type entitiesShowCommand struct {
	client
	output
	Name  string  `arg:"" help:"The entity: its name, words of it, or its id, such as Q159."`
	Since instant `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time." default:"30d" placeholder:"TIME"`
	entityChoice
	Limit int `help:"How many headlines, and entities named with it, to list." default:"10" placeholder:"N"`
}

// entityShown is the result as JSON.
type entityShown struct {
	entities.Entity
	// Articles are those of the stretch that name it.
	Articles int              `json:"articles"`
	Days     []entities.Day   `json:"days"`
	Earlier  int              `json:"earlier"` // than the first of the days
	With     []entities.Count `json:"with"`
	// Looked is in how many of the articles, the newest, was looked for With.
	Looked int              `json:"looked"`
	Latest []schema.Pointer `json:"latest"`
}

// The bounds of what is shown: days, and articles in which the entities that are
// named with it are counted.
const (
	maxDays   = 31
	maxLooked = 1000
)

// Run is called by kong.
func (c *entitiesShowCommand) Run(ctx context.Context, t terminal) error {
	if c.Limit < 1 || c.Limit > 1000 {
		return boot.ConfigError(fmt.Errorf("--limit: got %d, want 1 to 1000", c.Limit))
	}
	if err := c.check(c.Since); err != nil {
		return err
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	found, err := findEntities(ctx, b, "entity", c.Type, c.Name)
	if err != nil {
		return err
	}
	if found[0] == nil {
		return fmt.Errorf("entity %q: no article names it", render.Safe(c.Name))
	}
	shown, err := c.look(ctx, t, b, *found[0])
	if err != nil {
		return err
	}
	if c.json() {
		return printJSON(t.Out, shown)
	}
	return shown.print(t)
}

// look gathers what is shown.
func (c *entitiesShowCommand) look(ctx context.Context, t terminal, b *bus.Bus, e entities.Entity) (entityShown, error) {
	var history entities.History
	options := bus.ReadOptions{Stream: schema.StreamMentions, Filters: []string{e.Subject(b.Root())}, Since: c.Since.Time, Until: c.Until.Time}
	for d, err := range b.Read(ctx, options) {
		if err != nil {
			return entityShown{}, err
		}
		if p, err := bus.Decode[schema.Pointer](d); err == nil && c.wants(p) {
			history.Add(p)
		}
	}
	articles := history.Articles()
	shown := entityShown{Entity: e, Articles: len(articles), Latest: articles[:min(c.Limit, len(articles))], Looked: min(maxLooked, len(articles))}
	shown.Days, shown.Earlier = entities.Days(articles, maxDays)
	var err error
	shown.With, err = c.with(ctx, t, b, e, articles[:shown.Looked])
	return shown, err
}

// with counts the entities of articles but for one.
func (c *entitiesShowCommand) with(ctx context.Context, t terminal, b *bus.Bus, e entities.Entity, articles []schema.Pointer) ([]entities.Count, error) {
	counter := entities.NewCounter("")
	show := newProgress(t, false)
	defer show.clear()
	for i, p := range articles {
		d, ok, err := b.At(ctx, b.Root().Stream(schema.StreamEnriched), p.EnrichedSeq)
		if err != nil {
			return nil, err
		}
		var a entities.Article
		if ok && json.Unmarshal(d.Data, &a) == nil {
			counter.Add(a)
		}
		show.count(uint64(i+1), uint64(len(articles)))
	}
	var with []entities.Count
	for _, n := range counter.Top(c.Limit + 1) {
		if (n.ID != e.ID || n.Type != e.Type) && len(with) < c.Limit {
			with = append(with, n)
		}
	}
	return with, nil
}

func (s entityShown) print(t terminal) error {
	rows := newTable(t.Out)
	rows.row(s.Name, s.Type, s.ID, fmt.Sprintf("%d articles", s.Articles))
	if err := rows.flush(); err != nil {
		return err
	}
	for _, part := range []func(table){s.printDays, s.printWith, s.printLatest} {
		fmt.Fprintln(t.Out)
		rows := newTable(t.Out)
		part(rows)
		if err := rows.flush(); err != nil {
			return err
		}
	}
	return nil
}

// dayWidth is the length of the longest bar.
const dayWidth = 40

func (s entityShown) printDays(rows table) {
	most := 1
	for _, d := range s.Days {
		most = max(most, d.Articles)
	}
	rows.row("DAY", "ARTICLES", "")
	if s.Earlier > 0 {
		rows.row("earlier", s.Earlier, "")
	}
	for _, d := range s.Days {
		rows.row(d.Date, d.Articles, strings.Repeat("█", (d.Articles*dayWidth+most-1)/most))
	}
}

func (s entityShown) printWith(rows table) {
	rows.row("WITH", "TYPE", "ID", fmt.Sprintf("OF %d ARTICLES", s.Looked))
	for _, n := range s.With {
		rows.row(n.Name, n.Type, n.ID, n.Articles)
	}
}

func (s entityShown) printLatest(rows table) {
	rows.row("DATE", "SALIENCE", "SOURCE", "HEADLINE")
	for _, p := range s.Latest {
		rows.row(p.Date, fmt.Sprintf("%.2f", p.Salience), p.Source, p.Headline)
	}
}
