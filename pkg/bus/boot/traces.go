package boot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
)

// Traces sends spans to a collector of OpenTelemetry.
type Traces struct {
	provider *sdk.TracerProvider // nil when they are off
	flush    time.Duration
}

// maxFlush is how long the last spans may take: of the ten seconds that a program has
// to stop, --drain leaves two.
const maxFlush = time.Second

// OpenTraces reads the standard OTEL_ variables. Traces are off, and cost nothing,
// unless an endpoint is set there. A collector that does not answer holds up nothing:
// spans are dropped. name is that of the program, drain its time to stop.
func OpenTraces(ctx context.Context, name string, drain time.Duration, log *zap.Logger) (*Traces, error) {
	endpoint := endpointOfTraces()
	if endpoint == "" {
		return &Traces{}, nil
	}
	if err := checkTraces(endpoint); err != nil {
		return nil, ConfigError(err)
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, ConfigError(fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err))
	}
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "dateline-"+name), attribute.String("service.version", Version())), resource.WithFromEnv())
	if err != nil {
		return nil, ConfigError(errors.Join(errors.New("OTEL_RESOURCE_ATTRIBUTES"), err))
	}
	return &Traces{
		provider: sdk.NewTracerProvider(sdk.WithResource(about), sdk.WithBatcher(&telling{SpanExporter: exporter, log: log})),
		flush:    min(cmp.Or(drain, maxFlush), maxFlush),
	}, nil
}

// endpointOfTraces is where the environment has spans sent, empty when they are off.
func endpointOfTraces() string {
	disabled, _ := strconv.ParseBool(os.Getenv("OTEL_SDK_DISABLED"))
	if disabled || strings.EqualFold(os.Getenv("OTEL_TRACES_EXPORTER"), "none") {
		return ""
	}
	return cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
}

// checkTraces refuses what the exporter would pass over in silence. Its error does not
// repeat the address, which may hold a password.
func checkTraces(endpoint string) error {
	if u, err := url.Parse(endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("OTEL_EXPORTER_OTLP_ENDPOINT: want an address such as http://127.0.0.1:4318")
	}
	protocol := cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL"))
	if protocol != "" && protocol != "http/protobuf" {
		return fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL: got %q, want http/protobuf", protocol)
	}
	return errors.Join(checkHeaders("OTEL_EXPORTER_OTLP_HEADERS"), checkHeaders("OTEL_EXPORTER_OTLP_TRACES_HEADERS"))
}

// checkHeaders refuses headers that cannot be read: the exporter would log them, with the
// key in them, and go on without.
func checkHeaders(name string) error {
	headers := os.Getenv(name)
	if headers == "" {
		return nil
	}
	for header := range strings.SplitSeq(headers, ",") {
		key, value, ok := strings.Cut(header, "=")
		if _, err := url.PathUnescape(value); err != nil || !ok || !isToken(strings.TrimSpace(key)) {
			return fmt.Errorf("%s: want NAME=VALUE, separated by commas, where %% and , in a value are written as %%25 and %%2C", name)
		}
	}
	return nil
}

// isToken reports whether a text is a token of HTTP, as names of headers are.
func isToken(text string) bool {
	return text != "" && strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~") == ""
}

// Tracer is what a bus makes its spans with, nil when traces are off.
func (t *Traces) Tracer() trace.TracerProvider {
	if t.provider == nil {
		return nil
	}
	return t.provider
}

// Close sends the spans that are left, for a second at most.
func (t *Traces) Close() {
	if t.provider == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), t.flush)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // what is lost was told by the exporter
}

// telling logs when a collector is lost and when it is there again, in place of each
// failure to reach it.
type telling struct {
	sdk.SpanExporter
	log  *zap.Logger
	lost atomic.Bool
}

// ExportSpans is called by the SDK.
func (e *telling) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	err := e.SpanExporter.ExportSpans(ctx, spans)
	switch {
	case err != nil && !e.lost.Swap(true):
		e.log.Warn("traces cannot be sent; they are dropped", zap.Int("spans", len(spans)), zap.String("why", bounded(err.Error())))
	case err == nil && e.lost.Swap(false):
		e.log.Info("traces are sent again")
	}
	return nil
}

// maxWhy bounds what a collector's answer may add to the log.
const maxWhy = 300

func bounded(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxWhy)], "?") }
