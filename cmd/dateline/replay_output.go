package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// replayOutput is where a replay goes.
type replayOutput struct {
	replay.Output
	// where is said of what was delivered, last is the last sequence of the stream
	// that keeps it.
	where string
	last  uint64
	// skipped is how many messages could not be printed.
	skipped func() int
	close   func() error
}

// output opens what --to names.
func (c *replayCommand) output(ctx context.Context, t terminal, b *bus.Bus, target replay.Target) (replayOutput, error) {
	switch {
	case c.To == toStdout:
		return c.toPrinter(t)
	case c.toSubject():
		return c.toTarget(ctx, b, target)
	default:
		return c.toFolder(t)
	}
}

// toPrinter prints on stdout.
func (c *replayCommand) toPrinter(t terminal) (replayOutput, error) {
	p, err := newPrinter(t, c.Format)
	if err != nil {
		return replayOutput{}, err
	}
	out := bufio.NewWriterSize(p.out.Writer, 1<<16)
	p.out.Writer = out
	return replayOutput{
		Output: printing{printer: p, command: c, out: out},
		where:  "printed", skipped: func() int { return p.skipped },
		close: func() error { p.end(); return nil },
	}, nil
}

// printing is an output that prints window by window, and tells when it has caught
// up.
type printing struct {
	replay.Func
	printer *printer
	command *replayCommand
	out     *bufio.Writer
}

// Deliver implements replay.Output.
func (p printing) Deliver(_ context.Context, window []bus.Delivery) error {
	for _, d := range window {
		if err := p.printer.message(p.command.Kind, d); err != nil {
			return err
		}
	}
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// End implements replay.Output.
func (p printing) End(_ context.Context, count uint64) error {
	if p.command.Follow {
		fmt.Fprintf(p.printer.terminal.Err, "%d %s printed; what comes now is live\n", count, noun(p.command.Kind, count))
	}
	return nil
}

// toTarget publishes on a subject.
func (c *replayCommand) toTarget(ctx context.Context, b *bus.Bus, target replay.Target) (replayOutput, error) {
	target, err := target.Find(ctx, b.JetStream())
	if err != nil {
		return replayOutput{}, boot.ConfigError(fmt.Errorf("--to: %w", err))
	}
	where := fmt.Sprintf("published as %s on %s, which stream %s keeps", c.Job, target, target.Stream())
	if target.Stream() == "" {
		where = fmt.Sprintf("sent as %s on %s, which no stream keeps", c.Job, target)
	}
	return replayOutput{
		Output: replay.NewPublisher(b, c.Job, target), where: where, last: target.Last(),
		skipped: func() int { return 0 }, close: func() error { return nil },
	}, nil
}

// toFolder writes files.
func (c *replayCommand) toFolder(t terminal) (replayOutput, error) {
	skipped := 0
	suffix := ".txt"
	if c.Format == render.FormatJSON || c.Format == render.FormatNinjs {
		suffix = ".jsonl"
	}
	f, err := replay.NewFolder(c.To, c.Kind, suffix, c.Job, func(w io.Writer, more bool) (replay.Encoder, error) {
		out := &failing{Writer: w}
		p, err := render.New(c.Format, out, render.Options{Continues: more})
		return encoding{p, out, c.Kind, t, &skipped}, err
	})
	if err != nil {
		return replayOutput{}, fmt.Errorf("--to: %w", err)
	}
	return replayOutput{
		Output: f, where: fmt.Sprintf("written as %s to %s", c.Job, render.Safe(filepath.Clean(c.To))),
		skipped: func() int { return skipped }, close: f.Close,
	}, nil
}

// encoding is an Encoder of a format.
type encoding struct {
	*render.Printer
	out      *failing
	kind     string
	terminal terminal
	skipped  *int
}

// Message implements replay.Encoder.
func (e encoding) Message(d bus.Delivery) error {
	err := e.Print(e.kind, d.Subject, d.Data)
	if e.out.err != nil {
		return e.out.err
	}
	if err != nil {
		*e.skipped++
		fmt.Fprintf(e.terminal.Err, "dateline: message %d of %s cannot be printed: %s\n", d.Sequence, d.Stream, render.Safe(err.Error()))
	}
	return nil
}
