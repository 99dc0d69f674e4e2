// Package e2e_test runs the whole pipeline on real input: feeds served over
// HTTP on loopback, an embedded server, the services as they ship.
package e2e_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// open opens a pipeline on dir that may fetch from loopback.
func open(t testing.TB, dir string) *app.App {
	t.Helper()
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	log := zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel))
	config := fetcher.DefaultConfig()
	config.Fulltext = schema.FulltextNever // the links of real feeds lead to the world
	config.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	pipeline, err := app.Open(t.Context(), app.Options{
		NATS: embedded.Options{Dir: dir, Store: 10 << 30, SyncInterval: time.Minute, Logger: log},
		Root: schema.DefaultRoot, Fetcher: config, Normalizer: normalizer.DefaultConfig(), Enricher: enricher.DefaultConfig(),
		Steps: steps, Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pipeline.Close)
	return pipeline
}

// once polls every feed once and expects the accounts to balance.
func once(t testing.TB, pipeline *app.App) app.Summary {
	t.Helper()
	summary, err := pipeline.Once(t.Context(), func(int, int, uint64) {})
	if err != nil {
		t.Fatal(err)
	}
	if !summary.Balanced {
		t.Errorf("the accounts do not balance: %+v", summary)
	}
	return summary
}

// shared is the folder of reference data, which is not part of the repository.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the reference data is not here; set DATELINE_SHARED to its folder")
	}
	return dir
}
