package push

import (
	"context"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Bucket returns the records in the bucket of subscriptions of a pipeline.
func Bucket(ctx context.Context, b *bus.Bus) (Records, error) {
	kv, err := b.Bucket(ctx, schema.BucketPush)
	if err != nil {
		return nil, err
	}
	return bucket{bus: b, name: kv.Bucket()}, nil
}

type bucket struct {
	bus  *bus.Bus
	name string
}

func (b bucket) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	return b.bus.LastOf(ctx, "KV_"+b.name, bus.BucketSubject(b.name, key))
}

func (b bucket) Put(ctx context.Context, key string, data []byte, last uint64) error {
	m := bus.Message{Subject: bus.BucketSubject(b.name, key), Data: data, Expect: &bus.Expect{Last: last}}
	if data == nil {
		m.Header = map[string]string{"KV-Operation": "DEL"}
	}
	_, err := b.bus.Publish(ctx, m)
	return err
}

func (b bucket) Keys(ctx context.Context) ([]string, error) {
	stream, err := b.bus.JetStream().Stream(ctx, "KV_"+b.name)
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", b.name, err)
	}
	prefix := bus.BucketSubject(b.name, "")
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(prefix+">"))
	if err != nil {
		return nil, fmt.Errorf("keys of bucket %s: %w", b.name, err)
	}
	keys := make([]string, 0, len(info.State.Subjects))
	for subject := range info.State.Subjects {
		keys = append(keys, strings.TrimPrefix(subject, prefix))
	}
	return keys, nil
}
