package chaos

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sample is what was measured of a process at a time.
type sample struct {
	at time.Duration // since the start
	values
}

// values are one of each of the quantities.
type values [4]float64

// quantity is something that is measured.
type quantity struct {
	name, unit string
	flat       bool // it must not grow
}

func quantities() []quantity {
	return []quantity{
		{"resident memory", "MiB", false}, {"goroutines", "", true}, {"file descriptors", "", true}, {"store on disk", "MiB", false},
	}
}

const mebibyte = 1 << 20

// soakPace is the time between two changes of feeds.
const soakPace = 100 * time.Millisecond

// soak lets dateline up poll feeds that keep publishing, measures it each second,
// and writes what it has measured beside the plot, and the plot.
func (h *harness) soak(ctx context.Context) error {
	programs, err := h.built("")
	if err != nil {
		return err
	}
	c := h.settings
	c.mode, c.programs, c.faults = modeUp, programs, 0.05
	s, err := newStand(ctx, c)
	defer s.close()
	if err != nil {
		return err
	}
	about := fmt.Sprintf("dateline up, %d feeds polled every %s, %.0f changes a second, for %s", c.feeds, c.interval, 1/soakPace.Seconds(), h.soaking)
	h.say("%s", about)
	ctx, stop := context.WithTimeout(ctx, h.soaking)
	defer stop()
	var beside sync.WaitGroup
	beside.Go(func() { s.publish(ctx) })
	samples := s.watch(ctx)
	beside.Wait()
	if len(samples) < 10 {
		return fmt.Errorf("%d samples only: logs and streams are in %s", len(samples), s.dir)
	}
	f, err := s.verdict(context.WithoutCancel(ctx), h.patience)
	if err != nil {
		return err
	}
	h.say("%s", f)
	if err := errors.Join(writeCSV(strings.TrimSuffix(h.plot, ".svg")+".csv", samples), writePlot(h.plot, samples, about, machine(), f.String())); err != nil {
		return err
	}
	for i, q := range quantities() {
		h.say("%s", trendOf(samples, i).of(q))
	}
	return growth(samples)
}

// machine says what it ran on, and what else ran there.
func machine() string {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return fmt.Sprintf("%d cores", runtime.NumCPU())
	}
	first, _, _ := strings.Cut(string(load), " ")
	return fmt.Sprintf("%d cores, load at the end %s", runtime.NumCPU(), first)
}

// publish changes a feed every moment.
func (s *stand) publish(ctx context.Context) {
	rng := rand.New(rand.NewPCG(s.seed, 11))
	for pause(ctx, soakPace) == nil {
		s.papers[rng.IntN(len(s.papers))].change()
	}
}

// watch measures the process every second until ctx ends. A second in which it
// does not answer is left out.
func (s *stand) watch(ctx context.Context) (samples []sample) {
	began := time.Now()
	metrics := strings.TrimSuffix(s.monitors[0], "healthz") + "metrics"
	for pause(ctx, time.Second) == nil {
		v, err := measure(ctx, metrics, filepath.Join(s.dir, "data"))
		if err == nil {
			samples = append(samples, sample{time.Since(began), v})
		}
	}
	return samples
}

// measure asks a process for its figures, and the disk for those of its store.
func measure(ctx context.Context, metrics, store string) (v values, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, metrics, nil)
	if err != nil {
		return v, err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return v, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	found, err := gauges(resp.Body)
	if err != nil {
		return v, err
	}
	size, err := sizeOf(store)
	v = values{found["process_resident_memory_bytes"] / mebibyte, found["go_goroutines"], found["process_open_fds"], size / mebibyte}
	if slices.Contains(v[:3], 0) {
		return v, fmt.Errorf("%s: a figure is missing: %v", metrics, v)
	}
	return v, err
}

// gauges reads the metrics without labels of a page in the format of Prometheus.
func gauges(page io.Reader) (map[string]float64, error) {
	found := map[string]float64{}
	lines := bufio.NewScanner(page)
	for lines.Scan() {
		name, text, ok := strings.Cut(lines.Text(), " ")
		if value, err := strconv.ParseFloat(text, 64); ok && err == nil {
			found[name] = value
		}
	}
	return found, lines.Err()
}

// sizeOf is how many bytes the files of a folder have. Files that go while it is
// read are left out.
func sizeOf(folder string) (bytes float64, err error) {
	err = filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		info, err := d.Info()
		if err == nil {
			bytes += float64(info.Size())
		}
		return ignoreGone(err)
	})
	return bytes, err
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// trend is how a quantity went after the warm-up.
type trend struct {
	from         time.Duration // when the warm-up was over
	least, most  float64
	middle, hour float64 // the median, and by how much it grows in an hour
	grown        float64 // in all, as a share of the median
}

// trendOf is the trend of the quantity number i: the first third is the warm-up,
// and the slope is the median of those between any two samples (Theil and Sen),
// which a few that are far off do not bend.
func trendOf(samples []sample, i int) trend {
	after := samples[len(samples)/3:]
	var all, slopes []float64
	for n, s := range after {
		all = append(all, s.values[i])
		for _, before := range after[:n] {
			slopes = append(slopes, (s.values[i]-before.values[i])/(s.at-before.at).Hours())
		}
	}
	t := trend{from: after[0].at, least: slices.Min(all), most: slices.Max(all), middle: median(all), hour: median(slopes)}
	t.grown = t.hour * (after[len(after)-1].at - t.from).Hours() / max(t.middle, 1)
	return t
}

func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	slices.Sort(of)
	return of[len(of)/2]
}

// of is the trend in words.
func (t trend) of(q quantity) string {
	unit := strings.TrimSuffix(" "+q.unit, " ")
	return fmt.Sprintf("%s: %.0f%s (%.0f to %.0f), slope %+.1f%s an hour, %+.1f %% while it was watched",
		q.name, t.middle, unit, t.least, t.most, t.hour, unit, 100*t.grown)
}

// most that what is flat may grow while it is watched, as a share.
const flatness = 0.05

// growth is an error when a quantity grows that must not.
func growth(samples []sample) error {
	var errs []error
	for i, q := range quantities() {
		if t := trendOf(samples, i); q.flat && t.grown > flatness {
			errs = append(errs, fmt.Errorf("%w: %s", errBreach, t.of(q)))
		}
	}
	return errors.Join(errs...)
}

// writeCSV writes the samples, a line each.
func writeCSV(path string, samples []sample) error {
	head := []string{"seconds"}
	for _, q := range quantities() {
		head = append(head, strings.TrimSuffix(q.name+" "+q.unit, " "))
	}
	lines := [][]string{head}
	for _, s := range samples {
		line := []string{strconv.FormatFloat(s.at.Seconds(), 'f', 1, 64)}
		for _, v := range s.values {
			line = append(line, strconv.FormatFloat(v, 'f', 1, 64))
		}
		lines = append(lines, line)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.WriteAll(lines); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
