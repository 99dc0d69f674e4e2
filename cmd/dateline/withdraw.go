package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// withdrawCommand takes an article back.
type withdrawCommand struct {
	client
	Article string `arg:"" name:"id|url" help:"The article's id (32 hex digits), or its address."`
	Reason  string `help:"Why, for those who read the raw items." env:"-" placeholder:"TEXT"`
}

// Run is called by kong.
func (c *withdrawCommand) Run(ctx context.Context, t terminal) error {
	id, err := articleID(c.Article)
	if err != nil {
		return boot.ConfigError(err)
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	stream := b.Root().Stream(schema.StreamArticles)
	data, _, err := b.LastOf(ctx, stream, fmt.Sprintf("%s.article.*.*.%s", b.Root(), id))
	if err != nil {
		return err
	}
	if data == nil {
		return fmt.Errorf("article %s: not in %s: it was not seen, or is older than that keeps", id, stream)
	}
	var a schema.Article
	if err := json.Unmarshal(data, &a); err != nil {
		return fmt.Errorf("article %s: %w", id, err)
	}
	if a.Event == schema.EventWithdrawn {
		fmt.Fprintf(t.Err, "article %s is withdrawn already\n", id)
		return nil
	}
	m, err := withdrawal(b.Root(), a, c.Reason, time.Now().UTC())
	if err != nil {
		return err
	}
	if _, err := b.Publish(ctx, m); err != nil {
		return err
	}
	fmt.Fprintf(t.Err, "article %s, %s, is on its way to be withdrawn as revision %d\n", id, render.Safe(a.Headline), a.Revision+1)
	return nil
}

// tombstone is an element deleted-entry (RFC 6721).
type tombstone struct {
	XMLName xml.Name `xml:"http://purl.org/atompub/tombstones/1.0 deleted-entry"`
	Ref     string   `xml:"ref,attr"`
	When    string   `xml:"when,attr"`
	Comment string   `xml:"http://purl.org/atompub/tombstones/1.0 comment,omitempty"`
}

// withdrawal is the item that takes an article back, as the feed it belongs to
// would, later than anything that is stored of it.
func withdrawal(root schema.Root, a schema.Article, reason string, now time.Time) (bus.Message, error) {
	if !now.After(a.Provenance.FetchedAt) {
		now = a.Provenance.FetchedAt.Add(1)
	}
	var document bytes.Buffer
	stone := tombstone{Ref: "urn:dateline:article:" + a.ID, When: now.Format(time.RFC3339), Comment: reason}
	if err := xml.NewEncoder(&document).Encode(stone); err != nil {
		return bus.Message{}, fmt.Errorf("withdraw %s: %w", a.ID, err)
	}
	item := schema.Item{
		ID: a.ID, Feed: schema.FeedRef{ID: a.Source.FeedID, URL: a.Source.FeedURL},
		Fetch:      schema.Fetch{URL: a.Source.FeedURL, FetchedAt: now},
		RegionHash: schema.RegionHash(document.Bytes()), Format: schema.FormatTombstone, Document: document.String(),
	}
	if a.Source.Host != "" {
		item.Given = &schema.Given{Host: a.Source.Host}
	}
	data, err := bus.Encode(item)
	return bus.Message{
		Subject: root.Item(a.Source.Token), Data: data, Type: schema.TypeItemFound, Schema: "item", About: a.ID, Dedup: true,
		ID: "withdraw:" + schema.RevisionID(a.ID, a.Revision+1), Time: now,
	}, err
}
