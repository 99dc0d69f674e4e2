package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/internal/diff"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// diffCommand compares a backfill with what is live.
type diffCommand struct {
	client
	output
	Job      string `arg:"" name:"job" help:"Id of a backfill into shadow."`
	Examples int    `help:"Articles of each kind to show." default:"5" placeholder:"N" env:"-"`
}

// diffEntities is how many entities are named that were gained, and lost.
const diffEntities = 20

// Run is called by kong.
func (c *diffCommand) Run(ctx context.Context, t terminal) error {
	if c.Examples < 0 {
		return boot.ConfigError(fmt.Errorf("--examples: got %d, want at least 0", c.Examples))
	}
	return c.withJobs(ctx, t, func(b *bus.Bus, store jobs.Store) error {
		job, err := store.Get(ctx, c.Job)
		if err != nil {
			return fmt.Errorf("%w; see: dateline jobs ls", err)
		}
		report, err := diff.Compare(ctx, b, job, diff.Options{Examples: c.Examples, Entities: diffEntities})
		if errors.Is(err, diff.ErrNoShadow) {
			return boot.ConfigError(err)
		}
		if err != nil {
			return err
		}
		if job.State != schema.JobDone {
			fmt.Fprintf(t.Err, "%s is %s: what it has not made yet counts as only live\n", job.ID, job.State)
		}
		if c.json() {
			return printJSON(t.Out, report)
		}
		return printReport(t, report)
	})
}

// printReport prints how many articles differ, in what, and examples.
func printReport(t terminal, r diff.Report) error {
	rows := newTable(t.Out)
	rows.row("same", r.Same)
	rows.row("changed", r.Changed)
	rows.row("only in the shadow", r.OnlyShadow)
	rows.row("only live", r.OnlyLive)
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		rows.row("changed "+name, r.Fields[name])
	}
	rows.row("entities gained", r.GainedAll, named(r.Gained))
	rows.row("entities lost", r.LostAll, named(r.Lost))
	if err := rows.flush(); err != nil {
		return err
	}
	for _, e := range r.Examples {
		fmt.Fprintf(t.Out, "\n%s %s %s\n", e.Kind, e.ID, render.Safe(e.Headline))
		for _, f := range e.Fields {
			fmt.Fprintf(t.Out, "  %s\n    live    %s\n    shadow  %s\n", render.Safe(f.Name), render.Safe(f.Live), render.Safe(f.Shadow))
		}
		for _, line := range []struct {
			what  string
			names []string
		}{{"gained", e.Gained}, {"lost", e.Lost}} {
			if len(line.names) > 0 {
				fmt.Fprintf(t.Out, "  %s: %s\n", line.what, render.Safe(strings.Join(line.names, ", ")))
			}
		}
	}
	return nil
}

// named are entities with how many articles each is of.
func named(entities []diff.Entity) string {
	names := make([]string, len(entities))
	for i, e := range entities {
		names[i] = fmt.Sprintf("%s %d", e.Name, e.Articles)
	}
	return strings.Join(names, ", ")
}
