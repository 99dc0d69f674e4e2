package bus

import (
	"context"
	"crypto/rand"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// traceOf is the trace context of a delivery, not valid when there is none.
func traceOf(cause *Delivery) trace.SpanContext {
	if cause == nil {
		return trace.SpanContext{}
	}
	var format propagation.TraceContext
	return trace.SpanContextFromContext(format.Extract(context.Background(), carrier(cause.Header)))
}

// traceInto writes the W3C trace context of a message: the trace of what led to
// it, or a new one, with a span of its own; or that of the span in this process that
// publishes it.
func traceInto(h nats.Header, parent trace.SpanContext) {
	var format propagation.TraceContext
	if parent.IsValid() && !parent.IsRemote() {
		format.Inject(trace.ContextWithSpanContext(context.Background(), parent), carrier(h))
		return
	}
	config := trace.SpanContextConfig{
		TraceID:    parent.TraceID(),
		TraceFlags: parent.TraceFlags(),
		TraceState: parent.TraceState(),
	}
	if !parent.IsValid() {
		_, _ = rand.Read(config.TraceID[:]) // crypto/rand does not fail
	}
	_, _ = rand.Read(config.SpanID[:])
	format.Inject(trace.ContextWithSpanContext(context.Background(), trace.NewSpanContext(config)), carrier(h))
}

// carrier lets the propagator use the headers' case as it is; the header names
// of W3C Trace Context are lower case, which nats.Header.Get does not change.
type carrier nats.Header

func (c carrier) Get(key string) string {
	if v := c[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (c carrier) Set(key, value string) { c[key] = []string{value} }

func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for k := range c {
		keys = append(keys, k)
	}
	return keys
}
