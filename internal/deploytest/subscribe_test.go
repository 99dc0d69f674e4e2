package deploytest

import (
	"context"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// subscribed expects that the user who may only read can have a durable of its own,
// go on with it, and have each article once.
func (p *deployment) subscribed(t *testing.T) {
	t.Helper()
	seen := map[string]bool{}
	for _, n := range []int{len(p.want) / 2, len(p.want) - len(p.want)/2} {
		b := p.server.connect(t, "consumer") // another program each time
		ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
		defer cancel()
		for m, err := range b.Subscribe(ctx, bus.SubscribeOptions{Stream: schema.StreamEnriched, Durable: "mine", Once: 1000}) {
			if err == nil {
				err = m.Ack()
			}
			if err != nil {
				t.Fatal(err)
			}
			if id := m.Header.Get(schema.HeaderID); seen[id] {
				t.Errorf("%s came twice", id)
			} else {
				seen[id] = true
			}
			if n--; n == 0 {
				break
			}
		}
		if err := b.Flush(t.Context()); err != nil { // the last ack
			t.Fatal(err)
		}
	}
	if len(seen) != len(p.want) {
		t.Errorf("%d articles came, want %d", len(seen), len(p.want))
	}
}
