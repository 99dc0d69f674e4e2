package deploytest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer/recognizertest"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// gate holds requests until it is opened, and tells of each that it holds.
type gate struct {
	held   chan struct{}
	opened chan struct{}
}

func newGate() *gate { return &gate{held: make(chan struct{}, 1000), opened: make(chan struct{})} }

func (g *gate) open() { close(g.opened) }

func (g *gate) hold(r *http.Request) {
	g.held <- struct{}{}
	select {
	case <-g.opened:
	case <-r.Context().Done():
	}
}

// slowFeed serves a feed of one item, whose second half waits at the gate.
func slowFeed(site *fetchertest.Site, path string, g *gate) (url string) {
	site.Handle(path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><item><title>Held at %s</title>`, path) // fails when the client has gone
		w.(http.Flusher).Flush()
		g.hold(r)
		_, _ = fmt.Fprintf(w, `<link>https://held.example%s</link></item></channel></rss>`, path)
	}))
	return site.URL(path)
}

// slowModel is a model server whose answers about texts with a word wait at the gate.
func slowModel(t *testing.T, word string, g *gate) (url string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && bytes.Contains(body, []byte(word)) {
			g.hold(r)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		recognizertest.Toy{}.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// drained is a server on which workers are stopped with work in hand.
type drained struct {
	server   *natsServer
	admin    *bus.Bus
	registry *fetcher.Registry
	site     *fetchertest.Site
	programs string
}

// drain stops each program with work in hand: what can be done in time is done, what
// cannot is with the next one, and the exit code says that all is well.
func drain(t *testing.T, programs string) {
	t.Parallel()
	server := serveWith(t, programs, nil, "-js", "-sd", t.TempDir())
	d := &drained{server: server, site: fetchertest.New(t), programs: programs}
	d.admin, d.registry = setUp(t, programs, server.access)
	for _, c := range []struct{ stream, consumer string }{{schema.StreamPolls, topology.ConsumerPoller}, {schema.StreamArticles, topology.ConsumerEnricher}} {
		consumer, err := d.admin.JetStream().Consumer(t.Context(), c.stream, c.consumer)
		if err != nil {
			t.Fatal(err)
		}
		config := consumer.CachedInfo().Config
		config.AckWait = 2 * time.Second // what is left comes again sooner
		if _, err := d.admin.JetStream().UpdateConsumer(t.Context(), c.stream, config); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("fetcher finishes", d.fetcherFinishes)
	t.Run("fetcher leaves", d.fetcherLeaves)
	t.Run("normalizer", d.normalizer)
	t.Run("enricher finishes", d.enricherFinishes)
	t.Run("a second signal", d.secondSignal)
	t.Run("poison", d.poison)
	t.Run("up", d.up)
}

func (d *drained) fetcher(t *testing.T, args ...string) *worker {
	t.Helper()
	return d.server.worker(t, d.programs, "fetcher", append([]string{"--allow-net", "127.0.0.0/8", "--fulltext", "never"}, args...)...)
}

func (d *drained) register(t *testing.T, url string) {
	t.Helper()
	if err := d.registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url}); err != nil {
		t.Fatal(err)
	}
}

// has expects so many messages in a stream, now.
func (d *drained) has(t *testing.T, stream string, want uint64) {
	t.Helper()
	if got := d.count(t, stream); got != want {
		t.Errorf("%s has %d messages, want %d", stream, got, want)
	}
}

func (d *drained) count(t *testing.T, stream string) uint64 {
	t.Helper()
	s, err := d.admin.JetStream().Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

// awaits waits until a stream has so many messages.
func (d *drained) awaits(t *testing.T, stream string, want uint64) {
	t.Helper()
	bustest.Eventually(t, func() error {
		if got := d.count(t, stream); got != want {
			return fmt.Errorf("%s has %d messages, want %d", stream, got, want)
		}
		return nil
	})
}

func (d *drained) fetcherFinishes(t *testing.T) {
	g := newGate()
	fetching := d.fetcher(t)
	d.register(t, slowFeed(d.site, "/finished", g))
	<-g.held
	fetching.terminate(t)
	g.open()
	fetching.ended(t)
	d.has(t, schema.StreamItems, 1)
}

func (d *drained) fetcherLeaves(t *testing.T) {
	g := newGate()
	fetching := d.fetcher(t, "--drain", "200ms")
	d.register(t, slowFeed(d.site, "/left", g))
	<-g.held
	begun := time.Now()
	fetching.stop(t)
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it took %s to stop", took)
	}
	d.has(t, schema.StreamItems, 1)
	again := d.fetcher(t)
	<-g.held
	g.open()
	d.awaits(t, schema.StreamItems, 2)
	again.stop(t)
	d.has(t, schema.StreamItems, 2)
}

// The normalizer is stopped in the middle of many items.
func (d *drained) normalizer(t *testing.T) {
	const items = 200
	fetching, first := d.fetcher(t), d.server.worker(t, d.programs, "normalizer")
	publish(t, d.site, d.registry, "/many.xml", 7, items)
	bustest.Next(t, d.admin, 3, schema.StreamArticles)
	first.stop(t)
	second := d.server.worker(t, d.programs, "normalizer")
	d.awaits(t, schema.StreamArticles, items+2)
	fetching.stop(t)
	second.stop(t)
	d.has(t, schema.StreamArticles, items+2)
}

func (d *drained) enricherFinishes(t *testing.T) {
	g := newGate()
	first := d.server.worker(t, d.programs, "enricher", "--recognizer", slowModel(t, "Held at", g))
	<-g.held
	first.terminate(t)
	g.open()
	first.ended(t)
	second := d.server.worker(t, d.programs, "enricher", "--recognizer", slowModel(t, "none", g))
	d.awaits(t, schema.StreamEnriched, 202)
	second.stop(t)
	d.has(t, schema.StreamEnriched, 202)
}

// A second signal does not wait for what is in hand. Another worker has it then.
func (d *drained) secondSignal(t *testing.T) {
	fetching, normalizing := d.fetcher(t), d.server.worker(t, d.programs, "normalizer")
	g, ready := newGate(), newGate()
	ready.open()
	d.register(t, slowFeed(d.site, "/again", ready))
	first := d.server.worker(t, d.programs, "enricher", "--drain", "10m", "--timeout", "10m", "--recognizer-timeout", "5m", "--recognizer", slowModel(t, "Held at", g))
	<-g.held
	bustest.Eventually(t, func() error { // two at once may come as one
		select {
		case <-first.done:
			return nil
		default:
			return errors.Join(errors.New("the enricher still runs"), first.cmd.Process.Signal(syscall.SIGTERM))
		}
	})
	if status, ok := first.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGTERM {
		t.Errorf("the enricher ended by itself: %v", first.err)
	}
	second := d.server.worker(t, d.programs, "enricher")
	d.awaits(t, schema.StreamEnriched, 203)
	for _, w := range []*worker{fetching, normalizing, second} {
		w.stop(t)
	}
}

// An article that kills its enricher each time is in the dead letters after five
// deliveries at most, and those beside and behind it are enriched.
func (d *drained) poison(t *testing.T) {
	const good = 20
	g := newGate()
	model := slowModel(t, "Poisonous", g)
	items := fetchertest.Generate(fetchertest.Spec{Seed: 8, Count: good + 1, Words: 120, Base: d.site.URL("")})
	items[good/2].Title = "Poisonous words in a report"
	feed := d.site.Feed("/poison.xml")
	feed.SetItems(items...)
	d.register(t, feed.URL())
	fetching, normalizing := d.fetcher(t), d.server.worker(t, d.programs, "normalizer")
	enriching := d.server.worker(t, d.programs, "enricher", "--recognizer", model)
	kills := 0
	bustest.EventuallyWithin(t, 3*bustest.Limit, func() error {
		select {
		case <-g.held:
			enriching.kill()
			kills++
			enriching = d.server.worker(t, d.programs, "enricher", "--recognizer", model)
		default:
		}
		if n := d.count(t, schema.StreamDead); n != 1 {
			return fmt.Errorf("%d dead letters after %d kills", n, kills)
		}
		return nil
	})
	if kills < 3 || kills > 5 {
		t.Errorf("the enricher was killed %d times", kills)
	}
	letter := bustest.Next(t, d.admin, 1, schema.StreamDead)[0]
	if reason := letter.Header.Get(schema.HeaderDeadReason); !strings.HasPrefix(reason, "poison: delivered ") || !bytes.Contains(letter.Data, []byte("Poisonous")) {
		t.Errorf("dead letter: %s, %.200s", reason, letter.Data)
	}
	d.awaits(t, schema.StreamEnriched, 203+good)
	for _, w := range []*worker{fetching, normalizing, enriching} {
		w.stop(t)
	}
	d.has(t, schema.StreamEnriched, 203+good)
	t.Logf("the poison was set aside after %d kills: %s", kills, letter.Header.Get(schema.HeaderDeadReason))
}

// The process that is everything finishes a feed that it reads, or reads it again.
func (d *drained) up(t *testing.T) {
	g := newGate()
	url := slowFeed(d.site, "/up", g)
	there, data := access{hosts: freeAddresses(t, 1)}, t.TempDir()
	list := filepath.Join(t.TempDir(), "feeds.txt") // which is not looked into before it is polled
	if err := os.WriteFile(list, []byte(url+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func() *process {
		return start(t, filepath.Join(d.programs, "dateline"), nil, "up", list, "--data", data,
			"--nats-listen", there.hosts[0], "--http", "127.0.0.1:0", "--allow-net", "127.0.0.0/8", "--fulltext", "never")
	}
	first := run()
	<-g.held
	first.terminate(t)
	g.open()
	first.ended(t)
	second := run()
	second.await(t, "is up")
	bustest.Eventually(t, func() error {
		out := there.dateline(t, d.programs, "", "tail", "enriched", "--since", "1h", "--no-follow", "--format", "json")
		if n := strings.Count(out, "Held at /up"); n != 1 || strings.Count(out, "\n") != 1 {
			return fmt.Errorf("want one article: %s", out)
		}
		return nil
	})
	second.stop(t)
}
