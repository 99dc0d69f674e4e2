package replay_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// newJob is a replay of all of ENRICHED to subjects of its own.
func newJob(t *testing.T, b *bus.Bus, id string, change func(*schema.Job)) schema.Job {
	t.Helper()
	s, p := all(t, b)
	job := schema.Job{
		ID: id, Kind: schema.JobReplay, State: schema.JobQueued, Created: time.Now().UTC(), Stretch: &s, Progress: &p,
		Replay: &schema.Replay{To: "news.replay." + id + ".>"},
	}
	if change != nil {
		change(&job)
	}
	return job
}

// runner runs jobs on a bus, as one process.
func runner(t *testing.T, b *bus.Bus, to replay.Output) replay.Job {
	t.Helper()
	store, err := jobs.Open(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return replay.Job{
		Store: store, Output: to, Lease: 100 * time.Millisecond,
		Source: func(s schema.Stretch) replay.Source { return replay.Stream{Bus: b, Stretch: s} },
	}
}

func TestJobIsDoneOnce(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 300)
	job := newJob(t, b, "once", nil)
	for range 2 {
		got, err := runner(t, b, publisher(t, b, "once", "news.replay.once.>")).Run(t.Context(), job)
		if err != nil || got.State != schema.JobDone || got.Progress.Done != 300 || !got.Progress.Marked || got.Replay.Runner != "" {
			t.Fatalf("got %+v, %+v: %v", got, got.Progress, err)
		}
	}
	checkOutput(t, b, "once", 300, 300)
	other := newJob(t, b, "once", func(job *schema.Job) { job.Stretch.Filter = "news.enriched.en.>" })
	if _, err := runner(t, b, replay.Func(nil)).Run(t.Context(), other); !errors.Is(err, replay.ErrOther) {
		t.Errorf("another job of the name: %v", err)
	}
}

// mortal is an output whose process dies at a point: its connection is closed for
// good.
type mortal struct {
	*replay.Publisher
	bus    *bus.Bus
	before int // windows until it dies before one is published
	after  int // or after one
}

func (m *mortal) Deliver(ctx context.Context, window []bus.Delivery) error {
	if m.before--; m.before == 0 {
		m.bus.JetStream().Conn().Close()
	}
	err := m.Publisher.Deliver(ctx, window)
	if m.after--; m.after == 0 {
		m.bus.JetStream().Conn().Close()
	}
	return err
}

// Process after process dies while it replays, before or after a window is
// published, with its progress written or not. The last finds what is there, and
// the output is the stretch, each message once and in order. The stream's own
// duplicate window must not be needed for that.
func TestKilledReplayers(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	b := bustest.Connect(t, server, "test")
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	window(t, b, 100*time.Millisecond)
	enriched(t, b, 0, 3000)
	job := newJob(t, b, "hard", nil)
	random := rand.New(rand.NewPCG(1, 2))
	for life := range 8 {
		own := bustest.Connect(t, server, fmt.Sprint("life", life))
		to := &mortal{Publisher: publisher(t, own, "hard", "news.replay.hard.>"), bus: own}
		if random.IntN(2) == 0 {
			to.before = 1 + random.IntN(4)
		} else {
			to.after = 1 + random.IntN(4)
		}
		got, err := runner(t, own, to).Run(t.Context(), job)
		if err == nil {
			t.Fatalf("life %d was to die: %+v", life, got.Progress)
		}
	}
	got, err := runner(t, b, publisher(t, b, "hard", "news.replay.hard.>")).Run(t.Context(), job)
	if err != nil || got.State != schema.JobDone || got.Progress.Done != 3000 {
		t.Fatalf("got %+v, %+v: %v", got, got.Progress, err)
	}
	checkOutput(t, b, "hard", 3000, 3000)
}

// window makes REPLAY remember message ids for so long.
func window(t *testing.T, b *bus.Bus, long time.Duration) {
	t.Helper()
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamReplay)
	if err != nil {
		t.Fatal(err)
	}
	config := stream.CachedInfo().Config
	config.Duplicates = long
	if _, err := b.JetStream().UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
}

