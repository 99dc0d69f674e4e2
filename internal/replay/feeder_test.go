package replay_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// archived begins a backfill whose messages, all that ENRICHED holds, are handed to it.
func archived(t *testing.T, b *bus.Bus, id string) schema.Job {
	t.Helper()
	s, p := all(t, b)
	job, err := backfill.Begin(t.Context(), b, backfill.Options{
		Job: id, Stage: "tester", Stretch: s, Into: schema.IntoShadow, From: "./archive", Total: p.Total,
	})
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func feeder(t *testing.T, b *bus.Bus, from replay.Source) replay.Feeder {
	t.Helper()
	store, err := jobs.Open(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return replay.Feeder{Bus: b, Store: store, Source: from}
}

// eaters are the workers of a stage, who note what they get.
type eaters struct {
	mu  sync.Mutex
	got []bus.Delivery
}

// start lets them work until the test ends, one message at a time.
func (e *eaters) start(t *testing.T, b *bus.Bus) {
	t.Helper()
	stage := bus.DefaultStage()
	stage.Name, stage.Stream, stage.Consumer = "tester", schema.StreamEnriched, "none"
	w := backfill.Worker{Stage: stage, Workers: 1, Handler: func(schema.Job) bus.Handler {
		return func(_ context.Context, _ *bus.Worker, d bus.Delivery) (string, error) {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.got = append(e.got, d)
			return "eaten", nil
		}
	}}
	bustest.Start(t, func(ctx context.Context) error { return w.Run(ctx, b) })
}

// check checks that they got the first n messages of ENRICHED as those were, each
// once, and none of the way that they came. One whose delivery was lost with a pull
// comes again behind the others.
func (e *eaters) check(t *testing.T, b *bus.Bus, job string, n int) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.got) != n {
		t.Fatalf("%d messages came, want %d", len(e.got), n)
	}
	slices.SortFunc(e.got, func(a, b bus.Delivery) int { return cmp.Compare(a.Sequence, b.Sequence) })
	for i, want := range originals(t, b, n) {
		got := e.got[i]
		if got.Sequence != want.Sequence || got.Subject != want.Subject || got.Stream != want.Stream || string(got.Data) != string(want.Data) {
			t.Fatalf("message %d is %s %d of %s, want %s %d", i, got.Subject, got.Sequence, got.Stream, want.Subject, want.Sequence)
		}
		h := got.Header
		if h.Get(schema.HeaderID) != want.Header.Get(schema.HeaderID) || h.Get(schema.HeaderReplay) != job || h.Get(schema.HeaderReplaySequence) != "" {
			t.Fatalf("headers %v", h)
		}
	}
}

// jobEnds waits for the end of a job and returns it.
func jobEnds(t *testing.T, f replay.Feeder, id string) schema.Job {
	t.Helper()
	var job schema.Job
	bustest.Eventually(t, func() (err error) {
		if job, err = f.Store.Get(t.Context(), id); err == nil && !job.State.Ended() {
			err = fmt.Errorf("%s, %+v, fed %+v", job.State, job.Progress, job.Backfill.Fed)
		}
		return err
	})
	return job
}

// inputs is how many messages of a job's input REPLAY holds.
func inputs(t *testing.T, b *bus.Bus, id string) int {
	t.Helper()
	_, n, err := b.Stretch(t.Context(), schema.Stretch{Stream: schema.StreamReplay, Filter: b.Root().ReplayInput(id) + ".>"})
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// The workers get what was archived as it was, and the job ends with the last.
func TestFeeder(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 700)
	job := archived(t, b, "old")
	e := &eaters{}
	e.start(t, b)
	f := feeder(t, b, replay.Stream{Bus: b, Stretch: *job.Stretch})
	f.Ahead = 100
	if err := f.Run(t.Context(), "old"); err != nil {
		t.Fatal(err)
	}
	job = jobEnds(t, f, "old")
	if p, fed := job.Progress, job.Backfill.Fed; job.State != schema.JobDone || p.Done != 700 || p.Sequence != 700 || fed.Done != 700 || !fed.Marked {
		t.Errorf("%s, %+v, fed %+v", job.State, p, fed)
	}
	e.check(t, b, "old", 700)
	if err := f.Clean(t.Context(), "old"); err != nil || inputs(t, b, "old") != 0 {
		t.Errorf("%d messages are left: %v", inputs(t, b, "old"), err)
	}
	if err := f.Run(t.Context(), "old"); !errors.Is(err, replay.ErrCancelled) {
		t.Errorf("fed again: %v", err)
	}
}

