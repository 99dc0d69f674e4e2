package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// publishItems publishes items from one number to before another, in parts.
func publishItems(t *testing.T, b *bus.Bus, from, to int) {
	t.Helper()
	for part := range slices.Chunk(numbered(to)[from:], 50) {
		var messages []bus.Message
		for _, n := range part {
			messages = append(messages, item(b, n.ID))
		}
		if _, err := b.Publish(t.Context(), messages...); err != nil {
			t.Error(err)
			return
		}
	}
}

// readers have nothing left on the server.
func readersGone(t *testing.T, b *bus.Bus, want ...string) {
	t.Helper()
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		var names []string
		list := stream.ConsumerNames(t.Context())
		for name := range list.Name() {
			names = append(names, name)
		}
		if list.Err() != nil {
			return list.Err()
		}
		if slices.Sort(names); !slices.Equal(names, want) {
			return fmt.Errorf("the stream has the consumers %v, want %v", names, want)
		}
		return nil
	})
}

// A reader with Follow passes from history to what is published while it reads:
// it must see each message once, in the stream's order.
func TestFollowHandsOverToLive(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const history, live = 1000, 1000
	publishItems(t, b, 0, history)
	var publishing sync.WaitGroup
	defer publishing.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	ahead, next := uint64(0), uint64(1)
	ids := map[string]bool{}
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamItems, Follow: true, Progress: func(n uint64) { ahead = n }}) {
		if err != nil {
			t.Fatalf("after %d: %v", next-1, err)
		}
		if d.Sequence != next {
			t.Fatalf("got %d, want %d", d.Sequence, next)
		}
		if next == history/2 {
			publishing.Go(func() { publishItems(t, b, history, history+live) })
		}
		next++
		if ids[d.Header.Get(schema.HeaderID)] = true; len(ids) == history+live {
			break
		}
	}
	if ahead != history {
		t.Errorf("the progress began with %d ahead", ahead)
	}
	if len(ids) != history+live {
		t.Errorf("%d messages came", len(ids))
	}
	readersGone(t, b, topology.ConsumerNormalizer)
}

// The same over a restart of the server, on another connection than the one
// that publishes.
func TestFollowSurvivesARestart(t *testing.T) {
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
	ctx, cancel := context.WithTimeout(t.Context(), 2*bustest.Limit)
	defer cancel()
	var got []uint64
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamItems, Follow: true}) {
		if err != nil {
			t.Fatalf("after %d: %v", len(got), err)
		}
		if got = append(got, d.Sequence); len(got) == 200 {
			break
		}
		if len(got) == 100 {
			address, err := url.Parse(server.URL())
			if err != nil {
				t.Fatal(err)
			}
			server.Close()
			bustest.Eventually(t, func() error {
				if b.Ready() == nil {
					return errors.New("ready without a server")
				}
				return nil
			})
			server = start(address.Host)
			publishItems(t, b, 100, 200)
		}
	}
	for i, seq := range got {
		if seq != uint64(i+1) {
			t.Fatalf("message %d is %d", i, seq)
		}
	}
}

// However a reading ends, nothing of it is left on the server.
func TestReadLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publishItems(t, b, 0, 100)
	for name, test := range map[string]struct {
		options bus.ReadOptions
		stop    int // after so many; 0 for the end
		want    int
	}{
		"to the end":       {bus.ReadOptions{}, 0, 100},
		"break":            {bus.ReadOptions{}, 10, 10},
		"break of follow":  {bus.ReadOptions{Follow: true}, 100, 100},
		"nothing to read":  {bus.ReadOptions{From: 1000}, 0, 0},
		"nothing on it":    {bus.ReadOptions{Filters: []string{"news.item.none"}}, 0, 0},
		"until":            {bus.ReadOptions{Until: time.Now().Add(-time.Hour)}, 0, 0},
		"several filters":  {bus.ReadOptions{Filters: []string{"news.item.none", "news.item.example_org"}}, 0, 100},
		"from the middle":  {bus.ReadOptions{From: 51}, 0, 50},
		"break at its end": {bus.ReadOptions{From: 91}, 10, 10},
	} {
		t.Run(name, func(t *testing.T) {
			test.options.Stream = schema.StreamItems
			n := 0
			for _, err := range b.Read(t.Context(), test.options) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n == test.stop {
					break
				}
			}
			if n != test.want {
				t.Errorf("%d messages, want %d", n, test.want)
			}
			readersGone(t, b, topology.ConsumerNormalizer)
		})
	}
	t.Run("its context ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var last error
		for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamItems, Follow: true}) {
			if last = err; d.Sequence == 100 {
				cancel()
			}
		}
		cancel()
		if !errors.Is(last, context.Canceled) {
			t.Errorf("the last error is %v", last)
		}
		readersGone(t, b, topology.ConsumerNormalizer)
	})
}

