package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// jobsCommand is the commands on jobs, which the services take further.
type jobsCommand struct {
	Ls     jobsLs     `cmd:"" help:"List the jobs, the last that did something first."`
	Show   jobsShow   `cmd:"" help:"Show all that is known of a job."`
	Cancel jobsCancel `cmd:"" help:"Stop jobs; what they have done stays."`
}

// withJobs calls act with the jobs of the pipeline.
func (c client) withJobs(ctx context.Context, t terminal, act func(jobs.Store) error) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	store, err := jobs.Open(ctx, b)
	if err != nil {
		return err
	}
	return act(store)
}

// jobsLs lists the jobs.
type jobsLs struct {
	client
	output
}

// Run is called by kong.
func (c *jobsLs) Run(ctx context.Context, t terminal) error {
	return c.withJobs(ctx, t, func(store jobs.Store) error {
		list, err := store.List(ctx)
		if err != nil {
			return err
		}
		if !c.json() {
			return printJobs(t, list, time.Now())
		}
		for _, job := range list {
			if err := printJSON(t.Out, job); err != nil {
				return err
			}
		}
		return nil
	})
}

func printJobs(t terminal, list []schema.Job, now time.Time) error {
	if len(list) == 0 {
		fmt.Fprintln(t.Err, "no jobs; begin one: dateline backfill feed ADDRESS")
		return nil
	}
	rows := newTable(t.Out)
	rows.row("ID", "STATE", "DONE", "ITEMS", "CHANGED", "OF")
	for _, job := range list {
		done := "-"
		if job.Walk != nil {
			done = documents(job.Walk.Documents)
		}
		rows.row(job.ID, job.State, done, job.Counts["items-found"], cmp.Or(ago(job.Updated, now), "-"), cutTo(strings.TrimPrefix(job.URL, "https://"), maxName))
	}
	return rows.flush()
}

// jobsShow shows a job.
type jobsShow struct {
	client
	output
	Job string `arg:"" name:"id" help:"The job's id."`
}

// Run is called by kong.
func (c *jobsShow) Run(ctx context.Context, t terminal) error {
	return c.withJobs(ctx, t, func(store jobs.Store) error {
		job, err := store.Get(ctx, c.Job)
		if err != nil {
			return fmt.Errorf("%w; see: dateline jobs ls", err)
		}
		if c.json() {
			return printJSON(t.Out, job)
		}
		return printJob(t, job)
	})
}

// printJob prints what is known of a job, a line each.
func printJob(t terminal, job schema.Job) error {
	lines := [][2]string{
		{"id", job.ID}, {"kind", string(job.Kind)}, {"state", string(job.State)}, {"feed", job.FeedID}, {"address", job.URL},
		{"created", date(job.Created)}, {"changed", date(job.Updated)}, {"error", job.Error}, {"detail", job.Detail},
	}
	if w := job.Walk; w != nil {
		lines = append(lines, [][2]string{
			{"way", string(w.Way)}, {"documents", fmt.Sprint(w.Documents)}, {"next", w.Next},
			{"oldest item", date(w.Oldest)}, {"since", date(w.Since)}, {"host's turn", date(w.Turn)},
		}...)
	}
	for _, name := range slices.Sorted(maps.Keys(job.Counts)) {
		lines = append(lines, [2]string{name, fmt.Sprint(job.Counts[name])})
	}
	rows := newTable(t.Out)
	for _, line := range lines {
		if line[1] != "" {
			rows.row(line[0], line[1])
		}
	}
	return rows.flush()
}

// jobsCancel stops jobs.
type jobsCancel struct {
	client
	Jobs []string `arg:"" name:"id" help:"Ids of the jobs."`
}

// Run is called by kong.
func (c *jobsCancel) Run(ctx context.Context, t terminal) error {
	return c.withJobs(ctx, t, func(store jobs.Store) error {
		for i, id := range c.Jobs {
			if _, err := store.Cancel(ctx, id); err != nil {
				return fmt.Errorf("%w (%d cancelled before)", err, i)
			}
		}
		fmt.Fprintf(t.Err, "%d cancelled\n", len(c.Jobs))
		return nil
	})
}