// breaking is a source whose reader dies after so many messages.
type breaking struct {
	replay.Source
	left int
	die  func()
}

// Read implements replay.Source.
func (b *breaking) Read(ctx context.Context, from uint64, follow bool) iter.Seq2[bus.Delivery, error] {
	return func(yield func(bus.Delivery, error) bool) {
		for d, err := range b.Source.Read(ctx, from, follow) {
			if b.left--; b.left == 0 {
				b.die()
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// Feeder after feeder is killed. The last hands over the rest, and each message
// comes to the workers once, though what they are done with is removed
// meanwhile. The stream's own duplicate window is needed for what is on its way to
// the server when a feeder is killed, and no longer than that.
func TestKilledFeeders(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	b := bustest.Connect(t, server, "test")
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	window(t, b, time.Second)
	enriched(t, b, 0, 3000)
	job := archived(t, b, "hard")
	e := &eaters{}
	e.start(t, b)
	random := rand.New(rand.NewPCG(3, 4))
	for life := range 6 {
		if err := feedUntilKilled(t, server, b, job, life, 100+random.IntN(500)); err == nil {
			t.Fatalf("life %d was to die", life)
		}
	}
	last := feeder(t, b, replay.Stream{Bus: b, Stretch: *job.Stretch})
	if err := last.Run(t.Context(), "hard"); err != nil {
		t.Fatal(err)
	}
	if job = jobEnds(t, last, "hard"); job.State != schema.JobDone || job.Backfill.Fed.Done != 3000 {
		t.Errorf("%s, %+v, fed %+v", job.State, job.Progress, job.Backfill.Fed)
	}
	e.check(t, b, "hard", 3000)
}

// feedUntilKilled feeds with a connection of its own that is lost for good when so
// many messages were read.
func feedUntilKilled(t *testing.T, server *embedded.Server, b *bus.Bus, job schema.Job, life, after int) error {
	t.Helper()
	own := bustest.Connect(t, server, fmt.Sprint("life", life))
	from := &breaking{Source: replay.Stream{Bus: b, Stretch: *job.Stretch}, left: after, die: own.JetStream().Conn().Close}
	return feeder(t, own, from).Run(t.Context(), job.ID)
}

// Without workers a feeder stops when it is ahead of them, gives way to another one,
// and ends with its job.
func TestFeederWaits(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 2000)
	job := archived(t, b, "slow")
	ends := func() chan error {
		f := feeder(t, b, replay.Stream{Bus: b, Stretch: *job.Stretch})
		f.Ahead = 300
		end := make(chan error, 1)
		go func() { end <- f.Run(t.Context(), "slow") }()
		return end
	}
	ahead := func() error {
		if n := inputs(t, b, "slow"); n < 300 {
			return fmt.Errorf("%d messages were handed over", n)
		}
		return nil
	}
	first := ends()
	bustest.Eventually(t, ahead)
	second := ends()
	if err := <-first; !errors.Is(err, replay.ErrTaken) {
		t.Errorf("the first: %v", err)
	}
	f := feeder(t, b, nil)
	if job, err := f.Store.Pause(t.Context(), "slow"); err != nil || job.Backfill.Fed == nil {
		t.Fatalf("%+v, %v", job, err)
	}
	select {
	case err := <-second:
		t.Fatalf("it has ended while its job is paused: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	if n := inputs(t, b, "slow"); n > 300+2*200 { // a window more of each, who may meet
		t.Errorf("%d messages were handed over", n)
	}
	if _, err := f.Store.Cancel(t.Context(), "slow"); err != nil {
		t.Fatal(err)
	}
	if err := <-second; !errors.Is(err, replay.ErrCancelled) {
		t.Errorf("the second: %v", err)
	}
}

// What is no job, or one that nobody has to feed, is refused.
func TestFeederRefuses(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	enriched(t, b, 0, 3)
	s, _ := all(t, b)
	if _, err := backfill.Begin(t.Context(), b, backfill.Options{Job: "own", Stage: "tester", Stretch: s, Into: schema.IntoShadow}); err != nil {
		t.Fatal(err)
	}
	f := feeder(t, b, nil)
	if err := f.Run(t.Context(), "own"); !errors.Is(err, replay.ErrOther) {
		t.Errorf("a job over a stream: %v", err)
	}
	if err := f.Run(t.Context(), "none"); !errors.Is(err, jobs.ErrUnknown) {
		t.Errorf("no job: %v", err)
	}
	stop, cancel := context.WithCancel(t.Context())
	cancel()
	archived(t, b, "late")
	if err := f.Run(stop, "late"); err == nil {
		t.Error("it was stopped")
	}
}
