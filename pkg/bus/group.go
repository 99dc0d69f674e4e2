package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
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

// batched reports whether the stream of a kind of subject takes atomic batches.
func batched(kind string) bool {
	switch kind {
	case "found", "item", "article", "enriched", "replay":
		return true
	}
	return false
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
	bus *Bus
	in  chan *pending
}

// submit hands a message to the group of its kind, or sends it by itself.
func (b *Bus) submit(ctx context.Context, p *pending) error {
	kind := b.root.KindOf(p.msg.Subject)
	if !batched(kind) {
		var err error
		p.future, err = b.sendAsync(p)
		if err != nil {
			p.done <- result{err: err}
		}
		return nil
	}
	select {
	case b.groupOf(kind).in <- p:
		return nil
	case <-b.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Bus) groupOf(kind string) *group {
	b.groupsMu.Lock()
	defer b.groupsMu.Unlock()
	g := b.groups[kind]
	if g == nil {
		g = &group{bus: b, in: make(chan *pending, groupMessages)}
		b.groups[kind] = g
		b.groupsWG.Go(func() { g.run(b.ctx) })
	}
	return g
}

// run stores group after group until ctx ends.
func (g *group) run(ctx context.Context) {
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

// store publishes a group, as one atomic batch when that pays. A batch with one
// message that is refused is refused whole; its messages then go one by one,
// so that only that one learns of it.
func (g *group) store(ready []*pending) {
	if len(ready) >= groupMinimum {
		last, err := g.bus.sendBatch(ready)
		if err == nil {
			for i, p := range ready {
				p.done <- result{ack: Ack{Sequence: last - uint64(len(ready)-1-i)}}
			}
			return
		}
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

// The headers of an atomic batch (NATS ADR-50).
const (
	headerBatchID       = "Nats-Batch-Id"
	headerBatchSequence = "Nats-Batch-Sequence"
	headerBatchCommit   = "Nats-Batch-Commit"
)

// sendBatch publishes messages as one atomic batch and returns the sequence of
// the last.
func (b *Bus) sendBatch(ready []*pending) (uint64, error) {
	id := nuid.Next()
	for i, p := range ready[:len(ready)-1] {
		if err := b.nc.PublishMsg(inBatch(p.msg, id, i+1, false)); err != nil {
			return 0, fmt.Errorf("batch: %w", err)
		}
	}
	ctx, cancel := context.WithTimeout(b.ctx, ackTimeout)
	defer cancel()
	reply, err := b.nc.RequestMsgWithContext(ctx, inBatch(ready[len(ready)-1].msg, id, len(ready), true))
	if err != nil {
		return 0, fmt.Errorf("batch: %w", err)
	}
	var ack struct {
		jetstream.PubAck
		Count int                 `json:"count"`
		Error *jetstream.APIError `json:"error"`
	}
	switch err := json.Unmarshal(reply.Data, &ack); {
	case err != nil:
		return 0, fmt.Errorf("batch: %w", err)
	case ack.Error != nil:
		return 0, fmt.Errorf("batch: %w", ack.Error)
	case ack.Count != len(ready):
		return 0, errors.New("batch: stored in part")
	}
	return ack.Sequence, nil
}

// inBatch is a copy of a message with the batch's headers: the message itself
// stays as it is, for when it has to go alone.
func inBatch(msg *nats.Msg, id string, seq int, commit bool) *nats.Msg {
	h := make(nats.Header, len(msg.Header)+3)
	for k, v := range msg.Header {
		h[k] = v
	}
	h[headerBatchID] = []string{id}
	h[headerBatchSequence] = []string{strconv.Itoa(seq)}
	if commit {
		h[headerBatchCommit] = []string{"1"}
	}
	return &nats.Msg{Subject: msg.Subject, Header: h, Data: msg.Data}
}
