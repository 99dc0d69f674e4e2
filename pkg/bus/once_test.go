package bus_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// enrich publishes revision n of an article as enriched, once more each time.
func enrich(t *testing.T, b *bus.Bus, id string, n int) {
	t.Helper()
	a := schema.Article{ID: id, Revision: n, Language: "en", Source: schema.Source{Token: "example_org"}}
	if _, err := b.Publish(t.Context(), bus.Message{
		Subject: b.Root().Enriched(a), Data: []byte("{}"), Type: schema.TypeArticleEnriched, ID: schema.RevisionID(id, n),
	}); err != nil {
		t.Fatal(err)
	}
}

// once is a durable subscription that passes over what it was given before.
func once(size int) bus.SubscribeOptions {
	return bus.SubscribeOptions{Stream: schema.StreamEnriched, Durable: "once", Once: size, AckWait: time.Second}
}

// A revision that is stored again, as a live backfill does, is passed over, also
// by a program that has started again.
func TestOnce(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for _, id := range []string{"a", "b", "a", "c", "b"} {
		enrich(t, b, id, 1)
	}
	if got := take(t, b, once(100), 3); !slices.Equal(got, []uint64{1, 2, 4}) {
		t.Errorf("got %v", got)
	}
	// The last is passed over by one that knows of the others from the stream alone.
	acknowledged(t, b, schema.StreamEnriched, "once")
	enrich(t, b, "c", 1)
	enrich(t, b, "a", 1)
	enrich(t, b, "a", 2)
	if got := take(t, b, once(100), 1); got[0] != 8 {
		t.Errorf("after a restart: got %v", got)
	}
	if left := acknowledged(t, b, schema.StreamEnriched, "once"); left != 0 {
		t.Errorf("%d left", left)
	}
}

// What is older than the memory comes again.
func TestOnceIsBounded(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for _, id := range []string{"a", "b", "c", "b", "a"} {
		enrich(t, b, id, 1)
	}
	if got := take(t, b, once(2), 4); !slices.Equal(got, []uint64{1, 2, 3, 5}) {
		t.Errorf("got %v", got)
	}
}

// What was stored before a subscription began was not handled by it.
func TestOnceRemembersNothingOlder(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(o *bus.SubscribeOptions, last bus.Delivery){
		"new":         func(o *bus.SubscribeOptions, _ bus.Delivery) { o.New = true },
		"at a time":   func(o *bus.SubscribeOptions, last bus.Delivery) { o.Since = last.Time.Add(1) },
		"at sequence": func(o *bus.SubscribeOptions, last bus.Delivery) { o.From = last.Sequence + 1 },
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.New(t)
			enrich(t, b, "before", 1)
			o := once(100)
			begin(&o, bustest.Next(t, b, 1, schema.StreamEnriched)[0])
			if err := b.Durable(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			enrich(t, b, "after", 1)
			take(t, b, o, 1)
			acknowledged(t, b, schema.StreamEnriched, "once")
			enrich(t, b, "after", 1)
			enrich(t, b, "before", 1)
			if got := take(t, b, o, 1); got[0] != 4 {
				t.Errorf("got %v", got)
			}
		})
	}
}

// The same revision twice at once: the second waits for what becomes of the first.
func TestOnceWhileInHand(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settle func(*bus.Received) error
		want   []uint64
	}{
		"handled":    {func(m *bus.Received) error { return m.Ack() }, []uint64{1, 3, 4}},
		"given back": {func(m *bus.Received) error { return m.Nak(time.Hour) }, []uint64{1, 3, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.New(t)
			for _, id := range []string{"a", "a", "b"} {
				enrich(t, b, id, 1)
			}
			ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
			defer cancel()
			var got []uint64
			var first *bus.Received
			for m, err := range b.Subscribe(ctx, once(10)) {
				if err != nil {
					t.Fatal(err)
				}
				switch got = append(got, m.Sequence); m.Sequence {
				case 1:
					first = m
					continue
				case 3: // the second of a is waiting
					err = errors.Join(test.settle(first), m.Ack())
				default:
					err = m.Ack()
				}
				if err != nil {
					t.Fatal(err)
				}
				if len(got) == 3 {
					break
				}
				if test.want[2] == 4 {
					enrich(t, b, "c", 1)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
