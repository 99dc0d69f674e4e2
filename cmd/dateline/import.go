package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/folder"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// importCommand reads articles from files.
type importCommand struct {
	client
	Paths  []string `arg:"" name:"dir|file" help:"A folder, whose files that end in .txt are read, as export writes them; or a file, which holds one article or a stream of them." env:"-"`
	As     string   `help:"Name of the collection that the articles belong to: a-z, 0-9, . and -. Articles without an address are told apart within it." default:"import" env:"-" placeholder:"NAME"`
	DryRun bool     `help:"Read and check the files, and import nothing." env:"-"`
}

// importWindow is how many articles are published at once.
const importWindow = 200

// errUnreadable says that not all of an import could be read.
var errUnreadable = errors.New("not all articles could be read")

// Run is called by kong.
func (c *importCommand) Run(ctx context.Context, t terminal) error {
	if c.As == "" || strings.Trim(c.As, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || len(c.As) > 64 {
		return boot.ConfigError(fmt.Errorf("--as: got %q, want a-z, 0-9, . and -, at most 64", c.As))
	}
	i := importer{root: c.Root, terminal: t, collection: "import://" + c.As, source: schema.SourceToken(c.As), begun: time.Now().UTC()}
	if !c.DryRun {
		b, err := c.connect(ctx, t.Err)
		if err != nil {
			return err
		}
		defer b.Close()
		i.bus = b
	}
	for _, path := range c.Paths {
		for d, err := range folder.Read(path) {
			if err == nil {
				err = i.add(ctx, d)
			}
			if err != nil {
				return fmt.Errorf("import, with %d articles published: %w", i.published, err)
			}
		}
	}
	if err := i.flush(ctx); err != nil {
		return fmt.Errorf("import, with %d articles published: %w", i.published, err)
	}
	fmt.Fprintf(t.Err, "articles read: %d, of them mended: %d, published as items: %d\n", i.read, i.mended, i.published)
	if i.unreadable > 0 {
		return fmt.Errorf("%w: %d", errUnreadable, i.unreadable)
	}
	return nil
}

// importer publishes articles as items, which the normalizer makes articles of.
type importer struct {
	bus                *bus.Bus // nil when nothing is to be published
	root               schema.Root
	terminal           terminal
	collection, source string
	begun              time.Time
	waiting            []bus.Message

	read, mended, unreadable, published int
}

// add takes a document, and says what is wrong with it.
func (i *importer) add(ctx context.Context, d folder.Document) error {
	where := render.Safe(d.Path)
	if d.Number > 1 {
		where += fmt.Sprintf(", article %d", d.Number)
	}
	m, err := i.message(d)
	if d.Err == nil {
		d.Err = err
	}
	if d.Err != nil {
		i.unreadable++
		fmt.Fprintf(i.terminal.Err, "dateline: %s: %s\n", where, render.Safe(d.Err.Error()))
		return nil
	}
	i.read++
	if len(d.Fixes) > 0 {
		i.mended++
		fmt.Fprintf(i.terminal.Err, "dateline: %s: mended: %s\n", where, fixes(d.Fixes))
	}
	if i.bus == nil {
		return nil
	}
	if i.waiting = append(i.waiting, m); len(i.waiting) < importWindow {
		return nil
	}
	return i.flush(ctx)
}

func fixes(all []schema.Fix) string {
	names := make([]string, len(all))
	for n, fix := range all {
		names[n] = string(fix)
	}
	return strings.Join(names, ", ")
}

func (i *importer) flush(ctx context.Context) error {
	if len(i.waiting) == 0 {
		return nil
	}
	if _, err := i.bus.PublishInOrder(ctx, i.waiting...); err != nil {
		return err
	}
	i.published += len(i.waiting)
	i.waiting = i.waiting[:0]
	return nil
}

// message is the item of a document. Its stamp orders it among the versions of
// its article: by when it was imported.
func (i *importer) message(d folder.Document) (bus.Message, error) {
	hash := schema.RegionHash(d.Text)
	given := d.Given
	item := schema.Item{
		Feed:       schema.FeedRef{ID: schema.FeedID(i.collection), URL: i.collection},
		Fetch:      schema.Fetch{URL: i.collection, FetchedAt: i.begun.Add(time.Duration(i.read))},
		RegionHash: hash, Format: schema.FormatDated, Document: string(d.Text), Given: &given,
	}
	if key, rule := schema.IdentityKey(schema.Identity{Link: given.URL, FeedID: item.Feed.ID, GUID: given.GUID}); rule != schema.IdentityHeadline {
		item.ID = schema.ArticleID(key)
	}
	data, err := bus.Encode(item)
	if err == nil && len(data) > schema.MaxItem {
		err = fmt.Errorf("%d bytes, more than a message holds", len(data))
	}
	return bus.Message{
		Subject: i.root.Item(i.source), Data: data, Type: schema.TypeItemFound, Schema: "item", About: item.ID, Dedup: true,
		ID: fmt.Sprintf("%s:%x:%d", hash, i.begun.UnixNano(), i.read), Time: item.Fetch.FetchedAt,
	}, err
}
