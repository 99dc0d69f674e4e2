package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// archiveCommand is a worker that archives streams.
type archiveCommand struct {
	boot.Service[archiveConfig] `embed:""`
}

// archiveConfig are the worker's own settings.
type archiveConfig struct {
	To       string        `required:"" help:"Where to: a folder, which is made when it is not there, or s3://BUCKET/PREFIX." placeholder:"DIR|s3://…"`
	Streams  []string      `help:"What to archive: items, articles, enriched, mentions, dead, ops, stories." default:"items,articles,enriched"`
	Roll     time.Duration `help:"A file is closed, and durable, when it is so old." default:"15m"`
	RollSize byteSize      `help:"A file is closed when it holds so much, before it is compressed." default:"256MiB" placeholder:"SIZE"`
	Consumer string        `help:"Name of the durable consumers that show how far the archive is: another one for each archive." default:"archiver" placeholder:"NAME"`
	Check    bool          `help:"Read the archive, compare every file with its hash, and end." env:"-"`
	Forget   bool          `help:"Remove the consumers of an archive that is not to go on, and end." env:"-"`
}

// Validate says which setting is wrong.
func (c archiveConfig) Validate() error {
	for _, name := range c.Streams {
		if kinds[name].stream == "" {
			return fmt.Errorf("--streams: %q is none", name)
		}
	}
	switch {
	case len(c.Streams) == 0:
		return errors.New("--streams: want one or more")
	case c.Roll < time.Second:
		return errors.New("--roll: want a second or more")
	case c.RollSize < 1<<20:
		return errors.New("--roll-size: want 1MiB or more")
	case schema.Token(c.Consumer) != c.Consumer || c.Consumer == schema.Unknown:
		return fmt.Errorf("--consumer: got %q, want a-z, 0-9, - and _, at most 64", c.Consumer)
	case c.Check && c.Forget:
		return errors.New("--check and --forget: want one of them")
	}
	return nil
}

// options are what the settings say.
func (c archiveConfig) options() archive.WorkOptions {
	o := archive.WorkOptions{Consumer: c.Consumer, PartAge: c.Roll, PartBytes: int64(c.RollSize)}
	for _, name := range c.Streams {
		o.Streams = append(o.Streams, kinds[name].stream)
	}
	return o
}

// Run is called by kong.
func (c *archiveCommand) Run(ctx context.Context, t terminal) error {
	if err := c.Own.Validate(); err != nil {
		return boot.ConfigError(err)
	}
	if c.Own.Check {
		return c.Own.check(ctx, t)
	}
	return c.Service.Run(ctx, "archiver", t.Err, func(ctx context.Context, b *bus.Bus, own archiveConfig) error {
		if own.Forget {
			return archive.Forget(ctx, b, own.options())
		}
		to, err := store.Open(ctx, own.To, store.Write)
		if err != nil {
			return fmt.Errorf("--to: %w", err)
		}
		defer func() { _ = to.Close() }() // what was committed is there
		return archive.Work(ctx, b, to, own.options())
	})
}

// errDamaged says that an archive is not as it was written.
var errDamaged = errors.New("the archive is damaged: wrong files")

// check reads an archive, and tells of each stream what it holds.
func (c archiveConfig) check(ctx context.Context, t terminal) error {
	from, err := store.Open(ctx, c.To, store.Read)
	if err != nil {
		return fmt.Errorf("--to: %w", err)
	}
	defer func() { _ = from.Close() }() // it was only read
	r := archive.NewReader(from)
	wrong := 0
	table := newTable(t.Out)
	table.row("STREAM", "MESSAGES", "LAST", "MISSING")
	for _, name := range c.Streams {
		stream := kinds[name].stream
		for err := range r.Check(ctx, stream) {
			wrong++
			fmt.Fprintln(t.Err, "dateline:", render.Safe(err.Error()))
		}
		held, err := r.Held(ctx, stream)
		if errors.Is(err, archive.ErrNoStream) {
			continue
		}
		if err != nil {
			return err
		}
		table.row(name, held.Messages, held.Last, held.Missing)
	}
	if err := table.flush(); err != nil {
		return err
	}
	if wrong > 0 {
		return fmt.Errorf("%w: %d", errDamaged, wrong)
	}
	return nil
}
