package fetcher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	busjobs "github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// told are the events of a job.
func told(t *testing.T, b *bus.Bus, id string) (events []schema.Job) {
	t.Helper()
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamOps, Filters: []string{b.Root().Job(id)}}) {
		if err != nil {
			t.Fatal(err)
		}
		job, err := bus.Decode[schema.Job](d)
		if err != nil || d.Header.Get(schema.HeaderType) != schema.TypeJobChanged || d.Header.Get(schema.HeaderSubject) != id {
			t.Fatalf("%v: %v", d.Header, err)
		}
		events = append(events, job)
	}
	return events
}

// states are those of events, without repeats.
func states(events []schema.Job) (all []schema.JobState) {
	for _, e := range events {
		all = append(all, e.State)
	}
	return slices.Compact(all)
}

// verdict waits until so many steps have ended with a verdict.
func verdict(t *testing.T, b *bus.Bus, what string, n int64) {
	t.Helper()
	bustest.Eventually(t, func() error {
		if got := b.Stats().Stage(fetcher.WalkStage).Counts()[what]; got < n {
			return fmt.Errorf("%d steps were %s, want %d", got, what, n)
		}
		return nil
	})
}

// Walks tell of each change of their state, the last event being the job as it is.
func TestWalksTell(t *testing.T) {
	t.Parallel()
	a, b := walking(t, 3, func(a *archive) { a.linked("next") })
	a.Fault("/feed/3", func(http.Handler) http.Handler { return http.NotFoundHandler() })
	id := a.begin(b, fetcher.WalkOptions{}).ID
	if job := ended(t, b, id); job.State != schema.JobFailed {
		t.Fatalf("job %+v", job)
	}
	a.Fault("/feed/3", nil)
	a.begin(b, fetcher.WalkOptions{})
	job := ended(t, b, id)
	verdict(t, b, "read", 3)
	events := told(t, b, id)
	want := []schema.JobState{schema.JobQueued, schema.JobRunning, schema.JobFailed, schema.JobQueued, schema.JobDone}
	if got := states(events); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
	if last := events[len(events)-1]; last.Walk.Documents != 3 || !last.Updated.Equal(job.Updated) || last.Counts["items-found"] != 6 {
		t.Errorf("the last event: %+v, %+v", last, last.Walk)
	}
}

// A walk that is paused stands still, whenever that is, and goes on where it was
// once it is resumed: each item comes once, and it reads no more documents than it
// was to.
func TestAWalkIsPausedAndResumed(t *testing.T) {
	t.Parallel()
	for name, documents := range map[string]int{"to the end": 0, "up to a limit": 4} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var once sync.Once
			asked, free := make(chan struct{}), make(chan struct{})
			a, b := walking(t, 5, func(a *archive) { a.linked("next") })
			a.Fault("/feed/3", func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					once.Do(func() { close(asked); <-free })
					next.ServeHTTP(w, r)
				})
			})
			store, err := busjobs.Open(t.Context(), b)
			if err != nil {
				t.Fatal(err)
			}
			id := a.begin(b, fetcher.WalkOptions{Documents: documents}).ID
			<-asked // the third document is being read
			if _, err := store.Pause(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			close(free)
			verdict(t, b, "ended", 1) // its step comes again, and leads nowhere
			if job := jobOf(t, b, id); job.State != schema.JobPaused || job.Walk.Documents != 2 {
				t.Fatalf("job %+v, walk %+v", job, job.Walk)
			}
			resume(t, b, store, id)
			want := 5
			if documents > 0 {
				want = documents
			}
			if job := ended(t, b, id); job.State != schema.JobDone || job.Walk.Documents != want {
				t.Errorf("job %+v, walk %+v", job, job.Walk)
			}
			if documents == 0 {
				a.complete(b)
			}
			got := states(told(t, b, id))
			if !slices.Contains(got, schema.JobPaused) || got[len(got)-1] != schema.JobDone {
				t.Errorf("told %v", got)
			}
		})
	}
}

func resume(t *testing.T, b *bus.Bus, store busjobs.Store, id string) {
	t.Helper()
	job, err := store.Resume(t.Context(), id)
	if err == nil {
		err = fetcher.ResumeWalk(t.Context(), b, job)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A walk that is paused and resumed before its next step is due has that step
// ahead: it gets no second one. So does one that is asked for while it is paused.
func TestResumedWalksHaveOneStep(t *testing.T) {
	t.Parallel()
	a := newArchive(t, 3)
	a.linked("next")
	b := bustest.New(t)
	register(t, b, a.URL("/feed"))
	store, err := busjobs.Open(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	id := a.begin(b, fetcher.WalkOptions{}).ID // nobody works yet
	polls, err := b.JetStream().Stream(t.Context(), schema.StreamPolls)
	if err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		_, err := polls.GetLastMsgForSubject(t.Context(), b.Root().WalkDue(id))
		return err
	})
	for range 3 {
		if _, err := store.Pause(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Pause(t.Context(), id); !errors.Is(err, busjobs.ErrState) {
			t.Errorf("paused twice: %v", err)
		}
		resume(t, b, store, id)
	}
	bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, b, slowly()) })
	if job := ended(t, b, id); job.State != schema.JobDone || job.Walk.Documents != 3 {
		t.Errorf("job %+v, walk %+v", job, job.Walk)
	}
	if n := a.Count("/feed/3"); n != 1 {
		t.Errorf("the last document was asked for %d times", n)
	}
}
