package bus

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/dateline-news/dateline/pkg/schema"
)

// scope names who has made a span.
const scope = "github.com/dateline-news/dateline/pkg/bus"

// maxAttribute bounds a text in a span.
const maxAttribute = 128

// consumer is who works on a delivery.
type consumer struct {
	// name is that of the stage or the durable, and of the span.
	name string
	// replays says that its deliveries were made by work that is over.
	replays bool
}

// consume begins the span of the work on a delivery, and returns a context that has
// it: a part of the trace that led to the delivery, or a trace of its own that links
// to that one. Without a tracer ctx is returned as it is.
func (b *Bus) consume(ctx context.Context, c consumer, d Delivery) (context.Context, trace.Span) {
	if b.tracer == nil {
		return ctx, trace.SpanFromContext(context.Background())
	}
	options := []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(
			attribute.String("messaging.system", "nats"),
			attribute.String("messaging.operation.type", "process"),
			attribute.String("messaging.destination.template", b.template(d.Subject)),
			attribute.String("messaging.message.id", headerText(d.Header.Get(schema.HeaderID), maxAttribute)),
			attribute.String("nats.stream", d.Stream),
			attribute.Int64("nats.stream.sequence", int64(d.Sequence)), // #nosec G115 -- a server counts no further
			attribute.Int64("nats.delivered", int64(d.Delivered)),      // #nosec G115 -- as above
		),
	}
	led := traceOf(&d)
	switch {
	case led.IsValid() && b.beginsAnew(c, d):
		options = append(options, trace.WithNewRoot(), trace.WithLinks(trace.Link{SpanContext: led}))
	case led.IsValid():
		ctx = trace.ContextWithRemoteSpanContext(ctx, led)
	default:
		options = append(options, trace.WithNewRoot())
	}
	return b.tracer.Start(ctx, c.name, options...)
}

// beginsAnew reports whether the work on a delivery is not of the trace that led to
// it: a poll follows on the last one for as long as there is the feed, a replay may
// come years later, and what was begun before has its span there already.
func (b *Bus) beginsAnew(c consumer, d Delivery) bool {
	return c.replays || d.Delivered > 1 || d.Stream == b.root.Stream(schema.StreamPolls) ||
		d.Header.Get(schema.HeaderReplaySequence) != ""
}

// ended ends the span of the work on a delivery. What an error says stays in the logs,
// as it may repeat what an outsider has written.
func ended(span trace.Span, verdict string, err error) {
	if !span.IsRecording() {
		return
	}
	defer span.End()
	if verdict != "" {
		span.SetAttributes(attribute.String("dateline.verdict", verdict))
	}
	if _, later := AsAfter(err); err == nil || later {
		return
	}
	why := "failed"
	if IsPermanent(err) {
		why = "permanent"
	}
	span.SetAttributes(attribute.String("error.type", why))
	span.SetStatus(codes.Error, why)
}

// sending begins the span of publishing messages that a delivery led to, if any. It
// returns the trace context that they carry: that of the span, or without a tracer
// that of the delivery.
func (b *Bus) sending(ctx context.Context, cause *Delivery, messages []Message) (trace.Span, trace.SpanContext) {
	inside := trace.SpanContextFromContext(ctx).IsValid()
	if b.tracer == nil || len(messages) == 0 || messages[0].Type == "" && !inside {
		return trace.SpanFromContext(context.Background()), traceOf(cause)
	}
	if led := traceOf(cause); led.IsValid() && !inside {
		ctx = trace.ContextWithRemoteSpanContext(ctx, led)
	}
	_, span := b.tracer.Start(ctx, "publish", trace.WithSpanKind(trace.SpanKindProducer), trace.WithAttributes(
		attribute.String("messaging.system", "nats"),
		attribute.String("messaging.operation.type", "send"),
		attribute.String("messaging.destination.template", b.template(messages[0].Subject)),
		attribute.Int("messaging.batch.message_count", len(messages)),
	))
	return span, span.SpanContext()
}

// template is what all subjects of the kind of a subject have in common, or of the
// bucket of a key: the rest of a subject is made of outside text.
func (b *Bus) template(subject string) string {
	if key, ok := strings.CutPrefix(subject, "$KV."); ok {
		bucket, _, _ := strings.Cut(key, ".")
		return headerText(BucketSubject(bucket, ">"), maxAttribute)
	}
	return headerText(b.root.All(b.root.KindOf(subject)), maxAttribute)
}
