package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// store bounds the bytes on disk, as `dateline up` does by default.
const store = 10 << 30

// captured are the streams whose messages the floor stores too.
var captured = []string{schema.StreamItems, schema.StreamArticles, schema.StreamEnriched}

// side is what one process measured of itself.
type side struct {
	// Seconds from the first act to the last acknowledgement.
	Seconds float64 `json:"seconds"`
	// ItemsPerSecond that became enriched articles.
	ItemsPerSecond float64 `json:"items_per_second"`
	benchmark.Usage
	// HeapHalf is the live heap when half of the items were through, with what
	// was in hand; HeapEnd is that when all were.
	HeapHalf int64 `json:"heap_half_bytes"`
	HeapEnd  int64 `json:"heap_end_bytes"`
	// Streams are what was stored, by stream.
	Streams map[string]stored `json:"streams"`
	// Disk is what that takes on disk, compressed.
	Disk int64 `json:"disk_bytes"`
}

// stored is what a stream holds: messages, and their bytes with subjects and
// headers, before compression.
type stored struct {
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
}

// runPipeline is the process with the pipeline: all that `dateline up --once`
// does, with its defaults, measured from the first poll that is made due to the
// last message that is acknowledged.
func runPipeline(ctx context.Context, args []string, _ io.Reader, out, log io.Writer) error {
	flags := flag.NewFlagSet(partPipeline, flag.ContinueOnError)
	site, feeds, items := flags.String("site", "", ""), flags.Int("feeds", 1, ""), flags.Int("items", 1, "")
	dir, capture, profile := flags.String("dir", "", ""), flags.String("capture", "", ""), flags.String("profile", "", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	options, err := defaults(*dir, log)
	if err != nil {
		return err
	}
	pipeline, err := app.Open(ctx, options)
	if err != nil {
		return err
	}
	defer pipeline.Close()
	if err := register(ctx, pipeline, *site, *feeds); err != nil {
		return err
	}
	want := int64(*feeds * *items)
	result, err := measured(*profile, partPipeline, want, pipeline.Bus.Stats().Stage(enricher.Stage).In.Load, func() error {
		summary, err := pipeline.Once(ctx, func(int, int, uint64) {})
		return errors.Join(err, complete(summary, want))
	})
	if err != nil {
		return err
	}
	if err := result.weigh(ctx, pipeline.Bus.JetStream(), *dir, append(captured, schema.StreamMentions)); err != nil {
		return err
	}
	if *capture != "" {
		for _, name := range captured {
			if err := capturing(ctx, pipeline.Bus, name, filepath.Join(*capture, name)); err != nil {
				return err
			}
		}
	}
	return json.NewEncoder(out).Encode(result)
}

// defaults are the settings of `dateline up`, which may fetch from this machine.
func defaults(dir string, log io.Writer) (app.Options, error) {
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		return app.Options{}, err
	}
	logger, err := boot.Log{LogLevel: zap.WarnLevel.String(), LogFormat: "text"}.New(log)
	if err != nil {
		return app.Options{}, err
	}
	o := app.Options{
		NATS:       embedded.Options{Dir: dir, Listen: "127.0.0.1:0", Store: store, Logger: logger},
		HTTP:       boot.HTTP{Address: "127.0.0.1:0"},
		Root:       schema.DefaultRoot,
		Fetcher:    fetcher.DefaultConfig(),
		Normalizer: normalizer.DefaultConfig(),
		Enricher:   enricher.DefaultConfig(),
		Steps:      steps,
		Logger:     logger,
	}
	o.Fetcher.Version = boot.Version()
	o.Fetcher.AllowNet = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	return o, nil
}

func register(ctx context.Context, pipeline *app.App, site string, n int) error {
	feeds := make([]schema.Feed, n)
	for i := range feeds {
		url := site + feedPath(i)
		feeds[i] = schema.Feed{ID: schema.FeedID(url), URL: url, Added: time.Now()}
	}
	_, _, err := pipeline.Registry.Register(ctx, feeds)
	return err
}

// complete reports a run whose speed says nothing because it lost something.
func complete(s app.Summary, want int64) error {
	if s.Items != want || s.Articles != want || s.Enriched != want || s.Dead != 0 || !s.Balanced {
		return fmt.Errorf("pipeline: want %d enriched articles, got %+v", want, s)
	}
	return nil
}
