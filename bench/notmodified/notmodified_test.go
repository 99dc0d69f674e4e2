package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/benchmark"
)

// TestMain lets the test's own program play the parts that the benchmark starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && parts[os.Args[1]] != nil {
		main()
		return
	}
	os.Exit(m.Run())
}

// A few feeds go through all parts, which say what it took.
func TestAFewFeeds(t *testing.T) {
	c := config{rate: 40, windows: 1, window: 2 * time.Second, dir: t.TempDir(), profile: t.TempDir()}
	r, err := measure(t.Context(), c, 20, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.feeds != 20 || r.polls <= 0 || r.worker.perSecond <= 0 || r.server.perSecond <= 0 || r.disk <= 0 {
		t.Errorf("got %+v, want figures above 0", r)
	}
	for name, s := range map[string]side{"fetcher": r.worker, "server": r.server} {
		if s.idle.Heap <= 0 || s.full.Heap <= 0 || s.full.CPU <= s.idle.CPU {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if left, err := os.ReadDir(c.dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left (%v)", len(left), err)
	}
	if profiles, err := os.ReadDir(c.profile); err != nil || len(profiles) != 4 {
		t.Errorf("%d profiles (%v), want 4", len(profiles), err)
	}
}

func TestSettings(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no number":    {[]string{"-feeds", "many"}, "-feeds many"},
		"none":         {[]string{"-feeds", "10,0"}, "-feeds 10,0"},
		"no rate":      {[]string{"-rate", "0"}, "-rate 0"},
		"no windows":   {[]string{"-windows", "0"}, "-windows 0"},
		"no time":      {[]string{"-window", "1ms"}, "-window 1ms"},
		"back in time": {[]string{"-sync", "-1s"}, "-sync -1s"},
		"an argument":  {[]string{"fast"}, `"fast"`},
		"a flag":       {[]string{"-fast"}, "-fast"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(t.Context(), test.args, nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that names %s", err, test.want)
			}
		})
	}
	if err := run(t.Context(), []string{"-h"}, nil, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	c, err := parse([]string{"-feeds", "5,10"}, io.Discard)
	if err != nil || len(c.feeds) != 2 || c.feeds[1] != 10 {
		t.Errorf("got %+v, %v", c, err)
	}
}

// The site has a feed for whoever asks for the first time, and 304 after that.
func TestSite(t *testing.T) {
	s := &site{}
	ask := func(etag string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, "http://paper7.example/feed", nil)
		if etag != "" {
			r.Header.Set("If-None-Match", etag)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	first := ask("")
	if first.Code != http.StatusOK || !strings.Contains(first.Body.String(), "http://paper7.example/2026/01/nothing") {
		t.Errorf("first: %d %s", first.Code, first.Body)
	}
	if again := ask(first.Header().Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("again: %d %s", again.Code, again.Body)
	}
	if s.whole.Load() != 1 || s.notModified.Load() != 1 {
		t.Errorf("counted %d and %d", s.whole.Load(), s.notModified.Load())
	}
}

// A part tells that it is ready, and once for each question.
func TestAnswer(t *testing.T) {
	var out bytes.Buffer
	asked := 0
	err := answer(strings.NewReader("\n"+withHeap+"\n"), &out, func(s *sample) { asked++; s.Whole = int64(asked) })
	if err != nil {
		t.Fatal(err)
	}
	told := json.NewDecoder(&out)
	for n := int64(1); n <= 3; n++ {
		var s sample
		if err := told.Decode(&s); err != nil {
			t.Fatal(err)
		}
		if s.Whole != n || (s.Heap > 0) != (n == 3) || s.CPU <= 0 {
			t.Errorf("sample %d: %+v", n, s)
		}
	}
}

func TestAPartThatFails(t *testing.T) {
	if p, err := start(t.Context(), io.Discard, "server", "/dev/null/none", "", "0s"); err == nil || !strings.HasPrefix(err.Error(), "server: ") {
		t.Errorf("got %v, %v", p, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := measure(ctx, config{dir: t.TempDir()}, 1, io.Discard); err == nil {
		t.Error("a benchmark that was stopped has no error")
	}
}

func TestTable(t *testing.T) {
	windows := []window{
		{polls: 100, seconds: 1, worker: 0.1, server: 0.2},
		{polls: 300, seconds: 1, worker: 0.1, server: 0.1},
		{polls: 200, seconds: 1, worker: 0.1, server: 0.4},
	}
	r := result{feeds: 1000, disk: 5_000_000,
		worker: side{idle: sample{Heap: 1000}, full: sample{Heap: 11_000, RSS: 30e6}},
		server: side{idle: sample{Heap: 1000}, full: sample{Heap: 2_001_000, RSS: 70e6, Usage: benchmark.Usage{CPU: 1}}},
	}
	r.sumUp(windows)
	var out bytes.Buffer
	if err := writeTable(&out, config{windows: 3, window: time.Second}, []result{r}); err != nil {
		t.Fatal(err)
	}
	want := "| 1000 | 200 | 2000 | 500 | 30 MB | 70 MB | 10 B | 2000 B | 5000 B |\n"
	if !strings.HasSuffix(out.String(), want) || !strings.Contains(out.String(), "3 windows of 1s") {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
