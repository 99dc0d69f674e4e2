package bus_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// putVersions stores versions on ITEMS.
func putVersions(t *testing.T, b *bus.Bus, versions ...version) {
	t.Helper()
	for _, v := range versions {
		data, err := bus.Encode(v)
		if err != nil {
			t.Fatal(err)
		}
		m := bus.Message{Subject: b.Root().Item("example_org"), Data: data, Type: schema.TypeItemFound, ID: fmt.Sprint(v.ID, ":", v.Order), Dedup: true}
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
}

// A worker loses its connection for good between storing a revision and
// acknowledging its message: before what follows is made, and after. The next
// one finds the revision there and makes what follows again, the same.
func TestReviseFindsItsOwnOutputAfterACrash(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(*bus.Bus, *bus.Revision[version, version]) bus.Handler{
		"before what follows": func(b *bus.Bus, r *bus.Revision[version, version]) bus.Handler {
			after := r.After
			r.After = func(v version, seq uint64) ([]bus.Message, error) {
				b.JetStream().Conn().Close()
				return after(v, seq)
			}
			return bus.Revise(*r)
		},
		"before the ack": func(b *bus.Bus, r *bus.Revision[version, version]) bus.Handler {
			whole := bus.Revise(*r)
			return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
				verdict, err := whole(ctx, w, d)
				b.JetStream().Conn().Close()
				return verdict, err
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := bustest.Server(t)
			one, two := bustest.Connect(t, server, "one"), bustest.Connect(t, server, "two")
			ensure(t, one)
			ackWait(t, one, 500*time.Millisecond)
			putVersions(t, one, version{ID: "a", Order: 1})
			dying := reviser(one.Root())
			if err := bus.Run(t.Context(), one, stage(), crash(one, &dying)); !errors.Is(err, bus.ErrClosed) {
				t.Fatalf("the first worker ended with %v", err)
			}
			bustest.Start(t, func(ctx context.Context) error {
				return bus.Run(ctx, two, stage(), bus.Revise(reviser(two.Root())))
			})
			settled(t, two, 1)
			if counts := two.Stats().Stage("tester").Counts(); counts["stored"] != 1 {
				t.Errorf("the second worker: %v, want it to find what is there", counts)
			}
			if n := len(stored(t, two, bus.ReadOptions{Stream: schema.StreamArticles})); n != 1 {
				t.Errorf("%d revisions are stored", n)
			}
			pointers := stored(t, two, bus.ReadOptions{Stream: schema.StreamMentions})
			if len(pointers) != 1 || pointers[1].Header.Get(schema.HeaderID) != "a:1:1" {
				t.Errorf("what follows: %v", pointers)
			}
		})
	}
}

// gets counts the requests for the last message of ARTICLES, by a look at the
// server's own subjects: from any replica, and from the leader.
func gets(t *testing.T, b *bus.Bus) (direct, leader func() int64) {
	t.Helper()
	count := func(subject string) func() int64 {
		var n atomic.Int64
		if _, err := b.JetStream().Conn().Subscribe(subject, func(*nats.Msg) { n.Add(1) }); err != nil {
			t.Fatal(err)
		}
		return n.Load
	}
	direct, leader = count("$JS.API.DIRECT.GET.ARTICLES"), count("$JS.API.STREAM.MSG.GET.ARTICLES")
	if err := b.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return direct, leader
}

// A verdict to publish may rest on a replica that lags behind, because the
// server checks it. One that publishes nothing is checked by nobody, so the
// leader is asked.
func TestReviseAsksTheLeaderBeforeItDropsAnything(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	b, spy := bustest.Connect(t, server, "test"), bustest.Connect(t, server, "spy")
	ensure(t, b)
	direct, leader := gets(t, spy)
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Revise(reviser(b.Root())))
	})
	for i, step := range []struct {
		order          int
		direct, leader int64
	}{
		{5, 1, 0}, // new
		{6, 2, 0}, // revised
		{4, 3, 1}, // superseded
	} {
		putVersions(t, b, version{ID: "a", Order: step.order})
		settled(t, b, i+1)
		bustest.Eventually(t, func() error {
			if direct() != step.direct || leader() != step.leader {
				return fmt.Errorf("after %d: %d and %d requests, want %d and %d", step.order, direct(), leader(), step.direct, step.leader)
			}
			return nil
		})
	}
	if got := b.Stats().Stage("tester").Counts(); got["new"] != 1 || got["revised"] != 1 || got["superseded"] != 1 {
		t.Errorf("verdicts: %v", got)
	}
}

