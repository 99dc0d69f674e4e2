package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/schema"
)

// measured runs work, and measures it and the process. done tells how many of
// the items are through.
func measured(profile, name string, items int64, done func() int64, work func() error) (result side, err error) {
	finish, err := benchmark.Profile(profile, name)
	if err != nil {
		return side{}, err
	}
	ended := make(chan struct{})
	half := make(chan int64)
	go func() { half <- heapAt(ended, items/2, done) }()
	before, begun := benchmark.Used(), time.Now()
	err = work()
	result.Seconds = time.Since(begun).Seconds()
	result.Usage = benchmark.Used()
	close(ended)
	result.CPU -= before.CPU
	result.HeapHalf = <-half
	result.HeapEnd = benchmark.LiveHeap()
	result.ItemsPerSecond = float64(items) / result.Seconds
	return result, errors.Join(err, finish())
}

// heapAt returns the live heap when so many items are through, or 0 when the
// work ended before it was seen.
func heapAt(ended <-chan struct{}, items int64, done func() int64) int64 {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if done() >= items {
				return benchmark.LiveHeap()
			}
		case <-ended:
			return 0
		}
	}
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
	var err error
	s.Disk, err = benchmark.Disk(dir)
	return err
}
