package fetcher_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest/behaviour"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// Our poller behaves in every case, and its documentation promises just those.
func TestBehaviour(t *testing.T) {
	score := behaviour.Run(t, behaviour.Cases(), func(_ *testing.T, n *behaviour.Network) behaviour.Poller {
		return &worker{config: fetcher.DefaultConfig().On(n), feeds: map[string]schema.Feed{}, kept: newKeep(), hosts: newKeep(), due: map[string]schema.PollState{}}
	})
	demandAll(t, score)
	documented, err := os.ReadFile("../../docs/polite.md")
	if os.IsNotExist(err) {
		t.Skip("the documentation is not here")
	}
	if want := behaviour.Markdown(behaviour.Cases()); err != nil || !strings.Contains(string(documented), want) {
		t.Errorf("docs/polite.md lacks this table (%v):\n%s", err, want)
	}
}

// The whole fetcher on a NATS server behaves as its poller does. Idle time costs
// NATS some work, so that these are cases of a few hours.
func TestBehaviourOnNATS(t *testing.T) {
	t.Parallel()
	bustest.AllowBubbles(t)
	ids := []string{"one-at-a-time", "restart-validators", "restart-not-due", "restart-herd"}
	cases := slices.DeleteFunc(behaviour.Cases(), func(c behaviour.Case) bool { return !slices.Contains(ids, c.ID) })
	if len(cases) != len(ids) {
		t.Fatalf("%d cases of %v", len(cases), ids)
	}
	demandAll(t, behaviour.Run(t, cases, func(t *testing.T, n *behaviour.Network) behaviour.Poller {
		return &process{t: t, dir: t.TempDir(), config: fetcher.DefaultConfig().On(n)}
	}))
}

func demandAll(t *testing.T, score behaviour.Score) {
	t.Helper()
	t.Logf("\n%s", score)
	for _, r := range score {
		if r.Err != nil {
			t.Errorf("%s: %s: %v", r.ID, r.Promise, r.Err)
		}
	}
}

// worker is the poller with everything below it (hosts, requests, schedule), and
// memory in place of the bus: a fake month of it takes no time.
type worker struct {
	config fetcher.Config

	mu    sync.Mutex
	feeds map[string]schema.Feed
	kept  keep // the memories of feeds
	hosts keep
	due   map[string]schema.PollState
}

// Poll implements behaviour.Poller.
func (w *worker) Poll(ctx context.Context, feeds []string) error {
	poller, closeIt, err := fetcher.NewPoller(w.config, w.hosts)
	if err != nil {
		return err
	}
	defer closeIt()
	poller.Root, poller.Registry, poller.Memory = "news", w, w.kept
	for _, url := range feeds {
		w.register(schema.Feed{ID: schema.FeedID(url), URL: url})
	}
	var inHand sync.WaitGroup
	defer inHand.Wait()
	changed := make(chan struct{}, 1)
	for ctx.Err() == nil {
		state, wait := w.next()
		if wait > 0 {
			select {
			case <-time.After(wait):
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		inHand.Go(func() {
			w.poll(context.WithoutCancel(ctx), poller, state)
			select {
			case changed <- struct{}{}:
			default:
			}
		})
	}
	return nil
}

func (w *worker) register(f schema.Feed) {
	if _, known := w.feeds[f.ID]; !known {
		w.feeds[f.ID] = f
		w.due[f.ID] = schema.PollState{FeedID: f.ID, URL: f.URL, Next: time.Now()}
	}
}

// next takes the poll that is due first, or says how long there is none.
func (w *worker) next() (first schema.PollState, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, state := range w.due {
		if first.Next.IsZero() || state.Next.Before(first.Next) {
			first = state
		}
	}
	if first.Next.IsZero() {
		return first, time.Hour
	}
	if wait = time.Until(first.Next); wait <= 0 {
		delete(w.due, first.FeedID)
	}
	return first, wait
}

// poll does one, and keeps what it publishes that the next one needs.
func (w *worker) poll(ctx context.Context, poller *poll.Poller, state schema.PollState) {
	place := fnv.New64a() // of its own for each due message
	fmt.Fprint(place, state.FeedID, state.Polls)
	due := bus.Delivery{Subject: "news.poll.due." + state.FeedID, Stream: schema.StreamPolls, Sequence: place.Sum64()}
	result, err := poller.Poll(ctx, state, due)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil { // as a message that was not acknowledged: it comes again
		state.Next = time.Now().Add(time.Minute)
		w.due[state.FeedID] = state
		return
	}
	for _, m := range slices.Concat(result.Groups...) {
		switch {
		case m.Header["Nats-Schedule-Target"] != "":
			var next schema.PollState
			if json.Unmarshal(m.Data, &next) == nil {
				w.due[next.FeedID] = next
			}
		case strings.HasPrefix(m.Subject, "$KV."):
			w.kept.put(m.Subject[strings.LastIndex(m.Subject, ".")+1:], m.Data)
		}
	}
}

// Get implements the poller's registry.
func (w *worker) Get(_ context.Context, feedID string) (schema.Feed, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := w.feeds[feedID]
	return f, ok, nil
}

// keep is a bucket in memory. It is all of the poller's that outlives a restart.
type keep struct {
	mu      *sync.Mutex
	entries map[string]entry
}

type entry struct {
	data []byte
	seq  uint64
}

func newKeep() keep { return keep{&sync.Mutex{}, map[string]entry{}} }

// Get implements hosts.Records and the poller's memory.
func (k keep) Get(_ context.Context, key string) ([]byte, uint64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	e := k.entries[key]
	return e.data, e.seq, nil
}

// Put implements hosts.Records.
func (k keep) Put(_ context.Context, key string, data []byte, last uint64) (uint64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.entries[key].seq != last {
		return 0, bus.ErrConflict
	}
	k.entries[key] = entry{data, last + 1}
	return last + 1, nil
}

func (k keep) put(key string, data []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.entries[key] = entry{data, k.entries[key].seq + 1}
}

// process is the fetcher as it is deployed: with its defaults, on a NATS server
// that keeps its streams on the disk and is started and stopped with it.
type process struct {
	t      *testing.T
	dir    string
	config fetcher.Config
}

// Poll implements behaviour.Poller.
func (p *process) Poll(ctx context.Context, feeds []string) error {
	live := context.WithoutCancel(ctx)
	server, err := embedded.Start(live, embedded.Options{Dir: p.dir, Store: 20 << 30, SyncInterval: time.Hour})
	if err != nil {
		return err
	}
	defer server.Close()
	b, err := bus.Connect(live, bus.Options{InProcess: server, Name: "fetcher", Logger: bustest.Logger(p.t)})
	if err != nil {
		return err
	}
	defer b.Close()
	setUp(p.t, b)
	registry, err := fetcher.OpenRegistry(live, b)
	if err != nil {
		return err
	}
	var entries []schema.Feed
	for _, url := range feeds {
		entries = append(entries, schema.Feed{ID: schema.FeedID(url), URL: url})
	}
	if _, _, err := registry.Register(live, entries); err != nil {
		return err
	}
	return fetcher.Run(ctx, b, p.config)
}
