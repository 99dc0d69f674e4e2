package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// backfillStage runs a stage again over history. What it says is of this job
// alone, so it is not read from the environment.
type backfillStage struct {
	client
	output
	stretchFlags
	From string      `help:"Where from, in place of the server's streams: the folder or bucket of an archive that dateline archive or export --format jsonl has made. This command reads it, and stays until the end." env:"-" placeholder:"DIR|s3://BUCKET/PREFIX"`
	Into schema.Into `help:"Where the output goes: shadow, subjects of the job's own, for dateline diff; or live, the subjects of the stage." default:"shadow" enum:"shadow,live" env:"-"`
	Rate messageRate `help:"Most messages a second, of all workers together, such as 100/s. Otherwise as fast as what is live leaves room." env:"-" placeholder:"N/s"`
	Job  string      `help:"Name of this job. Default: made from the time." env:"-" placeholder:"NAME"`
	Wait bool        `help:"Wait for the end, and show how far it is." default:"true" negatable:"" env:"-"`
}

// messageRate is a rate without a pace.
type messageRate struct{ replayRate }

// UnmarshalText reads a rate.
func (r *messageRate) UnmarshalText(text []byte) error {
	if err := r.replayRate.UnmarshalText(text); err != nil || r.pace > 0 {
		return fmt.Errorf("got %q, want messages a second, such as 100/s", text)
	}
	return nil
}

// backfillNormalizer normalizes items again.
type backfillNormalizer struct{ backfillStage }

// Run is called by kong.
func (c *backfillNormalizer) Run(ctx context.Context, t terminal) error {
	return c.run(ctx, t, normalizer.Stage, kinds[render.KindItems])
}

// backfillEnricher enriches articles again.
type backfillEnricher struct{ backfillStage }

// Run is called by kong.
func (c *backfillEnricher) Run(ctx context.Context, t terminal) error {
	return c.run(ctx, t, enricher.Stage, kinds[render.KindArticles])
}

// errBackfill says that a backfill that was waited for did not come to its end.
var errBackfill = errors.New("the backfill has not come to its end")

func (c *backfillStage) run(ctx context.Context, t terminal, stage string, k kind) error {
	stretch, err := c.stretch(k, c.Root)
	if err != nil {
		return err
	}
	if c.Job == "" {
		c.Job = newJobID("backfill")
	}
	if err := checkJobID(c.Job); err != nil {
		return err
	}
	if c.From != "" && !c.Wait {
		return boot.ConfigError(errors.New("--no-wait: with --from this command reads the archive, and has to stay"))
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	store, err := jobs.Open(ctx, b)
	if err != nil {
		return err
	}
	stretch.Rate = c.Rate.perSecond
	o := backfill.Options{Job: c.Job, Stage: stage, Stretch: stretch, Into: c.Into}
	if c.From != "" {
		return c.fromArchive(ctx, t, b, store, o)
	}
	job, err := backfill.Begin(ctx, b, o)
	if errors.Is(err, jobs.ErrExists) {
		return boot.ConfigError(fmt.Errorf("--job: %w", err))
	}
	if err != nil {
		return err
	}
	c.tell(t, job, "begins")
	if c.Wait && !job.State.Ended() {
		if job, err = followJob(ctx, t, store, job, func(job schema.Job) bool { return job.State.Active() }); err != nil {
			return err
		}
	}
	return c.print(t, job)
}

// tell says that a job begins, or goes on.
func (c *backfillStage) tell(t terminal, job schema.Job, begins string) {
	fmt.Fprintf(t.Err, "%s %s, over %d messages; to stop it: dateline jobs cancel %s\n", job.ID, begins, job.Progress.Total, job.ID)
}

// print prints what has become of the job. One that failed is an error.
func (c *backfillStage) print(t terminal, job schema.Job) error {
	if c.json() {
		if err := printJSON(t.Out, job); err != nil {
			return err
		}
	} else if c.Wait {
		fmt.Fprintln(t.Out, jobLine(job))
	}
	switch {
	case job.State == schema.JobFailed:
		return fmt.Errorf("%w: %s: %s", errBackfill, job.Error, render.Safe(job.Detail))
	case job.State == schema.JobCancelled || job.State == schema.JobPaused:
		return fmt.Errorf("%w: it is %s", errBackfill, job.State)
	case job.State == schema.JobDone && job.Backfill.Into == schema.IntoShadow && job.Progress.Total > 0:
		fmt.Fprintf(t.Err, "to compare it with what is live: dateline diff %s\n", job.ID)
	}
	return nil
}
