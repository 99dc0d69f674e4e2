package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// TestMain lets the test's own program be the parts that the benchmark starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && (os.Args[1] == partServer || os.Args[1] == partEnricher) {
		main()
		return
	}
	os.Exit(m.Run())
}

// A few articles go through one enricher and through two, which share them.
func TestAFewArticles(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	args := []string{"-enrichers", "1,2", "-articles", "300", "-words", "40", "-rate", "50", "-window", "100ms", "-dir", dir}
	if err := run(t.Context(), args, nil, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{`(?m)^\| 1 \| \d+ \| 1\.00 \| .* \| 100 % \| .* \|$`, `(?m)^\| 2 \| \d+ \| \d\.\d\d \| .* \|$`, `300 articles of about 40 words`} {
		if !regexp.MustCompile(row).MatchString(out.String()) {
			t.Errorf("no row %q in\n%s", row, out.String())
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left (%v)", len(left), err)
	}
}

func TestSettings(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no enrichers":  {[]string{"-enrichers", "0"}, "-enrichers 0"},
		"no numbers":    {[]string{"-enrichers", "1,many"}, "-enrichers 1,many"},
		"no articles":   {[]string{"-articles", "0"}, "-articles 0"},
		"no words":      {[]string{"-words", "0"}, "-words 0"},
		"no rate":       {[]string{"-rate", "0"}, "-rate 0"},
		"no time":       {[]string{"-window", "1ms"}, "-window 1ms"},
		"an argument":   {[]string{"fast"}, `"fast"`},
		"no such thing": {[]string{"-fast"}, "-fast"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(t.Context(), test.args, nil, io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if err := run(t.Context(), []string{"-h"}, nil, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
}

func TestTable(t *testing.T) {
	seconds := func(s float64, articles int64) told { return told{Usage: benchmark.Usage{CPU: s}, Articles: articles} }
	results := []result{
		{enrichers: 1, articles: 1000, took: 2 * time.Second, each: []told{seconds(2, 1100)}, server: seconds(1, 0), all: 1100, behind: []time.Duration{time.Millisecond, 3 * time.Millisecond}},
		{enrichers: 2, articles: 1000, took: time.Second, each: []told{seconds(1.1, 330), seconds(1.1, 770)}, server: seconds(2.2, 0), all: 1100, lag: 7},
	}
	var out bytes.Buffer
	if err := table(&out, results); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| 1 | 500 | 1.00 | 1.82 | 0.91 | 100 % | 1ms | 1ms | 0 |\n",
		"| 2 | 1000 | 2.00 | 2.00 | 2.00 | 70 % | 0s | 0s | 7 |\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if err := table(full{}, results); err == nil {
		t.Error("an output that takes nothing is no error")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestPercentile(t *testing.T) {
	var sorted []time.Duration
	for i := range 101 {
		sorted = append(sorted, time.Duration(i)*time.Millisecond)
	}
	for p, want := range map[int]time.Duration{0: 0, 50: 50 * time.Millisecond, 95: 95 * time.Millisecond, 100: 100 * time.Millisecond} {
		if got := percentile(sorted, p); got != want {
			t.Errorf("%d: got %s, want %s", p, got, want)
		}
	}
	if got := percentile(nil, 50); got != 0 {
		t.Errorf("of nothing: %s", got)
	}
}

// Articles are all different, and the same in each run.
func TestArticles(t *testing.T) {
	b := bustest.New(t)
	seen := map[string]bool{}
	for n := range 50 {
		m, err := article(b, n, 30)
		if err != nil {
			t.Fatal(err)
		}
		again, err := article(b, n, 30)
		if err != nil || again.ID != m.ID || !bytes.Equal(again.Data, m.Data) {
			t.Errorf("article %d: %s, then %s", n, m.ID, again.ID)
		}
		if seen[m.ID] || seen[m.Subject] {
			t.Errorf("article %d is there already: %s", n, m.Subject)
		}
		seen[m.ID], seen[m.Subject] = true, true
	}
}

// A part that cannot begin is an error, and does not hang.
func TestAPartThatFails(t *testing.T) {
	if _, err := begin(t.Context(), io.Discard, nil, partEnricher, "nats://127.0.0.1:1"); err == nil {
		t.Error("no error")
	}
}
