package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/internal/entities"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// entitiesTopCommand lists the entities that most articles name.
type entitiesTopCommand struct {
	client
	output
	Since instant `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time." default:"7d" placeholder:"TIME"`
	entityChoice
	Limit int `help:"How many to list." default:"20" placeholder:"N"`
}

// entitiesTop is the result as JSON.
type entitiesTop struct {
	Articles int              `json:"articles"`
	Entities []entities.Count `json:"entities"`
	// Short is by how many articles a count may be too low.
	Short int `json:"short,omitempty"`
}

// Run is called by kong.
func (c *entitiesTopCommand) Run(ctx context.Context, t terminal) error {
	if c.Limit < 1 || c.Limit > 10_000 {
		return boot.ConfigError(fmt.Errorf("--limit: got %d, want 1 to 10000", c.Limit))
	}
	if err := c.check(c.Since); err != nil {
		return err
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	counter, err := c.count(ctx, t, b)
	if err != nil {
		return err
	}
	top := entitiesTop{Articles: counter.Articles(), Entities: counter.Top(c.Limit), Short: counter.Short()}
	if c.json() {
		return printJSON(t.Out, top)
	}
	return top.print(t)
}

// count reads the stretch.
func (c *entitiesTopCommand) count(ctx context.Context, t terminal, b *bus.Bus) (*entities.Counter, error) {
	counter := entities.NewCounter(schema.EntityType(c.Type))
	show := newProgress(t, false)
	defer show.clear()
	var total, done, unread uint64
	options := bus.ReadOptions{
		Stream: schema.StreamEnriched, Filters: []string{c.enriched(b.Root())}, Since: c.Since.Time, Until: c.Until.Time,
		Progress: func(n uint64) { total = n },
	}
	for d, err := range b.Read(ctx, options) {
		if err != nil {
			return nil, err
		}
		var a entities.Article
		if json.Unmarshal(d.Data, &a) == nil {
			counter.Add(a)
		} else {
			unread++
		}
		done++
		show.count(done, total)
	}
	if unread > 0 {
		fmt.Fprintf(t.Err, "dateline: %d messages of %s are no articles, and are left out\n", unread, b.Root().Stream(schema.StreamEnriched))
	}
	return counter, nil
}

var errNoMentions = errors.New("no article in this stretch names an entity")

func (top entitiesTop) print(t terminal) error {
	if len(top.Entities) == 0 {
		return errNoMentions
	}
	rows := newTable(t.Out)
	rows.row("ARTICLES", "SALIENCE", "TYPE", "ID", "NAME")
	for _, e := range top.Entities {
		rows.row(e.Articles, fmt.Sprintf("%.1f", e.Salience), e.Type, e.ID, e.Name)
	}
	if err := rows.flush(); err != nil {
		return err
	}
	if top.Short > 0 {
		fmt.Fprintf(t.Err, "more entities than are counted exactly: counts may be up to %d too low\n", top.Short)
	}
	return nil
}
