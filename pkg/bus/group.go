package bus

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// An acknowledgement means that the message is on disk, and a sync of the disk
// costs the same for one message as for hundreds. So the messages of one kind
// that are ready at the same time are stored together: while one group is on
// its way the next gathers, and nothing ever waits for a timer.
const (
	groupMessages = 256     // the server takes 1,000
	groupBytes    = 4 << 20 // what a group holds in memory
	groupMinimum  = 16      // fewer go faster one by one
	ackTimeout    = 5 * time.Second
)

// batching is how the stream of a kind of subject takes many messages at once.
type batching int

const (
	oneByOne    batching = iota // it does not
	atomicBatch                 // all or none, with one sync of the disk
	fastBatch                   // each by itself, with one acknowledgement
)

// batchingOf is how the stream of a kind of subject takes many messages.
func batchingOf(kind string) batching {
	switch kind {
	case "found", "item", "article", "enriched", "replay":
		return atomicBatch
	case "mention":
		return fastBatch
	}
	return oneByOne
}

// pending is a message on its way.
type pending struct {
	msg   *nats.Msg
	key   string // two messages with one key cannot be in one batch
	fence bool
	done  chan result

	future jetstream.PubAckFuture // of a message that goes by itself, in place of done
}

type result struct {
	ack Ack
	err error
}

func newPending(m Message, msg *nats.Msg) *pending {
	p := &pending{msg: msg, key: m.Subject, done: make(chan result, 1)}
	switch {
	case m.Expect != nil:
		p.fence = m.Expect.Fence
		if m.Expect.Filter != "" {
			p.key = m.Expect.Filter
		}
	case m.Dedup:
		p.key = m.ID
	}
	return p
}

// group stores the messages of one kind of subject.
type group struct {
	bus   *Bus
	in    chan *pending
	mode  batching
	inbox inbox // for the answers to fast batches
}

// submit hands a message to the group of its kind, or sends it by itself.
func (b *Bus) submit(ctx context.Context, p *pending) error {
	kind := b.root.KindOf(p.msg.Subject)
	mode := batchingOf(kind)
	if mode == oneByOne {
		var err error
		p.future, err = b.sendAsync(p)
		if err != nil {
			p.done <- result{err: err}
		}
		return nil
	}
	select {
	case b.groupOf(kind, mode).in <- p:
		return nil
	case <-b.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Bus) groupOf(kind string, mode batching) *group {
	b.groupsMu.Lock()
	defer b.groupsMu.Unlock()
	g := b.groups[kind]
	if g == nil {
		g = &group{bus: b, in: make(chan *pending, groupMessages), mode: mode}
		b.groups[kind] = g
		b.groupsWG.Go(func() { g.run(b.ctx) })
	}
	return g
}

// run stores group after group until ctx ends.
func (g *group) run(ctx context.Context) {
	defer g.inbox.close()
	var next *pending
	for {
		if next == nil {
			select {
			case next = <-g.in:
			case <-ctx.Done():
				return
			}
		}
		var ready []*pending
		ready, next = g.gather(next)
		g.store(ready)
	}
}

// gather takes what is ready, up to the bounds and to the first message that
// cannot be in one batch with another: that one begins the next group.
func (g *group) gather(first *pending) (ready []*pending, next *pending) {
	ready = []*pending{first}
	keys := map[string]bool{first.key: true}
	size := len(first.msg.Data)
	for len(ready) < groupMessages {
		select {
		case p := <-g.in:
			size += len(p.msg.Data)
			if keys[p.key] || size > groupBytes {
				return ready, p
			}
			keys[p.key] = true
			ready = append(ready, p)
		default:
			return ready, nil
		}
	}
	return ready, nil
}

// store publishes a group, as one batch when that pays. When a batch fails (an
// atomic one with one message that is refused is refused whole) its messages go
// one by one, so that only the one at fault learns of it.
func (g *group) store(ready []*pending) {
	if acks, err := g.sendTogether(ready); err == nil {
		for i, p := range ready {
			p.done <- result{ack: acks[i]}
		}
		return
	}
	futures := make([]jetstream.PubAckFuture, len(ready))
	for i, p := range ready {
		var err error
		if futures[i], err = g.bus.sendAsync(p); err != nil {
			p.done <- result{err: err}
		}
	}
	for i, p := range ready {
		if futures[i] != nil {
			p.done <- settled(g.bus.ctx, futures[i])
		}
	}
}

// errAlone says that a group is better sent one by one.
var errAlone = errors.New("bus: too few for a batch")

// sendTogether publishes a group as one batch.
func (g *group) sendTogether(ready []*pending) ([]Ack, error) {
	acks := make([]Ack, len(ready))
	switch {
	case g.mode == fastBatch && len(ready) > 1:
		return acks, g.sendFast(ready)
	case g.mode == atomicBatch && len(ready) >= groupMinimum:
		last, err := g.bus.sendBatch(ready)
		for i := range acks {
			acks[i].Sequence = last - uint64(len(ready)-1-i)
		}
		return acks, err
	}
	return nil, errAlone
}

func (b *Bus) sendAsync(p *pending) (jetstream.PubAckFuture, error) {
	return b.js.PublishMsgAsync(p.msg, jetstream.WithStallWait(ackTimeout), jetstream.WithRetryAttempts(0))
}

// settled waits for what became of a message. The client library gives each up
// after ackTimeout, counted from when it was sent.
func settled(ctx context.Context, future jetstream.PubAckFuture) result {
	select {
	case ack := <-future.Ok():
		return result{ack: Ack{Sequence: ack.Sequence, Duplicate: ack.Duplicate}}
	case err := <-future.Err():
		return result{err: err}
	case <-ctx.Done():
		return result{err: ctx.Err()}
	}
}
