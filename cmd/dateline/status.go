package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/status"
)

// statusCommand shows what the pipeline holds and how far it is.
type statusCommand struct {
	client
	output
	Watch watchEvery `help:"Show it again and again, with rates; --watch=10s for another time between than 2s." placeholder:"INTERVAL"`
}

// Run is called by kong.
func (c *statusCommand) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	if c.Watch > 0 {
		return c.watch(ctx, t, b)
	}
	s, err := status.Read(ctx, b)
	if err != nil {
		return err
	}
	if c.json() {
		return printJSON(t.Out, s)
	}
	return printStatus(t, s)
}

func printStatus(t terminal, s status.Status) error {
	fmt.Fprintln(t.Out, strings.Join(heading(s), "  ")) // without a line between, it all fits 24 rows
	rows := newTable(t.Out)
	rows.row("STREAM", "MESSAGES", "/S", "BYTES", "LIMIT", "FULL", "OLDEST", "NEWEST", "REPLICAS")
	for _, stream := range s.Streams {
		limit, full := "-", "-"
		if stream.Limit > 0 {
			limit = byteSize(stream.Limit).String()
			full = fmt.Sprintf("%.0f%%", 100*float64(stream.Bytes)/float64(stream.Limit))
		}
		rows.row(stream.Name, stream.Messages, perSecond(s, stream.PerSecond), byteSize(stream.Bytes), limit, full,
			since(stream.First, s.Time), since(stream.Last, s.Time), fmt.Sprintf("%d/%d", stream.Replicas-len(stream.Behind), stream.Replicas))
	}
	if err := rows.flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.Out)
	rows = newTable(t.Out)
	rows.row("CONSUMER", "STREAM", "LAG", "IN HAND", "AGAIN", "DONE/S", "ASKING")
	for _, c := range s.Consumers {
		rows.row(c.Name, c.Stream, c.Pending, c.Unacked, c.Redelivered, perSecond(s, c.PerSecond), c.Waiting)
	}
	if err := rows.flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.Out)
	rows = newTable(t.Out)
	rows.row("feeds", counts(s.Feeds))
	rows.row("dead letters", counts(s.Dead))
	rows.row("jobs", counts(s.Jobs))
	if behind := behind(s.Streams); behind != "" {
		rows.row("replicas", behind)
	}
	if s.Paused != nil {
		rows.row("fetching", "paused since "+date(s.Paused.At)+": "+render.Safe(s.Paused.Detail))
	}
	return rows.flush()
}

// heading names the server, in parts.
func heading(s status.Status) []string {
	parts := []string{s.Server, "nats-server " + render.Safe(s.NATS.Version)}
	if s.NATS.Cluster != "" {
		parts = append(parts, render.Safe(s.NATS.Name+" of "+s.NATS.Cluster))
	}
	return append(parts, "root "+s.Root, date(s.Time))
}

// perSecond is a rate, a dash when nothing is known of rates.
func perSecond(s status.Status, rate float64) string {
	switch {
	case s.Interval == 0:
		return "-"
	case rate > 0 && rate < 10:
		return fmt.Sprintf("%.1f", rate)
	default:
		return fmt.Sprintf("%.0f", rate)
	}
}

// since is how long ago something was.
func since(at, now time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return cmp.Or(rough(now.Sub(at)), "now")
}

// behind names the servers of a cluster that lack messages, or are not there.
func behind(streams []status.Stream) string {
	var parts []string
	for _, s := range streams {
		for _, r := range s.Behind {
			what := fmt.Sprintf("%d behind", r.Lag)
			if r.Offline {
				what = "offline"
			}
			parts = append(parts, fmt.Sprintf("%s on %s %s", s.Name, r.Name, what))
		}
	}
	return strings.Join(parts, ", ")
}

// counts are numbers with their names, in the order of those.
func counts[N int | uint64](numbers map[string]N) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		parts = append(parts, fmt.Sprintf("%d %s", numbers[name], name))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}