// A replayer that follows is stopped and begun again: the mark stands where the
// stretch ended when the job was made, and there is no gap after it.
func TestFollowGoesOn(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 300)
	job := newJob(t, b, "follow", func(job *schema.Job) { job.Replay.Follow = true })
	for life := range 4 {
		enriched(t, b, 300+life*20, 20)
		ctx, stop := context.WithCancel(t.Context())
		want := uint64(300 + (life+1)*20)
		to := &until{Publisher: publisher(t, b, "follow", "news.replay.follow.>"), last: want, stop: stop}
		got, err := runner(t, b, to).Run(ctx, job)
		stop()
		if !errors.Is(err, context.Canceled) || got.State != schema.JobQueued || got.Progress.Done != 300 || got.Progress.Live != want-300 {
			t.Fatalf("life %d: %+v, %+v, %v", life, got, got.Progress, err)
		}
	}
	checkOutput(t, b, "follow", 380, 300)
}

// until is an output that stops its process after a message.
type until struct {
	*replay.Publisher
	last uint64
	stop context.CancelFunc
}

func (u *until) Deliver(ctx context.Context, window []bus.Delivery) error {
	err := u.Publisher.Deliver(ctx, window)
	if window[len(window)-1].Sequence >= u.last {
		u.stop()
	}
	return err
}

// A job stands still while it is paused, goes on when it is resumed, and ends when
// it is cancelled.
func TestPauseResumeCancel(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 2000)
	j := runner(t, b, publisher(t, b, "slow", "news.replay.slow.>"))
	job := newJob(t, b, "slow", func(job *schema.Job) { job.Stretch.Rate = 100 })
	done := make(chan error, 1)
	go func() {
		_, err := j.Run(t.Context(), job)
		done <- err
	}()
	reaches := func(what string, is func(schema.Job) bool) (job schema.Job) {
		t.Helper()
		bustest.Eventually(t, func() (err error) {
			if job, err = j.Store.Get(t.Context(), "slow"); err == nil && !is(job) {
				err = fmt.Errorf("not %s: %s, %+v", what, job.State, job.Progress)
			}
			return err
		})
		return job
	}
	output := func() uint64 {
		stream, err := b.JetStream().Stream(t.Context(), schema.StreamReplay)
		if err != nil {
			t.Fatal(err)
		}
		return stream.CachedInfo().State.Msgs
	}
	reaches("begun", func(job schema.Job) bool { return job.Progress.Done > 10 })
	if _, err := j.Store.Pause(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	// What was cut off by the pause is there, and counted when the job goes on.
	stood, looks := uint64(0), 0
	reaches("still", func(job schema.Job) bool {
		before := stood
		if stood = output(); stood != before || job.State != schema.JobPaused || job.Progress.Output > stood {
			looks = 0
		}
		looks++
		return looks > 50
	})
	if _, err := j.Store.Resume(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	reaches("going on", func(job schema.Job) bool { return job.State == schema.JobRunning && job.Progress.Done > stood })
	second := runner(t, b, replay.Func(nil))
	second.Lease = 8 * time.Second
	if _, err := second.Run(t.Context(), job); !errors.Is(err, replay.ErrTaken) {
		t.Errorf("a second process: %v", err)
	}
	if _, err := j.Store.Cancel(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, replay.ErrCancelled) {
		t.Errorf("got %v", err)
	}
	reaches("cancelled", func(job schema.Job) bool { return job.State == schema.JobCancelled && job.Replay.Runner == "" })
}

// Of messages that were cut off half-way, those that are stored are found and counted.
func TestCutOffHalfway(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 3)
	window := bustest.Next(t, b, 3, schema.StreamEnriched)
	window[2].Data = make([]byte, 64<<20) // more than a server takes
	p := publisher(t, b, "cut", "news.replay.cut.>")
	if err := p.Deliver(t.Context(), window); err == nil {
		t.Fatal("the third was published")
	}
	var progress schema.Progress
	if err := p.Sync(t.Context(), &progress); err != nil || progress.Output != 0 {
		t.Errorf("written down: %+v, %v", progress, err)
	}
	progress, err := p.Resume(t.Context(), progress)
	if err != nil || progress.Done != 2 || progress.Sequence != 2 || progress.Output != 2 {
		t.Errorf("found: %+v, %v", progress, err)
	}
}

// A job that cannot go on has failed, and says why; begun again, it goes on.
func TestJobFails(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 10)
	job := newJob(t, b, "full", nil)
	full := errors.New("no space left")
	got, err := runner(t, b, replay.Func(func(context.Context, []bus.Delivery) error { return full })).Run(t.Context(), job)
	if !errors.Is(err, full) || got.State != schema.JobFailed || got.Detail != full.Error() {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = runner(t, b, publisher(t, b, "full", "news.replay.full.>")).Run(t.Context(), job)
	if err != nil || got.State != schema.JobDone || got.Error != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	checkOutput(t, b, "full", 10, 10)
}
