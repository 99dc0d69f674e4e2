package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

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

func TestBenchmarkOfAFewFeeds(t *testing.T) {
	profiles := t.TempDir()
	var out bytes.Buffer
	args := []string{"-feeds", "4", "-items", "5", "-words", "50", "-runs", "1", "-dir", t.TempDir(), "-profile", profiles, "-output", "json"}
	if err := run(t.Context(), args, strings.NewReader(""), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	for _, name := range captured {
		for part, s := range map[string]side{partPipeline: r.Pipeline, partFloor: r.Floor} {
			if got := s.Streams[name].Messages; got != 20 {
				t.Errorf("%s: %s has %d messages, want 20", part, name, got)
			}
		}
		if p, f := r.Pipeline.Streams[name].Bytes, r.Floor.Streams[name].Bytes; p < f*9/10 || p > f*11/10 {
			t.Errorf("%s: the pipeline stored %d bytes, the floor %d: want about the same", name, p, f)
		}
	}
	if r.Pipeline.ItemsPerSecond <= 0 || r.Floor.ItemsPerSecond <= 0 || r.Ratio <= 0 || r.Pipeline.HeapEnd == 0 {
		t.Errorf("got %+v, want figures above 0", r)
	}
	profiled, err := os.ReadDir(profiles)
	if err != nil || len(profiled) != 4 {
		t.Errorf("%d profiles (%v), want 4", len(profiled), err)
	}
}

func TestSettingsThatAreWrong(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"one feed":    {[]string{"-feeds", "1"}, "-feeds 1"},
		"no runs":     {[]string{"-runs", "0"}, "-runs 0"},
		"format":      {[]string{"-output", "xml"}, `-output "xml"`},
		"an argument": {[]string{"fast"}, `"fast"`},
		"a flag":      {[]string{"-fast"}, "-fast"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(context.Background(), test.args, nil, io.Discard, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that names %s", err, test.want)
			}
		})
	}
}

func TestSumUp(t *testing.T) {
	run := func(speed float64, heap int64) side { return side{ItemsPerSecond: speed, HeapEnd: heap} }
	r := report{
		Config:       config{Feeds: 4, Items: 10},
		PipelineRuns: []side{run(30, 1000), run(10, 3000), run(20, 2000)},
		FloorRuns:    []side{run(100, 0), run(50, 0), run(40, 0)},
	}
	r.sumUp(run(0, 1500))
	got := fmt.Sprintf("%.0f %.0f %.2f %.0f", r.Pipeline.ItemsPerSecond, r.Floor.ItemsPerSecond, r.Ratio, r.GrowthPerArticle)
	if want := "20 50 0.30 25"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTable(t *testing.T) {
	r := report{
		Config:   config{Feeds: 10, Items: 100, Words: 700, Runs: 3},
		Machine:  benchmark.Machine{OS: "linux", Arch: "amd64", CPU: "Some CPU", CPUs: 2, Go: "go1.26"},
		Pipeline: side{ItemsPerSecond: 500, Usage: benchmark.Usage{CPU: 2, PeakRSS: 300e6}, Streams: map[string]stored{"MENTIONS": {Messages: 10, Bytes: 5000}}},
		Floor:    side{ItemsPerSecond: 1500},
		Ratio:    1.0 / 3,
	}
	var out bytes.Buffer
	if err := writeTable(&out, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"10 feeds x 100 items", "2 CPUs (Some CPU)", "500", "1500", "300 MB", "2.00", "10 x 0.5 kB", "pipeline/floor 0.33"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
