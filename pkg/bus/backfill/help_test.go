package backfill_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// note is a message of ITEMS in these tests, and what the stage makes of it.
type note struct {
	ID       string
	Revision int
}

// notes stores n messages in ITEMS, half of them of each of two sources.
func notes(t *testing.T, b *bus.Bus, from, n int) {
	t.Helper()
	messages := make([]bus.Message, n)
	for i := range messages {
		id := fmt.Sprint("n", from+i)
		data, err := bus.Encode(note{ID: id, Revision: 1})
		if err != nil {
			t.Fatal(err)
		}
		messages[i] = bus.Message{Subject: b.Root().Item(fmt.Sprint("source", i%2)), Data: data, Type: schema.TypeItemFound, ID: id, Dedup: true}
	}
	if _, err := b.Publish(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

// revision is how a note becomes a revision of an article of its id.
func revision(root schema.Root) bus.Revision[note, note] {
	return bus.Revision[note, note]{
		Stream: schema.StreamArticles,
		Make:   func(_ context.Context, n note, _ bus.Delivery) (note, error) { return n, nil },
		Filter: func(n note) string { return root.ArticleAnyLanguage("x", n.ID) },
		Decide: func(last *note, n note) (note, bus.Action, string) {
			if last != nil {
				return *last, bus.Drop, "stored"
			}
			return n, bus.Publish, "new"
		},
		Message: func(n note) (bus.Message, error) {
			data, err := bus.Encode(n)
			a := schema.Article{ID: n.ID, Language: "en", Source: schema.Source{Token: "x"}}
			return bus.Message{Subject: root.Article(a), Data: data, Type: schema.TypeArticlePublished, ID: schema.RevisionID(n.ID, 1), About: n.ID}, err
		},
	}
}

// shadow is the handler of a worker that works into the job's subjects.
func shadow(b *bus.Bus) func(schema.Job) bus.Handler {
	return func(job schema.Job) bus.Handler { return bus.Revise(revision(b.Root()).Shadow(b.Root(), job.ID)) }
}

// worker takes part with a handler.
func worker(handler func(schema.Job) bus.Handler) backfill.Worker {
	stage := bus.DefaultStage()
	stage.Name, stage.Stream, stage.Consumer = "tester", schema.StreamItems, topology.ConsumerNormalizer
	stage.Workers, stage.Retry, stage.Drain = 8, 10*time.Millisecond, 500*time.Millisecond
	return backfill.Worker{Stage: stage, Workers: 8, Handler: handler}
}

// start runs a worker until the test ends.
func start(t *testing.T, b *bus.Bus, handler func(schema.Job) bus.Handler) (stop func()) {
	t.Helper()
	return bustest.Start(t, func(ctx context.Context) error { return worker(handler).Run(ctx, b) })
}

// begin asks for a job over all of ITEMS.
func begin(t *testing.T, b *bus.Bus, id string, change func(*backfill.Options)) schema.Job {
	t.Helper()
	o := backfill.Options{Job: id, Stage: "tester", Stretch: schema.Stretch{Stream: schema.StreamItems}, Into: schema.IntoShadow}
	if change != nil {
		change(&o)
	}
	job, err := backfill.Begin(t.Context(), b, o)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func store(t *testing.T, b *bus.Bus) jobs.Store {
	t.Helper()
	s, err := jobs.Open(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reaches waits until a job is as it should be.
func reaches(t *testing.T, b *bus.Bus, id string, what string, is func(schema.Job) bool) schema.Job {
	t.Helper()
	s := store(t, b)
	var job schema.Job
	bustest.Eventually(t, func() (err error) {
		if job, err = s.Get(t.Context(), id); err == nil && !is(job) {
			err = fmt.Errorf("job is not %s: %s, %+v, %v, %s %s", what, job.State, job.Progress, job.Counts, job.Error, job.Detail)
		}
		return err
	})
	return job
}

func ends(t *testing.T, b *bus.Bus, id string, state schema.JobState) schema.Job {
	t.Helper()
	return reaches(t, b, id, string(state)+" and cleaned up", func(job schema.Job) bool {
		return job.State == state && job.Backfill.Consumer == ""
	})
}

// made are the ids that a job has published, each with how often.
func made(t *testing.T, b *bus.Bus, id string) map[string]int {
	t.Helper()
	ids := map[string]int{}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamReplay, Filters: []string{b.Root().ReplayOf(id)}}) {
		if err != nil {
			t.Fatal(err)
		}
		n, err := bus.Decode[note](d)
		if err != nil {
			t.Fatal(err)
		}
		if want := "news.replay." + id + ".article.en.x." + n.ID; d.Subject != want || d.Header.Get(schema.HeaderReplay) != id {
			t.Fatalf("got %s %v, want %s", d.Subject, d.Header, want)
		}
		ids[n.ID]++
	}
	return ids
}

// checkMade checks that a job has made n articles, each once.
func checkMade(t *testing.T, b *bus.Bus, id string, n int) {
	t.Helper()
	got := made(t, b, id)
	if len(got) != n {
		t.Errorf("%d articles, want %d", len(got), n)
	}
	for id, times := range got {
		if times != 1 {
			t.Errorf("%s: %d times", id, times)
		}
	}
}

// consumers are the names of the consumers of ITEMS.
func consumers(t *testing.T, b *bus.Bus) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	for name := range stream.ConsumerNames(t.Context()).Name() {
		names[name] = true
	}
	return names
}

// shortWait lets what a killed worker of a job held come again soon.
func shortWait(t *testing.T, b *bus.Bus, job schema.Job) {
	t.Helper()
	c, err := b.JetStream().Consumer(t.Context(), schema.StreamItems, job.Backfill.Consumer)
	if err != nil {
		t.Fatal(err)
	}
	config := c.CachedInfo().Config
	config.AckWait = 500 * time.Millisecond
	if _, err := b.JetStream().UpdateConsumer(t.Context(), schema.StreamItems, config); err != nil {
		t.Fatal(err)
	}
}

// connect connects another process.
func connect(t *testing.T, s *embedded.Server, name string) *bus.Bus {
	t.Helper()
	b := bustest.Connect(t, s, name)
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	return b
}
