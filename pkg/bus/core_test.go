package bus_test

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestPublishCoreReachesSubscribers(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	got := make(chan *nats.Msg, 2)
	if _, err := b.JetStream().Conn().ChanSubscribe("elsewhere.>", got); err != nil {
		t.Fatal(err)
	}
	err := b.PublishCore(t.Context(),
		bus.Message{Subject: "elsewhere.a", Data: []byte("1"), Header: map[string]string{schema.HeaderReplay: "job"}},
		bus.Message{Subject: "elsewhere.b", Data: []byte("2")})
	if err != nil {
		t.Fatal(err)
	}
	first, second := <-got, <-got
	if string(first.Data) != "1" || first.Header.Get(schema.HeaderReplay) != "job" || second.Subject != "elsewhere.b" {
		t.Errorf("got %v and %v", first, second)
	}
}

func TestPublishInOrderStoresEachOnce(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	message := func(i int) bus.Message {
		return bus.Message{Subject: b.Root().Replay("job", fmt.Sprint(i%3)), Data: fmt.Append(nil, i), ID: fmt.Sprint(i), Dedup: true}
	}
	var messages []bus.Message
	for i := range 100 {
		messages = append(messages, message(i))
	}
	// The middle of the second part is there already, so its batch is refused.
	for _, part := range [][]bus.Message{messages[:40], messages[20:60], messages[60:70], messages[30:]} {
		if _, err := b.PublishInOrder(t.Context(), part...); err != nil {
			t.Fatal(err)
		}
	}
	for i, d := range bustest.Next(t, b, 100, schema.StreamReplay) {
		if string(d.Data) != fmt.Sprint(i) {
			t.Fatalf("message %d is %s", i, d.Data)
		}
	}
	if info, err := b.JetStream().Stream(t.Context(), schema.StreamReplay); err != nil || info.CachedInfo().State.Msgs != 100 {
		t.Errorf("got %v, %v", info, err)
	}
	if _, err := b.PublishInOrder(t.Context(), bus.Message{Subject: b.Root().Replay("job", "x")}); err == nil {
		t.Error("a message that is not deduplicated was taken")
	}
}
