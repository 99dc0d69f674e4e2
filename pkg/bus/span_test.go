package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// traced is a bus that keeps its spans in memory.
func traced(t *testing.T) (*bus.Bus, *tracetest.InMemoryExporter) {
	t.Helper()
	spans := tracetest.NewInMemoryExporter()
	b, err := bus.Connect(t.Context(), bus.Options{
		InProcess: bustest.Server(t), Name: "test", Logger: bustest.Logger(t), Tracer: sdk.NewTracerProvider(sdk.WithSyncer(spans)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	bustest.SetUp(t, b)
	return b, spans
}

// spansOf waits for n spans of a name.
func spansOf(t *testing.T, spans *tracetest.InMemoryExporter, name string, n int) tracetest.SpanStubs {
	t.Helper()
	var found tracetest.SpanStubs
	bustest.Eventually(t, func() error {
		found = nil
		for _, s := range spans.GetSpans() {
			if s.Name == name {
				found = append(found, s)
			}
		}
		if len(found) < n {
			return fmt.Errorf("%d spans of %s, want %d", len(found), name, n)
		}
		return nil
	})
	return found
}

// attributes are those of a span as text.
func attributes(s tracetest.SpanStub) map[string]string {
	all := map[string]string{}
	for _, a := range s.Attributes {
		all[string(a.Key)] = a.Value.String()
	}
	return all
}

// read runs a consumer of ENRICHED.
func read(t *testing.T, b *bus.Bus, handler func(context.Context, bus.Delivery) error) {
	t.Helper()
	bustest.Start(t, func(ctx context.Context) error {
		return b.Handle(ctx, bus.SubscribeOptions{Stream: schema.StreamEnriched, Durable: "reader"}, handler)
	})
}

// A message is followed from its publisher through a stage to a consumer: one trace,
// in which each span is the parent of the next, and the sampled flag in the headers.
func TestSpansAreOneTrace(t *testing.T) {
	t.Parallel()
	b, spans := traced(t)
	put(t, b, note{ID: "one"})
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, stage(), bus.Produce(echo(b.Root()))) })
	inside := make(chan trace.SpanContext, 1)
	read(t, b, func(ctx context.Context, _ bus.Delivery) error {
		inside <- trace.SpanContextFromContext(ctx)
		return nil
	})
	reader := spansOf(t, spans, "reader", 1)[0]
	tester := spansOf(t, spans, "tester", 1)[0]
	published := spansOf(t, spans, "publish", 2)
	chain := []tracetest.SpanStub{published[0], tester, published[1], reader}
	for i, s := range chain[1:] {
		if s.Parent.SpanID() != chain[i].SpanContext.SpanID() || s.SpanContext.TraceID() != chain[0].SpanContext.TraceID() {
			t.Errorf("%s is not a child of %s", s.Name, chain[i].Name)
		}
	}
	if chain[0].Parent.IsValid() || len(reader.Links)+len(tester.Links) != 0 {
		t.Error("the first has a parent, or there are links")
	}
	if got := <-inside; got.SpanID() != reader.SpanContext.SpanID() {
		t.Error("the handler does not have its span")
	}
	if tester.SpanKind != trace.SpanKindConsumer || published[0].SpanKind != trace.SpanKindProducer {
		t.Errorf("kinds %s, %s", tester.SpanKind, published[0].SpanKind)
	}
	got := attributes(tester)
	for name, want := range map[string]string{
		"messaging.system": "nats", "messaging.destination.template": "news.item.>", "messaging.message.id": "one",
		"nats.stream": "ITEMS", "nats.stream.sequence": "1", "nats.delivered": "1", "dateline.verdict": "echoed",
	} {
		if got[name] != want {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
	header := bustest.Next(t, b, 1, schema.StreamEnriched)[0].Header.Get(schema.HeaderTraceParent)
	want := "00-" + published[1].SpanContext.TraceID().String() + "-" + published[1].SpanContext.SpanID().String() + "-"
	if !strings.HasPrefix(header, want) || !published[1].SpanContext.IsSampled() {
		t.Errorf("header %s, want %s", header, want)
	}
}

// What is written into a bucket is told by the bucket.
func TestSpanOfABucket(t *testing.T) {
	t.Parallel()
	b, spans := traced(t)
	m := bus.Message{Subject: bus.BucketSubject(schema.BucketJobs, "ours"), Type: "any", Data: []byte("{}")}
	if _, err := b.Publish(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := attributes(spansOf(t, spans, "publish", 1)[0])
	if template := got["messaging.destination.template"]; template != "$KV.jobs.>" {
		t.Errorf("got %s", template)
	}
}

// linked fails the test when a span is not a trace of its own that links to another.
func linked(t *testing.T, s, to tracetest.SpanStub) {
	t.Helper()
	if s.Parent.IsValid() || s.SpanContext.TraceID() == to.SpanContext.TraceID() || len(s.Links) != 1 ||
		s.Links[0].SpanContext.SpanID() != to.SpanContext.SpanID() {
		t.Errorf("%s: parent %v, links %v", s.Name, s.Parent, s.Links)
	}
}

// What comes again has a trace of its own, which links to the one that led to it. What
// failed says so, and not with the words of the error.
func TestSpanOfARedeliveryLinks(t *testing.T) {
	t.Parallel()
	b, spans := traced(t)
	put(t, b, note{ID: "one"})
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			if d.Delivered == 1 {
				return bus.Result{}, errors.New("at https://user:secret@example.org/")
			}
			return echo(b.Root())(ctx, n, d)
		}))
	})
	tries, publish := spansOf(t, spans, "tester", 2), spansOf(t, spans, "publish", 2)
	if tries[0].Parent.SpanID() != publish[0].SpanContext.SpanID() || tries[0].Status.Code != codes.Error {
		t.Errorf("the first: %+v", tries[0])
	}
	if text := fmt.Sprintf("%+v", spans.GetSpans()); strings.Contains(text, "secret") {
		t.Error("a span repeats an error")
	}
	linked(t, tries[1], publish[0])
	if publish[1].SpanContext.TraceID() != tries[1].SpanContext.TraceID() || attributes(tries[1])["nats.delivered"] != "2" {
		t.Errorf("the second: %+v", tries[1])
	}
}

