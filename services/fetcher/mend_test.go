package fetcher_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// nowhere is a network without any host: each poll fails, and another follows.
type nowhere struct{}

func (nowhere) Lookup(context.Context, string) (netip.Addr, error) {
	return netip.Addr{}, errors.New("no such host")
}

func (nowhere) Connect(context.Context, string, netip.AddrPort) (net.Conn, error) {
	return nil, errors.New("no such host")
}

// standstill is how long a feed stands still at most once its schedule is lost:
// until the next comparison, and what it takes for granted before.
const standstill = 5*time.Minute + time.Minute + 10*time.Second

// lost is a feed whose schedule a test takes away while a fetcher runs.
type lost struct {
	t        *testing.T
	bus      *bus.Bus
	registry *fetcher.Registry
	stream   jetstream.Stream
	feed     string
}

func (l *lost) state() schema.PollState {
	l.t.Helper()
	state, _, err := l.registry.State(l.t.Context(), l.feed)
	if err != nil {
		l.t.Fatal(err)
	}
	return state
}

// forgotten replaces the schedule by a message that fires never, for next.
func (l *lost) forgotten(next time.Time) { l.decided(time.Now(), next) }

// decided is forgotten for one that was decided on at a time.
func (l *lost) decided(at, next time.Time) {
	l.t.Helper()
	state := l.state()
	l.gone()
	state.Decided, state.Next = at, next
	data, err := bus.Encode(state)
	if err == nil {
		_, err = l.bus.Publish(l.t.Context(), bus.Message{Subject: l.bus.Root().PollAt(l.feed), Data: data})
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *lost) gone() {
	l.t.Helper()
	if err := l.stream.Purge(l.t.Context(), jetstream.WithPurgeSubject(l.bus.Root().PollAt(l.feed))); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lost) counts() map[string]int64 { return l.bus.Stats().Stage(fetcher.Stage).Counts() }

// A feed whose schedule the server has lost, or does not remember, is polled again
// within a bounded time, once; and it is counted. One that only waits is left alone.
func TestALostScheduleIsMadeAnew(t *testing.T) {
	t.Parallel()
	bustest.AllowBubbles(t)
	for _, test := range []struct {
		name, count string
		polled      bool
		lose        func(l *lost)
	}{
		{"gone", "schedules-missing", true, (*lost).gone},
		{"forgotten", "schedules-overdue", true, func(l *lost) { l.forgotten(time.Now().Add(-time.Second)) }},
		{"forgotten long ago", "schedules-overdue", true, func(l *lost) { l.forgotten(time.Now().Add(-100 * time.Hour)) }},
		{"of a clock an hour ahead", "schedules-overdue", true, func(l *lost) {
			l.decided(time.Now().Add(time.Hour), time.Now().Add(time.Hour+time.Second))
		}},
		{"of a clock a year ahead", "schedules-overdue", true, func(l *lost) {
			l.decided(time.Now().Add(9000*time.Hour), time.Now().Add(9000*time.Hour+time.Second))
		}},
		{"of a clock a year ahead, not due", "schedules-overdue", false, func(l *lost) {
			l.decided(time.Now().Add(9000*time.Hour), time.Now().Add(9001*time.Hour))
		}},
		{"of a clock a bit ahead, not due", "", false, func(l *lost) {
			l.decided(time.Now().Add(30*time.Second), time.Now().Add(time.Hour))
		}},
		{"not due", "", false, func(l *lost) { l.forgotten(time.Now().Add(time.Hour)) }},
		{"left alone", "", false, func(*lost) {}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := begun(t)
				test.lose(l)
				time.Sleep(standstill)
				if polls := l.counts()["failed"] - 1; (polls == 1) != test.polled || polls > 1 {
					t.Errorf("%d polls", polls)
				}
				for _, name := range []string{"schedules-missing", "schedules-overdue", "schedules-orphaned"} {
					if got := l.counts()[name]; (got == 1) != (name == test.count) || got > 1 {
						t.Errorf("%s: %d", name, got)
					}
				}
				if n := l.messages(); n != 1 {
					t.Errorf("%d schedules of one feed", n)
				}
			})
		})
	}
}

// messages are how many schedules POLLS holds.
func (l *lost) messages() uint64 {
	l.t.Helper()
	info, err := l.stream.Info(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	return info.State.Msgs
}

// begun is a feed that a fetcher has polled for the first time, and will not poll
// again for an hour.
func begun(t *testing.T) *lost {
	t.Helper()
	const url = "https://nowhere.example/feed"
	l := &lost{t: t, bus: bustest.New(t), feed: schema.FeedID(url)}
	c := fetcher.DefaultConfig().On(nowhere{})
	c.MinInterval, c.Interval = 5*time.Hour, 5*time.Hour
	bustest.Start(t, func(ctx context.Context) error { return fetcher.Run(ctx, l.bus, c) })
	time.Sleep(time.Minute) // its first comparison has found nothing
	l.registry = register(t, l.bus, url)
	var err error
	if l.stream, err = l.bus.JetStream().Stream(t.Context(), schema.StreamPolls); err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		if state := l.state(); state.Polls != 1 || time.Until(state.Next) < 30*time.Minute {
			return fmt.Errorf("state %+v", state)
		}
		return nil
	})
	return l
}

