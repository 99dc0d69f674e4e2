package bus

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// heartbeat tells the server of slow messages that they are being worked on,
// three times within the wait for an ack. One ticker serves all in hand.
type heartbeat struct {
	every time.Duration
	mu    sync.Mutex
	since map[jetstream.Msg]time.Time
}

func newHeartbeat(ackWait time.Duration) *heartbeat {
	return &heartbeat{every: ackWait / 3, since: map[jetstream.Msg]time.Time{}}
}

// hold keeps a message's claim until release is called.
func (h *heartbeat) hold(msg jetstream.Msg) (release func()) {
	h.mu.Lock()
	h.since[msg] = time.Now()
	h.mu.Unlock()
	return func() {
		h.mu.Lock()
		delete(h.since, msg)
		h.mu.Unlock()
	}
}

func (h *heartbeat) run(ctx context.Context) {
	ticker := time.NewTicker(max(h.every/2, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			h.beat()
		case <-ctx.Done():
			return
		}
	}
}

// beat renews the claim of what has been in hand for longer than one interval.
// A failure is of no matter: the next beat tries again, and a claim that runs
// out only brings the message twice.
func (h *heartbeat) beat() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for msg, since := range h.since {
		if time.Since(since) >= h.every/2 {
			_ = msg.InProgress()
		}
	}
}
