package httpfetch

import (
	"context"
	"errors"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// scope names who has made a span.
const scope = "github.com/dateline-news/dateline/services/fetcher"

// maxHost bounds the name of a host in a span, as DNS does.
const maxHost = 253

// traced begins the span of a request in the trace of ctx, and returns what ends it.
// Of the address it holds the host alone: paths and queries may hold secrets.
func traced(ctx context.Context, req Request) (context.Context, func(Response, error)) {
	parent := trace.SpanFromContext(ctx)
	if !parent.IsRecording() {
		return ctx, untraced
	}
	method := "GET"
	if req.Form != nil {
		method = "POST"
	}
	ctx, span := parent.TracerProvider().Tracer(scope).Start(ctx, method, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("http.request.method", method)))
	if u, err := parseURL(req.URL); err == nil {
		span.SetAttributes(attribute.String("server.address", printable(u.Hostname())))
	}
	return ctx, func(resp Response, err error) {
		if resp.Status != 0 {
			span.SetAttributes(attribute.Int("http.response.status_code", resp.Status))
		}
		if err != nil {
			why := "stopped"
			if failure := (*Error)(nil); errors.As(err, &failure) {
				why = string(failure.Code)
			}
			span.SetAttributes(attribute.String("error.type", why))
			span.SetStatus(codes.Error, why)
		}
		span.End()
	}
}

// untraced ends what was not begun.
func untraced(Response, error) {}

// printable is outside text as ASCII, bounded.
func printable(s string) string {
	quoted := strconv.QuoteToASCII(s[:min(len(s), maxHost)])
	return quoted[1 : len(quoted)-1]
}
