package httpfetch_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// A request is a span of the work that makes it, which tells the host and the status,
// and nothing else of the address.
func TestSpanOfARequest(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/secret-gone") {
			w.WriteHeader(http.StatusGone)
		}
	})
	host, _ := url.Parse(s.URL)
	for name, test := range map[string]struct {
		url    string
		form   url.Values
		method string
		status int64
		fails  string
	}{
		"good":    {s.URL + "/secret-path?key=secret", nil, "GET", 200, ""},
		"user":    {strings.Replace(s.URL, "//", "//user:secret@", 1), nil, "GET", 200, ""},
		"posted":  {s.URL + "/", url.Values{"key": {"secret"}}, "POST", 200, ""},
		"gone":    {s.URL + "/secret-gone", nil, "GET", 410, "gone"},
		"blocked": {"ftp://user:secret@127.0.0.1/secret", nil, "GET", 0, "blocked-scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			spans := tracetest.NewInMemoryExporter()
			ctx, parent := sdk.NewTracerProvider(sdk.WithSyncer(spans)).Tracer("test").Start(t.Context(), "poller")
			c := client(t)
			get := c.Get
			if test.form != nil {
				get = c.Post
			}
			_, err := get(ctx, httpfetch.Request{URL: test.url, Form: test.form})
			if (err != nil) != (test.fails != "") {
				t.Fatal(err)
			}
			got := spans.GetSpans()
			if len(got) != 1 || got[0].Name != test.method || got[0].SpanKind != trace.SpanKindClient ||
				got[0].Parent.SpanID() != parent.SpanContext().SpanID() {
				t.Fatalf("got %+v", got)
			}
			var address, fails string
			var status int64
			for _, a := range got[0].Attributes {
				switch a.Key {
				case "server.address":
					address = a.Value.AsString()
				case "http.response.status_code":
					status = a.Value.AsInt64()
				case "error.type":
					fails = a.Value.AsString()
				}
			}
			if address != host.Hostname() && name != "blocked" || status != test.status || fails != test.fails {
				t.Errorf("host %q, status %d, failure %q", address, status, fails)
			}
			if (got[0].Status.Code == codes.Error) != (test.fails != "") || strings.Contains(fmt.Sprintf("%+v", got), "secret") {
				t.Errorf("got %+v", got[0])
			}
		})
	}
}

// A request outside of a trace makes no span.
func TestNoSpanOutsideOfATrace(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("traceparent") != "" {
			t.Error("the trace is told to the server")
		}
	})
	if _, err := client(t).Get(t.Context(), httpfetch.Request{URL: s.URL}); err != nil {
		t.Fatal(err)
	}
}
