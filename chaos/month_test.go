package chaos

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// TestSimulation lets the pipeline live for days in fake time, on a NATS server
// in this process and a network in memory: make sim. By itself it is one day of a
// few feeds.
func TestSimulation(t *testing.T) {
	bustest.AllowBubbles(t)
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	days, feeds := bustest.Setting(t, "DATELINE_DAYS", 1), bustest.Setting(t, "DATELINE_FEEDS", 9)
	first := bustest.Setting(t, "DATELINE_SEED", 1)
	for seed := first; seed < first+bustest.Setting(t, "DATELINE_SEEDS", 1); seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			began := time.Now()
			var told string
			synctest.Test(t, func(t *testing.T) { told = simulate(t, seed, days, int(feeds), steps) })
			t.Logf("%s\n%s of wall time", told, time.Since(began).Round(100*time.Millisecond))
		})
	}
}

// simulation is a world of feeds and the pipeline that polls them, in a bubble.
type simulation struct {
	*pipeline
	seed   uint64
	papers []*paper
	sites  []*fetchertest.Site
	logged func()        // closes the log
	news   chan struct{} // somebody has got a document that nobody had

	mu    sync.Mutex
	spent map[string]int // what has happened, by its name
}

// simulate is one run. It returns what it was.
func simulate(t *testing.T, seed, days uint64, feeds int, steps []enricher.Step) string {
	time.Sleep(time.Until(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))) // bubbles begin in the year 2000
	dir, err := os.MkdirTemp("", "sim-")
	if err != nil {
		t.Fatal(err)
	}
	s := &simulation{seed: seed, spent: map[string]int{}, news: make(chan struct{}), pipeline: newPipeline(dir, steps)}
	defer s.close()
	if err := s.open(t.Context(), feeds); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Duration(days)*24*time.Hour)
	defer stop()
	if err := s.run(ctx); err != nil {
		t.Fatalf("seed %d: %v; logs and streams are in %s", seed, err, dir)
	}
	f, waited, err := s.verdict(t.Context())
	if err != nil || f.breaches() > 0 {
		t.Errorf("seed %d: %v; logs and streams are in %s\n%s%s", seed, err, dir, f.details(10), f)
	} else {
		defer func() { _ = os.RemoveAll(dir) }() // it is on the temporary disk
	}
	return fmt.Sprintf("seed %d: %d days and %s, %d feeds: %s\n%s\n%s", seed, days, waited, feeds, s.asked(), counted(s.spent), f)
}

// open makes the world and starts the pipeline.
func (s *simulation) open(ctx context.Context, feeds int) error {
	var err error
	if s.log, s.logged, err = logTo(filepath.Join(s.dir, "log")); err != nil {
		return err
	}
	for n := range feeds {
		host := fmt.Sprintf("paper%d.example", n)
		site := fetchertest.Serve(s.network.Listen(host), "http://"+host)
		p := newPaper(site, s.seed, n, 0.2)
		p.ways, p.news = slices.Concat(hurried(), patient()), s.tell
		if n%5 == 4 {
			p.skew = []time.Duration{-365 * 24 * time.Hour, -2 * time.Hour, time.Hour, 30 * 24 * time.Hour}[n/5%4]
		}
		s.papers, s.sites = append(s.papers, p), append(s.sites, site)
	}
	if err := s.serve(ctx); err != nil {
		return err
	}
	b, err := s.setUp(ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	registry, err := fetcher.OpenRegistry(ctx, b)
	if err != nil {
		return err
	}
	var all []schema.Feed
	for _, p := range s.papers {
		all = append(all, schema.Feed{ID: schema.FeedID(p.feed.URL()), URL: p.feed.URL()})
	}
	if _, _, err := registry.Register(ctx, all); err != nil {
		return err
	}
	s.startAll()
	return nil
}

// run lets time pass until ctx ends: papers live, and the pipeline breaks down.
func (s *simulation) run(ctx context.Context) error {
	var lives sync.WaitGroup
	for n, p := range s.papers {
		lives.Go(func() { s.live(ctx, p, rand.New(rand.NewPCG(s.seed, uint64(n)<<8|5))) })
	}
	err := s.breakdowns(ctx)
	lives.Wait()
	return err
}

// live is the life of one paper: news at its pace, corrections, withdrawals, days of
// silence, and hours in which its server is not well.
func (s *simulation) live(ctx context.Context, p *paper, rng *rand.Rand) {
	pace := 15*time.Minute + upTo(rng, 6*time.Hour)
	for pause(ctx, time.Duration(rng.ExpFloat64()*float64(pace))) == nil {
		switch chance := rng.IntN(100); {
		case chance < 2:
			s.count("silences")
			_ = pause(ctx, upTo(rng, 3*24*time.Hour)) // it ends with ctx at the latest
		case chance < 5:
			s.count("hours of errors")
			p.fail(1)
			_ = pause(ctx, upTo(rng, 8*time.Hour)) // the same
			p.fail(0.2)
		case chance < 7:
			s.count("hosts away")
			s.network.Refuse(p.name+".example", true)
			_ = pause(ctx, upTo(rng, 12*time.Hour)) // the same
			s.network.Refuse(p.name+".example", false)
		case chance < 15 && p.withdraw():
			s.count("withdrawals")
		default:
			s.count("changes")
			p.change()
		}
	}
	s.network.Refuse(p.name+".example", false)
	p.heal()
}

func (s *simulation) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spent[what]++
}