// What is removed while a stretch is read cannot be waited for.
func TestReadEndsWhenTheRestIsPurged(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	const count = 600 // of 64 KiB: more than is read ahead
	for _, n := range numbered(count) {
		m := item(b, n.ID)
		m.Data = append(m.Data, bytes.Repeat([]byte(" "), 64<<10)...)
		if _, err := b.Publish(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	stream, err := b.JetStream().Stream(t.Context(), schema.StreamItems)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	var last uint64
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamItems}) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Sequence != last+1 {
			t.Fatalf("%d after %d", d.Sequence, last)
		}
		if last = d.Sequence; last == 10 {
			if err := stream.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if last == count {
		t.Error("all came, although most were purged")
	}
}

// New skips what is there.
func TestReadNew(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publishItems(t, b, 0, 10)
	ctx, cancel := context.WithTimeout(t.Context(), bustest.Limit)
	defer cancel()
	var publishing sync.WaitGroup
	defer publishing.Wait()
	o := bus.ReadOptions{Stream: schema.StreamItems, New: true, Follow: true}
	o.Progress = func(n uint64) { // the reader is there
		if n != 0 {
			t.Errorf("%d ahead", n)
		}
		publishing.Go(func() { publishItems(t, b, 10, 20) })
	}
	var got []uint64
	for d, err := range b.Read(ctx, o) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, d.Sequence); len(got) == 10 {
			break
		}
	}
	if got[0] != 11 || got[9] != 20 {
		t.Errorf("got %v", got)
	}
}

// Of each subject the newest message comes once, in the order of the stream.
func TestReadLastOnly(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	for n := range 30 {
		_, err := b.Publish(t.Context(), bus.Message{Subject: fmt.Sprintf("news.mention.person.p%d", n%7), Data: []byte(fmt.Sprint(n))})
		if err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamMentions, Filters: []string{"news.mention.person.*"}, LastOnly: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(d.Data))
	}
	if want := []string{"23", "24", "25", "26", "27", "28", "29"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamMentions, Filters: []string{"news.mention.location.*"}, LastOnly: true}) {
		t.Errorf("%v, %v", d, err)
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	empty := bustest.Connect(t, bustest.Server(t), "test")
	closed := bustest.New(t)
	closed.Close()
	for name, test := range map[string]struct {
		bus     *bus.Bus
		options bus.ReadOptions
		want    error
	}{
		"no such stream":     {empty, bus.ReadOptions{Stream: schema.StreamItems}, bus.ErrNotSetUp},
		"new without follow": {empty, bus.ReadOptions{New: true}, bus.ErrReadOptions},
		"last since":         {empty, bus.ReadOptions{LastOnly: true, Since: day}, bus.ErrReadOptions},
		"last of new":        {empty, bus.ReadOptions{LastOnly: true, New: true, Follow: true}, bus.ErrReadOptions},
		"follow until":       {empty, bus.ReadOptions{Follow: true, Until: day}, bus.ErrReadOptions},
		"closed":             {closed, bus.ReadOptions{Stream: schema.StreamItems}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			for _, err := range test.bus.Read(t.Context(), test.options) {
				if n++; err == nil || test.want != nil && !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			}
			if n != 1 {
				t.Errorf("%d errors came", n)
			}
		})
	}
}

// A connection that is closed for good ends a reading that follows.
func TestFollowEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publishItems(t, b, 0, 1)
	var last error
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamItems, Follow: true}) {
		if last = err; d.Sequence == 1 {
			b.JetStream().Conn().Close()
		}
	}
	if !errors.Is(last, bus.ErrClosed) {
		t.Errorf("got %v", last)
	}
}
