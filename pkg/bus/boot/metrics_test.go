package boot_test

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// admin serves a bus whose one stage has worked, and reads a page.
func admin(t *testing.T) func(path string) string {
	t.Helper()
	b := bustest.New(t)
	stage := b.Stats().Stage("normalizer")
	stage.In.Add(5)
	stage.Dead.Add(1)
	stage.Retried.Add(2)
	stage.Panics.Add(1)
	stage.InHand.Add(3)
	stage.Received.Add(10)
	stage.Returned.Add(2)
	stage.Published.Add(4)
	stage.Duplicates.Add(1)
	stage.Duration.Observe(1500 * time.Millisecond)
	stage.Freshness.Observe(time.Hour)
	stage.Delay.Observe(time.Second)
	stage.Add("new", 4)
	b.Stats().PushedBack.Add(6)
	a := serve(t, b, boot.HTTP{Address: "127.0.0.1:0"})
	return func(path string) string {
		status, body := get(t, a.URL()+path)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, status, body)
		}
		return body
	}
}

// Dashboards and alerts name the metrics, their types and labels.
func TestMetricsAreAContract(t *testing.T) {
	page := admin(t)("/metrics")
	var lines []string
	for in := bufio.NewScanner(strings.NewReader(page)); in.Scan(); {
		line := in.Text()
		if !strings.Contains(line, "dateline_") {
			continue
		}
		if strings.HasPrefix(line, "dateline_build_info") {
			line = `dateline_build_info{goversion="(any)",version="(any)"} 1`
		}
		lines = append(lines, line)
	}
	bustest.Golden(t, *update, "metrics.golden", strings.Join(lines, "\n")+"\n")
	for _, standard := range []string{"go_goroutines ", "process_resident_memory_bytes "} {
		if !strings.Contains(page, "\n"+standard) {
			t.Errorf("no %s", standard)
		}
	}
}

func TestStatusPage(t *testing.T) {
	page := admin(t)("/")
	lines := strings.Split(page, "\n")
	want := "normalizer  5        3        2        1     new 4"
	if !strings.HasPrefix(lines[0], "dateline ") || !strings.HasSuffix(lines[0], ": ready") || !slices.Contains(lines, want) {
		t.Errorf("got\n%swant a line\n%s", page, want)
	}
}

func TestAdminPagesAreReadOnly(t *testing.T) {
	b := bustest.New(t)
	a := serve(t, b, boot.HTTP{Address: "127.0.0.1:0"})
	for _, path := range []string{"/", "/healthz", "/readyz", "/metrics"} {
		resp, err := http.Post(a.URL()+path, "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, resp.StatusCode)
		}
	}
	resp, err := http.Get(a.URL() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("X-Content-Type-Options"); got != "nosniff" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("headers: %v", resp.Header)
	}
}

// An empty address serves nothing, and can be closed all the same.
func TestNoAdmin(t *testing.T) {
	a := serve(t, nil, boot.HTTP{})
	if a.URL() != "" {
		t.Errorf("got %q", a.URL())
	}
	a.Close()
}

