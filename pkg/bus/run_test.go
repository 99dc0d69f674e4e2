package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// note is the message of these tests.
type note struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

func stage() bus.Stage {
	s := bus.DefaultStage()
	s.Name, s.Stream, s.Consumer = "tester", schema.StreamItems, topology.ConsumerNormalizer
	s.Workers = 8
	s.Retry = time.Millisecond
	s.Timeout = 5 * time.Second
	return s
}

// put stores notes on ITEMS.
func put(t *testing.T, b *bus.Bus, notes ...note) {
	t.Helper()
	var messages []bus.Message
	for _, n := range notes {
		data, err := bus.Encode(n)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, bus.Message{
			Subject: b.Root().Item("example_org"), Data: data, Type: schema.TypeItemFound, ID: n.ID, Dedup: true, About: n.ID,
		})
	}
	if _, err := b.Publish(t.Context(), messages...); err != nil {
		t.Fatal(err)
	}
}

// echo publishes each note on ENRICHED.
func echo(root schema.Root) func(context.Context, note, bus.Delivery) (bus.Result, error) {
	return func(_ context.Context, n note, _ bus.Delivery) (bus.Result, error) {
		data, err := bus.Encode(n)
		out := bus.Message{
			Subject: root.Enriched(schema.Article{ID: n.ID, Language: "en", Source: schema.Source{Token: "example_org"}}),
			Data:    data, Type: schema.TypeArticleEnriched, ID: n.ID, About: n.ID,
		}
		return bus.Result{Verdict: "echoed", Groups: [][]bus.Message{{out}}, Counts: map[string]int64{"bytes": int64(len(n.Text))}}, err
	}
}

func TestRunPublishesThenAcknowledges(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	var notes []note
	for i := range 100 {
		notes = append(notes, note{ID: fmt.Sprint(i), Text: "text"})
	}
	put(t, b, notes...)
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Produce(echo(b.Root())))
	})
	got := bustest.Next(t, b, len(notes), schema.StreamEnriched)
	seen := map[string]bool{}
	for _, d := range got {
		n, err := bus.Decode[note](d)
		if err != nil {
			t.Fatal(err)
		}
		seen[n.ID] = true
		if d.Header.Get(schema.HeaderCausationID) != n.ID {
			t.Errorf("ce-causationid: got %q, want %q", d.Header.Get(schema.HeaderCausationID), n.ID)
		}
		if d.Header.Get(schema.HeaderTraceParent) == "" {
			t.Error("no traceparent")
		}
	}
	if len(seen) != len(notes) {
		t.Errorf("got %d notes, want %d", len(seen), len(notes))
	}
	settled(t, b, len(notes))
	stats := b.Stats().Stage("tester")
	if c := stats.Counts(); c["echoed"] != 100 || c["bytes"] != 400 || stats.Dead.Load() != 0 {
		t.Errorf("counts: %v, dead %d", c, stats.Dead.Load())
	}
}

// settled waits until the stage's consumer has nothing left.
func settled(t *testing.T, b *bus.Bus, n int) {
	t.Helper()
	consumer, err := b.JetStream().Consumer(t.Context(), schema.StreamItems, topology.ConsumerNormalizer)
	if err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		info, err := consumer.Info(t.Context())
		if err != nil {
			return err
		}
		if info.NumPending > 0 || info.NumAckPending > 0 {
			return fmt.Errorf("%d pending, %d not acknowledged", info.NumPending, info.NumAckPending)
		}
		if in := b.Stats().Stage("tester").In.Load(); in != int64(n) {
			return fmt.Errorf("%d settled, want %d", in, n)
		}
		return nil
	})
}

