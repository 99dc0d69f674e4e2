package bus

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// PublishCore sends messages on subjects that no stream keeps (core NATS):
// whoever subscribes now gets them, nobody later. It returns when the server
// has seen them.
func (b *Bus) PublishCore(ctx context.Context, messages ...Message) error {
	now := time.Now()
	for _, m := range messages {
		if err := b.nc.PublishMsg(m.wire(b.name, now, nil, trace.SpanContext{})); err != nil {
			return classify(m.Subject, err)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, ackTimeout)
	defer cancel()
	return b.Flush(ctx)
}

// PublishInOrder is Publish for messages of one stream whose order must hold
// even when publishing is pushed back half-way: they are stored as one atomic
// batch, or else one after the other. Each must be Dedup, as a batch whose
// answer is lost may have been stored. It returns the sequence of the last.
func (b *Bus) PublishInOrder(ctx context.Context, messages ...Message) (last uint64, err error) {
	now := time.Now()
	batch := make([]*pending, len(messages))
	for i, m := range messages {
		if !m.Dedup {
			return 0, fmt.Errorf("bus: message on %s: order needs Dedup", m.Subject)
		}
		batch[i] = newPending(m, m.wire(b.name, now, nil, trace.SpanContext{}))
	}
	if len(batch) >= groupMinimum {
		if last, err := b.sendBatch(batch); err == nil {
			return last, nil
		}
	}
	for _, m := range messages {
		acks, err := b.Publish(ctx, m)
		if err != nil {
			return last, err
		}
		last = acks[0].Sequence
	}
	return last, nil
}
