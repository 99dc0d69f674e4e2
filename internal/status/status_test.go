package status_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// register registers feeds, with the states that pollers left if they have any.
func register(t *testing.T, b *bus.Bus, states ...schema.PollState) *fetcher.Registry {
	t.Helper()
	registry, err := fetcher.OpenRegistry(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for i, state := range states {
		state.URL = fmt.Sprintf("https://example.org/%d.xml", i)
		state.FeedID = schema.FeedID(state.URL)
		if err := registry.Put(t.Context(), schema.Feed{ID: state.FeedID, URL: state.URL}); err != nil {
			t.Fatal(err)
		}
		if state.Polls == 0 {
			continue
		}
		data, err := bus.Encode(state)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Hour).UTC().Format(time.RFC3339Nano)
		_, err = b.Publish(t.Context(), bus.Message{
			Subject: b.Root().PollAt(state.FeedID), Data: data,
			Header: map[string]string{"Nats-Schedule": "@at " + at, "Nats-Schedule-Target": b.Root().PollDue(state.FeedID)},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return registry
}

func TestRead(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	register(t, b,
		schema.PollState{},
		schema.PollState{Polls: 3},
		schema.PollState{Polls: 2, Failures: 1, Error: "http_status"},
		schema.PollState{Polls: 1, Title: "Fine"})
	for i, subject := range []string{b.Root().Dead("normalizer", "a"), b.Root().Dead("normalizer", "b"), b.Root().Dead("poller", "_"), b.Root().Item("a")} {
		if _, err := b.Publish(t.Context(), bus.Message{Subject: subject, Data: []byte("x"), ID: fmt.Sprint(i), Dedup: true}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := status.Read(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"ok": 2, "failing": 1, "new": 1}, got.Feeds); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]uint64{"normalizer": 2, "poller": 1}, got.Dead); diff != "" {
		t.Error(diff)
	}
	streams := map[string]status.Stream{}
	for _, s := range got.Streams {
		streams[s.Name] = s
	}
	if items := streams["ITEMS"]; items.Messages != 1 || items.Bytes == 0 || items.Limit == 0 || items.First.IsZero() || !items.Last.Equal(items.First) {
		t.Errorf("ITEMS: %+v", items)
	}
	if polls := streams["POLLS"]; polls.Messages != 3 || polls.Limit != 0 {
		t.Errorf("POLLS: %+v", polls)
	}
	if found := streams["FOUND"]; found.Messages != 0 || !found.First.IsZero() {
		t.Errorf("FOUND: %+v", found)
	}
	want := []status.Consumer{
		{Name: "poller", Stream: "POLLS"}, {Name: "pager", Stream: "FOUND"}, {Name: "walker", Stream: "POLLS"}, {Name: "normalizer", Stream: "ITEMS", Pending: 1}, {Name: "enricher", Stream: "ARTICLES"}, {Name: "stories", Stream: "ARTICLES"},
	}
	if diff := cmp.Diff(want, got.Consumers); diff != "" {
		t.Error(diff)
	}
}

// A pause is there until an event says that it is over.
func TestReadPaused(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	tell := func(kind, data string) {
		t.Helper()
		if _, err := b.Publish(t.Context(), bus.Message{Subject: b.Root().Ops(kind, "fetcher"), Data: []byte(data)}); err != nil {
			t.Fatal(err)
		}
	}
	read := func() *schema.Health {
		t.Helper()
		s, err := status.Read(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		return s.Paused
	}
	if p := read(); p != nil {
		t.Errorf("at first: %+v", p)
	}
	tell("paused", `{"kind":"paused","detail":"the disk is full","at":"2026-11-23T01:02:03Z"}`)
	if p := read(); p == nil || p.Detail != "the disk is full" || p.At.Second() != 3 {
		t.Errorf("paused: %+v", p)
	}
	tell("resumed", `{"kind":"resumed","at":"2026-11-23T01:03:03Z"}`)
	if p := read(); p != nil {
		t.Errorf("resumed: %+v", p)
	}
	tell("paused", `{`)
	if _, err := status.Read(t.Context(), b); err == nil {
		t.Error("an event that is none is read")
	}
}

func TestReadBeforeSetup(t *testing.T) {
	t.Parallel()
	b := bustest.Connect(t, bustest.Server(t), "test")
	if _, err := status.Read(t.Context(), b); !errors.Is(err, bus.ErrNotSetUp) {
		t.Errorf("got %v", err)
	}
}

func TestFeeds(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	registry := register(t, b, schema.PollState{}, schema.PollState{Polls: 1, Title: "Fine"}, schema.PollState{})
	named := schema.Feed{URL: "https://example.org/2.xml", Title: "Mine"}
	named.ID = schema.FeedID(named.URL)
	if err := registry.Put(t.Context(), named); err != nil {
		t.Fatal(err)
	}
	feeds, err := status.Feeds(t.Context(), registry)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range feeds {
		got = append(got, f.State+" "+f.Name())
	}
	if diff := cmp.Diff([]string{"new https://example.org/0.xml", "ok Fine", "new Mine"}, got); diff != "" {
		t.Error(diff)
	}
}
