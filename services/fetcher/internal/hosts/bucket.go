package hosts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Open returns a gate on the bucket of hosts of a pipeline, by the server's clock.
func Open(ctx context.Context, b *bus.Bus, c Config) (*Gate, error) {
	kv, err := b.Bucket(ctx, schema.BucketHosts)
	if err != nil {
		return nil, err
	}
	clock := &serverClock{ask: func(ctx context.Context) (time.Time, bool) { return timeAt(ctx, kv) }}
	g, err := New(Bucket(b), c, time.Now)
	if err != nil {
		return nil, err
	}
	g.log, g.now = b.Logger(), clock.now
	return g, nil
}

// List returns the states of all hosts that are remembered.
func List(ctx context.Context, b *bus.Bus) ([]State, error) {
	kv, err := b.Bucket(ctx, schema.BucketHosts)
	if err != nil {
		return nil, err
	}
	watch, err := kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, fmt.Errorf("list hosts: %w", err)
	}
	defer func() { _ = watch.Stop() }() // it ends with ctx at the latest
	var states []State
	for {
		select {
		case entry, open := <-watch.Updates():
			if !open {
				return nil, errors.New("list hosts: ended")
			}
			if entry == nil {
				return states, nil
			}
			var s State
			if json.Unmarshal(entry.Value(), &s) == nil {
				states = append(states, s)
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// Bucket is the records in the bucket of hosts of a pipeline.
func Bucket(b *bus.Bus) Records {
	return bucket{bus: b, name: b.Root().Stream(schema.BucketHosts)}
}

type bucket struct {
	bus  *bus.Bus
	name string
}

func (b bucket) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	return b.bus.LastOf(ctx, "KV_"+b.name, bus.BucketSubject(b.name, key))
}

func (b bucket) Put(ctx context.Context, key string, data []byte, last uint64) (uint64, error) {
	acks, err := b.bus.Publish(ctx, bus.Message{
		Subject: bus.BucketSubject(b.name, key), Data: data, Expect: &bus.Expect{Last: last},
	})
	if err != nil {
		return 0, err
	}
	return acks[0].Sequence, nil
}

// serverClock tells the time of the server, so that workers whose clocks differ
// agree on when a host is free. It asks now and then how far this machine is off.
type serverClock struct {
	ask func(context.Context) (time.Time, bool) // the server's time, if it tells

	mu     sync.Mutex
	asked  time.Time // when it asked last, by this machine
	offset time.Duration
}

// askEvery is how often the server's clock is asked for. Between, the two drift
// apart by less than matters.
const askEvery = 10 * time.Minute

// now is the time at the server. When it can't be asked, what was known of it
// holds.
func (c *serverClock) now(ctx context.Context) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	begin := time.Now()
	if c.asked.IsZero() || begin.Sub(c.asked) >= askEvery {
		c.asked = begin
		if at, ok := c.ask(ctx); ok {
			c.offset = at.Sub(begin.Add(time.Since(begin) / 2)) // told half-way
		}
	}
	return time.Now().Add(c.offset).UTC().Round(0)
}

// timeAt is the time of the server that leads the bucket.
func timeAt(ctx context.Context, kv jetstream.KeyValue) (time.Time, bool) {
	status, err := kv.Status(ctx)
	if err != nil {
		return time.Time{}, false
	}
	s, ok := status.(*jetstream.KeyValueBucketStatus)
	if !ok || s.StreamInfo().TimeStamp.IsZero() {
		return time.Time{}, false
	}
	return s.StreamInfo().TimeStamp, true
}
