// Package hostile_test runs the whole pipeline against servers and documents that
// mean harm, one row each, and checks what became of them and of a good feed beside.
package hostile_test

import (
	"bytes"
	"net/netip"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

func TestMain(m *testing.M) { bustest.Main(m) }

// patience is how long a request may take here, which is less than in earnest.
const patience = 8 * time.Second

// output keeps what is logged.
type output struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.Write(p)
}

func (o *output) Sync() error { return nil }

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.all.String()
}

// open opens a pipeline that may fetch from loopback, and what it logs: the lines
// that a service would write.
func open(tb testing.TB, change func(*fetcher.Config)) (*app.App, *output) {
	tb.Helper()
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		tb.Fatal(err)
	}
	logged := &output{}
	log := zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), logged, zap.DebugLevel))
	config := fetcher.DefaultConfig()
	config.Fulltext = schema.FulltextNever
	config.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	config.HTTPTimeout, config.HostSpacing = patience, 0
	change(&config)
	pipeline, err := app.Open(tb.Context(), app.Options{
		NATS: embedded.Options{Dir: tb.TempDir(), Store: 10 << 30, SyncInterval: time.Minute, Logger: zap.NewNop()},
		Root: schema.DefaultRoot, Fetcher: config, Normalizer: normalizer.DefaultConfig(), Enricher: enricher.DefaultConfig(),
		Steps: steps, Logger: log,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pipeline.Close)
	return pipeline, logged
}

func unchanged(*fetcher.Config) {}

func feedOf(url string) schema.Feed { return schema.Feed{ID: schema.FeedID(url), URL: url} }

// poll polls every feed once, and expects the accounts to balance.
func poll(tb testing.TB, pipeline *app.App) app.Summary {
	tb.Helper()
	summary, err := pipeline.Once(tb.Context(), func(int, int, uint64) {})
	if err != nil {
		tb.Fatal(err)
	}
	if !summary.Balanced {
		tb.Errorf("the accounts do not balance: %+v", summary)
	}
	return summary
}

// register registers the feed of each server.
func register(tb testing.TB, pipeline *app.App, servers ...server) []schema.Feed {
	tb.Helper()
	var feeds []schema.Feed
	for _, s := range servers {
		feeds = append(feeds, feedOf(s(tb)))
	}
	if _, _, err := pipeline.Registry.Register(tb.Context(), feeds); err != nil {
		tb.Fatal(err)
	}
	return feeds
}

func state(tb testing.TB, pipeline *app.App, feed schema.Feed) schema.PollState {
	tb.Helper()
	s, found, err := pipeline.Registry.State(tb.Context(), feed.ID)
	if err != nil || !found {
		tb.Fatalf("state of %s: found %v, %v", feed.URL, found, err)
	}
	return s
}

// messages are all those of a stream.
func messages(tb testing.TB, b *bus.Bus, stream string) []bus.Delivery {
	tb.Helper()
	var all []bus.Delivery
	for d, err := range b.Read(tb.Context(), bus.ReadOptions{Stream: stream}) {
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// articles are the enriched ones of each feed, by its id.
func articles(tb testing.TB, b *bus.Bus) map[string][]schema.Enriched {
	tb.Helper()
	all := map[string][]schema.Enriched{}
	for _, d := range messages(tb, b, schema.StreamEnriched) {
		e, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			tb.Fatal(err)
		}
		all[e.Source.FeedID] = append(all[e.Source.FeedID], e)
	}
	return all
}
