package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// replayCommand delivers a stretch of a stream again.
type replayCommand struct {
	client
	Kind    string    `arg:"" help:"What to deliver: items, articles or enriched." enum:"items,articles,enriched"`
	Since   instant   `help:"Begin with what was stored since then: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time. Otherwise with the oldest." placeholder:"TIME"`
	Until   instant   `help:"End before what was stored at that time. Otherwise with the newest." placeholder:"TIME"`
	Subject string    `help:"Only messages on subjects of this filter, such as news.enriched.en.>" placeholder:"FILTER"`
	To      string    `help:"Where to: stdout, or a subject; one that ends in .> gets the rest of each message's own subject, as news.replay.JOB.> does." default:"stdout" placeholder:"SUBJECT"`
	Format  string    `help:"Format on stdout: line, json, dated or ninjs." default:"json" enum:"line,json,dated,ninjs"`
	Rate    perSecond `help:"Most messages a second, such as 100/s. Otherwise as fast as it goes." placeholder:"N/s"`
	Job     string    `help:"Name of this replay, in the headers of what it publishes. A replay that is begun again under its name publishes only what is missing. Default: made from the time." placeholder:"NAME"`
}

// perSecond is a rate, 0 for none.
type perSecond float64

// UnmarshalText reads a rate.
func (r *perSecond) UnmarshalText(text []byte) error {
	n, err := strconv.ParseFloat(strings.TrimSuffix(string(text), "/s"), 64)
	if err != nil || !(n > 0) || math.IsInf(n, 0) {
		return fmt.Errorf("got %q, want messages a second, such as 100/s", text)
	}
	*r = perSecond(n)
	return nil
}

// errUnprintable says that not all of a replay could be printed.
var errUnprintable = errors.New("not all messages could be printed")

// Run is called by kong.
func (c *replayCommand) Run(ctx context.Context, t terminal) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	var target replay.Target
	if c.To != "stdout" {
		if target, err = replay.ParseTarget(c.Root, c.To); err != nil {
			return boot.ConfigError(fmt.Errorf("--to: %w", err))
		}
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	show := newProgress(t, c.To == "stdout")
	options.Progress = show.update
	defer show.clear()
	if c.To == "stdout" {
		return c.print(ctx, t, b, options, show)
	}
	return c.publish(ctx, t, b, options, show, target)
}

// options are what to replay, with the flags checked.
func (c *replayCommand) options() (replay.Options, error) {
	k := kinds[c.Kind]
	o := replay.Options{
		Read: bus.ReadOptions{Stream: k.stream, Since: c.Since.Time, Until: c.Until.Time},
		Rate: float64(c.Rate),
	}
	if c.Job == "" {
		c.Job = "replay-" + time.Now().UTC().Format("20060102-150405")
	}
	if token := schema.Token(c.Job); token != c.Job {
		return o, boot.ConfigError(fmt.Errorf("--job: got %q, want a-z, 0-9, - and _, at most 64", c.Job))
	}
	if !c.Until.IsZero() && c.Until.Before(c.Since.Time) {
		return o, boot.ConfigError(errors.New("--until: is before --since"))
	}
	if err := checkFormat(c.Kind, c.Format); err != nil {
		return o, err
	}
	var err error
	o.Read.Filters, err = k.filters(c.Root, c.Subject)
	return o, err
}

// print replays to stdout.
func (c *replayCommand) print(ctx context.Context, t terminal, b *bus.Bus, o replay.Options, show *progress) error {
	p, err := newPrinter(t, c.Format)
	if err != nil {
		return err
	}
	done, err := replay.Run(ctx, b, o, func(_ context.Context, window []bus.Delivery) error {
		for _, d := range window {
			if err := p.message(c.Kind, d); err != nil {
				return err
			}
		}
		return nil
	})
	p.end()
	if err := c.ended(t, show, done, err, "printed"); err != nil {
		return err
	}
	if p.skipped > 0 {
		return fmt.Errorf("%w: %d", errUnprintable, p.skipped)
	}
	return nil
}

// publish replays to a subject.
func (c *replayCommand) publish(ctx context.Context, t terminal, b *bus.Bus, o replay.Options, show *progress, target replay.Target) error {
	target, err := target.Find(ctx, b.JetStream())
	if err != nil {
		return boot.ConfigError(fmt.Errorf("--to: %w", err))
	}
	p := replay.Publisher{Bus: b, Job: c.Job, Target: target}
	done, err := replay.Run(ctx, b, o, p.Publish)
	if err == nil && done > 0 {
		err = p.End(ctx, done)
	}
	where := fmt.Sprintf("published as %s on %s, which stream %s keeps", c.Job, target, target.Stream())
	if target.Stream() == "" {
		where = fmt.Sprintf("sent as %s on %s, which no stream keeps", c.Job, target)
	}
	return c.ended(t, show, done, err, where)
}

// ended sums the replay up on stderr.
func (c *replayCommand) ended(t terminal, show *progress, done uint64, err error, what string) error {
	show.clear()
	took := show.elapsed().Round(time.Millisecond)
	switch {
	case errors.Is(err, context.Canceled) && c.To != "stdout":
		return fmt.Errorf("stopped, %d delivered; the same command with --job %s goes on", done, c.Job)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("stopped, %d delivered", done)
	case err != nil:
		return fmt.Errorf("replay, with %d delivered: %w", done, err)
	case done == 0:
		fmt.Fprintln(t.Err, "nothing to replay")
	default:
		fmt.Fprintf(t.Err, "%d %s %s, in %s\n", done, noun(c.Kind, done), what, took)
	}
	return nil
}

// noun is what a number of messages of a kind are called.
func noun(kind string, n uint64) string {
	if kind == render.KindEnriched {
		kind = "enriched articles"
	}
	if n == 1 {
		return strings.TrimSuffix(kind, "s")
	}
	return kind
}