// tell wakes who waits for news.
func (s *simulation) tell() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// await waits until there is news for the pipeline, for an hour at most: a moment
// at which nothing is going on is a poor one to end at.
func (s *simulation) await(ctx context.Context) {
	select {
	case <-s.news:
	case <-time.After(time.Hour):
	case <-ctx.Done():
	}
}

// breakdowns lets parts of the pipeline end, each at a moment that chance chooses,
// until ctx ends.
func (s *simulation) breakdowns(ctx context.Context) error {
	rng := rand.New(rand.NewPCG(s.seed, 7))
	live := context.WithoutCancel(ctx) // what was begun is put right
	for pause(ctx, time.Duration(rng.ExpFloat64()*float64(45*time.Minute))) == nil {
		away := time.Duration(rng.ExpFloat64() * float64(time.Minute))
		if rng.IntN(3) == 0 {
			away = upTo(rng, 4*time.Hour) // longer than many feeds wait for their next poll
		}
		torn := rng.IntN(8 << 10) // bytes: a poll that finds news is some thousand
		victim := s.services[max(0, rng.IntN(4)-1)]
		chance := rng.IntN(20)
		s.await(ctx)
		var err error
		switch {
		case chance < 12:
			s.count("kills of the " + victim.name)
			victim.kill(torn)
			time.Sleep(away)
			victim.start()
		case chance < 14:
			s.count("restarts of the " + victim.name)
			victim.stop()
			time.Sleep(away)
			victim.start()
		case chance < 16:
			s.count("kills of NATS")
			err = s.restartServer(live, away, true)
		case chance < 17:
			s.count("restarts of NATS")
			err = s.restartServer(live, away, false)
		default:
			s.count("kills of everything")
			err = s.killAll(live, torn, away)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// grace is how long the pipeline has, when nothing fails any more, to bring what
// it has not seen: feeds that have failed are left alone for up to a day.
const grace = 3 * 24 * time.Hour

// verdict waits until everything is there that the feeds have shown, and checks.
func (s *simulation) verdict(ctx context.Context) (f findings, waited time.Duration, err error) {
	b, err := s.connect(ctx, newCable(s.current), "checker")
	if err != nil {
		return f, 0, err
	}
	defer b.Close()
	var entries []entry
	for _, p := range s.papers {
		entries = append(entries, p.entries()...)
	}
	begun := time.Now()
	for {
		var busy error
		f, busy, err = look(ctx, b, entries)
		waited = time.Since(begun)
		if err != nil || busy == nil && len(f.lost) == 0 || waited > grace {
			return f, waited, err
		}
		time.Sleep(time.Hour)
	}
}

// close ends everything, so that no goroutine is left in the bubble.
func (s *simulation) close() {
	s.pipeline.close()
	for _, site := range s.sites {
		site.Close()
	}
	if s.logged != nil {
		s.logged()
	}
}

// asked sums up the requests that the feeds have had.
func (s *simulation) asked() string {
	asked, failed, ways := 0, 0, map[string]int{}
	for _, p := range s.papers {
		p.mu.Lock()
		asked += p.asked
		for way, n := range p.failed {
			failed += n
			ways[way] += n
		}
		p.mu.Unlock()
	}
	return fmt.Sprintf("%d requests, %d of them failed: %s", asked, failed, counted(ways))
}

// counted are counts in one line.
func counted(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(parts, ", ")
}

// logTo logs warnings and errors to a file, until it is closed.
func logTo(path string) (log *zap.Logger, closeIt func(), err error) {
	sink, closeIt, err := zap.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), sink, zap.WarnLevel)), closeIt, nil
}
