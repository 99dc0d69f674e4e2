package why_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/internal/why"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/normalizer"
)

// open opens a pipeline that may fetch from this machine.
func open(t *testing.T) *app.App {
	t.Helper()
	log := zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel))
	config := fetcher.DefaultConfig()
	config.Fulltext = schema.FulltextNever
	config.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	pipeline, err := app.Open(t.Context(), app.Options{
		NATS: embedded.Options{Dir: t.TempDir(), Store: 10 << 30, SyncInterval: time.Minute, Logger: log},
		Root: schema.DefaultRoot, Fetcher: config, Normalizer: normalizer.DefaultConfig(), Enricher: enricher.DefaultConfig(),
		Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pipeline.Close)
	return pipeline
}

func poll(t *testing.T, a *app.App) {
	t.Helper()
	if _, err := a.Once(t.Context(), func(int, int, uint64) {}); err != nil {
		t.Fatal(err)
	}
}

func register(t *testing.T, a *app.App, addresses ...string) {
	t.Helper()
	for _, address := range addresses {
		if err := a.Registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(address), URL: address}); err != nil {
			t.Fatal(err)
		}
	}
}

func idOf(t *testing.T, link string) string {
	t.Helper()
	key, rule := schema.IdentityKey(schema.Identity{Link: link})
	if rule != schema.IdentityLink {
		t.Fatal(rule)
	}
	return schema.ArticleID(key)
}

// outcomes are the outcomes of a report, as feed path: outcome.
func outcomes(r why.Report) []string {
	var all []string
	for _, s := range r.Sights {
		all = append(all, s.FeedURL[strings.LastIndexByte(s.FeedURL, '/'):]+": "+s.Outcome)
	}
	return all
}

// An article that one feed showed, another repeated and the first revised.
func TestExplainThroughThePipeline(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 1, Words: 120, Base: site.URL("")})
	site.Feed("/first").SetItems(items...)
	pipeline := open(t)
	register(t, pipeline, site.URL("/first"))
	poll(t, pipeline)
	site.Feed("/second").SetItems(items...)
	register(t, pipeline, site.URL("/second"))
	poll(t, pipeline)
	edited := slices.Clone(items)
	edited[0].Title += ", corrected"
	site.Feed("/first").SetItems(edited...)
	poll(t, pipeline)

	r, err := why.Explain(t.Context(), pipeline.Bus, idOf(t, items[0].Link), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/first: published", "/second: duplicate", "/first: published"}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	if len(r.Revisions) != 2 || r.Revisions[0].Enriched == 0 || r.Revisions[1].Revision != 2 || len(r.Revisions[1].Rules) == 0 || len(r.Dead) > 0 {
		t.Errorf("revisions: %+v; dead: %v", r.Revisions, r.Dead)
	}
	if reason := r.Sights[1].Reason; !strings.Contains(reason, "belongs to the feed "+site.URL("/first")) {
		t.Errorf("reason of the duplicate: %q", reason)
	}
}

// What nothing is known of has a report that says nothing.
func TestExplainUnknown(t *testing.T) {
	t.Parallel()
	r, err := why.Explain(t.Context(), open(t).Bus, strings.Repeat("0", 32), time.Time{})
	if err != nil || len(r.Sights)+len(r.Revisions)+len(r.Dead) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// An item that waits for its page, and one that nothing can be made of.
func TestExplainWhatIsNoArticle(t *testing.T) {
	t.Parallel()
	pipeline := open(t)
	b := pipeline.Bus
	link := fetchertest.New(t).URL("/2026/story") // which is not there
	id := idOf(t, link)
	fetched := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i, m := range []bus.Message{
		{Subject: b.Root().Found("news_example")},
		{Subject: b.Root().Item("news_example")},
	} {
		item := schema.Item{
			ID: id, Feed: schema.FeedRef{URL: "https://news.example/feed"}, Fetch: schema.Fetch{FetchedAt: fetched},
			Format: schema.FormatRSS, Document: "<rss><channel><item><link>" + link + "</link></item></channel></rss>",
		}
		data, err := bus.Encode(item)
		if err != nil {
			t.Fatal(err)
		}
		m.Data, m.Type, m.Schema, m.ID, m.About, m.Dedup = data, schema.TypeItemFound, "item", fmt.Sprint("item", i), id, true
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	r, err := why.Explain(t.Context(), b, id, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/feed: dead", "/feed: waiting"}, outcomes(r)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(r.Sights[0].Reason, "no headline") {
		t.Errorf("reason: %q", r.Sights[0].Reason)
	}
	poll(t, pipeline) // which makes dead letters of both
	r, err = why.Explain(t.Context(), b, id, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Dead) == 0 || len(r.Revisions) > 0 || r.Dead[0].Stage != "normalizer" {
		t.Errorf("%+v", r)
	}
}
