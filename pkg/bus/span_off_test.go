package bus

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/trace"

	"github.com/dateline-news/dateline/pkg/schema"
)

const led = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"

// Without a tracer no span is begun, the context stays as it is, and nothing more is
// allocated than the trace of the delivery takes.
func TestNoTracerCostsNothing(t *testing.T) {
	b := &Bus{root: schema.DefaultRoot}
	d := Delivery{Subject: "news.item.example_org", Header: nats.Header{schema.HeaderTraceParent: {led}}, Delivered: 2}
	ctx := t.Context()
	if spanned, span := b.consume(ctx, consumer{name: "tester"}, d); spanned != ctx || span.IsRecording() {
		t.Errorf("got %v, %v", spanned, span)
	}
	why := errors.New("no matter")
	if n := testing.AllocsPerRun(100, func() {
		_, span := b.consume(ctx, consumer{name: "tester"}, d)
		ended(span, "verdict", why)
	}); n != 0 {
		t.Errorf("a delivery takes %v allocations more", n)
	}
	messages := []Message{{Subject: d.Subject, Type: schema.TypeItemFound}}
	before := testing.AllocsPerRun(100, func() { traceOf(&d) })
	if n := testing.AllocsPerRun(100, func() {
		span, _ := b.sending(ctx, &d, messages)
		ended(span, "", why)
	}); n != before {
		t.Errorf("publishing takes %v allocations for its trace, before %v", n, before)
	}
}

// Without a tracer a message is of the trace that led to it, with a span of its own and
// the flag that it came with.
func TestNoTracerPassesTheTraceOn(t *testing.T) {
	b := &Bus{root: schema.DefaultRoot}
	cause := Delivery{Header: nats.Header{schema.HeaderTraceParent: {led}}}
	_, parent := b.sending(context.Background(), &cause, []Message{{Type: schema.TypeItemFound}})
	h := nats.Header{}
	traceInto(h, parent)
	got := h[schema.HeaderTraceParent][0]
	if got[:36] != led[:36] || got[36:52] == led[36:52] || got[52:] != "-01" {
		t.Errorf("got %s of %s", got, led)
	}
	h = nats.Header{}
	traceInto(h, trace.SpanContext{})
	if got := h[schema.HeaderTraceParent][0]; !strings.HasSuffix(got, "-00") || got[3:35] == led[3:35] {
		t.Errorf("a new trace: got %s", got)
	}
}

// What a subject has of the outside is no part of a span.
func TestTemplate(t *testing.T) {
	b := &Bus{root: "wire"}
	for subject, want := range map[string]string{
		"wire.item.example_org":                  "wire.item.>",
		"wire.article.en.example_org.0123":       "wire.article.>",
		"wire.it\x00em\u00e9.x":                  "wire.it?em?.>",
		"wire." + strings.Repeat("x", 500) + ".": "wire." + strings.Repeat("x", maxAttribute-5),
	} {
		if got := b.template(subject); got != want {
			t.Errorf("%q: got %q, want %q", subject, got, want)
		}
	}
}