// A poll that was delivered to a fetcher, and that its consumer has forgotten with
// its death, is made again by the next that starts.
func TestAForgottenDeliveryIsMadeAgain(t *testing.T) {
	t.Parallel()
	site := fetchertest.New(t)
	site.Feed("/news.rss").SetItems(fetchertest.Generate(fetchertest.Spec{Seed: 1, Count: 1, Words: 50})...)
	dir := t.TempDir()
	server, b := serve(t, dir)
	setUp(t, b)
	registry := register(t, b, site.URL("/news.rss"))
	f := schema.Feed{ID: schema.FeedID(site.URL("/news.rss")), URL: site.URL("/news.rss")}
	if err := registry.PollNow(t.Context(), f, "r1"); err != nil {
		t.Fatal(err)
	}
	due := take(t, b)
	b.Close()
	server.Close()
	forget(t, dir, due)

	_, b = serve(t, dir)
	run(t, b)
	bustest.Next(t, b, 1, schema.StreamItems)
	if got := b.Stats().Stage(fetcher.Stage).Counts()["schedules-missing"]; got != 1 {
		t.Errorf("counted %d", got)
	}
}

func serve(t *testing.T, dir string) (*embedded.Server, *bus.Bus) {
	t.Helper()
	server, err := embedded.Start(t.Context(), embedded.Options{Dir: dir, Store: 20 << 30, SyncInterval: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server, bustest.Connect(t, server, "fetcher")
}

// take takes the poll that is due and never settles it.
func take(t *testing.T, b *bus.Bus) (seq uint64) {
	t.Helper()
	consumer, err := b.JetStream().Consumer(t.Context(), schema.StreamPolls, topology.ConsumerPoller)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := consumer.Next(jetstream.FetchMaxWait(bustest.Limit))
	if err != nil {
		t.Fatal(err)
	}
	meta, err := msg.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	return meta.Sequence.Stream
}

// forget has the consumer of polls be done with all up to a sequence, in the file
// of its state: that is a magic number, the version, the last acknowledged and
// the last delivered (of the consumer and of the stream each), and what is
// pending and was delivered again, nothing both times.
func forget(t *testing.T, dir string, seq uint64) {
	t.Helper()
	var file string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if filepath.Base(path) == "o.dat" && filepath.Base(filepath.Dir(path)) == topology.ConsumerPoller {
			file = path
		}
		return err
	})
	if err != nil || file == "" {
		t.Fatalf("no state of the consumer in %s (%v)", dir, err)
	}
	state := []byte{22, 2}
	for _, n := range []uint64{1, seq, 1, seq, 0, 0} {
		state = binary.AppendUvarint(state, n)
	}
	if err := os.WriteFile(file, state, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Of many schedules a comparison looks at some, and some comparisons at all, each
// once.
func TestSchedulesAreLookedAtInTurns(t *testing.T) {
	ids := func(n int) (all []string) {
		for i := range n {
			all = append(all, fmt.Sprintf("%06d", i))
		}
		return all
	}
	for _, test := range []struct{ feeds, turns int }{{0, 1}, {1, 1}, {5000, 1}, {5001, 2}, {10_000, 2}, {12_345, 3}} {
		var seen []string
		for _, turn := range fetcher.Turns(ids(test.feeds), test.turns) {
			if len(turn) > 5000 {
				t.Errorf("%d feeds: %d at once", test.feeds, len(turn))
			}
			seen = append(seen, turn...)
		}
		slices.Sort(seen)
		if !slices.Equal(slices.Compact(seen), ids(test.feeds)) {
			t.Errorf("%d feeds: %d looked at in %d turns", test.feeds, len(slices.Compact(seen)), test.turns)
		}
	}
}

// When POLLS alone cannot be written, nothing is due and no other publish meets
// it: then the comparison does, and the fetcher is not ready until it can.
func TestAFetcherWhosePollsCannotBeStored(t *testing.T) {
	t.Parallel()
	bustest.AllowBubbles(t)
	synctest.Test(t, func(t *testing.T) {
		l := begun(t)
		l.forgotten(time.Now())
		config := l.stream.CachedInfo().Config
		away := config // as a stream without a leader is, for who publishes there
		away.Subjects = slices.DeleteFunc(slices.Clone(config.Subjects), func(s string) bool { return s == string(l.bus.Root())+".poll.at.*" })
		update := func(c jetstream.StreamConfig) {
			t.Helper()
			if _, err := l.bus.JetStream().UpdateStream(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		update(away)
		if err := l.bus.Ready(); err != nil {
			t.Errorf("before the comparison: %v", err)
		}
		time.Sleep(standstill)
		if err := l.bus.Ready(); err == nil || !strings.Contains(err.Error(), "pushed back") {
			t.Errorf("it is ready although POLLS takes nothing: %v", err)
		}
		update(config)
		time.Sleep(10 * time.Second)
		if err := l.bus.Ready(); err != nil || l.counts()["failed"] != 2 {
			t.Errorf("when POLLS takes schedules again: %v, %v", err, l.counts())
		}
	})
}
