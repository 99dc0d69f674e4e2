package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// Run works on a stage until ctx ends: it takes messages from the stage's
// consumer, hands each to the handler, and settles it. What a handler publishes
// is stored before its message is acknowledged. A failed message comes again
// after a growing delay; one that cannot be mended goes to the dead letters
// with its bytes and the reason. When ctx ends Run takes no more, finishes what
// it has and returns nil.
func Run(ctx context.Context, b *Bus, s Stage, h Handler) error {
	if err := s.validate(); err != nil {
		return err
	}
	consumer, err := b.js.Consumer(ctx, b.root.Stream(s.Stream), s.Consumer)
	if errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("stage %s: stream %s or its consumer %s is %w", s.Name, b.root.Stream(s.Stream), s.Consumer, ErrNotSetUp)
	}
	if err != nil {
		return fmt.Errorf("stage %s: %w", s.Name, err)
	}
	messages, err := consumer.Messages(
		jetstream.PullMaxMessagesWithBytesLimit(2*s.Workers, s.Prefetch),
		jetstream.PullExpiry(pullExpiry),
		jetstream.WithMessagesErrOnMissingHeartbeat(false),
	)
	if err != nil {
		return fmt.Errorf("stage %s: %w", s.Name, err)
	}
	l := &loop{
		Worker:   &Worker{bus: b, stage: s, stats: b.stats.Stage(s.Name)},
		handler:  h,
		messages: messages,
		log:      b.log.With(zap.String("stage", s.Name)),
		beats:    newHeartbeat(consumer.CachedInfo().Config.AckWait),
		returned: map[uint64]returns{},
	}
	return l.run(ctx)
}

// pullExpiry is short because a consumer that was paused does not wake the
// requests that wait.
const pullExpiry = 5 * time.Second

// loop is one run of a stage.
type loop struct {
	*Worker
	handler  Handler
	messages jetstream.MessagesContext
	log      *zap.Logger
	beats    *heartbeat

	alone      sync.RWMutex // held for writing by a message that is worked on alone
	returnedMu sync.Mutex
	returned   map[uint64]returns // of messages that will come again, by sequence
}

// returns counts why a message was given back.
type returns struct {
	failures int // the stage failed
	outages  int // NATS did
}

// run reads messages for the workers until ctx ends, then lets them finish.
func (l *loop) run(ctx context.Context) error {
	hand, drained := context.WithCancel(context.WithoutCancel(ctx))
	defer drained()
	stopping := context.AfterFunc(ctx, func() {
		l.messages.Drain()
		timer := time.AfterFunc(l.stage.Drain, drained)
		context.AfterFunc(hand, func() { timer.Stop() })
	})
	defer stopping()
	beating := make(chan struct{})
	go func() { defer close(beating); l.beats.run(hand) }()

	in := make(chan jetstream.Msg)
	var workers sync.WaitGroup
	for range l.stage.Workers {
		workers.Go(func() {
			for msg := range in {
				l.work(hand, msg)
			}
		})
	}
	err := l.read(ctx, hand, in)
	close(in)
	workers.Wait()
	drained()
	<-beating
	l.messages.Stop()
	return err
}

// read passes messages to the workers until there are no more.
func (l *loop) read(ctx, hand context.Context, in chan<- jetstream.Msg) error {
	for {
		msg, err := l.messages.Next()
		switch {
		case errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return l.ended(ctx)
		case errors.Is(err, jetstream.ErrConsumerDeleted), errors.Is(err, jetstream.ErrConsumerNotFound):
			return fmt.Errorf("stage %s: its consumer %s was deleted: %w", l.stage.Name, l.stage.Consumer, ErrNotSetUp)
		case err != nil:
			l.log.Warn("reading messages", zap.Error(err))
			if pause(ctx, backoff(0, time.Second, time.Second)) != nil {
				return nil
			}
			continue
		}
		select {
		case in <- msg:
		case <-hand.Done():
			return nil // The drain's time is up: what is left comes again.
		}
	}
}

// ended tells a stop that was asked for from a connection that was lost.
func (l *loop) ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("stage %s: %w", l.stage.Name, ErrClosed)
}

// work handles and settles one message.
func (l *loop) work(ctx context.Context, msg jetstream.Msg) {
	if ctx.Err() != nil {
		return
	}
	begun := time.Now()
	l.stats.InHand.Add(1)
	defer func() {
		l.stats.InHand.Add(-1)
		l.stats.Busy.Add(int64(time.Since(begun)))
	}()
	defer l.beats.hold(msg)()

	d, err := delivery(msg)
	if err != nil {
		l.log.Error("message without its envelope", zap.Error(err))
		return
	}
	if d.Delivered > 2 {
		l.alone.Lock()
		defer l.alone.Unlock()
	} else {
		l.alone.RLock()
		defer l.alone.RUnlock()
	}
	given := l.given(d.Sequence)
	if int(d.Delivered) > l.stage.Deliveries+given.failures+given.outages {
		l.bury(ctx, msg, d, fmt.Errorf("poison: delivered %d times and never settled", d.Delivered))
		return
	}
	verdict, err := l.handler(ctx, l.Worker, d)
	l.settle(ctx, msg, d, verdict, err)
}

// given is how often this process has given the message back.
func (l *loop) given(seq uint64) returns {
	l.returnedMu.Lock()
	defer l.returnedMu.Unlock()
	return l.returned[seq]
}

// count adds to how often the message was given back.
func (l *loop) count(seq uint64, more returns) returns {
	l.returnedMu.Lock()
	defer l.returnedMu.Unlock()
	n := l.returned[seq]
	n.failures += more.failures
	n.outages += more.outages
	l.returned[seq] = n
	return n
}

// forget drops the count of a message that is settled.
func (l *loop) forget(seq uint64) {
	l.returnedMu.Lock()
	defer l.returnedMu.Unlock()
	delete(l.returned, seq)
}
