package bus_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Messages of one partition key are worked on in their order and one at a time,
// others beside them.
func TestMessagesOfOneKeyKeepTheirOrder(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const keys, each = 5, 40
	messages := make([]bus.Message, 0, keys*each)
	for i := range keys * each {
		id := fmt.Sprint(i)
		messages = append(messages, bus.Message{
			Subject: b.Root().Item("example_org"), Data: fmt.Appendf(nil, `{"ID":%q}`, id), Type: schema.TypeItemFound, ID: id, Dedup: true,
			About: fmt.Sprint("key", i%keys),
		})
	}
	if _, err := b.Publish(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen, busy, atOnce, most := map[string][]uint64{}, map[string]bool{}, 0, 0
	s := stage()
	s.Workers = 16
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, func(_ context.Context, _ *bus.Worker, d bus.Delivery) (string, error) {
			key := d.Header.Get(schema.HeaderPartitionKey)
			mu.Lock()
			if busy[key] {
				t.Errorf("%s: two at once", key)
			}
			busy[key] = true
			atOnce++
			most = max(most, atOnce)
			seen[key] = append(seen[key], d.Sequence)
			mu.Unlock()
			<-time.After(rand.N(2 * time.Millisecond))
			mu.Lock()
			busy[key] = false
			atOnce--
			mu.Unlock()
			return "done", nil
		})
	})
	settled(t, b, keys*each)
	mu.Lock()
	defer mu.Unlock()
	for key, sequences := range seen {
		if len(sequences) != each || !slices.IsSorted(sequences) {
			t.Errorf("%s: %v", key, sequences)
		}
	}
	if len(seen) != keys || most < 2 {
		t.Errorf("%d keys, %d at once", len(seen), most)
	}
}