// An article that somebody else revises on every look is given back, and set
// aside in the end: no worker looks for ever.
func TestReviseGivesUpOnABusyArticle(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	s := stage()
	s.Attempts = 2
	r := reviser(b.Root())
	message := r.Message
	var looks atomic.Int64
	r.Message = func(v version) (bus.Message, error) {
		looks.Add(1)
		data, err := bus.Encode(version{ID: v.ID, Revision: v.Revision})
		if err != nil {
			return bus.Message{}, err
		}
		m, err := message(v)
		if err == nil { // the other worker
			_, err = b.JetStream().Publish(t.Context(), m.Subject, data)
		}
		return m, err
	}
	putVersions(t, b, version{ID: "a", Order: 7})
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Revise(r)) })
	d := bustest.Next(t, b, 1, schema.StreamDead)[0]
	want := "bus: the article changed on every look: news.article.*.example_org.a"
	if got := d.Header.Get(schema.HeaderDeadReason); got != want {
		t.Errorf("reason: got %q, want %q", got, want)
	}
	if looks.Load() != 32 {
		t.Errorf("it looked %d times, want 16 in each of two attempts", looks.Load())
	}
}

// What a revision's own functions fail at they always fail at; what is stored
// and cannot be read is no reason to write over it.
func TestReviseSetsAside(t *testing.T) {
	for name, test := range map[string]struct {
		spoil    func(*bus.Revision[version, version])
		reason   string
		attempts string
	}{
		"make": {func(r *bus.Revision[version, version]) {
			r.Make = func(context.Context, version, bus.Delivery) (version, error) {
				return version{}, errors.New("no headline")
			}
		}, "no headline", "2"},
		"message": {func(r *bus.Revision[version, version]) {
			r.Message = func(version) (bus.Message, error) { return bus.Message{}, errors.New("no subject") }
		}, "no subject", "1"},
		"after": {func(r *bus.Revision[version, version]) {
			r.After = func(version, uint64) ([]bus.Message, error) { return nil, errors.New("no pointers") }
		}, "no pointers", "1"},
		"too large": {func(r *bus.Revision[version, version]) {
			message := r.Message
			r.Message = func(v version) (bus.Message, error) {
				m, err := message(v)
				m.Data = make([]byte, 2<<20)
				return m, err
			}
		}, "message too large", "1"},
		"unreadable last": {func(r *bus.Revision[version, version]) {
			r.Filter = func(version) string { return "news.article.*.example_org.broken" }
		}, "last of news.article.*.example_org.broken: invalid character", "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := bustest.New(t)
			if _, err := b.JetStream().Publish(t.Context(), "news.article.en.example_org.broken", []byte("no JSON")); err != nil {
				t.Fatal(err)
			}
			s := stage()
			s.Attempts = 2
			r := reviser(b.Root())
			test.spoil(&r)
			putVersions(t, b, version{ID: "a", Order: 1})
			bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Revise(r)) })
			h := bustest.Next(t, b, 1, schema.StreamDead)[0].Header
			if got := h.Get(schema.HeaderDeadReason); !strings.Contains(got, test.reason) {
				t.Errorf("reason: got %q, want %q", got, test.reason)
			}
			if got := h.Get(schema.HeaderDeadAttempts); got != test.attempts {
				t.Errorf("attempts: got %s, want %s", got, test.attempts)
			}
		})
	}
}

// No replica of the index answers for a while. The message waits for it and
// costs no attempt.
func TestReviseWaitsForItsIndex(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	js := b.JetStream()
	articles, err := js.Stream(t.Context(), schema.StreamArticles)
	if err != nil {
		t.Fatal(err)
	}
	config := articles.CachedInfo().Config
	if err := js.DeleteStream(t.Context(), schema.StreamArticles); err != nil {
		t.Fatal(err)
	}
	s := stage()
	s.Attempts = 1
	putVersions(t, b, version{ID: "a", Order: 1})
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Revise(reviser(b.Root()))) })
	stats := b.Stats().Stage("tester")
	bustest.Eventually(t, func() error {
		if n := stats.Retried.Load(); n < 8 {
			return fmt.Errorf("tried %d times", n)
		}
		return nil
	})
	if _, err := js.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	settled(t, b, 1)
	if stats.Dead.Load() != 0 || stats.Counts()["new"] != 1 {
		t.Errorf("dead %d, verdicts %v", stats.Dead.Load(), stats.Counts())
	}
}

// All of a group is stored before the next is sent.
func TestProduceKeepsTheOrderOfGroups(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "a"})
	var groups [][]bus.Message
	var want []string
	for g := range 3 {
		var group []bus.Message
		for i := range 30 {
			id := fmt.Sprintf("%d-%d", g, i)
			group = append(group, bus.Message{Subject: b.Root().Replay("job", id), ID: id, Dedup: true, Type: "x"})
			want = append(want, id[:2])
		}
		groups = append(groups, group)
	}
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Produce(func(context.Context, note, bus.Delivery) (bus.Result, error) {
			return bus.Result{Verdict: "made", Groups: groups}, nil
		}))
	})
	var got []string
	for _, d := range bustest.Next(t, b, len(want), schema.StreamReplay) {
		got = append(got, d.Header.Get(schema.HeaderID)[:2])
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}
