package bus

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

// claimed is what a memory says of a message.
type claimed int

const (
	isNew claimed = iota
	inHand
	wasHandled
)

// memory knows what is in hand, and the last messages that were handled, by their
// ids. A nil one knows nothing.
type memory struct {
	mu      sync.Mutex
	state   map[string]claimed
	handled []string // the ids that were handled; a ring once it is full
	oldest  int
}

func newMemory(size int) *memory {
	return &memory{state: map[string]claimed{}, handled: make([]string, 0, size)}
}

// identity is what makes two deliveries the same: the ce-id, else where the message
// is stored.
func identity(d Delivery) string {
	if id := d.Header.Get(schema.HeaderID); id != "" {
		return id
	}
	return d.Place()
}

// claim says what is known of a message, and takes it in hand when that is nothing.
func (m *memory) claim(d Delivery) claimed {
	if m == nil {
		return isNew
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	id := identity(d)
	state := m.state[id]
	if state == isNew {
		m.state[id] = inHand
	}
	return state
}

// settle lets go of a message that was in hand, and remembers it when it was
// handled.
func (m *memory) settle(d Delivery, handled bool) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	id := identity(d)
	if !handled {
		delete(m.state, id)
		return
	}
	m.state[id] = wasHandled
	if len(m.handled) < cap(m.handled) {
		m.handled = append(m.handled, id)
		return
	}
	delete(m.state, m.handled[m.oldest])
	m.handled[m.oldest] = id
	m.oldest = (m.oldest + 1) % len(m.handled)
}

// remembered is the memory of a subscription at its start: what is at or below a
// durable's ack floor was handled before, and the stream still knows what it was.
func (s *subscription) remembered(ctx context.Context) (*memory, error) {
	size := s.options.Once
	if size == 0 {
		return nil, nil
	}
	m := newMemory(size)
	info := s.consumer.CachedInfo()
	floor := info.AckFloor.Stream
	if s.options.Durable == "" || floor == 0 {
		return m, nil
	}
	before := began(info)
	options := ReadOptions{Stream: s.options.Stream, Filters: s.options.Filters, HeadersOnly: true, From: max(1, floor-min(floor, uint64(size))+1, info.Config.OptStartSeq)}
	for d, err := range s.bus.Read(ctx, options) {
		if err != nil {
			return nil, fmt.Errorf("remember what was handled: %w", err)
		}
		if d.Sequence > floor {
			break
		}
		if !d.Time.Before(before) && m.claim(d) == isNew {
			m.settle(d, true)
		}
	}
	return m, nil
}

// began is since when messages have been delivered to a consumer.
func began(info *jetstream.ConsumerInfo) time.Time {
	switch {
	case info.Config.OptStartTime != nil:
		return *info.Config.OptStartTime
	case info.Config.DeliverPolicy == jetstream.DeliverNewPolicy:
		return info.Created
	default:
		return time.Time{}
	}
}
