package bus

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

// A message that comes again and again without being settled may be the one
// that kills its workers, or may have been beside that one each time: the
// server counts deliveries, not who was at fault. So after Stage.Unsuspected
// deliveries a message is a suspect. A suspect is worked on alone, and before that an event
// says so. One that was begun alone too often, and never settled, is poison.
//
// Before a suspect is begun its process must have lived for a while: one that is
// killed again and again, by whomever, would otherwise die beside the same few
// messages each time, which are the first that it begins.

// witness is how long a stage runs before it begins a suspect, in times of
// Stage.Retry.
const witness = 5

// begin says that a suspect is about to be worked on alone, and returns how
// often that was said before.
func (l *loop) begin(ctx context.Context, d Delivery) (before uint64, err error) {
	subject := l.bus.root.Ops("suspect", l.stage.Name+"-"+strconv.FormatUint(d.Sequence, 10))
	before, err = l.bus.count(ctx, schema.StreamOps, subject)
	if err != nil {
		return 0, err
	}
	now := time.Now()
	data, err := Encode(schema.Health{
		Kind: "suspect", At: now.UTC(),
		Detail: fmt.Sprintf("%s: message %d of %s was delivered %d times and not settled", l.stage.Name, d.Sequence, d.Stream, d.Delivered-1),
	})
	if err != nil {
		return 0, err
	}
	_, err = l.bus.publish(ctx, nil, []Message{{
		Subject: subject, Data: data, Type: schema.TypeHealth, Schema: "health", Time: now,
		ID: fmt.Sprintf("suspect:%s:%s:%d:%d", l.stage.Name, d.Stream, d.Sequence, d.Delivered),
	}})
	return before, err
}

// count is how many messages a stream holds on a subject.
func (b *Bus) count(ctx context.Context, stream, subject string) (uint64, error) {
	s, err := b.js.Stream(ctx, b.root.Stream(stream))
	if err != nil {
		return 0, Unavailable(fmt.Errorf("stream %s: %w", stream, err))
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(subject))
	if err != nil {
		return 0, Unavailable(fmt.Errorf("stream %s: %w", stream, err))
	}
	return info.State.Subjects[subject], nil
}
