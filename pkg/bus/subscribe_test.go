package bus_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// mine is a durable subscription to ITEMS.
func mine() bus.SubscribeOptions {
	return bus.SubscribeOptions{Stream: schema.StreamItems, Durable: "mine", AckWait: time.Second}
}

// take reads n messages of a subscription and acknowledges them.
func take(t *testing.T, b *bus.Bus, o bus.SubscribeOptions, n int) []uint64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	var got []uint64
	for m, err := range b.Subscribe(ctx, o) {
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Ack(); err != nil {
			t.Fatal(err)
		}
		if got = append(got, m.Sequence); len(got) == n {
			break
		}
	}
	if len(got) != n {
		t.Fatalf("%d messages came, want %d", len(got), n)
	}
	return got
}

// run is the sequences from one to another.
func run(from, to uint64) []uint64 {
	var all []uint64
	for seq := from; seq <= to; seq++ {
		all = append(all, seq)
	}
	return all
}

// acknowledged waits until a durable has nothing in flight, and returns how many
// messages it has yet to deliver.
func acknowledged(t *testing.T, b *bus.Bus, stream, durable string) (pending uint64) {
	t.Helper()
	bustest.Eventually(t, func() error {
		c, err := b.JetStream().Consumer(t.Context(), stream, durable)
		if err != nil {
			return err
		}
		info := c.CachedInfo()
		if pending = info.NumPending; info.NumAckPending > 0 {
			return fmt.Errorf("%d messages are in flight", info.NumAckPending)
		}
		return nil
	})
	return pending
}

// A durable goes on where it was, whatever it is said to begin with.
func TestSubscribeGoesOn(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(30)...)
	o := mine()
	o.InFlight = 5
	first := take(t, b, o, 10)
	o.From = 25
	second := take(t, b, o, 20)
	if !slices.Equal(first, run(1, 10)) {
		t.Errorf("first %v", first)
	}
	// What was given back on the way out may come after what was not delivered yet.
	slices.Sort(second)
	if !slices.Equal(second, run(11, 30)) {
		t.Errorf("second %v", second)
	}
	if pending := acknowledged(t, b, schema.StreamItems, "mine"); pending != 0 {
		t.Errorf("%d messages are left", pending)
	}
}

func TestSubscribeBegins(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(10)...)
	at := bustest.Next(t, b, 10, schema.StreamItems)[6].Time
	for name, test := range map[string]struct {
		options bus.SubscribeOptions
		want    []uint64
	}{
		"at the beginning":  {bus.SubscribeOptions{}, run(1, 10)},
		"at a sequence":     {bus.SubscribeOptions{From: 8}, run(8, 10)},
		"at a time":         {bus.SubscribeOptions{Since: at}, run(7, 10)},
		"durable":           {bus.SubscribeOptions{Durable: "another", From: 9}, run(9, 10)},
		"one filter":        {bus.SubscribeOptions{Filters: []string{"news.item.*"}}, run(1, 10)},
		"several filters":   {bus.SubscribeOptions{Filters: []string{"news.item.none", "news.item.example_org"}}, run(1, 10)},
		"one at a time":     {bus.SubscribeOptions{InFlight: 1}, run(1, 10)},
		"and remembers":     {bus.SubscribeOptions{Once: 5}, run(1, 10)},
		"durable, remember": {bus.SubscribeOptions{Durable: "once", Once: 100}, run(1, 10)},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Stream = schema.StreamItems
			if got := take(t, b, test.options, len(test.want)); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	readersGone(t, b, "another", topology.ConsumerNormalizer, "once")
}

// New skips what is there: it has begun once its consumer is there.
func TestSubscribeToWhatIsNew(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(5)...)
	o := mine()
	o.New = true
	if err := b.Durable(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	put(t, b, note{ID: "later"})
	if got := take(t, b, o, 1); got[0] != 6 {
		t.Errorf("got %v", got)
	}
}

func TestSubscribeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	empty := bustest.Connect(t, bustest.Server(t), "test")
	if err := b.Durable(t.Context(), bus.SubscribeOptions{Stream: schema.StreamItems, Durable: "there", Filters: []string{"news.item.a"}, InFlight: 7}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		bus     *bus.Bus
		options bus.SubscribeOptions
		want    error
		text    string
	}{
		"no stream":       {b, bus.SubscribeOptions{}, bus.ErrSubscribeOptions, "needs a stream"},
		"name":            {b, bus.SubscribeOptions{Stream: schema.StreamItems, Durable: "a.b"}, bus.ErrSubscribeOptions, `durable: got "a.b"`},
		"two beginnings":  {b, bus.SubscribeOptions{Stream: schema.StreamItems, New: true, From: 1}, bus.ErrSubscribeOptions, "only one of"},
		"in flight":       {b, bus.SubscribeOptions{Stream: schema.StreamItems, InFlight: -1}, bus.ErrSubscribeOptions, "in flight: got -1"},
		"workers":         {b, bus.SubscribeOptions{Stream: schema.StreamItems, InFlight: 1, Workers: 2}, bus.ErrSubscribeOptions, "workers: got 2"},
		"wait":            {b, bus.SubscribeOptions{Stream: schema.StreamItems, AckWait: time.Nanosecond}, bus.ErrSubscribeOptions, "ack wait: got 1ns"},
		"not set up":      {empty, bus.SubscribeOptions{Stream: schema.StreamItems}, bus.ErrNotSetUp, "ITEMS"},
		"durable, unset":  {empty, mine(), bus.ErrNotSetUp, "ITEMS"},
		"other filters":   {b, bus.SubscribeOptions{Stream: schema.StreamItems, Durable: "there", InFlight: 7}, bus.ErrOtherDurable, "filters: is news.item.a, want all"},
		"other in flight": {b, bus.SubscribeOptions{Stream: schema.StreamItems, Durable: "there", Filters: []string{"news.item.a"}}, bus.ErrOtherDurable, "in flight: is 7, want 100; take another name"},
		"a stage's":       {b, bus.SubscribeOptions{Stream: schema.StreamItems, Durable: topology.ConsumerNormalizer}, bus.ErrOtherDurable, "in flight: is 1000"},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for m, err := range test.bus.Subscribe(t.Context(), test.options) {
				if n++; m != nil || !errors.Is(err, test.want) || !strings.Contains(fmt.Sprint(err), test.text) {
					t.Errorf("got %v, want %v with %s", err, test.want, test.text)
				}
			}
			if n != 1 {
				t.Errorf("%d errors came", n)
			}
			if err := test.bus.Handle(t.Context(), test.options, nil); !errors.Is(err, test.want) {
				t.Errorf("Handle: got %v", err)
			}
		})
	}
	if err := b.Durable(t.Context(), bus.SubscribeOptions{Stream: schema.StreamItems}); !errors.Is(err, bus.ErrSubscribeOptions) {
		t.Errorf("Durable without a name: got %v", err)
	}
}

// Programs that make a durable at once, each beginning at its own time, share it.
func TestDurableIsMadeOnce(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			o := mine()
			o.Since = day.Add(time.Duration(i) * time.Second)
			if err := b.Durable(t.Context(), o); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// What is given back comes again after its delay, what is ended never.
func TestNakAndTerm(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(3)...)
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	var came []string
	var given time.Time
	o := mine()
	o.AckWait = 100 * time.Millisecond // which a delay outlasts
	for m, err := range b.Subscribe(ctx, o) {
		if err != nil {
			t.Fatal(err)
		}
		came = append(came, fmt.Sprint(m.Sequence, "/", m.Delivered))
		switch {
		case m.Sequence == 2 && m.Delivered == 1:
			given = time.Now()
			err = m.Nak(300 * time.Millisecond)
		case m.Sequence == 3:
			err = m.Term("not\nfor us")
		default:
			err = m.Ack()
		}
		if err != nil {
			t.Fatal(err)
		}
		if m.Delivered == 2 {
			break
		}
	}
	if want := []string{"1/1", "2/1", "3/1", "2/2"}; !slices.Equal(came, want) {
		t.Errorf("came %v, want %v", came, want)
	}
	if waited := time.Since(given); waited < 300*time.Millisecond {
		t.Errorf("it came again after %s", waited)
	}
	acknowledged(t, b, schema.StreamItems, "mine")
}

// No more is delivered than may be in flight, until something is settled.
func TestInFlightIsBounded(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(20)...)
	o := mine()
	o.InFlight = 4
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	var out []*bus.Received
	for m, err := range b.Subscribe(ctx, o) {
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, m); len(out)%4 > 0 {
			continue
		}
		c, err := b.JetStream().Consumer(ctx, schema.StreamItems, "mine")
		if err != nil {
			t.Fatal(err)
		}
		if n := c.CachedInfo().NumAckPending; n > 4 {
			t.Fatalf("%d are in flight", n)
		}
		for _, m := range out[len(out)-4:] {
			if err := m.Ack(); err != nil {
				t.Fatal(err)
			}
		}
		if len(out) == 20 {
			break
		}
	}
	if len(out) != 20 {
		t.Errorf("%d came", len(out))
	}
}

