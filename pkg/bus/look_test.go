package bus_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// lookup is a stage that notes what it was told to be the last of an article.
func lookup(seen *sync.Map) bus.Revision[note, note] {
	return bus.Revision[note, note]{
		Stream: schema.StreamArticles,
		Make:   func(_ context.Context, n note, _ bus.Delivery) (note, error) { return n, nil },
		Filter: func(n note) string { return "news.article.*.example_org." + n.ID },
		Decide: func(last *note, n note) (note, bus.Action, string) {
			if last != nil {
				seen.Store(n.ID, *last)
				return n, bus.Drop, "there"
			}
			seen.Store(n.ID, note{})
			return n, bus.Drop, "none"
		},
		Message: func(note) (bus.Message, error) { return bus.Message{}, nil },
	}
}

// Many workers look for their articles at once. Each is told of its own, the
// last in whichever language, or of none.
func TestEachIsToldOfItsOwnArticle(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const articles = 300
	var stored []bus.Message
	for i := range articles {
		for revision := range i % 3 { // none, one, or two in two languages
			stored = append(stored, bus.Message{
				Subject: fmt.Sprintf("news.article.%s.example_org.a%d", []string{"fr", "en"}[revision], i),
				Data:    fmt.Appendf(nil, `{"id":"a%d","text":"%d"}`, i, revision),
			})
		}
	}
	for _, m := range stored {
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	var items []bus.Message
	for i := range articles {
		items = append(items, bus.Message{Subject: b.Root().Item("example_org"), Data: fmt.Appendf(nil, `{"id":"a%d"}`, i)})
	}
	if _, err := b.Publish(t.Context(), items...); err != nil {
		t.Fatal(err)
	}
	var seen sync.Map
	s := stage()
	s.Workers = 100
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Revise(lookup(&seen))) })
	stats := b.Stats().Stage(s.Name)
	bustest.Eventually(t, func() error {
		if got := stats.In.Load(); got != articles {
			return fmt.Errorf("%d of %d done", got, articles)
		}
		return nil
	})
	for i := range articles {
		id := fmt.Sprint("a", i)
		got, _ := seen.Load(id)
		want := note{}
		if n := i % 3; n > 0 {
			want = note{ID: id, Text: fmt.Sprint(n - 1)}
		}
		if got != want {
			t.Errorf("%s: told of %+v, want %+v", id, got, want)
		}
	}
}

// Where nothing answers a worker waits, and goes on when something does.
func TestLookingIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	allowDirect(t, b, false)
	var items []bus.Message
	for i := range 20 {
		items = append(items, bus.Message{Subject: b.Root().Item("example_org"), Data: fmt.Appendf(nil, `{"id":"a%d"}`, i)})
	}
	if _, err := b.Publish(t.Context(), items...); err != nil {
		t.Fatal(err)
	}
	var seen sync.Map
	s := stage()
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Revise(lookup(&seen))) })
	stats := b.Stats().Stage(s.Name)
	bustest.Eventually(t, func() error {
		if got := stats.Retried.Load(); got < int64(len(items)) {
			return fmt.Errorf("%d tried again", got)
		}
		return nil
	})
	if got := stats.In.Load(); got != 0 {
		t.Errorf("%d done without an answer", got)
	}
	allowDirect(t, b, true)
	bustest.Eventually(t, func() error {
		if got := stats.In.Load(); got != int64(len(items)) {
			return fmt.Errorf("%d done", got)
		}
		return nil
	})
}

// allowDirect lets the stream of articles answer direct gets, or not.
func allowDirect(t *testing.T, b *bus.Bus, allow bool) {
	t.Helper()
	s, err := b.JetStream().Stream(t.Context(), schema.StreamArticles)
	if err != nil {
		t.Fatal(err)
	}
	c := s.CachedInfo().Config
	c.AllowDirect = allow
	if _, err := b.JetStream().UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}
