package normalizer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// library publishes revisions of articles by number, whose texts are stretches of
// a few long ones.
type library struct {
	t         *testing.T
	bus       *bus.Bus
	random    *rand.Rand
	revisions map[int]int
	published int
}

func newLibrary(t *testing.T, b *bus.Bus, seed uint64) *library {
	return &library{t: t, bus: b, random: rand.New(rand.NewPCG(seed, 1)), revisions: map[int]int{}}
}

// some publishes n messages: most of them articles that overlap with others.
func (l *library) some(n int) {
	l.t.Helper()
	for range n {
		number, begin := l.random.IntN(60), 10_000*l.random.IntN(6)+10*l.random.IntN(30)
		switch l.random.IntN(8) {
		case 0:
			l.publish(number, begin, -1)
		case 1:
			l.publish(number, begin, 20)
		default:
			l.publish(number, begin, 80+l.random.IntN(200))
		}
	}
}

// publish stores the next revision of an article, with so many numbered words; it
// is withdrawn when that is below 0.
func (l *library) publish(number, begin, words int) {
	l.t.Helper()
	l.revisions[number]++
	a := schema.Article{
		ID: schema.ArticleID(fmt.Sprint(number)), Revision: l.revisions[number], Event: schema.EventRevised, Language: "en",
		Source:     schema.Source{Token: fmt.Sprintf("paper%d_example", number)},
		Provenance: schema.Provenance{FetchedAt: time.Unix(1_800_000_000+int64(l.published), 0).UTC(), Versions: map[string]string{}},
	}
	if words < 0 {
		a.Event = schema.EventWithdrawn
	}
	if s := fingerprint.Of([]string{numbered(begin, words)}); s != nil {
		a.Fingerprint, a.Provenance.Versions["fingerprint"] = s.String(), fingerprint.Version
	}
	data, err := bus.Encode(a)
	if err != nil {
		l.t.Fatal(err)
	}
	_, err = l.bus.Publish(l.t.Context(), bus.Message{Subject: l.bus.Root().Article(a), Data: data, Type: schema.TypeOf(a.Event), ID: schema.RevisionID(a.ID, a.Revision), About: a.ID})
	if err != nil {
		l.t.Fatal(err)
	}
	l.published++
}

func numbered(begin, words int) string {
	var b strings.Builder
	for i := range max(words, 0) {
		fmt.Fprintf(&b, "word%d ", begin+i)
	}
	return b.String()
}

// settled waits until the consumer has acknowledged all. (That it has none left may
// also be because the server has not told it of the last yet.)
func (l *library) settled() {
	l.t.Helper()
	bustest.Eventually(l.t, func() error {
		c, err := l.bus.JetStream().Consumer(l.t.Context(), schema.StreamArticles, topology.ConsumerStories)
		if err != nil {
			return err
		}
		if info := c.CachedInfo(); info.AckFloor.Stream < uint64(l.published) || info.NumPending > 0 || info.NumAckPending > 0 {
			return fmt.Errorf("%d ahead, %d in hand", info.NumPending, info.NumAckPending)
		}
		return nil
	})
}

// told is every version in STORIES.
func (l *library) told() []schema.Story {
	l.t.Helper()
	var all []schema.Story
	for d, err := range l.bus.Read(l.t.Context(), bus.ReadOptions{Stream: schema.StreamStories}) {
		if err != nil {
			l.t.Fatal(err)
		}
		s, err := bus.Decode[schema.Story](d)
		if err != nil {
			l.t.Fatal(err)
		}
		if d.Subject != "news.story."+s.ID || d.Header.Get(schema.HeaderID) != schema.RevisionID(s.ID, s.Revision) {
			l.t.Fatalf("%s with %v", d.Subject, d.Header)
		}
		all = append(all, s)
	}
	return all
}

// expected is what one reading of ARTICLES from its begin to its end gives.
func (l *library) expected(c stories.Config) []schema.Story {
	l.t.Helper()
	state := stories.New(c)
	var all []schema.Story
	for d, err := range l.bus.Read(l.t.Context(), bus.ReadOptions{Stream: schema.StreamArticles}) {
		if err != nil {
			l.t.Fatal(err)
		}
		a, err := stories.Decode(d.Data, d.Sequence, d.Time)
		if err != nil {
			l.t.Fatal(err)
		}
		if _, story := state.Take(a); story != nil {
			all = append(all, *story)
		}
	}
	return kept(all)
}

// kept are the versions that STORIES keeps: the last 2 of each story.
func kept(all []schema.Story) []schema.Story {
	left := map[string]int{}
	var newestFirst []schema.Story
	for _, s := range slices.Backward(all) {
		if left[s.ID]++; left[s.ID] <= 2 {
			newestFirst = append(newestFirst, s)
		}
	}
	slices.Reverse(newestFirst)
	return newestFirst
}

// revisions are the newest of each story.
func revisions(versions []schema.Story) map[string]int {
	newest := map[string]int{}
	for _, s := range versions {
		newest[s.ID] = s.Revision
	}
	return newest
}

// same expects that STORIES holds what it would without any fault.
func (l *library) same(c stories.Config) {
	l.t.Helper()
	l.settled()
	want, got := l.expected(c), l.told()
	if diff := cmp.Diff(want, got); diff != "" {
		l.t.Errorf("stories (-want +got):\n%s", diff)
	}
	told := 0
	for id, revision := range revisions(want) {
		if told += revision; revision < 1 {
			l.t.Errorf("story %s has revision %d", id, revision)
		}
	}
	if told < l.published/4 {
		l.t.Errorf("%d versions of %d articles: the test shows little", told, l.published)
	}
}

