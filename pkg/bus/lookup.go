package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// Bucket opens a bucket of the pipeline, given its name without the root.
func (b *Bus) Bucket(ctx context.Context, bucket string) (jetstream.KeyValue, error) {
	name := b.root.Stream(bucket)
	kv, err := lookup(ctx, b, "bucket "+name, func() (jetstream.KeyValue, error) { return b.js.KeyValue(ctx, name) })
	switch {
	case errors.Is(err, jetstream.ErrBucketNotFound):
		return nil, fmt.Errorf("bucket %s is %w", name, ErrNotSetUp)
	case err != nil:
		return nil, fmt.Errorf("bucket %s: %w", name, err)
	}
	return kv, nil
}

// lookup looks something up that a program needs before it can begin, and again for
// Options.Patience while the servers do not know: in a cluster that has just been
// started, or has lost many servers, it takes a while until each stream has its
// leader. That it is not there is an answer.
func lookup[T any](ctx context.Context, b *Bus, what string, look func() (T, error)) (T, error) {
	begun := time.Now()
	for try := 0; ; try++ {
		found, err := look()
		if err == nil || ctx.Err() != nil || !isUnanswered(err) {
			return found, err
		}
		delay := backoff(try, 500*time.Millisecond, 5*time.Second)
		left := b.patience - time.Since(begun)
		if left <= delay {
			return found, err
		}
		b.log.Warn("NATS does not know yet; will ask again", zap.String("for", what),
			zap.Duration("delay", delay), zap.Duration("at most", left.Round(time.Second)), zap.Error(err))
		if err := pause(ctx, delay); err != nil {
			return found, err
		}
	}
}

// isUnanswered reports whether an error of a look-up says nothing of what was looked
// for: a stream without a leader does not answer, servers without one tell so.
func isUnanswered(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		return api.Code >= 500
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout)
}