func TestExitCodes(t *testing.T) {
	wrapped := func(err error) error { return fmt.Errorf("up: %w", err) }
	for name, test := range map[string]struct {
		err  error
		want int
	}{
		"none":          {nil, boot.ExitOK},
		"configuration": {wrapped(boot.ConfigError(errors.New("--workers"))), boot.ExitConfig},
		"root":          {wrapped(schema.Root("a.b").Validate()), boot.ExitConfig},
		"unreachable":   {wrapped(bus.ErrUnreachable), boot.ExitEngine},
		"lost":          {wrapped(bus.ErrClosed), boot.ExitEngine},
		"not set up":    {wrapped(bus.ErrNotSetUp), boot.ExitFailed},
		"any other":     {errors.New("any"), boot.ExitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			if got := boot.ExitCode(test.err); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
	cause := errors.New("cause")
	if err := boot.ConfigError(cause); err.Error() != "cause" || !errors.Is(err, cause) || !errors.Is(err, boot.ErrConfig) {
		t.Errorf("got %v", err)
	}
	if boot.ConfigError(nil) != nil {
		t.Error("no error became one")
	}
}

func TestLogFormats(t *testing.T) {
	for name, test := range map[string]struct {
		log  boot.Log
		want string // of the line that is logged
		not  string
	}{
		"auto, no terminal": {boot.Log{LogLevel: "info", LogFormat: "auto"}, `"msg":"here","feed":"f"`, ""},
		"json":              {boot.Log{LogLevel: "debug", LogFormat: "json"}, `"level":"info"`, ""},
		"text":              {boot.Log{LogLevel: "info", LogFormat: "text"}, "INFO\there\t{\"feed\": \"f\"}", ""},
		"level":             {boot.Log{LogLevel: "error", LogFormat: "json"}, "", "here"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log, err := test.log.New(&out)
			if err != nil {
				t.Fatal(err)
			}
			log.Info("here", zap.String("feed", "f"))
			if !strings.Contains(out.String(), test.want) || test.not != "" && strings.Contains(out.String(), test.not) {
				t.Errorf("got %q", out.String())
			}
		})
	}
	if _, err := (boot.Log{LogLevel: "loud"}).New(io.Discard); err == nil || !strings.Contains(err.Error(), "--log-level") {
		t.Errorf("got %v", err)
	}
	if f, err := os.Open(os.DevNull); err != nil || boot.IsTerminal(f) || boot.IsTerminal(&bytes.Buffer{}) {
		t.Errorf("taken for a terminal: %v", err)
	}
}

// Credentials and authorities that are not there stop the start, by their name.
func TestConnectionSaysWhatIsWrong(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none.pem")
	for name, c := range map[string]boot.Connection{
		"credentials": {NATS: "nats://127.0.0.1:1", Root: "news", Creds: none},
		"authority":   {NATS: "nats://127.0.0.1:1", Root: "news", TLSCA: none},
		"certificate": {NATS: "nats://127.0.0.1:1", Root: "news", TLSCert: none, TLSKey: none},
		"no key":      {NATS: "nats://127.0.0.1:1", Root: "news", TLSCert: none},
	} {
		t.Run(name, func(t *testing.T) {
			if b, err := c.Connect(t.Context(), "test", zap.NewNop()); err == nil {
				b.Close()
				t.Error("connected")
			}
		})
	}
	c := boot.Connection{NATS: "nats://127.0.0.1:1", Root: "Not One"}
	if _, err := c.Connect(t.Context(), "test", zap.NewNop()); boot.ExitCode(err) != boot.ExitConfig {
		t.Errorf("got %v", err)
	}
}

// A configuration file is bounded, and may hold any kind of value.
func TestConfigurationFiles(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"number":  {"workers: 9\n", "9 []"},
		"string":  {"workers: \"9\"\n", "9 []"},
		"list":    {"nets: [a, b]\n", "4 [a b]"},
		"flow":    {"{workers: 2, nets: [10.0.0.0/8]}\n", "2 [10.0.0.0/8]"},
		"empty":   {"", "4 []"},
		"comment": {"# nothing\n", "4 []"},
	} {
		t.Run(name, func(t *testing.T) {
			var p program
			if _, err := boot.Parse("worker", "", &p, []string{"--config", write(t, test.text)}, io.Discard); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(p.Own.Workers, p.Own.Nets); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	large := write(t, "# "+strings.Repeat("x", 1<<20)+"\nworkers: 9\n")
	var p program
	_, err := boot.Parse("worker", "", &p, []string{"--config", large}, io.Discard)
	if boot.ExitCode(err) != boot.ExitConfig || !strings.Contains(err.Error(), "above 1048576 bytes") {
		t.Errorf("got %v", err)
	}
}
