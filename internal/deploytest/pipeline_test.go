// Package deploytest runs what deploy/ holds: the NATS server with its
// configuration, and each service as a process with its own user.
package deploytest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// TestMain lets the deployments run beside each other: they wait more than they compute.
func TestMain(m *testing.M) { bustest.Main(m) }

func TestDeployed(t *testing.T) {
	programs := build(t)
	t.Run("configuration", func(t *testing.T) { configuration(t, programs) })
	t.Run("plain server", func(t *testing.T) { plainServer(t, programs) })
	t.Run("three servers by the page", func(t *testing.T) { threeServers(t, programs) })
	t.Run("units of a machine", func(t *testing.T) { unitsOfAMachine(t, programs) })
	t.Run("pipeline", func(t *testing.T) { pipeline(t, programs) })
	t.Run("permissions", func(t *testing.T) { permissions(t, programs) })
	t.Run("drain", func(t *testing.T) { drain(t, programs) })
	t.Run("full disk", func(t *testing.T) { fullDisk(t, programs) })
	t.Run("cluster", func(t *testing.T) { clusterKills(t, programs) })
}

// setUp makes the streams as the admin, with these settings.
func setUp(t *testing.T, programs string, server access, settings ...string) (*bus.Bus, *fetcher.Registry) {
	t.Helper()
	setup := append([]string{"setup"}, settings...)
	server.dateline(t, programs, "admin", setup...)
	if out := server.dateline(t, programs, "admin", append(setup, "--check")...); strings.TrimSpace(out) != "nothing to change" {
		t.Errorf("after setup: %s", out)
	}
	admin := server.connect(t, "admin")
	registry, err := fetcher.OpenRegistry(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	return admin, registry
}

// publish makes a feed of n items and registers it.
func publish(t *testing.T, site *fetchertest.Site, registry *fetcher.Registry, path string, seed uint64, n int) []fetchertest.Item {
	t.Helper()
	items := fetchertest.Generate(fetchertest.Spec{Seed: seed, Count: n, Words: 120, Base: site.URL("")})
	feed := site.Feed(path)
	feed.SetItems(items...)
	entry := schema.Feed{ID: schema.FeedID(feed.URL()), URL: feed.URL(), Added: time.Now().UTC()}
	if path == feedAlone { // its pages are not there, which costs no item
		entry.Fulltext = schema.FulltextAlways
	}
	if err := registry.Put(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	return items
}

// A server that nobody has configured is enough to run on.
func plainServer(t *testing.T, programs string) {
	t.Parallel()
	server := serveWith(t, programs, nil, "-js", "-sd", t.TempDir())
	b, registry := setUp(t, programs, server.access)
	fetching := server.worker(t, programs, "fetcher", "--allow-net", "127.0.0.0/8")
	normalizing := server.worker(t, programs, "normalizer")
	enriching := server.worker(t, programs, "enricher")
	if got := field(t, fetching.await(t, `"msg":"started"`), "version"); got != version {
		t.Errorf("the fetcher says it is %q, want %q", got, version)
	}
	publish(t, fetchertest.New(t), registry, "/plain.xml", 1, 5)
	bustest.Next(t, b, 5, schema.StreamEnriched)
	for _, w := range []*worker{fetching, normalizing, enriching} {
		w.stop(t)
	}
}

// feeds are the addresses of the test's site.
const (
	feedAlone, feedShared, feedKilled, feedMissing, feedCopied = "/alone.xml", "/shared.xml", "/killed%d.xml", "/missing.xml", "/copied.xml"

	perFeed = 100
)

// pipeline runs every service as its own user. The server's log tells whether
// one was refused what it needs.
func pipeline(t *testing.T, programs string) {
	t.Parallel()
	server := serve(t, programs)
	admin, registry := setUp(t, programs, server.access)
	site := fetchertest.New(t)
	p := &deployment{
		server: server, admin: admin, registry: registry, site: site,
		fetcher:    server.worker(t, programs, "fetcher", "--allow-net", "127.0.0.0/8"),
		normalizer: server.worker(t, programs, "normalizer"),
		enricher:   server.worker(t, programs, "enricher", "--workers", "1"),
	}
	p.feed(t, feedAlone, 1)
	bustest.Next(t, admin, perFeed, schema.StreamEnriched)
	p.paged(t)

	second := server.worker(t, programs, "enricher", "--workers", "1")
	p.waiting(t, 2)
	p.shares(t, second)
	p.killed(t, programs)
	p.copied(t, programs)
	p.arrivedOnce(t, server.connect(t, "consumer"))
	p.consumed(t, programs)
	p.subscribed(t)
	p.delivered(t, programs)
	p.archived(t, programs)
	p.observed(t, programs)
	p.replayed(t, programs)
	p.backfilled(t, programs)
	p.walked(t, programs)
	p.deadLetters(t)
	p.unregistered(t)

	for _, w := range []*worker{p.fetcher, p.normalizer, second} {
		w.stop(t)
	}
	for _, line := range server.log("Violation") {
		t.Error(line)
	}
}

// deployment is a pipeline of processes.
type deployment struct {
	server   *natsServer
	admin    *bus.Bus
	registry *fetcher.Registry
	site     *fetchertest.Site
	want     []string // ids of the articles of all feeds so far

	fetcher, normalizer, enricher *worker
}

// feed makes a feed with items of its own and registers it.
func (p *deployment) feed(t *testing.T, path string, seed uint64) {
	t.Helper()
	for _, item := range publish(t, p.site, p.registry, path, seed, perFeed) {
		key, _ := schema.IdentityKey(schema.Identity{Link: item.Link})
		p.want = append(p.want, schema.ArticleID(key))
	}
}

// paged expects that the page of each item so far was asked for.
func (p *deployment) paged(t *testing.T) {
	t.Helper()
	for _, d := range bustest.Next(t, p.admin, perFeed, schema.StreamItems) {
		item, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		if item.Page == nil || item.Page.Status != 404 || item.Page.Error == "" {
			t.Fatalf("%s: page %+v", d.Subject, item.Page)
		}
	}
}

// waiting waits until this many enrichers ask for messages.
func (p *deployment) waiting(t *testing.T, enrichers int) {
	t.Helper()
	bustest.Eventually(t, func() error {
		c, err := p.admin.JetStream().Consumer(t.Context(), schema.StreamArticles, topology.ConsumerEnricher)
		if err != nil {
			return err
		}
		if n := c.CachedInfo().NumWaiting; n < enrichers {
			return fmt.Errorf("%d enrichers wait for messages, want %d", n, enrichers)
		}
		return nil
	})
}

// shares expects that a second enricher takes its part of a feed's articles.
func (p *deployment) shares(t *testing.T, second *worker) {
	t.Helper()
	before := p.enricher.settled(t)
	p.feed(t, feedShared, 2)
	bustest.Next(t, p.admin, len(p.want), schema.StreamEnriched)
	if one, two := p.enricher.settled(t)-before, second.settled(t); one == 0 || two == 0 {
		t.Errorf("of %d articles the first enricher took %d, the second %d", perFeed, one, two)
	}
}

// killed kills the first enricher in the middle of a feed's articles. What it
// had in hand comes again when its claim has run out.
func (p *deployment) killed(t *testing.T, programs string) {
	t.Helper()
	stored := p.killedAmid(t, 1)
	for try := uint64(2); stored >= len(p.want) && try <= 5; try++ { // it was done before it was killed
		p.enricher = p.server.worker(t, programs, "enricher", "--workers", "1")
		stored = p.killedAmid(t, try)
	}
	if stored >= len(p.want) {
		t.Errorf("all %d articles were there before the enricher was killed: make the feed larger", stored)
	}
	begun := time.Now()
	bustest.Next(t, p.admin, len(p.want), schema.StreamEnriched)
	t.Logf("killed with %d of %d articles there; the rest came within %s", stored, len(p.want), time.Since(begun))
}

// killedAmid publishes a feed and kills the first enricher as soon as one of its
// articles is there, and tells how many are.
func (p *deployment) killedAmid(t *testing.T, try uint64) (stored int) {
	t.Helper()
	before := len(p.want)
	p.feed(t, fmt.Sprintf(feedKilled, try), 100+try)
	bustest.Next(t, p.admin, before+1, schema.StreamEnriched)
	p.enricher.kill()
	s, err := p.admin.JetStream().Stream(t.Context(), schema.StreamEnriched)
	if err != nil {
		t.Fatal(err)
	}
	return int(s.CachedInfo().State.Msgs)
}

// arrivedOnce expects every article of every feed once, as a reader sees them.
func (p *deployment) arrivedOnce(t *testing.T, reader *bus.Bus) {
	t.Helper()
	arrived := map[string]int{}
	for d, err := range reader.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamEnriched}) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			t.Fatal(err)
		}
		if e.Revision != 1 {
			t.Errorf("%s has revision %d, want 1", e.ID, e.Revision)
		}
		arrived[e.ID]++
	}
	want := map[string]int{}
	for _, id := range p.want {
		want[id] = 1
	}
	if diff := cmp.Diff(want, arrived); diff != "" {
		t.Errorf("articles and how often they are there (-want +got):\n%s", diff)
	}
	for d, err := range reader.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamMentions}) {
		if err != nil {
			t.Fatal(err)
		}
		pointer, err := bus.Decode[schema.Pointer](d)
		if err != nil || arrived[pointer.ArticleID] == 0 {
			t.Errorf("%s points to article %s, which is not there: %v", d.Subject, pointer.ArticleID, err)
		}
	}
}