func TestRunSetsAside(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	for name, test := range map[string]struct {
		data     string
		fn       func(context.Context, note, bus.Delivery) (bus.Result, error)
		reason   string
		attempts string
	}{
		"undecodable": {`{"id":`, nil, "decode news.item.example_org: unexpected end of JSON input", "1"},
		"permanent": {`{"id":"a"}`, func(context.Context, note, bus.Delivery) (bus.Result, error) {
			return bus.Result{}, bus.Permanent(errors.New("no headline"))
		}, "no headline", "1"},
		"attempts used up": {`{"id":"a"}`, func(context.Context, note, bus.Delivery) (bus.Result, error) {
			calls.Add(1)
			return bus.Result{}, errors.New("not now")
		}, "not now", "5"},
		"panic": {`{"id":"a"}`, func(context.Context, note, bus.Delivery) (bus.Result, error) {
			panic("oh\r\nno")
		}, "panic: oh??no", "5"},
		"too large": {`{"id":"a"}`, func(_ context.Context, n note, _ bus.Delivery) (bus.Result, error) {
			big := bus.Message{Subject: "news.enriched.en.x.y", Data: make([]byte, 2<<20), Type: "x"}
			return bus.Result{Groups: [][]bus.Message{{big}}}, nil
		}, "publish news.enriched.en.x.y: bus: message too large", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.New(t)
			_, err := b.Publish(t.Context(), bus.Message{
				Subject: b.Root().Item("example_org"), Data: []byte(test.data), Type: schema.TypeItemFound, ID: "original", Dedup: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, stage(), bus.Produce(test.fn)) })
			d := bustest.Next(t, b, 1, schema.StreamDead)[0]
			if d.Subject != "news.dead.tester.example_org" {
				t.Errorf("subject: got %s", d.Subject)
			}
			if string(d.Data) != test.data {
				t.Errorf("data: got %s, want the original bytes %s", d.Data, test.data)
			}
			for header, want := range map[string]string{
				schema.HeaderDeadReason:   test.reason,
				schema.HeaderDeadAttempts: test.attempts,
				schema.HeaderDeadStage:    "tester",
				schema.HeaderDeadStream:   "ITEMS",
				schema.HeaderDeadSequence: "1",
				schema.HeaderDeadSubject:  "news.item.example_org",
				schema.HeaderID:           "original",
			} {
				if got := d.Header.Get(header); got != want {
					t.Errorf("%s: got %q, want %q", header, got, want)
				}
			}
			settled(t, b, 1)
		})
	}
	if calls.Load() != 5 {
		t.Errorf("a failing stage was called %d times, want 5", calls.Load())
	}
}

func TestRunTriesAgain(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "a"})
	var calls atomic.Int64
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			if calls.Add(1) < 3 {
				return bus.Result{}, errors.New("not yet")
			}
			return echo(b.Root())(ctx, n, d)
		}))
	})
	bustest.Next(t, b, 1, schema.StreamEnriched)
	settled(t, b, 1)
	if got := b.Stats().Stage("tester").Retried.Load(); got != 2 {
		t.Errorf("retried %d times, want 2", got)
	}
}

// A message that kills its worker each time ends in the dead letters after five
// deliveries; one that was beside it at every death is not blamed.
func TestRunBuriesPoisonAndNotItsNeighbours(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	ackWait(t, b, time.Second)
	notes := append([]note{{ID: "poison"}}, numbered(20)...)
	put(t, b, notes...)
	s := stage()
	s.Drain = time.Millisecond
	begun := 0
	for life := range 6 { // a process that dies whenever it works on the poison
		ctx, die := context.WithCancel(t.Context())
		done := make(chan error, 1)
		var deaths atomic.Int64
		go func() {
			done <- bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
				if n.ID == "poison" {
					deaths.Add(1)
					die()
					<-ctx.Done()
				}
				if life < 2 { // at first the neighbours are in hand too, when it dies
					<-ctx.Done()
				}
				if ctx.Err() != nil {
					return bus.Result{}, ctx.Err()
				}
				return echo(b.Root())(ctx, n, d)
			}))
		}()
		if life == 5 {
			d := bustest.Next(t, b, 1, schema.StreamDead)[0]
			if got := d.Header.Get(schema.HeaderDeadReason); !strings.HasPrefix(got, "poison: delivered ") || !strings.Contains(string(d.Data), "poison") {
				t.Errorf("dead letter: %s, %q", d.Data, got)
			}
			bustest.Next(t, b, 20, schema.StreamEnriched)
			die()
		}
		if err := within(t, "the end of a life", done); err != nil {
			t.Fatal(err)
		}
		begun += int(deaths.Load())
	}
	if begun < 3 || begun > 5 {
		t.Errorf("the poison was worked on %d times, want 5 at most", begun)
	}
	if dead := b.Stats().Stage("tester").Dead.Load(); dead != 1 {
		t.Errorf("%d dead letters, want 1", dead)
	}
}

