package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/status"
)

// statusCommand shows what the pipeline holds and how far it is.
type statusCommand struct {
	client
	output
}

// Run is called by kong.
func (c *statusCommand) Run(ctx context.Context, t terminal) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
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
	rows := newTable(t.Out)
	rows.row("STREAM", "MESSAGES", "BYTES", "LIMIT", "FULL", "FIRST", "LAST")
	for _, stream := range s.Streams {
		limit, full := "-", "-"
		if stream.Limit > 0 {
			limit = byteSize(stream.Limit).String()
			full = fmt.Sprintf("%.0f%%", 100*float64(stream.Bytes)/float64(stream.Limit))
		}
		rows.row(stream.Name, stream.Messages, byteSize(stream.Bytes), limit, full, date(stream.First), date(stream.Last))
	}
	if err := rows.flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.Out)
	rows = newTable(t.Out)
	rows.row("CONSUMER", "STREAM", "PENDING", "IN HAND", "REDELIVERED")
	for _, consumer := range s.Consumers {
		rows.row(consumer.Name, consumer.Stream, consumer.Pending, consumer.Unacked, consumer.Redelivered)
	}
	if err := rows.flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.Out)
	rows = newTable(t.Out)
	rows.row("feeds", counts(s.Feeds))
	rows.row("dead letters", counts(s.Dead))
	if s.Paused != nil {
		rows.row("fetching", "paused since "+date(s.Paused.At)+": "+render.Safe(s.Paused.Detail))
	}
	return rows.flush()
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
