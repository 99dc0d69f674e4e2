package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/internal/deadletter"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// deadCommand is the commands on the dead letters.
type deadCommand struct {
	Ls    deadLs    `cmd:"" help:"List the dead letters, oldest first."`
	Show  deadShow  `cmd:"" help:"Print a dead letter: its headers and its data."`
	Retry deadRetry `cmd:"" help:"Send dead letters through their stage again."`
}

// deadLs lists dead letters.
type deadLs struct {
	client
	output
	Stage  string  `help:"Only those that this stage set aside." env:"-" placeholder:"STAGE"`
	Source string  `help:"Only those of this publication, such as example_org." env:"-" placeholder:"SOURCE"`
	Since  instant `help:"Only those set aside since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time." placeholder:"TIME"`
}

// Run is called by kong.
func (c *deadLs) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	rows, n := newTable(t.Out), 0
	for l, err := range deadletter.Read(ctx, b, deadletter.Filter{Stage: c.Stage, Source: c.Source, Since: c.Since.Time}) {
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

// deadRetry sends dead letters through their stage again.
type deadRetry struct {
	client
	Seqs  []uint64 `arg:"" optional:"" name:"seq" help:"Their numbers in the list."`
	All   bool     `help:"Try all that can be; the others are counted." env:"-"`
	Stage string   `help:"With --all: only those of this stage." env:"-" placeholder:"STAGE"`
}

// Run is called by kong.
func (c *deadRetry) Run(ctx context.Context, t terminal) error {
	if c.All != (len(c.Seqs) == 0) || c.Stage != "" && !c.All {
		return boot.ConfigError(errors.New("dead retry: want the numbers of dead letters, or --all, which may have --stage"))
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	var n retries
	if c.All {
		err = c.all(ctx, b, &n)
	} else {
		err = c.named(ctx, t, b, &n)
	}
	fmt.Fprintln(t.Err, n)
	if err == nil && !c.All && n.retried < len(c.Seqs) {
		return errors.New("not all of them were retried")
	}
	return err
}

// all retries every letter that is there now.
func (c *deadRetry) all(ctx context.Context, b *bus.Bus, n *retries) error {
	for l, err := range deadletter.Read(ctx, b, deadletter.Filter{Stage: c.Stage}) {
		if err != nil {
			return err
		}
		if err := n.count(deadletter.Retry(ctx, b, l)); err != nil {
			return err
		}
	}
	return nil
}

// named retries the letters of the arguments, and says of each that is not
// retried why.
func (c *deadRetry) named(ctx context.Context, t terminal, b *bus.Bus, n *retries) error {
	for _, seq := range c.Seqs {
		l, why := deadletter.Get(ctx, b, seq)
		if why == nil {
			why = deadletter.Retry(ctx, b, l)
		}
		if err := n.count(why); err != nil {
			return err
		}
		if why != nil {
			fmt.Fprintln(t.Err, "dateline:", why)
		}
	}
	return nil
}

// retries counts what became of letters.
type retries struct{ retried, superseded, not, missing int }

// count counts one; an error that ends the work is returned.
func (r *retries) count(err error) error {
	switch {
	case err == nil:
		r.retried++
	case errors.Is(err, deadletter.ErrSuperseded):
		r.superseded++
	case errors.Is(err, deadletter.ErrNotRetryable):
		r.not++
	case errors.Is(err, deadletter.ErrNotFound):
		r.missing++
	default:
		return err
	}
	return nil
}

// String is the counts in words, those that are 0 left out but for the first.
func (r retries) String() string {
	text := strconv.Itoa(r.retried) + " retried"
	for _, part := range []struct {
		n    int
		what string
	}{{r.superseded, "superseded"}, {r.not, "cannot be"}, {r.missing, "not found"}} {
		if part.n > 0 {
			text += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	return text
}