// What only happens to be in hand when processes are killed at once, time and again,
// is not blamed for it.
func TestRunBlamesNothingForABurstOfKills(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	ackWait(t, b, 200*time.Millisecond)
	put(t, b, note{ID: "good"})
	s := stage()
	s.Drain, s.Retry = time.Millisecond, time.Minute // no life is so long
	stats := b.Stats().Stage(s.Name)
	for range s.Deliveries + 2 {
		ctx, die := context.WithCancel(t.Context())
		done := make(chan error, 1)
		before := stats.Received.Load()
		go func() {
			done <- bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, _ note, _ bus.Delivery) (bus.Result, error) {
				<-ctx.Done()
				return bus.Result{}, ctx.Err()
			}))
		}()
		bustest.Eventually(t, func() error {
			if stats.Received.Load() == before {
				return errors.New("nothing came")
			}
			return nil
		})
		die()
		if err := within(t, "the end of a life", done); err != nil {
			t.Fatal(err)
		}
	}
	s.Retry = time.Millisecond
	bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, bus.Produce(echo(b.Root()))) })
	bustest.Next(t, b, 1, schema.StreamEnriched)
	if dead := stats.Dead.Load(); dead != 0 {
		t.Errorf("%d dead letters", dead)
	}
}

// A function that does not end when its time is over must not hold its worker,
// nor the messages behind it.
func TestRunLeavesAStalledFunctionBehind(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, append([]note{{ID: "stalls"}}, numbered(50)...)...)
	s := stage()
	s.Workers, s.Attempts, s.Timeout = 1, 2, 50*time.Millisecond
	release := make(chan struct{})
	defer close(release)
	bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, s, bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			if n.ID == "stalls" {
				<-release
			}
			return echo(b.Root())(ctx, n, d)
		}))
	})
	bustest.Next(t, b, 50, schema.StreamEnriched)
	d := bustest.Next(t, b, 1, schema.StreamDead)[0]
	if got := d.Header.Get(schema.HeaderDeadReason); !strings.Contains(got, "not done within 50ms") {
		t.Errorf("reason: got %q", got)
	}
}

func TestRunFinishesWhatItHasOnStop(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, note{ID: "a"})
	begun, finish := make(chan struct{}), make(chan struct{})
	stop := bustest.Start(t, func(ctx context.Context) error {
		return bus.Run(ctx, b, stage(), bus.Produce(func(ctx context.Context, n note, d bus.Delivery) (bus.Result, error) {
			close(begun)
			<-finish
			return echo(b.Root())(ctx, n, d)
		}))
	})
	<-begun
	time.AfterFunc(20*time.Millisecond, func() { close(finish) })
	stop()
	bustest.Next(t, b, 1, schema.StreamEnriched)
	settled(t, b, 1)
}

func TestRunRefusesWhatIsNotSetUp(t *testing.T) {
	t.Parallel()
	b := bustest.Connect(t, bustest.Server(t), "test")
	err := bus.Run(t.Context(), b, stage(), nil)
	if !errors.Is(err, bus.ErrNotSetUp) || !strings.Contains(err.Error(), "dateline setup") {
		t.Errorf("got %v", err)
	}
	s := stage()
	s.Workers = 0
	if err := bus.Run(t.Context(), b, s, nil); err == nil || !strings.Contains(err.Error(), "workers") {
		t.Errorf("got %v", err)
	}
}
