package e2e_test

import (
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// feedsOf registers the feeds of a site under their paths.
func feedsOf(site *fetchertest.Site, paths ...string) []schema.Feed {
	var feeds []schema.Feed
	for _, p := range paths {
		url := site.URL(p)
		feeds = append(feeds, schema.Feed{ID: schema.FeedID(url), URL: url})
	}
	return feeds
}

// enriched reads what is in ENRICHED.
func enriched(t *testing.T, b *bus.Bus) []schema.Enriched {
	t.Helper()
	var all []schema.Enriched
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamEnriched}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestAnEditMakesOneRevision(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 5, Words: 200})
	feed := site.Feed("/news.rss")
	feed.SetItems(items...)
	pipeline := open(t, t.TempDir())
	if _, _, err := pipeline.Registry.Register(t.Context(), feedsOf(site, "/news.rss")); err != nil {
		t.Fatal(err)
	}
	if s := once(t, pipeline); s.Articles != 5 || s.Enriched != 5 {
		t.Fatalf("first poll: %+v", s)
	}
	if s := once(t, pipeline); s.Items != 0 || s.Enriched != 0 {
		t.Errorf("second poll published something: %+v", s)
	}

	edited := slices.Clone(items)
	edited[2].Title = "A headline that was corrected"
	feed.SetItems(edited...)
	if s := once(t, pipeline); s.Items != 1 || s.Articles != 0 || s.Revisions != 1 || s.Enriched != 1 {
		t.Errorf("poll after the edit: %+v", s)
	}
	all := enriched(t, pipeline.Bus)
	last := all[len(all)-1]
	if last.Event != schema.EventRevised || last.Revision != 2 || last.Headline != edited[2].Title {
		t.Errorf("got %s, revision %d, %q", last.Event, last.Revision, last.Headline)
	}
	if !slices.Equal(last.Changed, []string{"headline"}) {
		t.Errorf("changed: got %v", last.Changed)
	}
	first := all[slices.IndexFunc(all, func(e schema.Enriched) bool { return e.ID == last.ID })]
	if last.PreviousHash != first.ContentHash || last.ContentHash == first.ContentHash {
		t.Errorf("previous hash %s of content %s", last.PreviousHash, first.ContentHash)
	}

	feed.SetItems(items...) // the publisher takes the correction back
	if s := once(t, pipeline); s.Revisions != 1 {
		t.Errorf("poll after the edit was taken back: %+v", s)
	}
}

func TestOneAddressInTwoFeedsIsOneArticle(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 2, Count: 4, Words: 200})
	site.Feed("/world.rss").SetItems(items[:3]...)
	atom := site.Feed("/all.atom")
	atom.SetFormat(schema.FormatAtom)
	atom.SetItems(items[1:]...)
	pipeline := open(t, t.TempDir())
	if _, _, err := pipeline.Registry.Register(t.Context(), feedsOf(site, "/world.rss", "/all.atom")); err != nil {
		t.Fatal(err)
	}
	s := once(t, pipeline)
	if s.Items != 6 || s.Articles != 4 || s.Duplicates+s.Superseded != 2 || s.Revisions != 0 {
		t.Errorf("got %+v", s)
	}
	ids := map[string]bool{}
	for _, e := range enriched(t, pipeline.Bus) {
		if ids[e.ID] || e.Revision != 1 {
			t.Errorf("%s is there as revision %d", e.ID, e.Revision)
		}
		ids[e.ID] = true
	}
}

// What is damaged costs itself alone: the other items of its feed, and the
// other feeds, arrive.
func TestFaultsStayWhereTheyAre(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 3, Count: 10, Words: 100})
	for _, path := range []string{"/good.rss", "/torn.rss", "/gone.rss", "/moved.rss"} {
		site.Feed(path).SetItems(items...)
	}
	site.Fault("/gone.rss", fetchertest.Status(410))
	site.Fault("/torn.rss", fetchertest.Truncate(5000))
	site.Fault("/moved.rss", fetchertest.Redirect(301, site.URL("/good.rss")))
	pipeline := open(t, t.TempDir())
	if _, _, err := pipeline.Registry.Register(t.Context(), feedsOf(site, "/good.rss", "/torn.rss", "/gone.rss", "/moved.rss")); err != nil {
		t.Fatal(err)
	}
	s := once(t, pipeline)
	if s.Articles != 10 || s.Dead != 0 {
		t.Errorf("got %+v", s)
	}
	if len(s.Problems) == 0 || s.Problems[0].Error != "gone" {
		t.Errorf("problems: %+v", s.Problems)
	}
}
