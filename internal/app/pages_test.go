package app_test

import (
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
	"github.com/dateline-news/dateline/services/normalizer"
)

// open opens a pipeline without enricher steps that fetches all pages.
func open(t *testing.T) *app.App {
	t.Helper()
	log := zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel))
	config := fetcher.DefaultConfig()
	config.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	config.Fulltext = schema.FulltextAlways
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

// A run waits for the pages of its items. The last page here is not served
// before the run has seen that it is all that is left; of one item the page is
// not there. Both become articles.
func TestOnceWaitsForPages(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 2, Words: 50, Base: site.URL("")})
	site.Feed("/feed").SetItems(items...)
	var once sync.Once
	release := make(chan struct{})
	site.Handle(items[0].Link[len(site.URL("")):], http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><p>The page.")) // fails when the client has gone
	}))
	pipeline := open(t)
	f := schema.Feed{ID: schema.FeedID(site.URL("/feed")), URL: site.URL("/feed")}
	if err := pipeline.Registry.Put(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	summary, err := pipeline.Once(t.Context(), func(polled, feeds int, left uint64) {
		if polled == feeds && left == 1 {
			once.Do(func() { close(release) })
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !summary.Balanced || summary.Items != 2 || summary.Pages != 2 || summary.PagesMissing != 1 || summary.Articles != 2 || summary.Enriched != 2 || summary.Dead != 0 {
		t.Errorf("summary: %+v", summary)
	}
	for _, d := range bustest.Next(t, pipeline.Bus, 2, schema.StreamItems) {
		item, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		good := item.Page != nil && item.Page.URL == items[0].Link
		if item.Page == nil || good != (item.Page.Error == "") || good != (len(item.Page.HTML) > 0) {
			t.Errorf("page: %+v", item.Page)
		}
	}
	if _, open := <-release; open {
		t.Error("the page was never served")
	}
}

// A run does not wait for a page whose server wants to be left alone for minutes.
// It tells of it and balances; the item is there for another run.
func TestOnceLeavesPagesThatWait(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 2, Words: 50, Base: site.URL("")})
	site.Feed("/feed").SetItems(items...)
	site.Handle(items[0].Link[len(site.URL("")):], http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "240")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	pipeline := open(t)
	f := schema.Feed{ID: schema.FeedID(site.URL("/feed")), URL: site.URL("/feed")}
	if err := pipeline.Registry.Put(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	for run := range 2 {
		summary, err := pipeline.OnceWithin(t.Context(), 500*time.Millisecond, time.Minute, func(int, int, uint64) {})
		if err != nil {
			t.Fatal(err)
		}
		of := uint64(0)
		for _, n := range summary.WaitingFor {
			of += n
		}
		if !summary.Balanced || summary.PagesWaiting != 1 || of != 1 || summary.Pages != int64(1-run) || summary.Articles != int64(1-run) {
			t.Errorf("run %d: %+v", run, summary)
		}
	}
}
