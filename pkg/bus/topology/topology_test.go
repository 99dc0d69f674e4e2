package topology_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
)

func TestEnsureIsIdempotentAndCompares(t *testing.T) {
	b := bustest.Connect(t, bustest.Server(t), "test")
	top := topology.New(topology.DefaultOptions())
	want := len(top.Streams) + len(top.Buckets) + len(top.Consumers)

	changes, err := top.Check(t.Context(), b.JetStream())
	if err != nil || len(changes) != want {
		t.Fatalf("check of an empty server: %d changes, want %d: %v", len(changes), want, err)
	}
	changes, err = top.Ensure(t.Context(), b.JetStream())
	if err != nil || len(changes) != want {
		t.Fatalf("first: %d changes, want %d: %v", len(changes), want, err)
	}
	changes, err = top.Ensure(t.Context(), b.JetStream())
	if err != nil || len(changes) != 0 {
		t.Fatalf("second: %v, %v", changes, err)
	}

	for i := range top.Streams {
		if top.Streams[i].Name == "ITEMS" {
			top.Streams[i].MaxAge = 48 * time.Hour
		}
	}
	for i := range top.Consumers {
		if top.Consumers[i].Config.Durable == topology.ConsumerNormalizer {
			top.Consumers[i].Config.MaxAckPending = 7
		}
	}
	changes, err = top.Check(t.Context(), b.JetStream())
	if err != nil || len(changes) != 2 {
		t.Fatalf("check of another age: %v, %v", changes, err)
	}
	if got := changes[0].String(); got != "stream ITEMS: max_age: is 720h0m0s, want 48h0m0s" {
		t.Errorf("got %q", got)
	}
	if got := changes[1].String(); !strings.HasPrefix(got, "consumer ITEMS/normalizer: max_ack_pending") {
		t.Errorf("got %q", got)
	}
	if _, err = top.Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	if changes, err = top.Check(t.Context(), b.JetStream()); err != nil || len(changes) != 0 {
		t.Errorf("after: %v, %v", changes, err)
	}
}

func TestRootsShareAServer(t *testing.T) {
	b := bustest.New(t)
	o := topology.DefaultOptions()
	o.Root = "papers"
	if _, err := topology.New(o).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.JetStream().Stream(t.Context(), "PAPERS_ITEMS"); err != nil {
		t.Error(err)
	}
	if _, err := b.JetStream().KeyValue(t.Context(), "papers_feeds"); err != nil {
		t.Error(err)
	}
}

// losing is a server whose answers are lost: the first so many to each kind of
// creation.
type losing struct {
	jetstream.JetStream
	lost int
	asks map[string]int
}

func (l *losing) answer(what string, err error) error {
	if l.asks[what]++; l.asks[what] <= l.lost {
		return context.DeadlineExceeded
	}
	return err
}

func (l *losing) CreateStream(ctx context.Context, c jetstream.StreamConfig) (jetstream.Stream, error) {
	s, err := l.JetStream.CreateStream(ctx, c)
	return s, l.answer("stream "+c.Name, err)
}

func (l *losing) CreateKeyValue(ctx context.Context, c jetstream.KeyValueConfig) (jetstream.KeyValue, error) {
	kv, err := l.JetStream.CreateKeyValue(ctx, c)
	return kv, l.answer("bucket "+c.Bucket, err)
}

func (l *losing) Stream(ctx context.Context, name string) (jetstream.Stream, error) {
	s, err := l.JetStream.Stream(ctx, name)
	return s, l.answer("look at "+name, err)
}

// An answer that is lost is asked for again, and what was made before is told of.
func TestEnsureIsPatient(t *testing.T) {
	b := bustest.Connect(t, bustest.Server(t), "test")
	top := topology.New(topology.DefaultOptions())
	want := len(top.Streams) + len(top.Buckets) + len(top.Consumers)
	changes, err := top.Ensure(t.Context(), &losing{b.JetStream(), 1, map[string]int{}})
	if err != nil || len(changes) != want {
		t.Errorf("%d changes, want %d: %v", len(changes), want, err)
	}
	if changes, err := top.Check(t.Context(), b.JetStream()); err != nil || len(changes) != 0 {
		t.Errorf("%v, %v", changes, err)
	}
	deaf := &losing{b.JetStream(), 100, map[string]int{}}
	if _, err := top.Ensure(t.Context(), deaf); !errors.Is(err, context.DeadlineExceeded) || deaf.asks["look at "+top.Streams[0].Name] != 3 {
		t.Errorf("%v after %v", err, deaf.asks)
	}
}
