package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/normalizer"
)

// archived serves items at a path as a page of a feed that is followed by another.
func archived(site *fetchertest.Site, path, next string, items ...fetchertest.Item) {
	doc := `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>The Daily Sample</title>`
	if next != "" {
		doc += `<atom:link rel="prev-archive" href="` + next + `"/>`
	}
	for _, i := range items {
		doc += fmt.Sprintf(`<item><title>%s</title><link>%s</link><pubDate>%s</pubDate><description>%s</description></item>`,
			i.Title, i.Link, i.Published.Format(time.RFC1123Z), i.Summary)
	}
	site.File(path, "application/rss+xml", []byte(doc+"</channel></rss>"))
}

// walk walks through the history of a feed while no poll reads it, until the
// normalizer has seen all that there is.
func walk(t *testing.T, a *app.App, url string) schema.Job {
	t.Helper()
	stop := bustest.Start(t, a.Run)
	defer stop()
	job, _, err := fetcher.BeginWalk(t.Context(), a.Bus, schema.Feed{ID: schema.FeedID(url), URL: url}, fetcher.WalkOptions{})
	if err != nil {
		t.Fatal(err)
	}
	store, err := jobs.Open(t.Context(), a.Bus)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	for next, err := range store.Follow(ctx, job.ID) {
		if err != nil {
			t.Fatal(err)
		}
		if job = next; !job.State.Active() {
			break
		}
	}
	bustest.Eventually(t, func() error {
		c, err := a.Bus.JetStream().Consumer(t.Context(), schema.StreamItems, topology.ConsumerNormalizer)
		if err == nil && c.CachedInfo().NumPending+uint64(c.CachedInfo().NumAckPending) > 0 {
			err = errors.New("the normalizer has items left")
		}
		return err
	})
	return job
}

// articles are the newest revisions by address, and how many there are of all.
func articles(t *testing.T, b *bus.Bus) (newest map[string]schema.Article, revisions int) {
	t.Helper()
	newest = map[string]schema.Article{}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamArticles}) {
		if err != nil {
			t.Fatal(err)
		}
		a, err := bus.Decode[schema.Article](d)
		if err != nil {
			t.Fatal(err)
		}
		newest[a.URL] = a
		revisions++
	}
	return newest, revisions
}

// What polls have read stands, whatever an archive says of it: the same is a
// duplicate, an older wording is superseded. What polls have missed comes with the
// dates of its own, and is no news to the next walk; the next poll of it is.
func TestHistoryBesidePolls(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 4, Count: 6, Words: 50, Base: site.URL("")})
	for i := range items { // ten years ago
		items[i].Published = items[i].Published.AddDate(-10, 0, -i)
	}
	draft := slices.Clone(items)
	draft[1].Title = "A headline before it was corrected"
	url := site.URL("/news.rss")
	archived(site, "/news.rss", "", items[:4]...)
	pipeline := open(t, t.TempDir())
	if _, _, err := pipeline.Registry.Register(t.Context(), feedsOf(site, "/news.rss")); err != nil {
		t.Fatal(err)
	}
	if s := once(t, pipeline); s.Articles != 4 {
		t.Fatalf("first poll: %+v", s)
	}

	// The feed has moved on, and its archive has kept what it first said.
	archived(site, "/news.rss", "/2016", items[0])
	archived(site, "/2016", "/2015", draft[1:4]...)
	archived(site, "/2015", "", items[4:]...)
	once(t, pipeline)
	before := pipeline.Bus.Stats().Stage(normalizer.Stage).Counts()
	job := walk(t, pipeline, url)
	if job.State != schema.JobDone || job.Walk.Way != schema.WayPrevArchive || job.Walk.Documents != 3 {
		t.Fatalf("job %+v, walk %+v", job, job.Walk)
	}
	newest, revisions := articles(t, pipeline.Bus)
	if len(newest) != 6 || revisions != 6 {
		t.Errorf("%d articles in %d revisions", len(newest), revisions)
	}
	for i, item := range items {
		a := newest[item.Link]
		if a.Headline != item.Title || a.Date != item.Published.Format(time.DateOnly) || a.DateSource != schema.DatePublished || (a.Provenance.History != "") != (i > 3) {
			t.Errorf("item %d: %q of %s by %s, history %q", i, a.Headline, a.Date, a.DateSource, a.Provenance.History)
		}
	}
	after := pipeline.Bus.Stats().Stage(normalizer.Stage).Counts()
	for verdict, n := range map[string]int64{"new": 2, "revised": 0, "duplicate": 2, "superseded": 1} {
		if got := after[verdict] - before[verdict]; got != n {
			t.Errorf("%s: %d, want %d", verdict, got, n)
		}
	}

	walk(t, pipeline, url)
	if _, again := articles(t, pipeline.Bus); again != revisions {
		t.Errorf("another walk has made %d revisions", again-revisions)
	}
	items[4].Title = "A headline that was corrected since"
	archived(site, "/news.rss", "", items[4])
	if s := once(t, pipeline); s.Revisions != 1 || s.Articles != 0 {
		t.Errorf("poll of what a walk has found: %+v", s)
	}
}
