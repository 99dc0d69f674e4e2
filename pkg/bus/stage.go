package bus

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Stage is what a worker's loop needs to know of its work.
type Stage struct {
	// Name is the stage's name: in dead letters, counters and logs.
	Name string
	// Stream and Consumer are the durable that it works on, the contract's name
	// of the stream.
	Stream   string
	Consumer string
	// Workers is how many messages are in hand at once, at least 1. A worker
	// mostly waits for the disk, so there may be many more than processors.
	Workers int
	// Attempts is how often a message may fail before it goes to the dead letters.
	Attempts int
	// Deliveries is how often a message that kills its worker may come. After
	// Unsuspected of them a message is worked on alone, so that its neighbours are
	// not blamed. For a stage that gives messages back by After, Unsuspected is
	// how often that may be.
	Deliveries, Unsuspected int
	// Timeout bounds one call of the stage's function.
	Timeout time.Duration
	// Drain bounds the time for what is in hand when the worker is stopped; 0 is the
	// time of the bus.
	Drain time.Duration
	// Share, if not nil, says how many messages may be taken now, of so many that
	// there is room for. It waits until there may be some, and returns 0 when ctx
	// has ended. A stage without one takes what it can.
	Share func(ctx context.Context, room int) int
	// WhenReady takes messages, and begins to work on each, only while the bus is
	// ready (Bus.Ready). It is for stages that bring something in from outside: those
	// that publish what they are given wait for their publishing alone.
	WhenReady bool
	// Retry is the delay after the first failure; it doubles from there.
	Retry time.Duration
	// Original, if not nil, is what a message stands for: handlers and dead letters see
	// that in its place.
	Original func(Delivery) Delivery
	// Begin, if not nil, is called before the first message is taken. An error that
	// is Unavailable is waited out; another one ends Run.
	Begin func(context.Context) error
}

// DefaultStage is a stage's settings but for its name, stream and consumer.
func DefaultStage() Stage {
	return Stage{
		Workers:     128,
		Attempts:    5,
		Deliveries:  5,
		Unsuspected: 2,
		Timeout:     30 * time.Second,
		Retry:       time.Second,
	}
}

func (s Stage) validate() error {
	switch {
	case s.Name == "" || s.Stream == "" || s.Consumer == "":
		return errors.New("bus: a stage needs a name, a stream and a consumer")
	case s.Workers < 1:
		return fmt.Errorf("bus: stage %s: workers: got %d, want at least 1", s.Name, s.Workers)
	case s.Attempts < 1 || s.Unsuspected < 1 || s.Deliveries <= s.Unsuspected:
		return fmt.Errorf("bus: stage %s: attempts: got %d, want at least 1; deliveries: got %d, want more than the %d that are unsuspected, at least 1",
			s.Name, s.Attempts, s.Deliveries, s.Unsuspected)
	case s.Timeout <= 0 || s.Drain < 0 || s.Retry <= 0:
		return fmt.Errorf("bus: stage %s: timeout and retry must be above 0, drain not below", s.Name)
	}
	return nil
}

// Handler does a stage's work for one message, publishing included, and says
// what became of it in one word, which is counted. Handlers are made by
// Produce, Revise and Sink; when one returns, all that it published is stored.
type Handler func(ctx context.Context, w *Worker, d Delivery) (verdict string, err error)

// Worker is what a handler may use.
type Worker struct {
	bus   *Bus
	stage Stage
	stats *StageStats
}

// publish stores what a delivery led to, and counts it.
func (w *Worker) publish(ctx context.Context, d *Delivery, messages []Message) ([]Ack, error) {
	acks, err := w.bus.publish(ctx, d, messages)
	if err != nil {
		return acks, err // some may be stored: they are counted when the message comes again
	}
	for _, ack := range acks {
		switch {
		case ack.Duplicate:
			w.stats.Duplicates.Add(1)
		case !ack.Fenced:
			w.stats.Published.Add(1)
		}
	}
	return acks, nil
}

// call runs a stage's function with a time limit. A function that does not end
// then is left behind, and its message counts as failed: a stalled message must
// not hold its worker.
func call[T any](ctx context.Context, w *Worker, fn func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, w.stage.Timeout)
	defer cancel()
	type outcome struct {
		out T
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if p := recover(); p != nil {
				w.stats.Panics.Add(1)
				o.err = fmt.Errorf("panic: %v", p)
			}
			done <- o
		}()
		o.out, o.err = fn(ctx)
	}()
	select {
	case o := <-done:
		return o.out, o.err
	case <-ctx.Done():
		var none T
		return none, fmt.Errorf("not done within %s: %w", w.stage.Timeout, ctx.Err())
	}
}
