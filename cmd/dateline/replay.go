package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
)

// replayCommand delivers a stretch of a stream again.
type replayCommand struct {
	client
	Kind string `arg:"" help:"What to deliver: items, articles or enriched." enum:"items,articles,enriched"`
	stretchFlags
	From   string        `help:"Where from, in place of the server's streams: the folder or bucket of an archive that dateline archive or export --format jsonl has made." env:"-" placeholder:"DIR|s3://BUCKET/PREFIX"`
	To     string        `help:"Where to: stdout; a folder, with a slash in it (./january), which gets a file a day; or a subject. One that ends in .> gets the rest of each message's own subject, as news.replay.JOB.> does." default:"stdout" env:"-" placeholder:"stdout|DIR|SUBJECT"`
	Format string        `help:"Format on stdout and in files: line, json, dated or ninjs." default:"json" enum:"line,json,dated,ninjs" env:"-"`
	Rate   replayRate    `help:"Most messages a second (100/s), or recorded: with the spacing in which they were stored, recorded×2 for twice as fast. Otherwise as fast as it goes." env:"-" placeholder:"N/s|recorded[×N]"`
	MaxGap time.Duration `help:"Longest wait between two messages with --rate recorded; no bound when 0." env:"-" placeholder:"DURATION"`
	Follow bool          `help:"Go on with what is stored from then on, without a gap or a repeat, until it is stopped." env:"-"`
	Job    string        `help:"Name of this replay. Begun again under its name, with the same flags, it goes on where it was. Default: made from the time; to stdout, none." env:"-" placeholder:"NAME"`
}

// replayRate is a rate, or a pace.
type replayRate struct{ perSecond, pace float64 }

// UnmarshalText reads a rate.
func (r *replayRate) UnmarshalText(text []byte) (err error) {
	r.perSecond, r.pace, err = replay.ParseRate(string(text))
	return err
}

// errUnprintable says that not all of a replay could be printed.
var errUnprintable = errors.New("not all messages could be printed")

const toStdout = "stdout"

// Run is called by kong.
func (c *replayCommand) Run(ctx context.Context, t terminal) error {
	stretch, target, err := c.check()
	if err != nil {
		return err
	}
	b, err := c.server(ctx, t)
	if err != nil {
		return err
	}
	if b != nil {
		defer b.Close()
	}
	from, err := openHistory(ctx, b, c.From)
	if err != nil {
		return err
	}
	defer func() { _ = from.close() }() // nothing was written
	out, err := c.output(ctx, t, b, target)
	if err != nil {
		return err
	}
	job, err := c.job(ctx, from, stretch)
	if err != nil {
		return errors.Join(err, out.close())
	}
	job.Progress.Output = out.last
	show := newProgress(t, c.To == toStdout)
	defer show.clear()
	if c.Job == "" {
		job, err = c.once(ctx, from, out, show, job)
	} else {
		job, err = c.asJob(ctx, t, from, out, show, job)
	}
	return c.ended(t, show, job, errors.Join(err, out.close()), out)
}

// server is the server, nil when an archive is printed, which needs none.
func (c *replayCommand) server(ctx context.Context, t terminal) (*bus.Bus, error) {
	if c.From != "" && c.Job == "" && !c.Follow {
		return nil, nil
	}
	return c.connect(ctx, t.Err)
}

// check looks at the flags.
func (c *replayCommand) check() (stretch schema.Stretch, target replay.Target, err error) {
	if stretch, err = c.stretch(kinds[c.Kind], c.Root); err != nil {
		return stretch, target, err
	}
	if err := c.nameJob(); err != nil {
		return stretch, target, err
	}
	if err := c.checkCourse(); err != nil {
		return stretch, target, err
	}
	if err := checkFormat(c.Kind, c.Format); err != nil {
		return stretch, target, err
	}
	if c.toSubject() {
		if target, err = replay.ParseTarget(c.Root, c.To); err != nil {
			return stretch, target, boot.ConfigError(fmt.Errorf("--to: %w", err))
		}
	}
	return stretch, target, nil
}

// nameJob checks the name of the job, and makes one for a replay that needs it: one
// to stdout does without.
func (c *replayCommand) nameJob() error {
	if c.Job == "" && c.To != toStdout {
		c.Job = newJobID("replay")
	}
	if c.Job == "" {
		return nil
	}
	return checkJobID(c.Job)
}

