package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/internal/deadletter"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// deadCommand is the commands on the dead letters.
type deadCommand struct {
	Ls    deadLs    `cmd:"" help:"List the dead letters, oldest first."`
	Show  deadShow  `cmd:"" help:"Print a dead letter: its headers and its data."`
	Retry deadRetry `cmd:"" help:"Send dead letters through their stage again."`
	Drop  deadDrop  `cmd:"" help:"Delete dead letters for good."`
}

// deadFilter says which dead letters are meant.
type deadFilter struct {
	Stage  string  `help:"Only those that this stage set aside." env:"-" placeholder:"STAGE"`
	Source string  `help:"Only those of this publication, such as example_org." env:"-" placeholder:"SOURCE"`
	Reason string  `help:"Only those whose reason has this text in it, in whatever case." env:"-" placeholder:"TEXT"`
	Since  instant `help:"Only those set aside since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time." env:"-" placeholder:"TIME"`
}

func (f deadFilter) filter() deadletter.Filter {
	return deadletter.Filter{Stage: f.Stage, Source: f.Source, Reason: f.Reason, Since: f.Since.Time}
}

// deadLs lists dead letters.
type deadLs struct {
	client
	output
	deadFilter
}

// Run is called by kong.
func (c *deadLs) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	rows, n := newTable(t.Out), 0
	for l, err := range deadletter.Read(ctx, b, c.filter()) {
		if err != nil {
			return err
		}
		if c.json() {
			if err := printJSON(t.Out, l); err != nil {
				return err
			}
			continue
		}
		if n++; n == 1 {
			rows.row("SEQ", "TIME", "STAGE", "SOURCE", "TRIES", "BYTES", "REASON")
		}
		rows.row(l.Sequence, date(l.Time), l.Stage, l.Source, l.Attempts, l.Bytes, l.Reason)
	}
	if n == 0 && !c.json() {
		fmt.Fprintln(t.Err, "no dead letters")
	}
	return rows.flush()
}

// deadShow prints a dead letter.
type deadShow struct {
	client
	Seq uint64 `arg:"" help:"Its number in the list."`
}

// maxShown bounds what is shown of a letter once it is uncompressed.
const maxShown = 64 << 20

// Run is called by kong.
func (c *deadShow) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	l, err := deadletter.Get(ctx, b, c.Seq)
	if err != nil {
		return err
	}
	data, whole, err := l.Content(maxShown)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(l.Header)) {
		if !strings.HasPrefix(strings.ToLower(name), "nats-") {
			fmt.Fprintf(t.Out, "%s: %s\n", render.Safe(name), render.Safe(l.Header.Get(name)))
		}
	}
	fmt.Fprintln(t.Out)
	if err := printData(t.Out, data, boot.IsTerminal(t.Out)); err != nil {
		return err
	}
	if !whole {
		fmt.Fprintln(t.Err, "dateline: that is the beginning; the rest was cut")
	}
	return nil
}

// printData prints the bytes of a message as they are, but on a terminal so
// that they cannot steer it.
func printData(w io.Writer, data []byte, onTerminal bool) error {
	switch {
	case !onTerminal:
		if _, err := w.Write(append(data, '\n')); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	case json.Valid(data):
		return printJSON(w, json.RawMessage(data))
	default:
		for line := range strings.Lines(string(data)) {
			fmt.Fprintln(w, render.Safe(line))
		}
	}
	return nil
}
