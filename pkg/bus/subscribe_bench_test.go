package bus_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// stock is a bus with n messages of 4 KiB on REPLAY.
func stock(b *testing.B, n int) *bus.Bus {
	b.Helper()
	on := bustest.New(b)
	data := make([]byte, 4<<10)
	for from := 0; from < n; from += 500 {
		messages := make([]bus.Message, min(500, n-from))
		for i := range messages {
			id := fmt.Sprint(from + i)
			messages[i] = bus.Message{Subject: on.Root().Replay("bench", id), Data: data, Type: schema.TypeArticleEnriched, ID: id, Dedup: true}
		}
		if _, err := on.Publish(b.Context(), messages...); err != nil {
			b.Fatal(err)
		}
	}
	return on
}

// BenchmarkConsume reads and acknowledges each message of a stream on a durable: by
// Handle, by Subscribe, and by a consumer of the client library that does nothing
// else.
func BenchmarkConsume(b *testing.B) {
	for name, consume := range map[string]func(context.Context, *testing.B, *bus.Bus){
		"handle": func(ctx context.Context, b *testing.B, on *bus.Bus) {
			ctx, stop := context.WithCancel(ctx)
			o := bus.SubscribeOptions{Stream: schema.StreamReplay, Durable: "handle", InFlight: 1000, Workers: 4}
			if err := on.Handle(ctx, o, func(_ context.Context, d bus.Delivery) error {
				if d.Pending == 0 {
					stop()
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
		},
		"subscribe": func(ctx context.Context, b *testing.B, on *bus.Bus) {
			n := 0
			for m, err := range on.Subscribe(ctx, bus.SubscribeOptions{Stream: schema.StreamReplay, Durable: "subscribe", InFlight: 1000}) {
				if err != nil {
					b.Fatal(err)
				}
				if err := m.Ack(); err != nil {
					b.Fatal(err)
				}
				if n++; n == b.N {
					break
				}
			}
		},
		"bare": func(ctx context.Context, b *testing.B, on *bus.Bus) {
			c, err := on.JetStream().CreateConsumer(ctx, schema.StreamReplay, jetstream.ConsumerConfig{Durable: "bare", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1000})
			if err != nil {
				b.Fatal(err)
			}
			messages, err := c.Messages()
			if err != nil {
				b.Fatal(err)
			}
			defer messages.Stop()
			for range b.N {
				msg, err := messages.Next()
				if err != nil {
					b.Fatal(err)
				}
				if err := msg.Ack(); err != nil {
					b.Fatal(err)
				}
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			on := stock(b, b.N)
			b.ReportAllocs()
			b.ResetTimer()
			consume(b.Context(), b, on)
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}
