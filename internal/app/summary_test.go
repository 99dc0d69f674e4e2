package app

import (
	"maps"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// runOfTen is the account after a run of ten items, four of which wanted their page: seven new articles, one revision,
// one duplicate, one dead letter; all that was stored is enriched.
func runOfTen() account {
	return account{
		left: map[string]uint64{},
		last: map[string]uint64{
			schema.StreamFound: 104, schema.StreamItems: 110, schema.StreamArticles: 108, schema.StreamEnriched: 108,
			schema.StreamMentions: 130, schema.StreamDead: 101,
		},
		counts: map[string]map[string]int64{
			fetcher.Stage:     {"items-published": 10, "items-unchanged": 5, countIn: 2},
			fetcher.PageStage: {countIn: 4, "with-page": 3, "without-page": 1},
			normalizer.Stage:  {countIn: 10, "new": 7, "revised": 1, "duplicate": 1, countDead: 1},
			enricher.Stage:    {countIn: 8, "enriched": 8},
		},
	}
}

// before is the account of streams that hold a hundred messages each.
func before() account {
	a := account{last: map[string]uint64{}, counts: map[string]map[string]int64{}}
	for stream := range runOfTen().last {
		a.last[stream] = 100
	}
	return a
}

func TestSummaryCountsTheRun(t *testing.T) {
	feeds := []schema.Feed{{ID: "good", URL: "https://good.example/"}, {ID: "bad", URL: "https://bad.example/"}}
	states := map[string]schema.PollState{"good": {}, "bad": {Error: "gone", Detail: "status 410"}}
	s := summarize(before(), runOfTen(), feeds, states)
	if len(s.Problems) != 1 || s.Problems[0] != (Problem{URL: "https://bad.example/", Error: "gone", Detail: "status 410"}) {
		t.Errorf("problems: %+v", s.Problems)
	}
	s.Problems = nil
	want := Summary{
		Feeds: 2, Failing: 1, Items: 10, Unchanged: 5, Pages: 4, PagesMissing: 1, Articles: 7, Revisions: 1, Duplicates: 1,
		Dead: 1, Enriched: 8, Entities: 30, Balanced: true,
	}
	if s.Feeds != want.Feeds || s.Failing != want.Failing || s.Items != want.Items || s.Pages != want.Pages || s.PagesMissing != want.PagesMissing || s.Unchanged != want.Unchanged ||
		s.Articles != want.Articles || s.Revisions != want.Revisions || s.Duplicates != want.Duplicates ||
		s.Dead != want.Dead || s.Enriched != want.Enriched || s.Entities != want.Entities || !s.Balanced {
		t.Errorf("got %+v, want %+v", s, want)
	}
}

// A message that went in and did not come out, wherever it was lost, must not
// balance; one that came twice must.
func TestBalance(t *testing.T) {
	for name, test := range map[string]struct {
		change func(account)
		want   bool
	}{
		"nothing happened": {func(a account) {
			maps.Copy(a.last, before().last)
			clear(a.counts)
		}, true},
		"a page that was not asked for": {func(a account) { a.last[schema.StreamFound]++ }, false},
		"a page without an outcome":     {func(a account) { a.counts[fetcher.PageStage][countIn]++ }, false},
		"a page that was asked for twice": {func(a account) {
			a.counts[fetcher.PageStage][countIn]++
			a.counts[fetcher.PageStage]["with-page"]++
		}, true},
		"an item that was set aside before its page": {func(a account) {
			a.counts[fetcher.PageStage]["with-page"]--
			a.counts[fetcher.PageStage][countDead]++
		}, true},
		"a page that is waited for": {func(a account) {
			a.last[schema.StreamFound]++
			a.left[topology.ConsumerPager] = 1
		}, true},
		"two of them, of which one is there": {func(a account) {
			a.last[schema.StreamFound] += 2
			a.left[topology.ConsumerPager] = 1
		}, false},
		"an item whose page came when the run ended": {func(a account) {
			a.last[schema.StreamItems]++
			a.left[topology.ConsumerNormalizer] = 1
		}, true},
		"an item that was not normalized": {func(a account) { a.last[schema.StreamItems]++ }, false},
		"an item without an outcome":      {func(a account) { a.counts[normalizer.Stage][countIn]++ }, false},
		"an item that came twice": {func(a account) {
			a.counts[normalizer.Stage][countIn]++
			a.counts[normalizer.Stage]["stored"]++
		}, true},
		"an article that was said to be stored": {func(a account) { a.last[schema.StreamArticles]-- }, false},
		"an article that was not enriched": {func(a account) {
			a.counts[enricher.Stage][countIn]--
			a.counts[enricher.Stage]["enriched"]--
		}, false},
		"an article whose enricher was killed before its ack": {func(a account) {
			a.counts[enricher.Stage]["enriched"]--
			a.counts[enricher.Stage]["stored"]++
		}, true},
		"an enriched article that is not there": {func(a account) { a.last[schema.StreamEnriched]-- }, false},
		"an enriched article set aside": {func(a account) {
			a.counts[enricher.Stage]["enriched"]--
			a.counts[enricher.Stage][countDead]++
			a.last[schema.StreamEnriched]--
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			a := runOfTen()
			test.change(a)
			if got := summarize(before(), a, nil, nil).Balanced; got != test.want {
				t.Errorf("balanced: got %v, want %v", got, test.want)
			}
		})
	}
}
