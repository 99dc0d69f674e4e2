package bus_test

import (
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

// mention is a pointer from an entity to an article.
func mention(b *bus.Bus, entity, article int) bus.Message {
	return bus.Message{
		Subject: b.Root().Mention(schema.Entity{ID: fmt.Sprint("q", entity), Type: schema.Person}),
		Data:    fmt.Appendf(nil, `{"article_id":"a%d"}`, article),
		Type:    schema.TypeEntityMentioned,
		ID:      fmt.Sprintf("a%d:1:1:q%d", article, entity),
		Dedup:   true,
	}
}

// pointers are the mentions of n entities in an article.
func pointers(b *bus.Bus, n, article int) []bus.Message {
	messages := make([]bus.Message, n)
	for i := range messages {
		messages[i] = mention(b, i, article)
	}
	return messages
}

// changeMentions changes the stream's settings.
func changeMentions(t *testing.T, b *bus.Bus, change func(*jetstream.StreamConfig)) {
	t.Helper()
	s, err := b.JetStream().Stream(t.Context(), schema.StreamMentions)
	if err != nil {
		t.Fatal(err)
	}
	c := s.CachedInfo().Config
	change(&c)
	if _, err := b.JetStream().UpdateStream(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// Mentions of several articles are stored together: each once, in each article's
// order, with far fewer answers than messages.
func TestMentionsAreStoredInFastBatches(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const articles, entities = 40, 25
	before := b.JetStream().Conn().Stats().InMsgs
	var publishing sync.WaitGroup
	for article := range articles {
		publishing.Go(func() {
			if _, err := b.Publish(t.Context(), pointers(b, entities, article)...); err != nil {
				t.Error(err)
			}
		})
	}
	publishing.Wait()
	if got := b.JetStream().Conn().Stats().InMsgs - before; got > articles*entities/4 {
		t.Errorf("%d answers to %d messages", got, articles*entities)
	}
	there := stored(t, b, bus.ReadOptions{Stream: schema.StreamMentions})
	if len(there) != articles*entities {
		t.Fatalf("%d mentions are stored, want %d", len(there), articles*entities)
	}
	next := map[string]int{}
	for seq := uint64(1); seq <= uint64(len(there)); seq++ {
		d := there[seq]
		article := string(d.Data)
		if want := fmt.Sprint("q", next[article]); !strings.HasSuffix(d.Subject, want) {
			t.Fatalf("%s: %s where %s was to be", article, d.Subject, want)
		}
		next[article]++
		if id := d.Header.Get(jetstream.MsgIDHeader); id == "" || id != d.Header.Get(schema.HeaderID) {
			t.Errorf("message id %q, ce-id %q", id, d.Header.Get(schema.HeaderID))
		}
	}
}

// Mentions that are made again are dropped, wherever in a batch they stand.
func TestMentionsMadeAgainAreDropped(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const entities = 30
	all := pointers(b, entities, 1)
	for name, again := range map[string][]bus.Message{
		"none yet":   all[10:20],
		"in between": all,
		"all":        all,
		"the last":   append(pointers(b, 3, 2), all[29]),
		"the first":  append([]bus.Message{all[0]}, pointers(b, 3, 3)...),
		"one":        all[:1],
	} {
		if _, err := b.Publish(t.Context(), again...); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if got := len(stored(t, b, bus.ReadOptions{Stream: schema.StreamMentions})); got != entities+3+3 {
		t.Errorf("%d mentions are stored, want %d", got, entities+3+3)
	}
}

// A stream that was made before there were fast batches takes mentions too.
func TestMentionsWithoutFastBatches(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	changeMentions(t, b, func(c *jetstream.StreamConfig) { c.AllowBatchPublish = false })
	if _, err := b.Publish(t.Context(), pointers(b, 300, 1)...); err != nil {
		t.Fatal(err)
	}
	if got := len(stored(t, b, bus.ReadOptions{Stream: schema.StreamMentions})); got != 300 {
		t.Errorf("%d mentions are stored, want 300", got)
	}
}

// The server ends a batch at a message that it refuses. The others are stored
// all the same, and only that one is an error.
func TestARefusedMentionIsItsOwnError(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	changeMentions(t, b, func(c *jetstream.StreamConfig) { c.MaxMsgSize = 4096 })
	for _, at := range []int{0, 17, 39} {
		messages := pointers(b, 40, at)
		messages[at].Data = []byte(strings.Repeat("x", 5000))
		_, err := b.Publish(t.Context(), messages...)
		if err == nil || errors.Is(err, bus.ErrConflict) {
			t.Errorf("message %d is too large: got %v", at, err)
		}
	}
	if got := len(stored(t, b, bus.ReadOptions{Stream: schema.StreamMentions})); got != 3*39 {
		t.Errorf("%d mentions are stored, want %d", got, 3*39)
	}
}
