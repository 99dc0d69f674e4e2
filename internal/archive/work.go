package archive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
)

// WorkOptions are what a worker archives, and how.
type WorkOptions struct {
	// Streams are the contract's names of streams.
	Streams []string
	// Consumer is the name of the durable consumers that keep the place of this
	// archive in its streams.
	Consumer string
	// PartAge and PartBytes are how long a part is written and how much of messages
	// it has, at most.
	PartAge   time.Duration
	PartBytes int64
}

// ErrStream says that a stream cannot be archived.
var ErrStream = errors.New("no stream to archive")

// Work archives streams into a store until its context ends, each message once.
// The archive itself says how far it is; a durable consumer on each stream is set
// to the same place whenever a part is durable, so that operators see the lag, and
// so that what makes room in streams keeps what is not archived yet. A store that
// fails is tried again.
func Work(ctx context.Context, b *bus.Bus, s store.Store, o WorkOptions) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, stream := range o.Streams {
		all.Go(func() error {
			w := worker{bus: b, store: s, options: o, stream: stream, log: b.Logger().With(zap.String("stream", stream))}
			return w.run(ctx)
		})
	}
	return all.Wait()
}

// worker archives one stream.
type worker struct {
	bus     *bus.Bus
	store   store.Store
	options WorkOptions
	stream  string
	log     *zap.Logger
}

// The waits between two tries.
const (
	firstWait = time.Second
	lastWait  = time.Minute
)

func (w *worker) run(ctx context.Context) error {
	wait := firstWait
	for {
		begun := time.Now()
		err := w.archive(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case hopeless(err):
			return fmt.Errorf("archive %s: %w", w.stream, err)
		case time.Since(begun) > lastWait:
			wait = firstWait
		}
		w.log.Warn("archiving stopped; trying again", zap.Error(err), zap.Duration("after", wait))
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, lastWait)
	}
}

// hopeless reports whether an error stays whatever is waited for.
func hopeless(err error) bool {
	return errors.Is(err, ErrOther) || errors.Is(err, ErrManifest) || errors.Is(err, ErrStream)
}

// archive goes on where the archive ends.
func (w *worker) archive(ctx context.Context) error {
	name := w.bus.Root().Stream(w.stream)
	stream, err := w.bus.JetStream().Stream(ctx, name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("%s: %w", name, ErrStream)
	}
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	if err := w.claim(ctx, stream); err != nil {
		return err
	}
	to, err := NewWriter(ctx, w.store, WriterOptions{
		Kind: Kind(w.stream), Stream: name, Created: stream.CachedInfo().Created, Format: JSONL(Kind(w.stream)), PartBytes: w.options.PartBytes,
		Committed: func(ctx context.Context, last uint64) error { return w.mark(ctx, stream, last) },
		LeftOut:   func(err error) { w.log.Error("a message cannot be archived", zap.Error(err)) },
	})
	if err != nil {
		return err
	}
	if last := to.Last(); last > 0 { // a kill may have come between the manifest and the mark
		if err := w.mark(ctx, stream, last); err != nil {
			return err
		}
	}
	_, err = Copy(ctx, w.bus, to, CopyOptions{Read: bus.ReadOptions{Stream: w.stream, Follow: true}, PartAge: w.options.PartAge})
	return err
}

// claim makes the consumer that keeps the archive's place.
func (w *worker) claim(ctx context.Context, stream jetstream.Stream) error {
	_, err := stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable: w.options.Consumer, AckPolicy: jetstream.AckExplicitPolicy, Description: "How far the stream is archived.",
	})
	if err != nil {
		return fmt.Errorf("consumer %s: %w", w.options.Consumer, err)
	}
	return nil
}

// mark sets the consumer behind a sequence: all up to there counts as
// acknowledged.
func (w *worker) mark(ctx context.Context, stream jetstream.Stream, last uint64) error {
	if _, err := stream.ResetConsumerToSequence(ctx, w.options.Consumer, last+1); err != nil {
		return fmt.Errorf("consumer %s: %w", w.options.Consumer, err)
	}
	w.log.Info("archived", zap.Uint64("last", last))
	return nil
}

// Forget removes the consumers of an archive that is not to go on: the streams
// keep nothing for it any more.
func Forget(ctx context.Context, b *bus.Bus, o WorkOptions) error {
	for _, name := range o.Streams {
		err := b.JetStream().DeleteConsumer(ctx, b.Root().Stream(name), o.Consumer)
		if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
			return fmt.Errorf("stream %s, consumer %s: %w", name, o.Consumer, err)
		}
	}
	return nil
}
