package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Publishers race each other for the same ids, so their groups hold messages
// that the server has already. Each ack must name the place where its message,
// or the one that it duplicates, really is.
func TestAcksNameTheRightPlace(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const publishers, each, ids = 8, 120, 300
	sent, acks := make([][]bus.Message, publishers), make([][]bus.Ack, publishers)
	var racing sync.WaitGroup
	for p := range publishers {
		for i := range each {
			id := fmt.Sprint((p*37 + i) % ids) // neighbours overlap by two thirds
			m := item(b, id)
			m.Data = []byte(id)
			sent[p] = append(sent[p], m)
		}
		racing.Go(func() {
			var err error
			if acks[p], err = b.Publish(t.Context(), sent[p]...); err != nil {
				t.Error(err)
			}
		})
	}
	racing.Wait()
	there := stored(t, b, bus.ReadOptions{Stream: schema.StreamItems})
	first := map[string]int{}
	for p := range publishers {
		for i, ack := range acks[p] {
			if got := string(there[ack.Sequence].Data); got != sent[p][i].ID {
				t.Fatalf("message %s is acknowledged at %d, where %q is", sent[p][i].ID, ack.Sequence, got)
			}
			if !ack.Duplicate {
				first[sent[p][i].ID]++
			}
		}
	}
	if len(there) != len(first) {
		t.Errorf("%d messages are stored, %d were told that they are", len(there), len(first))
	}
	for id, n := range first {
		if n != 1 {
			t.Errorf("%d messages %s were told that they are the first", n, id)
		}
	}
}

// All publishers want to be the first of the same articles. One of them is,
// whichever; the others learn that they are not, each message for itself.
func TestConflictsInAGroupAreEachTheirOwn(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const publishers, articles = 6, 100
	acks := make([][]bus.Ack, publishers)
	var racing sync.WaitGroup
	for p := range publishers {
		fence := p%2 == 1
		var messages []bus.Message
		for i := range articles {
			messages = append(messages, article(b, fmt.Sprint("a", i), fmt.Sprint(p, " ", i), bus.Expect{Fence: fence}))
		}
		racing.Go(func() {
			var err error
			acks[p], err = b.Publish(t.Context(), messages...)
			if fence && err != nil || !fence && err != nil && !errors.Is(err, bus.ErrConflict) {
				t.Errorf("publisher %d: %v", p, err)
			}
		})
	}
	racing.Wait()
	there := stored(t, b, bus.ReadOptions{Stream: schema.StreamArticles})
	if len(there) != articles {
		t.Errorf("%d messages are stored, want %d", len(there), articles)
	}
	for i := range articles {
		winners := 0
		for p := range publishers {
			ack := acks[p][i]
			if ack.Sequence == 0 {
				if ack.Fenced != (p%2 == 1) {
					t.Errorf("publisher %d, article %d: fenced is %v", p, i, ack.Fenced)
				}
				continue
			}
			winners++
			if got := string(there[ack.Sequence].Data); got != fmt.Sprint(p, " ", i) {
				t.Errorf("publisher %d was told that its article %d is at %d, where %q is", p, i, ack.Sequence, got)
			}
		}
		if winners != 1 {
			t.Errorf("article %d was stored for %d publishers", i, winners)
		}
	}
}

// limitItems makes ITEMS full after so many bytes.
func limitItems(t *testing.T, b *bus.Bus, bytes int64) jetstream.Stream {
	t.Helper()
	s, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	c := s.CachedInfo().Config
	c.MaxBytes = bytes
	if s, err = b.JetStream().UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return s
}

// pushedBack waits until publishing is.
func pushedBack(t *testing.T, b *bus.Bus) {
	t.Helper()
	bustest.Eventually(t, func() error {
		if err := b.Ready(); err == nil || !strings.Contains(err.Error(), "pushed back") || b.Stats().PushedBack.Load() == 0 {
			return fmt.Errorf("ready: %v, pushed back %d times", err, b.Stats().PushedBack.Load())
		}
		return nil
	})
}

