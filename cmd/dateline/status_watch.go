package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// watchEvery is the time between two looks, 0 for one look. As a flag it may stand
// without a value.
type watchEvery time.Duration

const (
	defaultWatch = watchEvery(2 * time.Second)
	minWatch     = 100 * time.Millisecond
)

// IsBool tells kong that the value may be left out.
func (*watchEvery) IsBool() bool { return true }

// Decode reads the flag.
func (w *watchEvery) Decode(ctx *kong.DecodeContext) error {
	*w = defaultWatch
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	text := fmt.Sprint(ctx.Scan.Pop().Value)
	switch text {
	case "true":
		return nil
	case "", "false":
		*w = 0
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < minWatch {
		return fmt.Errorf("got %q, want a time such as 2s, at least %s", text, minWatch)
	}
	*w = watchEvery(d)
	return nil
}

// watch shows the status until ctx ends: on a terminal in its place, elsewhere one
// after the other. What goes wrong after the first time is shown and tried again.
func (c *statusCommand) watch(ctx context.Context, t terminal, b *bus.Bus) (err error) {
	show := c.plain
	if boot.IsTerminal(t.Out) && !c.json() {
		display := openDisplay(t.Out)
		defer func() {
			display.close()
			if ctx.Err() != nil {
				err = nil
			}
		}()
		show = display.show
	}
	var w status.Watch
	ticker := time.NewTicker(time.Duration(c.Watch))
	defer ticker.Stop()
	for first := true; ; first = false {
		s, err := w.Next(ctx, b)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && first:
			return err
		}
		if err := show(t, s, err); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// plain prints the status, or why there is none, below the last.
func (c *statusCommand) plain(t terminal, s status.Status, failed error) error {
	switch {
	case failed != nil:
		fmt.Fprintln(t.Err, "dateline:", render.Safe(failed.Error()))
		return nil
	case c.json():
		return printJSON(t.Out, s)
	}
	if err := printStatus(t, s); err != nil {
		return err
	}
	_, err := fmt.Fprintln(t.Out)
	return err
}

// display is a terminal on which each status takes the place of the last. It draws
// on the second screen that terminals have, so that what was there before is there
// again, and writes over the last in one go, so that nothing flickers.
type display struct {
	w    io.Writer
	last string
}

const (
	// The second screen, no cursor, and long lines are cut.
	screenOpen  = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
	screenClose = "\x1b[?7h\x1b[?25h\x1b[?1049l"
)

func openDisplay(w io.Writer) *display {
	fmt.Fprint(w, screenOpen)
	return &display{w: w}
}

func (s *display) close() { fmt.Fprint(s.w, screenClose) }

// show draws a status. When there is none it says why, below the last.
func (s *display) show(_ terminal, now status.Status, failed error) error {
	text := s.last
	if failed == nil {
		var out bytes.Buffer
		if err := printStatus(terminal{Out: &out, Err: io.Discard}, now); err != nil {
			return err
		}
		s.last = strings.TrimRight(out.String(), "\n")
		text = s.last
	} else {
		text += "\n\n" + render.Safe(failed.Error())
	}
	var frame strings.Builder
	for i, line := range strings.Split(text, "\n") {
		// Each line has its place: what is below the last row does not move the rest.
		fmt.Fprintf(&frame, "\x1b[%d;1H%s\x1b[K", i+1, line)
	}
	frame.WriteString("\x1b[J")
	_, err := io.WriteString(s.w, frame.String())
	return err
}