// consumed expects that the commands that read work for the user who may only read.
func (p *deployment) consumed(t *testing.T, programs string) {
	t.Helper()
	id := p.want[0]
	if article := p.server.dateline(t, programs, "consumer", "get", id, "--format", "json"); !strings.Contains(article, id) {
		t.Errorf("get %s: %s", id, article)
	}
	p.firsts(t, programs)
	stored := p.server.dateline(t, programs, "consumer", "tail", "enriched", "--since", "1h", "--no-follow", "--format", "json")
	if n := strings.Count(stored, "\n"); n != len(p.want) {
		t.Errorf("tail printed %d articles, want %d", n, len(p.want))
	}
}

// replayed expects that a replay gives each message once and in order.
func (p *deployment) replayed(t *testing.T, programs string) {
	t.Helper()
	p.server.dateline(t, programs, "admin", "replay", "enriched", "--job", "mine", "--to", "news.replay.mine.>")
	copies := bustest.Next(t, p.admin, len(p.want)+1, schema.StreamReplay, "news.replay.mine.>")
	if end := copies[len(p.want)].Header.Get(schema.HeaderReplayEnd); end != strconv.Itoa(len(p.want)) {
		t.Errorf("the end marker says %q, want %d", end, len(p.want))
	}
	for i, original := range bustest.Next(t, p.admin, len(p.want), schema.StreamEnriched) {
		c := copies[i]
		if seq := c.Header.Get(schema.HeaderReplaySequence); seq != strconv.FormatUint(original.Sequence, 10) || !bytes.Equal(c.Data, original.Data) {
			t.Fatalf("copy %d is of sequence %s, want %d, byte for byte", i, seq, original.Sequence)
		}
	}
}