// A full stream takes a third of what is published. What it holds is read and
// purged, again and again: every message must come by once, at its place.
func TestPublishWaitsOutAFullStream(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	stream := limitItems(t, b, 64<<10)
	var messages []bus.Message
	for i := range 60 {
		m := item(b, fmt.Sprint(i))
		m.Data = []byte(fmt.Sprintf("%d %s", i, strings.Repeat("x", 3<<10)))
		messages = append(messages, m)
	}
	acks, done := []bus.Ack(nil), make(chan error, 1)
	go func() {
		var err error
		acks, err = b.Publish(t.Context(), messages...)
		done <- err
	}()
	pushedBack(t, b)

	seen := map[uint64]string{}
	take := func() {
		var last uint64
		for seq, d := range stored(t, b, bus.ReadOptions{Stream: schema.StreamItems}) {
			seen[seq] = d.Header.Get(schema.HeaderID)
			last = max(last, seq)
		}
		if err := stream.Purge(t.Context(), jetstream.WithPurgeSequence(last+1)); err != nil {
			t.Fatal(err)
		}
	}
	bustest.Eventually(t, func() error {
		select {
		case err := <-done:
			return err
		default:
			take()
			return fmt.Errorf("%d of %d came by", len(seen), len(messages))
		}
	})
	take()
	if len(seen) != len(messages) {
		t.Errorf("%d messages were stored, want %d", len(seen), len(messages))
	}
	for i, ack := range acks {
		if seen[ack.Sequence] != messages[i].ID {
			t.Errorf("message %s is acknowledged at %d, where %q was", messages[i].ID, ack.Sequence, seen[ack.Sequence])
		}
	}
	if err := b.Ready(); err != nil {
		t.Errorf("ready: %v", err)
	}
}

func TestPublishEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	limitItems(t, b, 1<<10)
	m := item(b, "a")
	m.Data = make([]byte, 2<<10)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := b.Publish(ctx, m)
		done <- err
	}()
	pushedBack(t, b)
	cancel()
	if err := within(t, "the end of Publish", done); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := b.Ready(); err != nil {
		t.Errorf("ready: %v, although nothing waits", err)
	}
}

// What no retry can mend is told at once, and its neighbours are stored.
func TestPublishTellsWhatIsPermanent(t *testing.T) {
	for name, test := range map[string]struct {
		spoil func(*bus.Message)
		is    error
	}{
		"above the payload":      {func(m *bus.Message) { m.Data = make([]byte, 1<<20+1) }, bus.ErrTooLarge},
		"above with its headers": {func(m *bus.Message) { m.Data = make([]byte, 1<<20) }, bus.ErrTooLarge},
		"headers too large":      {func(m *bus.Message) { m.Header = map[string]string{"x": strings.Repeat("y", 64<<10)} }, bus.ErrTooLarge},
		"no subject":             {func(m *bus.Message) { m.Subject = "" }, nil},
		"spaces":                 {func(m *bus.Message) { m.Subject = "news.item.a b" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bustest.New(t)
			var messages []bus.Message
			for i := range 40 {
				messages = append(messages, item(b, fmt.Sprint(i)))
			}
			test.spoil(&messages[20])
			acks, err := b.Publish(t.Context(), messages...)
			if !bus.IsPermanent(err) || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("got %v", err)
			}
			for i, ack := range acks {
				if (ack.Sequence > 0) != (i != 20) {
					t.Errorf("message %d is stored at %d", i, ack.Sequence)
				}
			}
			if n := len(stored(t, b, bus.ReadOptions{Stream: schema.StreamItems})); n != 39 {
				t.Errorf("%d messages are stored, want 39", n)
			}
		})
	}
}

func TestPublishOnAClosedBus(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	if _, err := b.Publish(t.Context(), item(b, "a")); err != nil {
		t.Fatal(err)
	}
	b.Close()
	if _, err := b.Publish(t.Context(), item(b, "b")); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("a group: got %v", err)
	}
	if _, err := b.Publish(t.Context(), bus.Message{Subject: "news.ops.x.y"}); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("by itself: got %v", err)
	}
	if err := b.PublishCore(t.Context(), bus.Message{Subject: "elsewhere"}); !errors.Is(err, bus.ErrClosed) {
		t.Errorf("core: got %v", err)
	}
	if err := b.Ready(); err == nil {
		t.Error("a closed bus is ready")
	}
}

// The last message on a filter, by both ways to get it.
func TestLastOf(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	data, seq, err := b.LastOf(t.Context(), schema.StreamArticles, "news.article.*.example_org.a")
	if data != nil || seq != 0 || err != nil {
		t.Errorf("an empty stream: got %q at %d, %v", data, seq, err)
	}
	if _, err := b.Publish(t.Context(), article(b, "a", "one", bus.Expect{}), article(b, "b", "two", bus.Expect{})); err != nil {
		t.Fatal(err)
	}
	data, seq, err = b.LastOf(t.Context(), schema.StreamArticles, "news.article.*.example_org.a")
	if string(data) != "one" || seq != 1 || err != nil {
		t.Errorf("got %q at %d, %v", data, seq, err)
	}
	if _, _, err = b.LastOf(t.Context(), "NONE", "news.>"); err == nil {
		t.Error("a stream that is not there has a last message")
	}
}
