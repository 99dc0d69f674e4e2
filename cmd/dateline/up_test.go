package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/internal/app"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/certs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// up runs dateline up on a directory of its own and without listeners.
func up(t *testing.T, args ...string) result {
	t.Helper()
	args = append([]string{"up", "--data", t.TempDir(), "--nats-listen", "", "--http", "", "--sync", "2m"}, args...)
	return runProgram(t.Context(), args...)
}

func TestUpDemoOnce(t *testing.T) {
	t.Parallel()
	r := up(t, "--demo", "--once")
	if r.code != boot.ExitOK {
		t.Fatalf("exit code %d: %s", r.code, r.stderr)
	}
	for _, want := range []string{"6 feeds polled\n", "35 items", "34 articles\n", "1 duplicates\n", "0 dead letters\n", "34 enriched"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the summary lacks %q:\n%s", want, r.out)
		}
	}
	r = up(t, "--demo", "--once", "--output", "json")
	var s app.Summary
	if err := json.Unmarshal([]byte(r.out), &s); err != nil || s.Articles != 34 || !s.Balanced {
		t.Errorf("got %+v, %v", s, err)
	}
}

// A feed that cannot be read is told, and is no failure.
func TestUpOnceTellsOfFailingFeeds(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	site.Feed("/gone.rss")
	site.Fault("/gone.rss", fetchertest.Status(410))
	r := up(t, "--once", "--allow-net", "127.0.0.0/8", site.URL("/gone.rss"))
	if r.code != boot.ExitOK || !strings.Contains(r.out, "1 feeds polled, 1 of them failing") || !strings.Contains(r.out, "/gone.rss: gone: status 410") {
		t.Errorf("exit code %d:\n%s%s", r.code, r.out, r.stderr)
	}
}

// What is wrong is one line that names the thing and says what to do, and
// nothing is started.
func TestUpSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().String()
	dir := t.TempDir()
	torn := filepath.Join(dir, "torn.opml")
	wrong := filepath.Join(dir, "wrong.yaml")
	for path, text := range map[string]string{torn: "<opml><body><outline", wrong: "intervall: 5m\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	site := fetchertest.New(t)
	site.File("/page", "text/html", []byte("<!doctype html><html><head><title>Hello</title>"))
	for name, test := range map[string]struct {
		args []string
		says []string
	}{
		"torn OPML":         {[]string{torn}, []string{torn + ":1", "export the list again"}},
		"no such file":      {[]string{"feeds.opml"}, []string{"feeds.opml", "no such file"}},
		"no address":        {[]string{"htp://example.org/"}, []string{"htp://example.org/", "https://"}},
		"no feed":           {[]string{site.URL("/page"), "--allow-net", "127.0.0.0/8"}, []string{site.URL("/page"), `not a feed: a web page with the title "Hello"`, "give the address of the feed"}},
		"HTTP port in use":  {[]string{"--http", port}, []string{port, "in use", "--http"}},
		"NATS port in use":  {[]string{"--nats-listen", port}, []string{port, "in use", "--nats-listen"}},
		"beyond loopback":   {[]string{"--nats-listen", "0.0.0.0:0"}, []string{"0.0.0.0:0", "--nats-token"}},
		"interval":          {[]string{"--min-interval", "1ms"}, []string{"--min-interval", "1ms", "at least 200ms"}},
		"intervals":         {[]string{"--interval", "1s"}, []string{"--interval 1s", "rising"}},
		"workers":           {[]string{"--normalizer-workers", "0"}, []string{"workers: got 0, want 1 to 1000"}},
		"sync":              {[]string{"--sync", "never"}, []string{"--sync", "always"}},
		"store":             {[]string{"--store", "lots"}, []string{"--store", "10GiB"}},
		"network":           {[]string{"--allow-net", "10.0.0.0"}, []string{"--allow-net", "10.0.0.0"}},
		"root":              {[]string{"--root", "a.b"}, []string{"a.b", "one token"}},
		"setting in a file": {[]string{"--config", wrong}, []string{"no such setting: intervall"}},
		"no such flag":      {[]string{"--intervall", "5m"}, []string{"--intervall"}},
	} {
		t.Run(name, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "data")
			r := runProgram(t.Context(), append([]string{"up", "--once", "--data", data, "--nats-listen", "", "--http", ""}, test.args...)...)
			if r.code == boot.ExitOK || r.out != "" || strings.Count(r.stderr, "\n") != 1 {
				t.Errorf("exit code %d, want not 0 and one line:\n%s%s", r.code, r.out, r.stderr)
			}
			for _, want := range test.says {
				if !strings.Contains(r.stderr, want) {
					t.Errorf("it does not say %q: %s", want, r.stderr)
				}
			}
			if _, err := os.Stat(filepath.Join(data, "nats")); err == nil {
				t.Error("streams were made")
			}
		})
	}
}

// What is said of other programs works for them.
func TestUpSaysHowToReachIt(t *testing.T) {
	t.Parallel()
	const usual = "nats://127.0.0.1:4222"
	for want, c := range map[string]struct {
		up  upCommand
		url string
	}{
		"":                                     {upCommand{}, usual},
		", each with --nats nats://[::1]:4333": {upCommand{}, "nats://[::1]:4333"},
		", each with --nats nats://TOKEN@127.0.0.1:4222": {upCommand{NATSToken: "sesame"}, usual},
		", each with --nats tls://TOKEN@127.0.0.1:4222, and --tls-ca with the authority of the certificate if the system does not know it": {
			upCommand{NATSToken: "sesame", NATSWith: certs.Files{Cert: "server.pem"}}, "tls://127.0.0.1:4222",
		},
	} {
		if got := c.up.reach(c.url); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// locked is a buffer that a program writes while a test reads.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Up serves until it is stopped: it says where everything is, prints articles,
// and other programs read them over NATS.
func TestUpServes(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	var out, stderr locked
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"up", "--demo", "--data", t.TempDir(), "--nats-listen", "127.0.0.1:0", "--http", "127.0.0.1:0"}, &out, &stderr)
	}()
	bustest.Eventually(t, func() error {
		if strings.Count(out.String(), "\n") < 34 {
			return errUnbalanced
		}
		return nil
	})
	_, rest, _ := strings.Cut(stderr.String(), "nats://")
	url := "nats://" + strings.Fields(rest)[0]
	if !strings.Contains(stderr.String(), "dateline tail") || !strings.Contains(stderr.String(), "--nats "+url) {
		t.Errorf("it does not say what to type next:\n%s", stderr.String())
	}

	b, err := bus.Connect(t.Context(), bus.Options{URL: url, Name: "reader"})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var want [][]byte
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamEnriched}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			t.Fatal(err)
		}
		text, err := e.Dated()
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, text)
	}
	r := runProgram(t.Context(), "tail", "enriched", "--since", "1h", "--no-follow", "--format", "dated", "--nats", url)
	if got := strings.TrimSuffix(r.out, "\n"); got != string(schema.JoinDated(want)) {
		t.Errorf("tail --format dated is not Article.Dated to the byte (exit code %d, %s)", r.code, r.stderr)
	}
	stop()
	if code := <-done; code != boot.ExitOK {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}
