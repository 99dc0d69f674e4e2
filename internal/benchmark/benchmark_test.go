package benchmark_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/internal/benchmark"
)

func TestThisProcess(t *testing.T) {
	held := bytes.Repeat([]byte("x"), 8<<20)
	heap, rss, used := benchmark.LiveHeap(), benchmark.RSS(), benchmark.Used()
	if heap < int64(len(held)) {
		t.Errorf("live heap %d, with %d held", heap, len(held))
	}
	runtime.KeepAlive(held)
	if runtime.GOOS == "linux" && (rss < heap || used.CPU <= 0 || used.PeakRSS < rss/2) {
		t.Errorf("rss %d, used %+v", rss, used)
	}
}

func TestMachine(t *testing.T) {
	m := benchmark.ThisMachine()
	if m.CPUs < 1 || !strings.Contains(m.String(), m.Go) || !strings.HasPrefix(m.String(), runtime.GOOS) {
		t.Errorf("got %s", m)
	}
}

func TestMedian(t *testing.T) {
	for want, all := range map[int][]int{5: {5}, 3: {9, 3, 1}, 2: {4, 2, 1, 3}} {
		if got := benchmark.Median(all, func(n int) float64 { return float64(n) }); got != want {
			t.Errorf("of %v: got %d, want %d", all, got, want)
		}
	}
}

func TestDisk(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int{"a": 100, "deep/b": 11} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := benchmark.Disk(dir); got != 111 || err != nil {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestProfile(t *testing.T) {
	for name, dir := range map[string]string{"none": "", "both": t.TempDir()} {
		finish, err := benchmark.Profile(dir, "it")
		if err == nil {
			err = finish()
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if dir == "" {
			continue
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
			t.Errorf("%d profiles, %v", len(files), err)
		}
	}
	if _, err := benchmark.Profile("/dev/null", "it"); err == nil {
		t.Error("profiles in what is no folder")
	}
}

func TestCommand(t *testing.T) {
	cmd, err := benchmark.Command(t.Context(), "part", "a", "b")
	if err != nil || len(cmd.Args) != 4 || cmd.Args[1] != "part" {
		t.Errorf("got %v, %v", cmd, err)
	}
}
