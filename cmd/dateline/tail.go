package main

import (
	"context"
	"errors"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// tailCommand prints messages as they are stored.
type tailCommand struct {
	client
	Kind     string  `arg:"" optional:"" help:"What to print: items, articles, enriched (default), mentions, dead or ops." default:"enriched" enum:"items,articles,enriched,mentions,dead,ops"`
	Subject  string  `help:"Only messages on subjects of this filter, such as news.enriched.en.>" placeholder:"FILTER"`
	Since    instant `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time. Otherwise only what is new." placeholder:"TIME"`
	Format   string  `help:"Format: line, json, dated or ninjs." default:"line" enum:"line,json,dated,ninjs"`
	Count    int     `help:"Stop after so many messages." placeholder:"N"`
	NoFollow bool    `help:"Stop at the end of what is stored. Needs --since."`
}

// Run is called by kong.
func (c *tailCommand) Run(ctx context.Context, t terminal) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	p, err := newPrinter(t, c.Format)
	if err != nil {
		return err
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	defer p.end()
	for d, err := range b.Read(ctx, options) {
		if ctx.Err() != nil {
			return nil // Ctrl-C is how it ends.
		}
		if err != nil {
			return err
		}
		if err := p.message(c.Kind, d); err != nil {
			return err
		}
		if c.Count > 0 && p.printed >= c.Count {
			break
		}
	}
	return nil
}

// options are what to read, with the flags checked.
func (c *tailCommand) options() (bus.ReadOptions, error) {
	k := kinds[c.Kind]
	o := bus.ReadOptions{Stream: k.stream, Since: c.Since.Time, New: c.Since.IsZero(), Follow: !c.NoFollow}
	if c.NoFollow && c.Since.IsZero() {
		return o, boot.ConfigError(errors.New("--no-follow: there is nothing to print without --since"))
	}
	if c.Count < 0 {
		return o, boot.ConfigError(errors.New("--count: want a number above 0"))
	}
	if err := checkFormat(c.Kind, c.Format); err != nil {
		return o, err
	}
	var err error
	o.Filters, err = k.filters(c.Root, c.Subject)
	return o, err
}
