package deploytest

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// clusterKills kills fetchers, and one server of three at a time, at random
// moments, and starts them again a while later. Every feed keeps its polls, none
// of them more than an interval late, and each item is published once.
//
// DATELINE_KILLS, DATELINE_FEEDS, DATELINE_INTERVAL (in seconds) and
// DATELINE_SEED choose another run. With a shorter interval than grace polls may
// be late by that.
func clusterKills(t *testing.T, programs string) {
	t.Parallel()
	h := newHavoc(t, programs)
	h.press.register(t, h.registry)
	for h.kills > 0 {
		h.round(t)
	}
	h.press.allAsked(t, time.Now())
	worst := h.press.worst()
	t.Logf("%d polls; the latest %s", h.press.asked.Load(), worst)
	if allowed := max(h.press.interval, grace); worst.by > allowed {
		t.Errorf("a poll was late: %s, want at most %s", worst, allowed)
	}
	h.publishedOnce(t)
	for _, line := range h.cluster.violations() {
		t.Error(line)
	}
}

// grace is how long it may take until what went with killed processes is with
// others: a claim to a message, and the leadership of a stream, for ten seconds
// each, and the lease of a host for 45; and then the next process is killed.
const grace = 90 * time.Second

// havoc is a cluster with fetchers, whose processes are killed.
type havoc struct {
	programs string
	cluster  *cluster
	press    *press
	admin    *bus.Bus
	registry *fetcher.Registry
	fetchers []*worker
	kills    int // that are left
	rng      *rand.Rand
}

func newHavoc(t *testing.T, programs string) *havoc {
	t.Helper()
	seed := bustest.Setting(t, "DATELINE_SEED", 1)
	feeds := int(bustest.Setting(t, "DATELINE_FEEDS", 60))
	interval := time.Duration(bustest.Setting(t, "DATELINE_INTERVAL", 20)) * time.Second
	h := &havoc{
		programs: programs, cluster: serveCluster(t, programs), press: newPress(t, seed, feeds, interval),
		kills: int(bustest.Setting(t, "DATELINE_KILLS", 3)), rng: rand.New(rand.NewPCG(seed, 1)),
	}
	t.Logf("%d kills, %d feeds every %s, seed %d", h.kills, feeds, interval, seed)
	h.admin, h.registry = setUp(t, programs, h.cluster.access, "--replicas", "3")
	for range 3 {
		h.fetchers = append(h.fetchers, h.fetch(t))
	}
	return h
}

func (h *havoc) fetch(t *testing.T) *worker {
	t.Helper()
	return h.cluster.worker(t, h.programs, "fetcher", h.press.flags()...)
}

// round kills one to three processes at once, while the feeds go on, and starts
// them again.
func (h *havoc) round(t *testing.T) {
	t.Helper()
	h.press.print(h.rng)
	h.press.await(t, h.rng.Int64N(h.moments()))
	doomed := h.rng.Perm(len(h.fetchers))[:h.rng.IntN(len(h.fetchers))]
	for _, i := range doomed {
		h.fetchers[i].kill()
	}
	victim := h.rng.IntN(2 * len(h.cluster.nodes))
	if victim >= len(h.cluster.nodes) && len(doomed) > 0 {
		victim = -1
	}
	if victim >= 0 {
		victim %= len(h.cluster.nodes)
		h.cluster.nodes[victim].kill()
		h.kills--
	}
	h.kills -= len(doomed)
	t.Logf("%s killed: fetchers %v, server %d (-1 is none)", time.Now().Format(time.StampMilli), doomed, victim)
	h.press.print(h.rng)
	h.press.await(t, h.rng.Int64N(h.moments()))
	if victim >= 0 {
		h.cluster.nodes[victim].start()
	}
	for _, i := range doomed {
		h.fetchers[i] = h.fetch(t)
	}
	h.cluster.whole(t)
	h.supervise(t)
}

// supervise starts fetchers again that have ended by themselves, as one may that
// is started while a stream has no leader.
func (h *havoc) supervise(t *testing.T) {
	t.Helper()
	for i, w := range h.fetchers {
		select {
		case <-w.done:
			t.Logf("fetcher %d had ended: %v", i, w.err)
			h.fetchers[i] = h.fetch(t)
		default:
		}
	}
}

// moments is by how many polls a moment may differ: those of a tenth of the
// interval.
func (h *havoc) moments() int64 { return int64(len(h.press.papers)/10 + 1) }

// publishedOnce expects every item of every feed once, and nothing set aside.
func (h *havoc) publishedOnce(t *testing.T) {
	t.Helper()
	for _, w := range h.fetchers {
		w.stop(t)
	}
	want, got := map[string]int{}, map[string]int{}
	for _, one := range h.press.papers {
		for _, id := range one.ids() {
			want[id] = 1
		}
	}
	var regions []string
	for d, err := range h.admin.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamItems}) {
		if err != nil {
			t.Fatal(err)
		}
		item, err := bus.Decode[schema.Item](d)
		if err != nil {
			t.Fatal(err)
		}
		got[item.ID]++
		regions = append(regions, item.Feed.ID+" "+item.RegionHash)
	}
	slices.Sort(regions)
	if n := len(slices.Compact(slices.Clone(regions))); n != len(regions) {
		t.Errorf("%d items, %d different ones", len(regions), n)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items and how often they are there (-want +got):\n%s", diff)
	}
	for d, err := range h.admin.Read(t.Context(), bus.ReadOptions{Stream: schema.StreamDead}) {
		if err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s: %s", d.Subject, d.Header.Get(schema.HeaderDeadReason))
	}
	t.Logf("%d items, each once", len(got))
}
