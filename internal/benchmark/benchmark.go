// Package benchmark is what the benchmarks share: what a process takes of the
// machine, what machine that is, and a process for each part that is measured.
package benchmark

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
)

// Usage is what a process took of the machine.
type Usage struct {
	// CPU seconds, of the user and of the system.
	CPU float64 `json:"cpu_seconds"`
	// PeakRSS is the most memory that the process had.
	PeakRSS int64 `json:"peak_rss_bytes"`
}

// RSS is the memory that this process has now, as Linux has it; 0 elsewhere.
func RSS() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64) // 0 is unknown
	return pages * int64(os.Getpagesize())
}

// LiveHeap is what is left after a collection. The second one takes what only
// the finalizers of the first have let go, and caches that are held weakly.
func LiveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Disk is what the files below a folder take.
func Disk(dir string) (size int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the server has done with a file meanwhile
		}
		if err != nil || entry.IsDir() {
			return err
		}
		if info, err := entry.Info(); err == nil {
			size += info.Size()
		}
		return nil
	})
	return size, err
}

// Machine is where it was measured.
type Machine struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPU  string `json:"cpu"`
	CPUs int    `json:"cpus"`
	Go   string `json:"go"`
}

// ThisMachine is the one that this runs on.
func ThisMachine() Machine {
	return Machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPU: cpuModel(), CPUs: runtime.NumCPU(), Go: runtime.Version()}
}

// String is a line for the head of a table.
func (m Machine) String() string {
	return fmt.Sprintf("%s/%s, %d CPUs (%s), %s", m.OS, m.Arch, m.CPUs, m.CPU, m.Go)
}

// cpuModel is the name that Linux has for the processor, empty elsewhere.
func cpuModel() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(info), "model name")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(line, "\t :")
}

// Median is the element in the middle by a key; of an even number, the lower.
func Median[T any](all []T, key func(T) float64) T {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b T) int { return cmp.Compare(key(a), key(b)) })
	return sorted[(len(sorted)-1)/2]
}

// Profile writes profiles of CPU and heap of what runs until finish is called,
// as NAME.cpu.pprof and NAME.heap.pprof; it does nothing without a directory.
func Profile(dir, name string) (finish func() error, err error) {
	if dir == "" {
		return func() error { return nil }, nil
	}
	cpu, err := os.Create(filepath.Join(dir, name+".cpu.pprof"))
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return func() error {
		pprof.StopCPUProfile()
		heap, err := os.Create(filepath.Join(dir, name+".heap.pprof"))
		if err != nil {
			return errors.Join(fmt.Errorf("profile: %w", err), cpu.Close())
		}
		return errors.Join(pprof.Lookup("heap").WriteTo(heap, 0), heap.Close(), cpu.Close())
	}, nil
}

// Command is this program with other arguments, the first of which names the
// part that it plays.
func Command(ctx context.Context, part string, args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", part, err)
	}
	return exec.CommandContext(ctx, self, append([]string{part}, args...)...), nil
}
