package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/export"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// exportCommand writes messages to files.
type exportCommand struct {
	client
	To      string  `required:"" help:"Where to: a folder, which is made when it is not there, or s3://BUCKET/PREFIX (not dated). What is new is added to what is there." placeholder:"DIR|s3://…"`
	Format  string  `help:"Format: dated, a file DAY/NNN_<16 hex>.txt for the newest revision of each article; or, by the day that messages were stored, jsonl (whole messages), ninjs, parquet (tables of articles and entities) or warc (documents and pages)." default:"dated" enum:"dated,jsonl,ninjs,parquet,warc"`
	Stream  string  `help:"What to export: items, articles or enriched. Otherwise articles as dated, items as warc, enriched as all else." default:"" enum:",items,articles,enriched"`
	Since   instant `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time. Otherwise with the oldest that is not exported." placeholder:"TIME"`
	Until   instant `help:"End before what was stored at that time. Otherwise with the newest." placeholder:"TIME"`
	Subject string  `help:"Only messages on subjects of this filter, such as news.article.en.>" placeholder:"FILTER"`
}

// formatDated is the format that package folder writes; the others are of package
// export.
const formatDated = "dated"

// kind is what is exported.
func (c *exportCommand) kind() string {
	otherwise := render.KindEnriched
	switch c.Format {
	case formatDated:
		otherwise = render.KindArticles
	case export.FormatWARC:
		otherwise = render.KindItems
	}
	return cmp.Or(c.Stream, otherwise)
}

// check refuses what does not go together, and returns the filter and, but for
// dated, the format.
func (c *exportCommand) check() (filter string, format archive.Format, err error) {
	switch {
	case c.Format == formatDated && c.kind() != render.KindArticles:
		err = fmt.Errorf("--format dated: --stream %s: only articles have it", c.Stream)
	case c.Format == formatDated && strings.Contains(c.To, "://"):
		err = errors.New("--format dated: --to: want a folder")
	case c.Format != formatDated:
		format, err = export.New(c.Format, c.kind())
	}
	if err == nil && !c.Until.IsZero() && c.Until.Before(c.Since.Time) {
		err = errors.New("--until: is before --since")
	}
	if err != nil {
		return "", format, boot.ConfigError(err)
	}
	filter, err = kinds[c.kind()].filter(c.Root, c.Subject)
	return filter, format, err
}

// Run is called by kong.
func (c *exportCommand) Run(ctx context.Context, t terminal) error {
	filter, format, err := c.check()
	if err != nil {
		return err
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	if c.Format == formatDated {
		return c.dated(ctx, t, b, filter)
	}
	return c.parts(ctx, t, b, filter, format)
}

// parts writes what is new, a folder a day.
func (c *exportCommand) parts(ctx context.Context, t terminal, b *bus.Bus, filter string, format archive.Format) error {
	to, err := store.Open(ctx, c.To, store.Write)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	defer func() { _ = to.Close() }() // what was committed is there
	name := b.Root().Stream(kinds[c.kind()].stream)
	var filters []string
	if filter != "" {
		filters = []string{filter}
	}
	stream, err := b.JetStream().Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	show := newProgress(t, false)
	left := 0
	w, err := archive.NewWriter(ctx, to, archive.WriterOptions{
		Kind: c.kind(), Stream: name, Created: stream.CachedInfo().Created, Filters: filters, Format: format, PartBytes: archive.DefaultPartBytes,
		LeftOut: func(err error) {
			left++
			show.clear()
			fmt.Fprintf(t.Err, "dateline: %s\n", render.Safe(err.Error()))
		},
	})
	if err != nil {
		return fmt.Errorf("--to %s: %w", render.Safe(c.To), err)
	}
	done, err := archive.Copy(ctx, b, w, archive.CopyOptions{
		Read:     bus.ReadOptions{Stream: kinds[c.kind()].stream, Filters: filters, Since: c.Since.Time, Until: c.Until.Time},
		Progress: show.count,
	})
	show.clear()
	if err != nil {
		return fmt.Errorf("export, with %d messages written: %w; the same command goes on", done, err)
	}
	fmt.Fprintf(t.Err, "messages exported to %s: %d\n", render.Safe(c.To), done)
	if left > 0 {
		return fmt.Errorf("%w: %d", errUnprintable, left)
	}
	return nil
}
