package fetcher_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// Many feeds are registered at once. What is there keeps what a new entry leaves
// out, and one that comes twice counts once.
func TestRegisterMany(t *testing.T) {
	t.Parallel()
	const n = 200
	registry, err := fetcher.OpenRegistry(t.Context(), bustest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	list := func(title, section string) (feeds []schema.Feed) {
		for i := range n {
			url := fmt.Sprintf("https://paper%d.example/feed", i)
			feeds = append(feeds, schema.Feed{ID: schema.FeedID(url), URL: url, Title: title, Section: section})
		}
		return feeds
	}
	twice := append(list("The Sun", ""), list("", "Sport")...)
	for _, step := range []struct {
		name           string
		feeds          []schema.Feed
		added, changed int
	}{
		{"new", list("The Moon", "")[:n/2], n / 2, 0},
		{"the same", list("The Moon", "")[:n/2], 0, 0},
		{"twice, half of them new", twice, n / 2, n / 2},
		{"nothing", nil, 0, 0},
	} {
		added, changed, err := registry.Register(t.Context(), step.feeds)
		if added != step.added || changed != step.changed || err != nil {
			t.Errorf("%s: %d added, %d changed (%v), want %d and %d", step.name, added, changed, err, step.added, step.changed)
		}
	}
	feeds, err := registry.List(t.Context())
	if err != nil || len(feeds) != n {
		t.Fatalf("%d feeds, %v", len(feeds), err)
	}
	for _, f := range feeds {
		if f.Title != "The Sun" || f.Section != "Sport" || f.Added.IsZero() {
			t.Fatalf("got %+v", f)
		}
	}
}

// A registration that fails says how far it came.
func TestRegisterFails(t *testing.T) {
	t.Parallel()
	registry, err := fetcher.OpenRegistry(t.Context(), bustest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	added, changed, err := registry.Register(t.Context(), []schema.Feed{{ID: "of another", URL: "https://bad.example/feed"}})
	if err == nil || added+changed != 0 {
		t.Errorf("%d added, %d changed, %v", added, changed, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := registry.Register(ctx, nil); err == nil {
		t.Error("a registration that was given up has no error")
	}
}

// An import into a running pipeline: each feed is polled, those that are taken
// away again are not, whatever was ready when.
func TestImportWhileFetching(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	b := bustest.New(t)
	run(t, b)
	var feeds []schema.Feed
	for n := range 300 {
		url := site.Feed(fmt.Sprintf("/%d.rss", n)).URL()
		feeds = append(feeds, schema.Feed{ID: schema.FeedID(url), URL: url, Interval: 3600})
	}
	registry := register(t, b)
	if added, _, err := registry.Register(t.Context(), feeds); added != len(feeds) || err != nil {
		t.Fatalf("%d added, %v", added, err)
	}
	for _, f := range feeds[:50] {
		if err := registry.Delete(t.Context(), f.ID); err != nil {
			t.Fatal(err)
		}
	}
	for n := range feeds[50:] {
		if err := site.Wait(t.Context(), fmt.Sprintf("/%d.rss", n+50), 1); err != nil {
			t.Fatal(err)
		}
	}
	bustest.Eventually(t, func() error {
		for n, f := range feeds {
			if _, ahead, err := registry.State(t.Context(), f.ID); err != nil || ahead != (n >= 50) {
				return fmt.Errorf("feed %d: a poll ahead is %v (%v)", n, ahead, err)
			}
		}
		return nil
	})
}
