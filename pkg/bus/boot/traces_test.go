package boot_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// collector is a collector of spans, which passes on the bodies that it gets.
func collector(t *testing.T, status int) (url string, bodies <-chan string) {
	t.Helper()
	got := make(chan string, 16)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			unpacked, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Error(err)
				return
			}
			body = unpacked
		}
		data, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		w.WriteHeader(status)
		got <- r.URL.Path + " " + r.Header.Get("X-Key") + " " + string(data)
	}))
	t.Cleanup(s.Close)
	return s.URL, got
}

// open opens traces with these variables and a log.
func open(t *testing.T, variables ...string) (*boot.Traces, *observer.ObservedLogs, error) {
	t.Helper()
	for i := 0; i < len(variables); i += 2 {
		t.Setenv(variables[i], variables[i+1])
	}
	core, logs := observer.New(zap.InfoLevel)
	traces, err := boot.OpenTraces(t.Context(), "tester", time.Second, zap.New(core))
	return traces, logs, err
}

// Nothing is sent unless an endpoint is set and nothing turns traces off.
func TestTracesAreOff(t *testing.T) {
	const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
	for name, variables := range map[string][]string{
		"by default": nil,
		"disabled":   {endpoint, "http://127.0.0.1:1", "OTEL_SDK_DISABLED", "true"},
		"none":       {endpoint, "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			traces, _, err := open(t, variables...)
			if err != nil || traces.Tracer() != nil {
				t.Errorf("got %v, %v", traces, err)
			}
			traces.Close()
		})
	}
}

// The standard variables are obeyed, and what is left is sent at the end.
func TestTracesAreSent(t *testing.T) {
	for name, path := range map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "/v1/traces", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "/own"} {
		t.Run(name, func(t *testing.T) {
			url, bodies := collector(t, http.StatusOK)
			if strings.Contains(name, "TRACES") {
				url += "/own"
			}
			traces, _, err := open(t, name, url, "OTEL_EXPORTER_OTLP_HEADERS", "x-key=of-a-test", "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip",
				"OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=here")
			if err != nil {
				t.Fatal(err)
			}
			_, span := traces.Tracer().Tracer("test").Start(t.Context(), "the-span")
			span.End()
			traces.Close()
			got := <-bodies
			for _, want := range []string{path + " of-a-test", "the-span", "dateline-tester", "here"} {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in %q", want, got)
				}
			}
		})
	}
}

// The name of the service is the operator's to choose, and so is what is sampled.
func TestTracesAreNamedAndSampled(t *testing.T) {
	url, bodies := collector(t, http.StatusOK)
	traces, _, err := open(t, "OTEL_EXPORTER_OTLP_ENDPOINT", url, "OTEL_SERVICE_NAME", "desk")
	if err != nil {
		t.Fatal(err)
	}
	_, span := traces.Tracer().Tracer("test").Start(t.Context(), "x")
	span.End()
	traces.Close()
	if got := <-bodies; !strings.Contains(got, "desk") || strings.Contains(got, "dateline-tester") {
		t.Errorf("got %q", got)
	}
	traces, _, err = open(t, "OTEL_TRACES_SAMPLER", "always_off")
	if err != nil {
		t.Fatal(err)
	}
	defer traces.Close()
	if _, span := traces.Tracer().Tracer("test").Start(t.Context(), "x"); span.IsRecording() {
		t.Error("it is sampled")
	}
}

// A collector that is away, or refuses, is told of once, and holds up no end.
func TestTracesThatCannotBeSent(t *testing.T) {
	refusing, _ := collector(t, http.StatusBadRequest)
	for name, url := range map[string]string{"away": "http://user:secret@127.0.0.1:1", "refusing": refusing} {
		t.Run(name, func(t *testing.T) {
			traces, logs, err := open(t, "OTEL_EXPORTER_OTLP_ENDPOINT", url)
			if err != nil {
				t.Fatal(err)
			}
			_, span := traces.Tracer().Tracer("test").Start(t.Context(), "x")
			span.End()
			begun := time.Now()
			traces.Close()
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("the end took %s", took)
			}
			told := logs.FilterMessageSnippet("cannot be sent").All()
			if len(told) != 1 || strings.Contains(told[0].ContextMap()["why"].(string), "secret") {
				t.Errorf("told: %v", logs.All())
			}
		})
	}
}

// A protocol that is not built in, and what is no address, stop the start.
func TestTracesAreChecked(t *testing.T) {
	for name, test := range map[string]struct{ endpoint, protocol, says string }{
		"protocol":  {"http://127.0.0.1:1", "grpc", "want http/protobuf"},
		"no scheme": {"secret.example:4318", "", "want an address"},
		"scheme":    {"grpc://secret.example:4317", "", "want an address"},
		"no host":   {"http:///secret", "", "want an address"},
		"no URL":    {"::secret", "", "want an address"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := open(t, "OTEL_EXPORTER_OTLP_ENDPOINT", test.endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL", test.protocol)
			if boot.ExitCode(err) != boot.ExitConfig || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A header holds the key of the collector: one that cannot be read is refused without it,
// and what may stand in one is not.
func TestHeadersOfTracesAreChecked(t *testing.T) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"} {
		for headers, good := range map[string]bool{
			"":                                  true,
			"x_api-key=secret, authorization=a": true,
			"authorization=Basic%20c2VjcmV0==":  true,
			"a=":                                true,
			"secret":                            false,
			"a=b,secret":                        false,
			"a=b,":                              false,
			"Bearer secret=x":                   false,
			"=secret":                           false,
			"a=secret%zz":                       false,
			"sécret=x":                          false,
		} {
			_, _, err := open(t, "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", name, headers)
			if (err == nil) != good {
				t.Errorf("%s=%s: got %v", name, headers, err)
			}
			if err != nil && (strings.Contains(err.Error(), "cret") || !strings.Contains(err.Error(), name+": want NAME=VALUE") || boot.ExitCode(err) != boot.ExitConfig) {
				t.Errorf("%s=%s: got %v", name, headers, err)
			}
			t.Setenv(name, "")
		}
	}
}