// A loop that is left gives back what it has not yielded, and settles the rest
// afterwards if it likes.
func TestSubscribeGivesBack(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(cancel func()) (leave bool){
		"break":         func(func()) bool { return true },
		"its context":   func(cancel func()) bool { cancel(); return false },
		"both together": func(cancel func()) bool { cancel(); return true },
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.New(t)
			put(t, b, numbered(20)...)
			o := mine()
			o.AckWait = time.Minute
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var last *bus.Received
			for m, err := range b.Subscribe(ctx, o) {
				if err != nil {
					t.Fatal(err)
				}
				if last != nil {
					t.Fatalf("message %d came after the end", m.Sequence)
				}
				last = m
				if end(cancel) {
					break
				}
			}
			if err := last.Ack(); err != nil {
				t.Error(err)
			}
			if err := last.Ack(); err == nil {
				t.Error("acknowledged twice")
			}
			got := take(t, b, o, 19) // long before their claims run out
			slices.Sort(got)
			if !slices.Equal(got, run(2, 20)) {
				t.Errorf("got %v", got)
			}
		})
	}
}

// A subscription whose consumer is deleted ends, with a word why.
func TestSubscriptionEndsWithItsConsumer(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(1)...)
	var last error
	for m, err := range b.Subscribe(t.Context(), mine()) {
		if last = err; err != nil {
			break
		}
		if err := errors.Join(m.Ack(), b.JetStream().DeleteConsumer(t.Context(), schema.StreamItems, "mine")); err != nil {
			t.Fatal(err)
		}
	}
	if last == nil || !strings.Contains(last.Error(), "ITEMS: its consumer was deleted") {
		t.Errorf("got %v", last)
	}
}

// A restart of the server is waited out: nothing is lost, and once means once.
func TestSubscriptionSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start := func(listen string) *embedded.Server {
		s, err := embedded.Start(t.Context(), embedded.Options{Dir: dir, Listen: listen, Store: 20 << 30, SyncInterval: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	server := start("127.0.0.1:0")
	defer func() { server.Close() }()
	b, err := bus.Connect(t.Context(), bus.Options{URL: server.URL(), Name: "test", Logger: bustest.Logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	ensure(t, b)
	publishItems(t, b, 0, 100)
	o := mine()
	o.Once = 1000
	times := map[uint64]int{}
	ctx, cancel := context.WithTimeout(t.Context(), 2*bustest.Limit)
	defer cancel()
	for m, err := range b.Subscribe(ctx, o) {
		if err != nil {
			t.Fatal(err)
		}
		if times[m.Sequence]++; len(times) == 50 && server != nil && times[m.Sequence] == 1 && m.Sequence == 50 {
			address, err := url.Parse(server.URL())
			if err != nil {
				t.Fatal(err)
			}
			server.Close()
			server = start(address.Host)
			bustest.Eventually(t, b.Ready)
			publishItems(t, b, 100, 200)
		}
		_ = m.Ack() // one that is lost brings the message again
		if len(times) == 200 {
			break
		}
	}
	for seq, n := range times {
		if n != 1 {
			t.Errorf("message %d came %d times", seq, n)
		}
	}
	if len(times) != 200 {
		t.Errorf("%d messages came", len(times))
	}
}

// A stage can work on a durable that is not of the topology.
func TestRunOnADurable(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	put(t, b, numbered(3)...)
	o := mine()
	if err := b.Durable(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s := stage()
	s.Consumer = o.Durable
	stop := bustest.Start(t, func(ctx context.Context) error { return bus.Run(ctx, b, s, nothing()) })
	bustest.Eventually(t, func() error {
		if n := b.Stats().Stage(s.Name).In.Load(); n != 3 {
			return fmt.Errorf("%d settled", n)
		}
		return nil
	})
	stop()
	if c, err := b.JetStream().Consumer(t.Context(), schema.StreamItems, o.Durable); err != nil || c.CachedInfo().Config.AckPolicy != jetstream.AckExplicitPolicy {
		t.Errorf("the durable: %v", err)
	}
}
