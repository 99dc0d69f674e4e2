package boot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
)

// own is the configuration of these tests' program.
type own struct {
	Workers int               `help:"Things done at once." default:"4"`
	Nets    []string          `help:"Networks."`
	Pairs   map[string]string `help:"Named values."`
}

func (o own) Validate() error {
	if o.Workers < 1 {
		return fmt.Errorf("--workers: got %d, want at least 1", o.Workers)
	}
	return nil
}

type program struct {
	boot.Global       `embed:""`
	boot.Service[own] `embed:""`
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dateline.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettingsComeFromFlagEnvironmentFile(t *testing.T) {
	file := "workers: 5\nnats: nats://file:4222\nroot: file\nnets: [10.0.0.0/8, 192.168.0.0/16]\n"
	t.Setenv("DATELINE_WORKERS", "6")
	t.Setenv("DATELINE_NATS", "nats://env:4222")
	var p program
	exit, err := boot.Parse("worker", "", &p, []string{"--config", write(t, file), "--workers", "7"}, io.Discard)
	if exit || err != nil {
		t.Fatal(exit, err)
	}
	if p.Own.Workers != 7 || p.NATS != "nats://env:4222" || p.Root != "file" || p.LogLevel != "info" {
		t.Errorf("got %+v", p.Service)
	}
	if len(p.Own.Nets) != 2 || p.Own.Nets[1] != "192.168.0.0/16" {
		t.Errorf("a list in the file: %v", p.Own.Nets)
	}
}

// Pairs of names and values, in a file and on the command line.
func TestPairs(t *testing.T) {
	for name, args := range map[string][]string{
		"file":  {"--config", write(t, "pairs:\n  desk: reader:a=b;c\n  two: x\n")},
		"flags": {"--pairs", `desk=reader:a=b\;c`, "--pairs", "two=x"},
	} {
		var p program
		if _, err := boot.Parse("worker", "", &p, args, io.Discard); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if p.Own.Pairs["desk"] != "reader:a=b;c" || p.Own.Pairs["two"] != "x" {
			t.Errorf("%s: got %v", name, p.Own.Pairs)
		}
	}
}

func TestWrongSettingsStopTheStart(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"no such flag":       {[]string{"--worker", "1"}, "--worker"},
		"no number":          {[]string{"--workers", "many"}, "--workers"},
		"no such level":      {[]string{"--log-level", "loud"}, "--log-level"},
		"unknown in file":    {[]string{"--config", write(t, "wrokers: 1\n")}, "no such setting: wrokers"},
		"file is no YAML":    {[]string{"--config", write(t, "a: [\n")}, "yaml"},
		"file is not there":  {[]string{"--config", "none.yaml"}, "none.yaml"},
		"no pair":            {[]string{"--pairs", "hunter2"}, "--pairs"},
		"value is not taken": {[]string{"--config", write(t, "workers: none\n")}, "workers"},
	} {
		t.Run(name, func(t *testing.T) {
			var p program
			_, err := boot.Parse("worker", "", &p, test.args, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.ContainsAny(err.Error(), "\n") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v, want one line that says %q", err, test.says)
			}
			if boot.ExitCode(err) != boot.ExitConfig {
				t.Errorf("exit code %d", boot.ExitCode(err))
			}
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, flag := range []string{"--help", "--version"} {
		var out bytes.Buffer
		var p program
		exit, err := boot.Parse("worker", "Works.", &p, []string{flag}, &out)
		if !exit || err != nil || out.Len() == 0 {
			t.Errorf("%s: %v, %v, %q", flag, exit, err, out.String())
		}
	}
}

func TestRunServesHealthAndMetrics(t *testing.T) {
	s, err := embedded.Start(t.Context(), embedded.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", Store: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	service := boot.Service[own]{Own: own{Workers: 1}, HTTP: boot.HTTP{Address: "127.0.0.1:0"}}
	service.NATS, service.Root, service.LogLevel = s.URL(), "news", "info"
	var log bytes.Buffer
	err = service.Run(t.Context(), "worker", &log, func(context.Context, *bus.Bus, own) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), `"msg":"started"`) || !strings.Contains(log.String(), `"http":"http://127.0.0.1:`) {
		t.Errorf("log: %s", log.String())
	}

	service.Own.Workers = 0
	err = service.Run(t.Context(), "worker", &log, nil)
	if boot.ExitCode(err) != boot.ExitConfig || !strings.Contains(err.Error(), "--workers") {
		t.Errorf("got %v", err)
	}
	service.Own.Workers, service.NATS = 1, "nats://127.0.0.1:1"
	if err = service.Run(t.Context(), "worker", &log, nil); boot.ExitCode(err) != boot.ExitEngine {
		t.Errorf("got %v", err)
	}
}

func TestAdminPages(t *testing.T) {
	b := bustest.New(t)
	b.Stats().Stage("normalizer").In.Add(3)
	b.Stats().Stage("normalizer").Add("new", 3)
	admin := serve(t, b, boot.HTTP{Address: "127.0.0.1:0"})
	for path, want := range map[string]string{
		"/healthz": "ok",
		"/readyz":  "ready",
		"/metrics": `dateline_stage_outcomes_total{outcome="new",stage="normalizer"} 3`,
		"/":        "normalizer  3",
	} {
		status, body := get(t, admin.URL()+path)
		if status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, want it to hold %q:\n%s", path, status, want, body)
		}
	}
	if status, _ := get(t, admin.URL()+"/none"); status != http.StatusNotFound {
		t.Errorf("/none: %d", status)
	}
	b.Close()
	if status, body := get(t, admin.URL()+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz of a closed bus: %d %s", status, body)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestListenSaysWhatIsWrong(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if _, err := (boot.HTTP{Address: taken.Addr().String()}).Listen(); err == nil || !strings.Contains(err.Error(), "in use: choose another with --http") {
		t.Errorf("got %v", err)
	}
	if _, err := (boot.HTTP{Address: "nonsense"}).Listen(); !errors.Is(err, boot.ErrConfig) {
		t.Errorf("got %v", err)
	}
	none, err := boot.HTTP{}.Listen()
	if err != nil {
		t.Errorf("got %v", err)
	}
	none.Close()
}
