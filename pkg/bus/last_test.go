package bus_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// A request that is lost with the server that had it is made again, and one
// that nobody answers ends with its context.
func TestLastOfAsksAgain(t *testing.T) {
	t.Parallel()
	s := bustest.Server(t)
	b := bustest.Connect(t, s, "test")
	other, err := nats.Connect("", nats.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	asked := make(chan string, 10)
	answering, err := other.Subscribe("$JS.API.DIRECT.GET.GHOST.>", func(m *nats.Msg) {
		asked <- m.Subject
		if len(asked) == 2 {
			_ = m.RespondMsg(&nats.Msg{Data: []byte("here"), Header: nats.Header{jetstream.SequenceHeader: {"7"}}})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Flush(); err != nil {
		t.Fatal(err)
	}
	data, seq, err := b.LastOfAny(t.Context(), "GHOST", "a.b")
	if string(data) != "here" || seq != 7 || err != nil {
		t.Errorf("got %q at %d, %v", data, seq, err)
	}
	if n := len(asked); n != 2 || <-asked != "$JS.API.DIRECT.GET.GHOST.a.b" {
		t.Errorf("asked %d times", n)
	}
	if err := errors.Join(answering.Unsubscribe(), other.Flush()); err != nil {
		t.Fatal(err)
	}
	ghost, err := other.SubscribeSync("$JS.API.DIRECT.GET.GHOST.a.c") // hears and says nothing
	if err = errors.Join(err, other.Flush()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := b.LastOfAny(ctx, "GHOST", "a.c"); err == nil || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if n, _, _ := ghost.Pending(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
}

// Both ways of asking find the same, by a subject and by a filter.
func TestLastOfAny(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	if _, err := b.Publish(t.Context(), item(b, "a"), item(b, "b")); err != nil {
		t.Fatal(err)
	}
	for _, filter := range []string{"news.item.example_org", "news.item.*", "news.item.>"} {
		data, seq, err := b.LastOfAny(t.Context(), "ITEMS", filter)
		if string(data) != "{}" || seq != 2 || err != nil {
			t.Errorf("%s: got %q at %d, %v", filter, data, seq, err)
		}
	}
	for _, filter := range []string{"news.item.none", "news.item.none.*"} {
		if data, seq, err := b.LastOfAny(t.Context(), "ITEMS", filter); data != nil || seq != 0 || err != nil {
			t.Errorf("%s: got %q at %d, %v", filter, data, seq, err)
		}
	}
}
