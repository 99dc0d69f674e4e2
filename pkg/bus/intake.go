package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/schema"
)

// intake asks the server for messages when there is room for some. It asks
// for no more than that, and each has its claim renewed from the moment that it
// arrives. (The client library's iterator asks ahead, and drops what its channel
// cannot take when the workers are slow: those messages then come again after
// the wait for their ack only.)
type intake struct {
	consumer jetstream.Consumer
	room     chan struct{} // holds a token for each message that is here
	least    int           // for how many there must be room before it asks
	wait     time.Duration // of a request for messages
	out      chan held     // as large as room, so that sending never waits
	beats    *heartbeat
	turns    *turns // nil when they take none
	share    func(ctx context.Context, room int) int
	waiting  *atomic.Int64
	log      *zap.Logger
}

// held is a message that is here, what it waits for, and how to let go of it.
type held struct {
	jetstream.Msg
	before  <-chan struct{} // closed when its turn has come; nil when that is now
	release func()
}

// roomFor is the room that so many workers need. Half as many messages as they have
// in hand wait in the process, so that none waits for the server.
func roomFor(workers int) int { return workers + workers/2 + 1 }

// newIntake is an intake with room for so many messages. It asks when a sixth of
// the room is free: a request and its answer cost more than a message.
func newIntake(consumer jetstream.Consumer, room int, log *zap.Logger) *intake {
	return &intake{
		consumer: consumer,
		least:    room/6 + 1,
		room:     make(chan struct{}, room),
		wait:     fetchWait,
		out:      make(chan held, room),
		beats:    newHeartbeat(consumer.CachedInfo().Config.AckWait),
		waiting:  new(atomic.Int64),
		log:      log,
	}
}

// ofStage lets the messages of an article take turns, the stage say how many it may
// have, and its counters know how many wait.
func (in *intake) ofStage(w *Worker) {
	in.turns = &turns{last: map[string]chan struct{}{}}
	in.wait = w.bus.fetch
	in.share, in.waiting = w.share(), &w.stats.Waiting
}

// serve has so many workers work on what comes in until ctx ends, and then finish
// what is here, for which they have as long as drain. The context of the work ends
// with that. An error is one that only an operator can mend.
func (in *intake) serve(ctx context.Context, workers int, drain time.Duration, work func(context.Context, jetstream.Msg)) error {
	hand, drained := context.WithCancel(context.WithoutCancel(ctx))
	defer drained()
	stopping := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(drain, drained)
		context.AfterFunc(hand, func() { timer.Stop() })
	})
	defer stopping()

	var beating, working sync.WaitGroup
	beating.Go(func() { in.beats.run(hand) })
	for range workers {
		working.Go(func() {
			for msg := range in.out {
				if msg.before != nil {
					<-msg.before // it is with another worker, and ends
				}
				work(hand, msg.Msg)
				msg.release()
			}
		})
	}
	err := in.run(ctx)
	working.Wait()
	drained()
	beating.Wait()
	return err
}

// fetchWait is how long one request waits for messages unless Options say
// otherwise, and so how long a stop waits for a request that is on its way.
const fetchWait = 500 * time.Millisecond

// run takes messages until ctx ends, then closes out. An error is one that only
// an operator can mend.
func (in *intake) run(ctx context.Context) error {
	defer close(in.out)
	for ctx.Err() == nil {
		free := in.reserve(ctx)
		if free == 0 {
			return nil
		}
		wanted := free
		if in.share != nil {
			wanted = in.share(ctx, free)
		}
		taken, err := in.fetch(wanted)
		for range free - taken {
			<-in.room
		}
		if taken < wanted {
			in.waiting.Store(0)
		}
		if err == nil {
			continue
		}
		if err := in.fatal(ctx, err); err != nil {
			return err
		}
		in.log.Warn("taking messages; will try again", zap.Error(err))
		if pause(ctx, time.Second) != nil {
			return nil
		}
	}
	return nil
}

// reserve waits until there is room for messages, and returns for how many there
// is: 0 when ctx has ended.
func (in *intake) reserve(ctx context.Context) int {
	for range in.least {
		select {
		case in.room <- struct{}{}:
		case <-ctx.Done():
			return 0
		}
	}
	for n := in.least; ; n++ {
		select {
		case in.room <- struct{}{}:
		default:
			return n
		}
	}
}

// fetch takes up to n messages, and returns how many it has taken.
func (in *intake) fetch(n int) (taken int, err error) {
	if n == 0 {
		return 0, nil
	}
	options := []jetstream.FetchOpt{jetstream.FetchMaxWait(in.wait)}
	if groups := in.consumer.CachedInfo().Config.PriorityGroups; len(groups) > 0 {
		options = append(options, jetstream.FetchPriorityGroup(groups[0]))
	}
	batch, err := in.consumer.Fetch(n, options...)
	if err != nil {
		return 0, fmt.Errorf("fetch: %w", err)
	}
	for msg := range batch.Messages() {
		taken++
		unhold := in.beats.hold(msg)
		before, over := in.turns.take(msg.Headers().Get(schema.HeaderPartitionKey))
		in.out <- held{Msg: msg, before: before, release: func() { over(); unhold(); <-in.room }}
	}
	if err := batch.Error(); err != nil {
		return taken, fmt.Errorf("fetch: %w", err)
	}
	return taken, nil
}

// fatal returns the error that ends the intake, nil when trying again may help.
func (in *intake) fatal(ctx context.Context, err error) error {
	gone := errors.Is(err, jetstream.ErrConsumerDeleted)
	if errors.Is(err, nats.ErrNoResponders) {
		_, infoErr := in.consumer.Info(ctx)
		gone = errors.Is(infoErr, jetstream.ErrConsumerNotFound) || errors.Is(infoErr, jetstream.ErrStreamNotFound)
	}
	switch {
	case gone:
		return fmt.Errorf("its consumer was deleted: %w", ErrNotSetUp)
	case errors.Is(err, nats.ErrConnectionClosed):
		return ErrClosed
	default:
		return nil
	}
}