// Giving back is no error; what cannot be mended is one, and its dead letter makes no
// trace of its own.
func TestSpanTellsHowItEnded(t *testing.T) {
	t.Parallel()
	b, spans := traced(t)
	put(t, b, note{ID: "later"}, note{ID: "never"})
	s := stage()
	s.Unsuspected, s.Deliveries = 10, 13
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(_ context.Context, n note, d bus.Delivery) (bus.Result, error) {
			switch {
			case n.ID == "never":
				return bus.Result{}, bus.Permanent(errors.New("broken"))
			case d.Delivered == 1:
				return bus.Result{}, bus.After(time.Millisecond, errors.New("busy"))
			}
			return bus.Result{Verdict: "done"}, nil
		}))
	})
	for _, span := range spansOf(t, spans, "tester", 3) {
		got := attributes(span)
		never := got["messaging.message.id"] == "never"
		if never != (got["error.type"] == "permanent") || never != (span.Status.Code == codes.Error) {
			t.Errorf("%v: %v", got, span.Status)
		}
	}
	bustest.Next(t, b, 1, schema.StreamDead)
	if n := len(spansOf(t, spans, "publish", 1)); n != 1 {
		t.Errorf("%d spans of publishing, want that of the notes alone", n)
	}
}

// A replay, a backfill and the next poll of a feed begin a trace of their own.
func TestSpansThatBeginAnew(t *testing.T) {
	t.Parallel()
	t.Run("replay", func(t *testing.T) {
		t.Parallel()
		b, spans := traced(t)
		m := bus.Message{
			Subject: b.Root().Replay("job", "1"), Data: []byte("{}"), Type: schema.TypeArticleEnriched, ID: "one",
			Header: map[string]string{schema.HeaderReplaySequence: "7"},
		}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		bustest.Start(t, func(ctx context.Context) error {
			return b.Handle(ctx, bus.SubscribeOptions{Stream: schema.StreamReplay}, func(context.Context, bus.Delivery) error { return nil })
		})
		linked(t, spansOf(t, spans, "handle", 1)[0], spansOf(t, spans, "publish", 1)[0])
	})
	t.Run("poll", func(t *testing.T) {
		t.Parallel()
		b, spans := traced(t)
		m := bus.Message{Subject: b.Root().PollDue("feed"), Data: []byte("{}"), Type: schema.TypePollDue, ID: "one"}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		s := stage()
		s.Stream, s.Consumer = schema.StreamPolls, topology.ConsumerPoller
		bustest.Start(t, func(ctx context.Context) error {
			return bus.Run(ctx, b, s, bus.Sink(func(context.Context, bus.Delivery) error { return nil }))
		})
		linked(t, spansOf(t, spans, "tester", 1)[0], spansOf(t, spans, "publish", 1)[0])
	})
	t.Run("backfill", func(t *testing.T) {
		t.Parallel()
		b, spans := traced(t)
		put(t, b, note{ID: "one"})
		s := stage()
		s.Original = func(d bus.Delivery) bus.Delivery { return d }
		bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Produce(echo(b.Root()))) })
		linked(t, spansOf(t, spans, "tester", 1)[0], spansOf(t, spans, "publish", 1)[0])
	})
}
