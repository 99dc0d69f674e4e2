package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// backfillCommand is the commands that get what came before the pipeline did, or
// before its services were as they are now.
type backfillCommand struct {
	Feed       backfillFeed       `cmd:"" help:"Walk back through the archives and pages of a feed; the fetchers do it."`
	Normalizer backfillNormalizer `cmd:"" help:"Normalize items of history again; the normalizers do it, behind what is live."`
	Enricher   backfillEnricher   `cmd:"" help:"Enrich articles of history again; the enrichers do it, behind what is live."`
}

// backfillFeed asks for a walk through the history of a feed. What it says is of
// this walk alone, so it is not read from the environment.
type backfillFeed struct {
	client
	output
	Feed    string  `arg:"" name:"url|id" help:"The feed's address or id."`
	Since   instant `help:"End at the first document of which all is older: 1h, 7d, 2026-01-02 (UTC) or an RFC 3339 time." env:"-" placeholder:"TIME"`
	Pages   int     `help:"End after so many documents; the same command again goes on. Otherwise as the fetcher is set (--walk-limit)." env:"-" placeholder:"N"`
	Restart bool    `help:"Begin with the feed itself, although an earlier walk can go on." env:"-"`
	Wait    bool    `help:"Wait for the end, and show how far it is." default:"true" negatable:"" env:"-"`
}

// errWalkFailed says that a walk that was waited for did not come to its end.
var errWalkFailed = errors.New("the walk has not come to its end")

// Run is called by kong.
func (c *backfillFeed) Run(ctx context.Context, t terminal) error {
	if c.Pages < 0 {
		return boot.ConfigError(fmt.Errorf("--pages: got %d, want at least 1", c.Pages))
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	registry, err := fetcher.OpenRegistry(ctx, b)
	if err != nil {
		return err
	}
	feeds, err := registered(ctx, registry, []string{c.Feed})
	if err != nil {
		return err
	}
	store, err := jobs.Open(ctx, b)
	if err != nil {
		return err
	}
	job, err := c.begin(ctx, t, b, feeds[0])
	if err != nil {
		return err
	}
	if c.Wait {
		if job, err = c.follow(ctx, t, store, job); err != nil {
			return err
		}
	}
	return c.print(t, job)
}

// begin asks for the walk, and says whether there was one.
func (c *backfillFeed) begin(ctx context.Context, t terminal, b *bus.Bus, f schema.Feed) (schema.Job, error) {
	job, running, err := fetcher.BeginWalk(ctx, b, f, fetcher.WalkOptions{Since: c.Since.Time, Documents: c.Pages, Restart: c.Restart})
	switch {
	case err != nil:
	case running:
		fmt.Fprintf(t.Err, "%s runs already; --since, --pages and --restart were not looked at\n", job.ID)
	case job.Walk.Documents > 0:
		fmt.Fprintf(t.Err, "%s goes on after %s\n", job.ID, documents(job.Walk.Documents))
	default:
		fmt.Fprintf(t.Err, "%s begins\n", job.ID)
	}
	return job, err
}

// follow waits for the end of a job.
func (c *backfillFeed) follow(ctx context.Context, t terminal, store jobs.Store, job schema.Job) (schema.Job, error) {
	return followJob(ctx, t, store, job, func(job schema.Job) bool { return job.State.Active() })
}

// followJob shows how far a job is while goesOn says so.
func followJob(ctx context.Context, t terminal, store jobs.Store, job schema.Job, goesOn func(schema.Job) bool) (schema.Job, error) {
	show := newProgress(t, false)
	defer show.clear()
	for next, err := range store.Follow(ctx, job.ID) {
		if errors.Is(err, context.Canceled) {
			return job, fmt.Errorf("%s goes on without this command; to stop it: dateline jobs cancel %s", job.ID, job.ID)
		}
		if err != nil {
			return job, err
		}
		if job = next; !goesOn(job) {
			break
		}
		show.draw(func(time.Duration) string { return jobLine(job) })
	}
	return job, nil
}

// jobLine is how far a job is, in a line.
func jobLine(job schema.Job) string {
	if job.Progress == nil {
		return walkLine(job)
	}
	parts := []string{string(job.State) + " " + progressLine(*job.Progress)}
	for _, name := range slices.Sorted(maps.Keys(job.Counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", job.Counts[name], name))
	}
	if job.Error != "" {
		parts = append(parts, job.Error)
	}
	if job.Detail != "" {
		parts = append(parts, job.Detail)
	}
	return render.Safe(strings.Join(parts, ", "))
}

// print prints what has become of the walk. One that failed is an error.
func (c *backfillFeed) print(t terminal, job schema.Job) error {
	if c.json() {
		if err := printJSON(t.Out, job); err != nil {
			return err
		}
	} else if c.Wait {
		fmt.Fprintln(t.Out, walkLine(job))
	}
	switch job.State {
	case schema.JobFailed:
		return fmt.Errorf("%w: %s: %s; the same command tries again", errWalkFailed, job.Error, render.Safe(job.Detail))
	case schema.JobCancelled, schema.JobPaused:
		return fmt.Errorf("%w: it is %s", errWalkFailed, job.State)
	}
	return nil
}

// walkLine is how far a walk is, in a line.
func walkLine(job schema.Job) string {
	w := job.Walk
	if w == nil {
		return string(job.State)
	}
	parts := []string{string(job.State)}
	if w.Way != "" {
		parts = append(parts, "by "+string(w.Way))
	}
	parts = append(parts, documents(w.Documents),
		fmt.Sprintf("%d items, %d published", job.Counts["items-found"], job.Counts["items-published"]))
	if !w.Oldest.IsZero() {
		parts = append(parts, "back to "+w.Oldest.UTC().Format(time.DateOnly))
	}
	if job.Error != "" {
		parts = append(parts, job.Error)
	}
	if job.Detail != "" {
		parts = append(parts, job.Detail)
	}
	return render.Safe(strings.Join(parts, ", "))
}

func documents(n int) string {
	if n == 1 {
		return "1 document"
	}
	return fmt.Sprintf("%d documents", n)
}
