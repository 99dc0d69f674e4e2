package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/internal/folder"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// exportCommand writes articles to a folder.
type exportCommand struct {
	client
	To      string  `required:"" help:"The folder. It is made when it is not there; what is new is added to one that is." placeholder:"DIR"`
	Format  string  `help:"Format: dated, a file DAY/NNN_<16 hex>.txt for the newest revision of each article." default:"dated" enum:"dated"`
	Since   instant `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time. Otherwise after what the folder holds." placeholder:"TIME"`
	Until   instant `help:"End before what was stored at that time. Otherwise with the newest." placeholder:"TIME"`
	Subject string  `help:"Only articles on subjects of this filter, such as news.article.en.>" placeholder:"FILTER"`
}

// flushEvery is after how many articles the manifest is written.
const flushEvery = 5000

// Run is called by kong.
func (c *exportCommand) Run(ctx context.Context, t terminal) error {
	filters, err := kinds[render.KindArticles].filters(c.Root, c.Subject)
	if err != nil {
		return err
	}
	if !c.Until.IsZero() && c.Until.Before(c.Since.Time) {
		return boot.ConfigError(errors.New("--until: is before --since"))
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	to, err := folder.Open(c.To)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	defer func() { _ = to.Close() }() // Flush has written all
	options := replay.Options{Read: bus.ReadOptions{Stream: schema.StreamArticles, Filters: filters, Since: c.Since.Time, Until: c.Until.Time}}
	if c.Since.IsZero() && to.Last() > 0 {
		options.Read.From = to.Last() + 1
	}
	show := newProgress(t, false)
	options.Progress = show.update
	e := exporter{to: to, terminal: t}
	_, err = replay.Run(ctx, b, options, e.add)
	show.clear()
	if err := errors.Join(err, to.Flush()); err != nil {
		return fmt.Errorf("export, with %d articles read: %w", e.read, err)
	}
	fmt.Fprintf(t.Err, "revisions read: %d; articles in %s: %d\n", e.read, render.Safe(c.To), to.Len())
	if e.refused > 0 {
		return fmt.Errorf("%w: %d", errUnprintable, e.refused)
	}
	return nil
}

// exporter puts articles into a folder.
type exporter struct {
	to            *folder.Folder
	terminal      terminal
	read, refused int
	flushed       int
}

func (e *exporter) add(_ context.Context, window []bus.Delivery) error {
	for _, d := range window {
		e.read++
		var a schema.Article
		err := json.Unmarshal(d.Data, &a)
		if err == nil {
			err = e.to.Put(a, d.Sequence)
		}
		if errors.Is(err, folder.ErrWrite) {
			return err
		}
		if err != nil {
			e.refused++
			fmt.Fprintf(e.terminal.Err, "dateline: message %d of %s is left out: %s\n", d.Sequence, d.Stream, render.Safe(err.Error()))
		}
	}
	if e.read-e.flushed < flushEvery {
		return nil
	}
	e.flushed = e.read
	return e.to.Flush()
}
