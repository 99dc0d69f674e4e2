package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// getCommand prints an article, or its history.
type getCommand struct {
	client
	Article   string `arg:"" name:"id|url" help:"The article's id (32 hex digits), or its address."`
	Revisions bool   `help:"Print all revisions that are kept, oldest first."`
	Format    string `help:"Format: line, json, dated, ninjs, or diff, the words that each revision changes (default: dated, and diff with --revisions)." enum:",line,json,dated,ninjs,diff" default:"" placeholder:"FORMAT"`
}

// Run is called by kong.
func (c *getCommand) Run(ctx context.Context, t terminal) error {
	id, err := articleID(c.Article)
	if err != nil {
		return boot.ConfigError(err)
	}
	format := c.Format
	switch {
	case format == "" && c.Revisions:
		format = render.FormatDiff
	case format == "":
		format = render.FormatDated
	}
	p, err := newPrinter(t, format)
	if err != nil {
		return err
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	defer p.end()
	// An enriched article is an article with more, so it is looked for first.
	for _, name := range []string{render.KindEnriched, render.KindArticles} {
		if err := c.print(ctx, b, p, name, id); err != nil || p.printed+p.skipped > 0 {
			return err
		}
	}
	return fmt.Errorf("article %s: not in %s or %s: it was not seen, or is older than they keep",
		id, b.Root().Stream(schema.StreamEnriched), b.Root().Stream(schema.StreamArticles))
}

// print prints what a stream holds of an article, nothing when it holds none.
func (c *getCommand) print(ctx context.Context, b *bus.Bus, p *printer, name, id string) error {
	k := kinds[name]
	filter := fmt.Sprintf("%s.%s.*.*.%s", b.Root(), k.token, id)
	if !c.Revisions {
		stream := b.Root().Stream(k.stream)
		data, seq, err := b.LastOf(ctx, stream, filter)
		if err != nil || data == nil {
			return err
		}
		return p.message(name, bus.Delivery{Subject: filter, Data: data, Stream: stream, Sequence: seq})
	}
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: k.stream, Filters: []string{filter}}) {
		if err != nil {
			return err
		}
		if err := p.message(name, d); err != nil {
			return err
		}
	}
	return nil
}

var hexID = regexp.MustCompile(`^[0-9a-fA-F]{32}$`)

// articleID is the id of the article that an argument names.
func articleID(arg string) (string, error) {
	if hexID.MatchString(arg) {
		return strings.ToLower(arg), nil
	}
	key, rule := schema.IdentityKey(schema.Identity{Link: arg})
	if rule != schema.IdentityLink {
		return "", fmt.Errorf("%q: want an article's id, 32 hex digits, or its address", arg)
	}
	return schema.ArticleID(key), nil
}
