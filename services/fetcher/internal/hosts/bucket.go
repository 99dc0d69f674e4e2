package hosts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Open returns a gate on the bucket of hosts of a pipeline. All gates on it want
// the same clock: clock.Clock.
func Open(ctx context.Context, b *bus.Bus, c Config, now func() time.Time) (*Gate, error) {
	if _, err := b.Bucket(ctx, schema.BucketHosts); err != nil {
		return nil, err
	}
	g, err := New(Bucket(b), c, now)
	if err != nil {
		return nil, err
	}
	g.log = b.Logger()
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