// walked expects that the admin may ask for a feed's history, and the fetcher walk
// through it.
func (p *deployment) walked(t *testing.T, programs string) {
	t.Helper()
	const page = `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title>%s<item><title>Old</title><link>/old/%d</link></item></channel></rss>`
	p.site.File("/walked.xml", "text/xml", fmt.Appendf(nil, page, `<atom:link rel="next" href="/walked.xml/2"/>`, 1))
	p.site.File("/walked.xml/2", "text/xml", fmt.Appendf(nil, page, "", 2))
	url := p.site.URL("/walked.xml")
	if err := p.registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url}); err != nil {
		t.Fatal(err)
	}
	out := p.server.dateline(t, programs, "admin", "backfill", "feed", url)
	if !strings.Contains(out, "done, by next, 2 documents, 2 items") {
		t.Errorf("backfill: %s", out)
	}
	if out := p.server.dateline(t, programs, "admin", "jobs", "ls"); !strings.Contains(out, schema.WalkID(schema.FeedID(url))) {
		t.Errorf("jobs: %s", out)
	}
}

// deadLetters expects that each stage may set aside what it cannot read, and
// that a feed that fails is told of.
func (p *deployment) deadLetters(t *testing.T) {
	t.Helper()
	var broken []bus.Message
	for _, subject := range []string{"news.poll.due.broken", "news.walk.due.broken", "news.found.broken", "news.item.broken", "news.article.en.broken.broken"} {
		broken = append(broken, bus.Message{Subject: subject, Data: []byte("{"), ID: subject})
	}
	if _, err := p.admin.Publish(t.Context(), broken...); err != nil {
		t.Fatal(err)
	}
	var stages []string
	for _, d := range bustest.Next(t, p.admin, len(broken)+1, schema.StreamDead) { // one is there
		stages = append(stages, d.Header.Get(schema.HeaderDeadStage))
	}
	slices.Sort(stages)
	if diff := cmp.Diff([]string{"enricher", "normalizer", "pager", "poller", "walker", "webhook"}, stages); diff != "" {
		t.Errorf("stages of dead letters (-want +got):\n%s", diff)
	}
	url := p.site.URL(feedMissing)
	if err := p.registry.Put(t.Context(), schema.Feed{ID: schema.FeedID(url), URL: url}); err != nil {
		t.Fatal(err)
	}
	bustest.Next(t, p.admin, 1, schema.StreamOps, "news.ops.failing.*")
}

// unregistered expects that a feed that is taken off the registry is not polled.
func (p *deployment) unregistered(t *testing.T) {
	t.Helper()
	id := schema.FeedID(p.site.URL(feedAlone))
	if err := p.registry.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, func() error {
		state, found, err := p.registry.State(t.Context(), id)
		if found {
			err = fmt.Errorf("there is a poll ahead: %v", state.Next)
		}
		return err
	})
}
