package app_test

import (
	"fmt"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// A run looks at some of the feeds at a time, and waits for all of them: one that
// cannot be had stands between many others and holds none of them up.
func TestOncePollsMoreFeedsThanOneLookMeets(t *testing.T) {
	t.Parallel()
	const feeds, missing = 90, 7
	site := fetchertest.New(t)
	pipeline := open(t)
	for n := range feeds {
		path := fmt.Sprintf("/%d.xml", n)
		if n != missing {
			items := fetchertest.Generate(fetchertest.Spec{Seed: uint64(n), Count: 1, Words: 200, Base: fmt.Sprintf("https://paper%d.example", n)})
			site.Feed(path).SetItems(items...)
		}
		url := site.URL(path)
		never := schema.Feed{ID: schema.FeedID(url), URL: url, Fulltext: schema.FulltextNever}
		if err := pipeline.Registry.Put(t.Context(), never); err != nil {
			t.Fatal(err)
		}
	}
	before := 0
	summary, err := pipeline.Once(t.Context(), func(polled, all int, _ uint64) {
		if polled < before || all != feeds {
			t.Errorf("%d of %d feeds are polled, after %d", polled, all, before)
		}
		before = polled
	})
	if err != nil {
		t.Fatal(err)
	}
	if before != feeds || !summary.Balanced || summary.Feeds != feeds || summary.Articles != feeds-1 {
		t.Errorf("%d feeds polled; summary: %+v", before, summary)
	}
}
