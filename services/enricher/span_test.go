package enricher_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// Each step that runs is a span of the work on its article, and one that fails says so
// without the words of its error.
func TestStepsAreSpans(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	ctx, parent := sdk.NewTracerProvider(sdk.WithSyncer(spans)).Tracer("test").Start(t.Context(), "enricher")
	fine := fake{"fine", func(*schema.Enriched) error { return nil }}
	fails := fake{"fails", func(*schema.Enriched) error { return errors.New("secret") }}
	wrong := adds(schema.Mention{Field: schema.FieldHeadline, Start: 0, End: 5, Text: "other"})
	for _, last := range []enricher.Step{fails, wrong} {
		spans.Reset()
		_, err := enricher.Enrich(ctx, []enricher.Step{fine, last, fine}, harbour)
		if err == nil {
			t.Fatal("no error")
		}
		got := spans.GetSpans()
		if len(got) != 2 || got[0].Name != "step fine" || got[1].Name != "step "+last.Name() {
			t.Fatalf("got %+v", got)
		}
		for i, s := range got {
			if s.Parent.SpanID() != parent.SpanContext().SpanID() || (s.Status.Code == codes.Error) != (i == 1) {
				t.Errorf("got %+v", s)
			}
		}
		if strings.Contains(fmt.Sprintf("%+v", got), "secret") {
			t.Error("a span repeats an error")
		}
	}
}
