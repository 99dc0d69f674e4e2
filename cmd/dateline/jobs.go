package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// jobsCommand is the commands on jobs, which the services take further.
type jobsCommand struct {
	Ls     jobsLs     `cmd:"" help:"List the jobs, the last that did something first."`
	Show   jobsShow   `cmd:"" help:"Show all that is known of a job."`
	Watch  jobsWatch  `cmd:"" help:"Show how far a job is, until it has ended."`
	Pause  jobsPause  `cmd:"" help:"Let jobs wait."`
	Resume jobsResume `cmd:"" help:"Let paused jobs go on."`
	Cancel jobsCancel `cmd:"" help:"Stop jobs; what they have done stays."`
	Rm     jobsRm     `cmd:"" help:"Remove jobs that have ended, with all that they have put on subjects of their own."`
}

// withJobs calls act with the jobs of the pipeline.
func (c client) withJobs(ctx context.Context, t terminal, act func(*bus.Bus, jobs.Store) error) error {
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	store, err := jobs.Open(ctx, b)
	if err != nil {
		return err
	}
	return act(b, store)
}

// jobsLs lists the jobs.
type jobsLs struct {
	client
	output
}

// Run is called by kong.
func (c *jobsLs) Run(ctx context.Context, t terminal) error {
	return c.withJobs(ctx, t, func(_ *bus.Bus, store jobs.Store) error {
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
	rows.row("ID", "KIND", "STATE", "DONE", "CHANGED", "OF")
	for _, job := range list {
		rows.row(job.ID, job.Kind, job.State, jobDone(job), cmp.Or(ago(job.Updated, now), "-"), cutTo(jobOf(job), maxName))
	}
	return rows.flush()
}

// jobDone is how far a job is, in a few words.
func jobDone(job schema.Job) string {
	switch p := job.Progress; {
	case job.Walk != nil:
		return documents(job.Walk.Documents)
	case p == nil:
		return "-"
	case p.Live > 0:
		return fmt.Sprintf("%d, %d live", p.Done, p.Live)
	default:
		return fmt.Sprintf("%d of %d", p.Done, p.Total)
	}
}

// jobOf is what a job works on.
func jobOf(job schema.Job) string {
	switch {
	case job.Stretch != nil && job.Backfill != nil:
		return fmt.Sprintf("%s of %s, %s", job.Backfill.Stage, job.Stretch.Stream, job.Backfill.Into)
	case job.Stretch != nil && job.Replay != nil:
		return job.Stretch.Stream + " to " + job.Replay.To
	default:
		return strings.TrimPrefix(job.URL, "https://")
	}
}

// jobsShow shows a job.
type jobsShow struct {
	client
	output
	Job string `arg:"" name:"id" help:"The job's id."`
}

// Run is called by kong.
func (c *jobsShow) Run(ctx context.Context, t terminal) error {
	return c.withJobs(ctx, t, func(_ *bus.Bus, store jobs.Store) error {
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
	lines = append(lines, stretchLines(job)...)
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

// stretchLines are the lines of a replay or backfill.
func stretchLines(job schema.Job) (lines [][2]string) {
	if s := job.Stretch; s != nil {
		lines = append(lines, [][2]string{
			{"stream", s.Stream}, {"subject", s.Filter}, {"since", date(s.Since)}, {"until", date(s.Until)},
			{"sequences", fmt.Sprintf("%d to %d", s.First, s.Last)}, {"rate", number(s.Rate, "/s")},
		}...)
	}
	if r := job.Replay; r != nil {
		lines = append(lines, [][2]string{{"to", r.To}, {"format", r.Format}, {"pace", number(r.Pace, " times")}}...)
		if r.Follow {
			lines = append(lines, [2]string{"follow", "yes"})
		}
	}
	if f := job.Backfill; f != nil {
		lines = append(lines, [][2]string{{"stage", f.Stage}, {"into", string(f.Into)}, {"from", f.From}}...)
		if f.Fed != nil {
			lines = append(lines, [2]string{"handed over", fmt.Sprintf("%d of %d", f.Fed.Done, f.Fed.Total)})
		}
	}
	if p := job.Progress; p != nil {
		lines = append(lines, [2]string{"progress", progressLine(*p)})
	}
	return lines
}

// number is a number with its unit, empty for 0.
func number(n float64, unit string) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatFloat(n, 'g', -1, 64) + unit
}
