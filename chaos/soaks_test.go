package chaos

import (
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// samplesOf are so many, one a second.
func samplesOf(n int, of func(second int, rng *rand.Rand) values) (samples []sample) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		samples = append(samples, sample{time.Duration(i+1) * time.Second, of(i, rng)})
	}
	return samples
}

func TestTrends(t *testing.T) {
	for name, test := range map[string]struct {
		of   func(second int, rng *rand.Rand) values
		want string // what grows
	}{
		"flat":                  {func(_ int, rng *rand.Rand) values { return values{200, 150 + float64(rng.IntN(20)), 30, 1} }, ""},
		"memory may grow":       {func(i int, _ *rand.Rand) values { return values{200 + float64(i), 150, 30, float64(i)} }, ""},
		"a leak of goroutines":  {func(i int, rng *rand.Rand) values { return values{200, 150 + float64(i/10+rng.IntN(20)), 30, 1} }, "goroutines"},
		"a leak of descriptors": {func(i int, _ *rand.Rand) values { return values{200, 150, 30 + float64(i/100), 1} }, "file descriptors"},
		"warming up": {func(i int, _ *rand.Rand) values {
			return values{200, 150 + float64(min(i, 150)), 30 + float64(min(i, 150)), 1}
		}, ""},
		"a few far off": {func(i int, _ *rand.Rand) values {
			if i > 550 && i%10 == 0 {
				return values{200, 5000, 30, 1}
			}
			return values{200, 150, 30, 1}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := growth(samplesOf(600, test.of))
			if (err == nil) != (test.want == "") || err != nil && (!errors.Is(err, errBreach) || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	got := trendOf(samplesOf(600, func(i int, _ *rand.Rand) values { return values{100 + float64(i)/6} }), 0)
	if got.hour < 599 || got.hour > 601 || got.from != 201*time.Second || got.middle < 160 || got.middle > 170 {
		t.Errorf("got %+v, want 600 an hour after the first 200 s", got)
	}
	if words := got.of(quantities()[0]); !strings.Contains(words, "resident memory: ") || !strings.Contains(words, "slope +600.0 MiB an hour") {
		t.Errorf("got %s", words)
	}
}

// What is written is XML with a curve for each quantity, and a table.
func TestPlotIsWritten(t *testing.T) {
	folder := t.TempDir()
	samples := samplesOf(60, func(i int, _ *rand.Rand) values { return values{1, float64(i), 0, 12345} })
	if err := errors.Join(writePlot(filepath.Join(folder, "x.svg"), samples, "5 < 6 & more"), writeCSV(filepath.Join(folder, "x.csv"), samples)); err != nil {
		t.Fatal(err)
	}
	plot, err := os.ReadFile(filepath.Join(folder, "x.svg"))
	if err != nil || strings.Count(string(plot), "<polyline") != len(quantities()) || strings.Contains(string(plot), "NaN") {
		t.Errorf("%v: %s", err, plot)
	}
	decoder, texts := xml.NewDecoder(strings.NewReader(string(plot))), 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok && strings.Contains(string(text), "5 < 6 & more") {
			texts++
		}
	}
	if texts != 1 {
		t.Errorf("the line about the run is there %d times", texts)
	}
	table, err := os.ReadFile(filepath.Join(folder, "x.csv"))
	if lines := strings.Split(string(table), "\n"); err != nil || len(lines) != 62 || lines[2] != "2.0,1.0,1.0,0.0,12345.0" {
		t.Errorf("%v: %s", err, table)
	}
}

func TestAxes(t *testing.T) {
	for v, want := range map[float64]float64{0: 0, 0.4: 0.5, 1: 1, 7: 7, 41: 45, 99.5: 100, 101: 150, 1234: 1500} {
		if got := above(v); got != want {
			t.Errorf("above %g: got %g, want %g", v, got, want)
		}
	}
}

// A process is measured by its page of metrics and its files.
func TestMeasure(t *testing.T) {
	page := "# HELP go_goroutines x\ngo_goroutines 40\nprocess_resident_memory_bytes 1.048576e+08\nother{a=\"b\"} 7\nprocess_open_fds 12\n"
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			_, _ = io.WriteString(w, page)
		}
	}))
	defer site.Close()
	store := t.TempDir()
	if err := os.MkdirAll(filepath.Join(store, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(store, "a", "b", "c"), make([]byte, 3*mebibyte), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := measure(t.Context(), site.URL+"/metrics", store); err != nil || got != (values{100, 40, 12, 3}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := measure(t.Context(), site.URL+"/other", store); err == nil || !strings.Contains(err.Error(), "a figure is missing") {
		t.Errorf("a page without figures: %v", err)
	}
	if got, err := sizeOf(filepath.Join(store, "gone")); got != 0 || err != nil {
		t.Errorf("a store that is gone: %g, %v", got, err)
	}
}
