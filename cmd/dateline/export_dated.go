package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/internal/folder"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// flushEvery is after how many articles the manifest is written.
const flushEvery = 5000

// dated writes the newest revision of each article to a folder.
func (c *exportCommand) dated(ctx context.Context, t terminal, b *bus.Bus, filter string) error {
	to, err := folder.Open(c.To)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	defer func() { _ = to.Close() }() // Flush has written all
	e := exporter{to: to, terminal: t, whole: c.Since.IsZero() && c.Until.IsZero()}
	if err := e.begin(ctx, b, c.Subject); err != nil {
		return err
	}
	stretch := schema.Stretch{Stream: schema.StreamArticles, Filter: filter, Since: c.Since.Time, Until: c.Until.Time}
	if e.whole {
		stretch.First = e.state.Last + 1
	}
	stretch, total, err := b.Stretch(ctx, stretch)
	if err != nil {
		return err
	}
	show := newProgress(t, false)
	options := replay.Options{Last: stretch.Last, Report: show.update}
	_, err = replay.Run(ctx, replay.Stream{Bus: b, Stretch: stretch}, replay.Func(e.add), options, schema.Progress{Total: total, Sequence: stretch.First - 1})
	show.clear()
	if err := errors.Join(err, e.flush()); err != nil {
		return fmt.Errorf("export, with %d articles read: %w", e.read, err)
	}
	fmt.Fprintf(t.Err, "revisions read: %d; articles in %s: %d\n", e.read, render.Safe(c.To), to.Len())
	if e.refused > 0 {
		return fmt.Errorf("%w: %d", errUnprintable, e.refused)
	}
	return nil
}

// exported is what a folder holds all of: the articles on a filter of one stream
// up to a sequence.
type exported struct {
	Created time.Time `json:"created"` // the stream
	Subject string    `json:"subject,omitempty"`
	Last    uint64    `json:"last"`
}

// exporter puts articles into a folder.
type exporter struct {
	to       *folder.Folder
	terminal terminal
	// whole says that the folder is to hold all articles of state, which then says
	// how far it does. A stretch of them adds to a folder, and says nothing.
	whole bool
	state exported

	read, refused, flushed int
}

// begin finds out where to go on: from the beginning, unless the folder holds the
// same articles of the same stream already.
func (e *exporter) begin(ctx context.Context, b *bus.Bus, subject string) error {
	name := b.Root().Stream(schema.StreamArticles)
	stream, err := b.JetStream().Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	now := exported{Created: stream.CachedInfo().Created.UTC(), Subject: subject}
	if before := (exported{}); e.to.State(&before) && before.Created.Equal(now.Created) && before.Subject == subject {
		now.Last = before.Last
	}
	e.state = now
	return nil
}

// flush writes the manifest, and how far the folder is.
func (e *exporter) flush() error {
	e.flushed = e.read
	if err := e.to.Flush(); err != nil || !e.whole {
		return err
	}
	return e.to.SetState(e.state)
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
		e.state.Last = d.Sequence
	}
	if e.read-e.flushed < flushEvery {
		return nil
	}
	return e.flush()
}