func TestStoriesAreTold(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 1)
	l.some(50) // before there is anybody
	bustest.Start(t, func(ctx context.Context) error { return runStories(ctx, b, stories.DefaultConfig()) })
	l.some(150)
	l.same(stories.DefaultConfig())
	counts := b.Stats().Stage(StoriesStage).Counts()
	if counts["remembered"] != 1 || counts["joined"] == 0 || counts["revised"] == 0 || counts["left"] == 0 || counts["short"] == 0 || counts["conflicts"] != 0 {
		t.Errorf("%v", counts)
	}
}

// Workers that are stopped at any time, or lose their connection with messages
// in hand, leave the same stories as one that never stops.
func TestStoriesAfterStops(t *testing.T) {
	t.Parallel()
	c := stories.DefaultConfig()
	c.Articles = 50 // so that some are forgotten
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			server := bustest.Server(t)
			b := bustest.Connect(t, server, "test")
			if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
				t.Fatal(err)
			}
			l := newLibrary(t, b, seed)
			for round := range 4 {
				worker := bustest.Connect(t, server, "normalizer")
				stop := bustest.Start(t, func(ctx context.Context) error {
					return gone(worker, runStories(ctx, worker, c))
				})
				l.some(40)
				if round%2 == 0 {
					worker.Close() // as a process that is killed
				}
				stop()
			}
			bustest.Start(t, func(ctx context.Context) error { return runStories(ctx, b, c) })
			l.same(c)
		})
	}
}

// Of several workers one is at work; when it is gone another is, within seconds.
func TestOneTellerAtATime(t *testing.T) {
	t.Parallel()
	server := bustest.Server(t)
	b := bustest.Connect(t, server, "test")
	if _, err := topology.New(topology.DefaultOptions()).Ensure(t.Context(), b.JetStream()); err != nil {
		t.Fatal(err)
	}
	l := newLibrary(t, b, 7)
	type worker struct {
		bus  *bus.Bus
		stop func()
	}
	var workers []worker
	for range 3 {
		w := bustest.Connect(t, server, "normalizer")
		workers = append(workers, worker{w, bustest.Start(t, func(ctx context.Context) error { return gone(w, runStories(ctx, w, stories.DefaultConfig())) })})
	}
	settled := func(w worker) int64 { return w.bus.Stats().Stage(StoriesStage).In.Load() }
	for round := 1; len(workers) > 0; round++ {
		before := make([]int64, len(workers))
		for i, w := range workers {
			before[i] = settled(w)
		}
		begun := time.Now()
		l.some(40)
		l.settled()
		took, active := time.Since(begun), -1
		for i, w := range workers {
			if settled(w) == before[i] {
				continue
			}
			if active >= 0 {
				t.Errorf("round %d: two workers were at work", round)
			}
			active = i
		}
		if active < 0 {
			t.Fatalf("round %d: nobody was at work", round)
		}
		t.Logf("round %d: settled within %s", round, took.Round(10*time.Millisecond))
		workers[active].bus.Close()
		workers[active].stop()
		workers = append(workers[:active], workers[active+1:]...)
	}
	if diff := cmp.Diff(l.expected(stories.DefaultConfig()), l.told()); diff != "" {
		t.Errorf("stories (-want +got):\n%s", diff)
	}
}

// Two that are at work at once, each for the deliveries that it gets, tell the
// same stories as one: a publication that does not know all others is refused.
func TestTwoTellers(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	l := newLibrary(t, b, 3)
	l.some(120)
	c := stories.DefaultConfig()
	stats := b.Stats().Stage(StoriesStage)
	tellers := []*teller{{bus: b, config: c, stats: stats}, {bus: b, config: c, stats: stats}}
	order := rand.New(rand.NewPCG(9, 9))
	for d, err := range b.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamArticles}) {
		if err != nil {
			t.Fatal(err)
		}
		if order.IntN(4) == 0 {
			continue // delivered later, when it was taken already
		}
		if _, err := tellers[order.IntN(2)].handle(t.Context(), nil, d); err != nil {
			t.Fatal(err)
		}
	}
	last := bustest.Next(t, b, l.published, schema.StreamArticles)
	for _, d := range last[l.published-10:] {
		if _, err := tellers[0].handle(t.Context(), nil, d); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(l.expected(c), l.told()); diff != "" {
		t.Errorf("stories (-want +got):\n%s", diff)
	}
	if stats.Counts()["conflicts"] == 0 {
		t.Error("no conflict: the test shows nothing")
	}
}

// What is no article is left to the enricher, and holds nothing up.
func TestUnreadableArticle(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	bustest.Start(t, func(ctx context.Context) error { return runStories(ctx, b, stories.DefaultConfig()) })
	if _, err := b.Publish(t.Context(), bus.Message{Subject: "news.article.en.a.b", Data: []byte("{"), ID: "1"}); err != nil {
		t.Fatal(err)
	}
	l := newLibrary(t, b, 1)
	l.publish(1, 0, 100)
	l.publish(2, 0, 100)
	bustest.Eventually(t, func() error {
		if counts := b.Stats().Stage(StoriesStage).Counts(); counts["unreadable"] != 1 || counts["joined"] != 1 {
			return fmt.Errorf("%v", counts)
		}
		return nil
	})
}

// gone is nil for the error of a worker whose connection was closed.
func gone(b *bus.Bus, err error) error {
	if b.Ready() != nil {
		return nil
	}
	return err
}
