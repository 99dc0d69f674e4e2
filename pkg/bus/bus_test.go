package bus_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

func ensure(t *testing.T, b *bus.Bus) {
	t.Helper()
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
}

func item(b *bus.Bus, id string) bus.Message {
	return bus.Message{Subject: b.Root().Item("example_org"), Data: []byte(`{}`), Type: schema.TypeItemFound, ID: id, Dedup: true}
}

func TestPublishDropsDuplicates(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	var messages []bus.Message
	for i := range 300 { // more than one batch, some ids three times
		messages = append(messages, item(b, fmt.Sprint(i%100)))
	}
	acks, err := b.Publish(t.Context(), messages...)
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]uint64{}
	for i, ack := range acks {
		id := messages[i].ID
		if seq, ok := first[id]; ok && (ack.Sequence != seq || !ack.Duplicate) {
			t.Errorf("id %s: stored at %d and again at %d", id, seq, ack.Sequence)
		} else if !ok {
			first[id] = ack.Sequence
		}
	}
	if got := len(bustest.Next(t, b, 100, schema.StreamItems)); got != 100 {
		t.Errorf("got %d", got)
	}
}

func TestPublishExpects(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	article := func(lang string, last uint64, fence bool) bus.Message {
		return bus.Message{
			Subject: b.Root().Article(schema.Article{ID: "a1", Language: lang, Source: schema.Source{Token: "bbc"}}),
			Data:    []byte(`{}`), Type: schema.TypeArticlePublished, ID: "a1:1",
			Expect: &bus.Expect{Filter: b.Root().ArticleAnyLanguage("bbc", "a1"), Last: last, Fence: fence},
		}
	}
	acks, err := b.Publish(t.Context(), article("en", 0, false))
	if err != nil || acks[0].Sequence != 1 {
		t.Fatalf("first: %v, %v", acks, err)
	}
	if _, err := b.Publish(t.Context(), article("fr", 0, false)); !errors.Is(err, bus.ErrConflict) {
		t.Errorf("second at 0: got %v, want a conflict, although its language is another", err)
	}
	if acks, err := b.Publish(t.Context(), article("fr", 0, true)); err != nil || !acks[0].Fenced {
		t.Errorf("fenced: %v, %v", acks, err)
	}
	if _, err := b.Publish(t.Context(), article("fr", 1, false)); err != nil {
		t.Errorf("second at 1: %v", err)
	}
}

func TestReadStretches(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for i := range 10 {
		m := item(b, fmt.Sprint(i))
		if i%2 == 1 {
			m.Subject = b.Root().Item("other_org")
		}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	all := bustest.Next(t, b, 10, schema.StreamItems)
	for name, test := range map[string]struct {
		options bus.ReadOptions
		want    []uint64
	}{
		"all":            {bus.ReadOptions{}, []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		"from":           {bus.ReadOptions{From: 8}, []uint64{8, 9, 10}},
		"past the end":   {bus.ReadOptions{From: 11}, nil},
		"filter":         {bus.ReadOptions{Filters: []string{"news.item.other_org"}}, []uint64{2, 4, 6, 8, 10}},
		"sparse filter":  {bus.ReadOptions{Filters: []string{"news.item.example_org"}}, []uint64{1, 3, 5, 7, 9}},
		"nothing there":  {bus.ReadOptions{Filters: []string{"news.item.none"}}, nil},
		"since":          {bus.ReadOptions{Since: all[6].Time}, []uint64{7, 8, 9, 10}},
		"since, until":   {bus.ReadOptions{Since: all[2].Time, Until: all[5].Time}, []uint64{3, 4, 5}},
		"until at start": {bus.ReadOptions{Until: all[0].Time}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Stream = schema.StreamItems
			var got []uint64
			for d, err := range b.Read(t.Context(), test.options) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, d.Sequence)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	for _, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamItems, Follow: true, Until: time.Now()}) {
		if !errors.Is(err, bus.ErrReadOptions) {
			t.Errorf("got %v", err)
		}
	}
}

func TestConnectSaysWhatIsWrong(t *testing.T) {
	_, err := bus.Connect(t.Context(), bus.Options{URL: "nats://user:secret@127.0.0.1:1"})
	if !errors.Is(err, bus.ErrUnreachable) {
		t.Errorf("got %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "secret") {
		t.Errorf("the password is in %q", err)
	}
	if _, err := bus.Connect(t.Context(), bus.Options{Root: "not.one"}); !errors.Is(err, schema.ErrRoot) {
		t.Errorf("got %v", err)
	}
}
