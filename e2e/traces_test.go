package e2e_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/internal/demo"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// traced runs the demo with a tracer and a consumer of what is enriched.
func traced(t *testing.T) *tracetest.InMemoryExporter {
	t.Helper()
	site, err := demo.Serve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = site.Close() })
	config := fetcher.DefaultConfig()
	config.Fulltext, config.AllowNet = schema.FulltextNever, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	spans := tracetest.NewInMemoryExporter()
	pipeline, err := app.Open(t.Context(), app.Options{
		NATS: embedded.Options{Dir: t.TempDir(), Store: 10 << 30, SyncInterval: time.Minute}, Root: schema.DefaultRoot,
		Fetcher: config, Normalizer: normalizer.DefaultConfig(), Enricher: enricher.DefaultConfig(), Steps: steps,
		Tracer: sdk.NewTracerProvider(sdk.WithSyncer(spans)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pipeline.Close)
	if _, _, err := pipeline.Registry.Register(t.Context(), site.Feeds()); err != nil {
		t.Fatal(err)
	}
	bustest.Start(t, func(ctx context.Context) error { return pipeline.Run(ctx) })
	bustest.Start(t, func(ctx context.Context) error {
		o := bus.SubscribeOptions{Stream: schema.StreamEnriched, Durable: "desk"}
		return pipeline.Bus.Handle(ctx, o, func(context.Context, bus.Delivery) error { return nil })
	})
	return spans
}

// wayTo is the names of a span and of those that led to it, first first.
func wayTo(byID map[string]tracetest.SpanStub, s tracetest.SpanStub) string {
	names := []string{s.Name}
	for s.Parent.IsValid() {
		parent, known := byID[s.Parent.SpanID().String()]
		if !known || parent.SpanContext.TraceID() != s.SpanContext.TraceID() {
			return "? > " + strings.Join(names, " > ")
		}
		s = parent
		names = append([]string{s.Name}, names...)
	}
	return strings.Join(names, " > ")
}

// An article is one trace: from the poll of its feed to who consumes it, with the
// request and each step where they belong.
func TestTraceFromPollToConsumer(t *testing.T) {
	t.Parallel()
	spans := traced(t)
	const way = "poller > publish > normalizer > publish > enricher"
	bustest.Eventually(t, func() error {
		byID := map[string]tracetest.SpanStub{}
		for _, s := range spans.GetSpans() {
			byID[s.SpanContext.SpanID().String()] = s
		}
		paths := map[string]int{}
		for _, s := range byID {
			paths[wayTo(byID, s)]++
		}
		for _, want := range []string{"poller > GET", way + " > publish > desk", way + " > step places"} {
			if paths[want] == 0 {
				return fmt.Errorf("no %s in %v", want, paths)
			}
		}
		return nil
	})
}

// A poll begins a trace: not all that a feed ever brings is of one.
func TestPollBeginsATrace(t *testing.T) {
	t.Parallel()
	spans := traced(t)
	bustest.Eventually(t, func() error {
		polls := map[string]bool{}
		for _, s := range spans.GetSpans() {
			if s.Name != "poller" {
				continue
			}
			if s.Parent.IsValid() || polls[s.SpanContext.TraceID().String()] {
				t.Fatalf("a poll is part of another trace: %+v", s)
			}
			polls[s.SpanContext.TraceID().String()] = true
		}
		if len(polls) < 2 {
			return fmt.Errorf("%d polls", len(polls))
		}
		return nil
	})
}