// checkCourse looks at the flags that say how long and how fast a replay goes.
func (c *replayCommand) checkCourse() error {
	switch {
	case c.Follow && (!c.Until.IsZero() || c.Until.seq > 0):
		return boot.ConfigError(errors.New("--follow: goes on for ever, so there can be no --until"))
	case c.MaxGap < 0 || c.MaxGap > 0 && c.Rate.pace == 0:
		return boot.ConfigError(fmt.Errorf("--max-gap: got %s, want a time above 0, and --rate recorded", c.MaxGap))
	}
	return nil
}

// toSubject reports whether --to names a subject, which has no slash.
func (c *replayCommand) toSubject() bool {
	return c.To != toStdout && c.To != "." && c.To != ".." && !strings.ContainsAny(c.To, `/\`)
}

// job is the replay as the bucket holds it.
func (c *replayCommand) job(ctx context.Context, from history, stretch schema.Stretch) (schema.Job, error) {
	stretch.Rate = c.Rate.perSecond
	stretch, total, err := from.fix(ctx, stretch, c.Follow)
	if err != nil {
		return schema.Job{}, err
	}
	now := time.Now().UTC()
	job := schema.Job{
		ID: c.Job, Kind: schema.JobReplay, State: schema.JobQueued, Created: now, Updated: now, Stretch: &stretch,
		Progress: &schema.Progress{Total: total, Sequence: stretch.First - 1},
		Replay:   &schema.Replay{From: c.From, To: c.To, Pace: c.Rate.pace, MaxGap: c.MaxGap.Seconds(), Follow: c.Follow},
	}
	if !c.toSubject() {
		job.Replay.Format = c.Format
	}
	return job, nil
}

// once replays without a job.
func (c *replayCommand) once(ctx context.Context, from history, out replayOutput, show *progress, job schema.Job) (schema.Job, error) {
	o := replay.Options{
		Last: job.Stretch.Last, Rate: c.Rate.perSecond, Pace: c.Rate.pace, MaxGap: c.MaxGap, Follow: c.Follow, Report: show.update,
	}
	p, err := replay.Run(ctx, from.source(*job.Stretch), out, o, *job.Progress)
	job.Progress = &p
	return job, err
}

// asJob replays as a job of the bucket.
func (c *replayCommand) asJob(ctx context.Context, t terminal, from history, out replayOutput, show *progress, job schema.Job) (schema.Job, error) {
	store, err := jobs.Open(ctx, from.bus)
	if err != nil {
		return job, err
	}
	state := job.State
	runner := replay.Job{
		Store: store, Output: out,
		Source: from.source,
		Show: func(job schema.Job) {
			if job.State == schema.JobPaused && state != job.State {
				show.clear()
				fmt.Fprintf(t.Err, "%s is paused; to go on: dateline jobs resume %s\n", job.ID, job.ID)
			}
			state = job.State
			show.draw(func(time.Duration) string { return progressLine(*job.Progress) })
		},
	}
	return runner.Run(ctx, job)
}

// ended sums the replay up on stderr.
func (c *replayCommand) ended(t terminal, show *progress, job schema.Job, err error, out replayOutput) error {
	show.clear()
	done := job.Progress.Done + job.Progress.Live
	switch {
	case errors.Is(err, replay.ErrOther):
		return boot.ConfigError(fmt.Errorf("--job: %w; choose another, or give its flags: dateline jobs show %s", err, c.Job))
	case errors.Is(err, replay.ErrTaken), errors.Is(err, replay.ErrCancelled):
		return fmt.Errorf("%w, with %d delivered", err, done)
	case errors.Is(err, context.Canceled) && c.Job != "":
		return fmt.Errorf("stopped, %d delivered; the same command with --job %s goes on", done, c.Job)
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("stopped, %d delivered; to go on: --since seq:%d", done, job.Progress.Sequence+1)
	case err != nil:
		return fmt.Errorf("replay, with %d delivered: %w", done, err)
	case done == 0:
		fmt.Fprintln(t.Err, "nothing to replay")
	default:
		fmt.Fprintf(t.Err, "%d %s %s, in %s\n", done, noun(c.Kind, done), out.where, show.elapsed().Round(time.Millisecond))
	}
	if n := out.skipped(); n > 0 {
		return fmt.Errorf("%w: %d", errUnprintable, n)
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
