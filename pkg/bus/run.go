package bus

import (
	"cmp"
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
// after a growing delay, or that of After; one that cannot be mended goes to the
// dead letters with its bytes and the reason. When ctx ends Run takes no more,
// finishes what it has and returns nil.
func Run(ctx context.Context, b *Bus, s Stage, h Handler) error {
	if err := s.validate(); err != nil {
		return err
	}
	consumer, err := lookup(ctx, b, "consumer "+s.Consumer, func() (jetstream.Consumer, error) {
		return b.js.Consumer(ctx, b.root.Stream(s.Stream), s.Consumer)
	})
	if ctx.Err() != nil {
		return nil
	}
	if errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("stage %s: stream %s or its consumer %s is %w", s.Name, b.root.Stream(s.Stream), s.Consumer, ErrNotSetUp)
	}
	if err != nil {
		return fmt.Errorf("stage %s: %w", s.Name, err)
	}
	l := &loop{
		Worker:   &Worker{bus: b, stage: s, stats: b.stats.Stage(s.Name)},
		handler:  h,
		log:      b.log.With(zap.String("stage", s.Name)),
		begun:    time.Now(),
		failures: map[uint64]int{},
	}
	if err := l.awaitBegin(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	l.stats.Timeout.Store(int64(s.Timeout))
	watching, stop := context.WithCancel(ctx)
	var watched sync.WaitGroup
	watched.Go(func() { l.watchLag(watching, consumer, lagEvery) })
	defer func() { stop(); watched.Wait() }()
	in := newIntake(consumer, roomFor(s.Workers), l.log)
	in.ofStage(l.Worker)
	if err := in.serve(ctx, s.Workers, cmp.Or(s.Drain, b.drain), l.whenReady(ctx)); err != nil {
		return fmt.Errorf("stage %s: %w", s.Name, err)
	}
	return nil
}

// loop is one run of a stage.
type loop struct {
	*Worker
	handler Handler
	log     *zap.Logger
	begun   time.Time

	alone      sync.RWMutex // held for writing by a message that is worked on alone
	failuresMu sync.Mutex
	failures   map[uint64]int // of messages that were given back, by sequence
}

// awaitBegin calls Stage.Begin, and again for as long as what it needs is not there.
func (l *loop) awaitBegin(ctx context.Context) error {
	if l.stage.Begin == nil {
		return nil
	}
	for try := 0; ; try++ {
		err := l.stage.Begin(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if !isUnavailable(err) {
			return err
		}
		delay := backoff(try, l.stage.Retry, time.Minute)
		l.log.Warn("a server does not answer; no messages are taken until it does", zap.Duration("delay", delay), zap.Error(err))
		if pause(ctx, delay) != nil {
			return nil
		}
	}
}

// work handles and settles one message.
func (l *loop) work(ctx context.Context, msg jetstream.Msg) {
	if ctx.Err() != nil {
		return
	}
	begun := time.Now()
	l.stats.Received.Add(1)
	l.stats.InHand.Add(1)
	if !l.workOn(ctx, msg) {
		l.stats.Returned.Add(1)
	}
	l.stats.InHand.Add(-1)
	l.stats.Duration.Observe(time.Since(begun))
}

// workOn is work, uncounted; it tells whether the message is settled.
func (l *loop) workOn(ctx context.Context, msg jetstream.Msg) bool {
	d, err := delivery(msg)
	if err != nil {
		l.log.Error("message without its envelope", zap.Error(err))
		return false
	}
	l.stats.Waiting.Store(int64(d.Pending))
	if l.stage.Original != nil {
		d = l.stage.Original(d)
	}
	if int(d.Delivered) > l.stage.Unsuspected+l.failed(d.Sequence) {
		if pause(ctx, time.Until(l.begun.Add(witness*l.stage.Retry))) != nil {
			return false
		}
		l.alone.Lock()
		defer l.alone.Unlock()
		return l.workAlone(ctx, msg, d)
	}
	l.alone.RLock()
	defer l.alone.RUnlock()
	verdict, err := l.handle(ctx, d)
	return l.settle(ctx, msg, d, verdict, err)
}

// workAlone works on a suspect, or sets it aside.
func (l *loop) workAlone(ctx context.Context, msg jetstream.Msg, d Delivery) (settled bool) {
	var before uint64
	verdict, err := l.waitingOut(ctx, d, func() (verdict string, err error) {
		before, err = l.begin(ctx, d)
		return "", err
	})
	if err == nil && int(before) >= l.stage.Deliveries-l.stage.Unsuspected {
		return l.bury(ctx, msg, d, fmt.Errorf("poison: delivered %d times and never settled", d.Delivered))
	}
	if err == nil {
		verdict, err = l.handle(ctx, d)
	}
	return l.settle(ctx, msg, d, verdict, err)
}

// handle calls the handler.
func (l *loop) handle(ctx context.Context, d Delivery) (string, error) {
	ctx, span := l.bus.consume(ctx, consumer{name: l.stage.Name, replays: l.stage.Original != nil}, d)
	verdict, err := l.waitingOut(ctx, d, func() (string, error) { return l.guarded(ctx, d) })
	ended(span, verdict, err)
	return verdict, err
}

// waitingOut calls work, and again for as long as what it needs is not there. It waits in place:
// a message that is given back would count as delivered once more, which other
// workers could not tell from one that kills its worker.
func (l *loop) waitingOut(ctx context.Context, d Delivery, work func() (string, error)) (string, error) {
	for try := 0; ; try++ {
		verdict, err := work()
		if !isUnavailable(err) {
			return verdict, err
		}
		l.stats.Retried.Add(1)
		delay := backoff(try, l.stage.Retry, time.Minute)
		l.log.Warn("a server does not answer; will try again", zap.String("subject", d.Subject), zap.Uint64("sequence", d.Sequence),
			zap.Duration("delay", delay), zap.Error(err))
		if err := pause(ctx, delay); err != nil {
			return "", err
		}
	}
}

// guarded calls the handler and turns a panic into an error.
func (l *loop) guarded(ctx context.Context, d Delivery) (verdict string, err error) {
	defer func() {
		if p := recover(); p != nil {
			l.stats.Panics.Add(1)
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return l.handler(ctx, l.Worker, d)
}

// failed is how often the stage has failed at the message in this process.
func (l *loop) failed(seq uint64) int {
	l.failuresMu.Lock()
	defer l.failuresMu.Unlock()
	return l.failures[seq]
}

// fails counts one more failure.
func (l *loop) fails(seq uint64) int {
	l.failuresMu.Lock()
	defer l.failuresMu.Unlock()
	l.failures[seq]++
	return l.failures[seq]
}

// forget drops the count of a message that is settled.
func (l *loop) forget(seq uint64) {
	l.failuresMu.Lock()
	defer l.failuresMu.Unlock()
	delete(l.failures, seq)
}
