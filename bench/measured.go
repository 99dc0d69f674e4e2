package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

// cost is what a process took of the machine.
type cost struct {
	// CPU seconds, of the user and of the system.
	CPU float64 `json:"cpu_seconds"`
	// PeakRSS is the most memory that the process had.
	PeakRSS int64 `json:"peak_rss_bytes"`
}

// measured runs work, and measures it and the process. done tells how many of
// the items are through.
func measured(profile, name string, items int64, done func() int64, work func() error) (result side, err error) {
	finish, err := profiling(profile, name)
	if err != nil {
		return side{}, err
	}
	ended := make(chan struct{})
	half := make(chan uint64)
	go func() { half <- heapAt(ended, items/2, done) }()
	before, begun := usage(), time.Now()
	err = work()
	result.Seconds = time.Since(begun).Seconds()
	result.cost = usage()
	close(ended)
	result.CPU -= before.CPU
	result.HeapHalf = <-half
	result.HeapEnd = liveHeap()
	result.ItemsPerSecond = float64(items) / result.Seconds
	return result, errors.Join(err, finish())
}

// heapAt returns the live heap when so many items are through, or 0 when the
// work ended before it was seen.
func heapAt(ended <-chan struct{}, items int64, done func() int64) uint64 {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if done() >= items {
				return liveHeap()
			}
		case <-ended:
			return 0
		}
	}
}

// liveHeap is what is left after a collection. The second one takes what only
// the finalizers of the first have let go, and caches that are held weakly.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// profiling writes profiles of what runs until the function that it returns is
// called; it does nothing without a directory.
func profiling(dir, name string) (finish func() error, err error) {
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

// weigh adds what is stored in the streams and on disk.
func (s *side) weigh(ctx context.Context, js jetstream.JetStream, dir string, streams []string) error {
	s.Streams = map[string]stored{}
	for _, name := range streams {
		stream, err := js.Stream(ctx, schema.Root(schema.DefaultRoot).Stream(name))
		if err != nil {
			return fmt.Errorf("stream %s: %w", name, err)
		}
		state := stream.CachedInfo().State
		s.Streams[name] = stored{Messages: state.Msgs, Bytes: state.Bytes}
	}
	return filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the server has done with a file meanwhile
		}
		if err != nil || entry.IsDir() {
			return err
		}
		if info, err := entry.Info(); err == nil {
			s.Disk += info.Size()
		}
		return nil
	})
}
