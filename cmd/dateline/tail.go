package main

import (
	"context"
	"errors"
	"strings"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/canonical"
)

// tailCommand prints messages as they are stored.
type tailCommand struct {
	client
	Kind      string   `arg:"" optional:"" help:"What to print: items, articles, enriched (default), mentions, stories, dead or ops." default:"enriched" enum:"items,articles,enriched,mentions,stories,dead,ops"`
	Subject   string   `help:"Only messages on subjects of this filter, such as news.enriched.en.>" placeholder:"FILTER"`
	Entity    []string `help:"Of mentions, only those of this entity: its name, words of it, or its id, such as Q159. May be repeated." placeholder:"NAME" sep:"none"`
	Type      string   `help:"Of mentions, only those of this type: person, organization or location." enum:",person,organization,location" default:"" placeholder:"TYPE"`
	Since     instant  `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time. Otherwise only what is new." placeholder:"TIME"`
	Format    string   `help:"Format: line, json, dated or ninjs." default:"line" enum:"line,json,dated,ninjs"`
	Canonical bool     `help:"Of near-duplicate articles only the first. An article is printed once the stories take it into account, or after five seconds."`
	Count     int      `help:"Stop after so many messages." placeholder:"N"`
	NoFollow  bool     `help:"Stop at the end of what is stored. Needs --since."`
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
	choice, err := c.choose(ctx, t, b)
	if err != nil {
		return err
	}
	if c.Kind == render.KindMentions && c.Subject == "" {
		options.Filters = choice.filters(b.Root())
	}
	defer p.end()
	return c.print(ctx, b, p, options, choice)
}

// print prints what is read and chosen, until there is no more, Count messages are
// printed or ctx ends.
func (c *tailCommand) print(ctx context.Context, b *bus.Bus, p *printer, options bus.ReadOptions, choice mentionChoice) error {
	keep := c.filter(b)
	for d, err := range b.Read(ctx, options) {
		if ctx.Err() != nil {
			return nil // Ctrl-C is how it ends.
		}
		if err != nil {
			return err
		}
		if !choice.wants(d) {
			continue
		}
		if err := c.show(ctx, p, keep, d); err != nil {
			return err
		}
		if c.Count > 0 && p.printed >= c.Count {
			break
		}
	}
	return nil
}

// filter is nil when all messages are wanted.
func (c *tailCommand) filter(b *bus.Bus) *canonical.Filter {
	if !c.Canonical {
		return nil
	}
	return canonical.New(b, canonical.DefaultWait)
}

// show prints a message, if it is wanted.
func (c *tailCommand) show(ctx context.Context, p *printer, keep *canonical.Filter, d bus.Delivery) error {
	if keep != nil {
		wanted, err := keep.Keep(ctx, d, d.Subject[strings.LastIndexByte(d.Subject, '.')+1:])
		if ctx.Err() != nil {
			return nil
		}
		if err != nil || !wanted {
			return err
		}
	}
	return p.message(c.Kind, d)
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
	if c.Canonical && c.Kind != render.KindArticles && c.Kind != render.KindEnriched {
		return o, boot.ConfigError(errors.New("--canonical: only articles and enriched have stories"))
	}
	if err := errors.Join(checkFormat(c.Kind, c.Format), c.checkMentions()); err != nil {
		return o, err
	}
	var err error
	o.Filters, err = k.filters(c.Root, c.Subject)
	return o, err
}
