package bus_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

var update = flag.Bool("update", false, "write the golden files anew")

// article is the first revision of an article, expected at a sequence.
func article(b *bus.Bus, id, data string, expect bus.Expect) bus.Message {
	expect.Filter = b.Root().ArticleAnyLanguage("example_org", id)
	return bus.Message{
		Subject: b.Root().Article(schema.Article{ID: id, Language: "en", Source: schema.Source{Token: "example_org"}}),
		Data:    []byte(data), Type: schema.TypeArticlePublished, ID: schema.RevisionID(id, 1), Expect: &expect,
	}
}

// numbered are n notes, the ids of which are numbers.
func numbered(n int) []note {
	notes := make([]note, n)
	for i := range notes {
		notes[i] = note{ID: fmt.Sprint(i)}
	}
	return notes
}

// stored reads what a stream holds now, by sequence.
func stored(t *testing.T, b *bus.Bus, o bus.ReadOptions) map[uint64]bus.Delivery {
	t.Helper()
	all := map[uint64]bus.Delivery{}
	for d, err := range b.Read(t.Context(), o) {
		if err != nil {
			t.Fatal(err)
		}
		all[d.Sequence] = d
	}
	return all
}

// ackWait gives the consumer of these tests another time to wait for an ack.
func ackWait(t *testing.T, b *bus.Bus, wait time.Duration) {
	t.Helper()
	c := normalizer(t, b).CachedInfo().Config
	c.AckWait = wait
	if _, err := b.JetStream().UpdateConsumer(t.Context(), schema.StreamItems, c); err != nil {
		t.Fatal(err)
	}
}

// normalizer is the consumer of these tests.
func normalizer(t *testing.T, b *bus.Bus) jetstream.Consumer {
	t.Helper()
	c, err := b.JetStream().Consumer(t.Context(), schema.StreamItems, topology.ConsumerNormalizer)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// deliver takes the consumer's next message n times and gives it back, as that
// many workers would that do not settle it.
func deliver(t *testing.T, c jetstream.Consumer, n int) {
	t.Helper()
	for range n {
		msg, err := c.Next(jetstream.FetchMaxWait(bustest.Limit))
		if err != nil {
			t.Fatal(err)
		}
		if err := msg.Nak(); err != nil {
			t.Fatal(err)
		}
	}
}

// within waits for a channel to be closed or to give something.
func within[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	select {
	case v := <-c:
		return v
	case <-ctx.Done():
		t.Fatalf("%s: nothing came", what)
		panic("not reached")
	}
}
