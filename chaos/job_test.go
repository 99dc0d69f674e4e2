package chaos

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// job is something that is done again over all that was stored.
type job struct {
	args   []string // of the command
	stream string   // what it goes over
	output string   // where its articles are, after its prefix
}

// jobList are the jobs that are tried in their turn. They are slow enough for a
// kill in their middle.
func jobList() []job {
	const rate = "50/s"
	return []job{
		{[]string{"replay", "enriched", "--rate", rate}, schema.StreamEnriched, ".>"},
		{[]string{"backfill", "normalizer", "--rate", rate}, schema.StreamItems, ".article.>"},
		{[]string{"backfill", "enricher", "--rate", rate}, schema.StreamArticles, ".enriched.>"},
	}
}

// enough is how many messages a job goes over.
const enough = 600

// jobs has jobs done on a cluster, one server of which is killed in the middle of
// each, and checks that what they have made is what the feeds have shown, once.
func (h *harness) jobs(ctx context.Context) error {
	programs, err := h.built(h.bug)
	if err != nil {
		return err
	}
	c := h.settings
	c.mode, c.programs, c.faults, c.dir = modeCluster, programs, 0, filepath.Join(c.dir, "jobs")
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return err
	}
	s, err := newStand(ctx, c)
	defer s.close()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	d := &driver{stand: s, log: h.say}
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { d.supervise(ctx) })
	b, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := s.fill(ctx, b, h.patience); err != nil {
		return err
	}
	breaches := 0
	for n := range h.done {
		server := s.servers[n/len(jobList())%len(s.servers)]
		f, err := d.interrupted(ctx, b, jobList()[n%len(jobList())], fmt.Sprintf("job-%d", n+1), server)
		if err != nil {
			return err
		}
		h.say("job %d: %s\n%s", n+1, f, f.details(10))
		breaches += f.breaches()
	}
	if breaches > 0 {
		return fmt.Errorf("%w: %d times", errBreach, breaches)
	}
	return nil
}

// fill has the feeds show articles until there are enough, and waits until all of
// them are there.
func (s *stand) fill(ctx context.Context, b *bus.Bus, patience time.Duration) error {
	err := eventually(ctx, 5*time.Minute, func() error {
		for _, p := range s.papers {
			p.change()
		}
		n, err := stored(ctx, b, schema.StreamEnriched, ">")
		if err == nil && n < enough {
			err = fmt.Errorf("%d articles of %d are there", n, enough)
		}
		return err
	})
	if err != nil {
		return err
	}
	f, err := s.verdict(ctx, patience)
	if err == nil && f.breaches() > 0 {
		err = fmt.Errorf("before any kill: %w\n%s", errBreach, f.details(10))
	}
	return err
}

// stored counts the messages of a stream on a filter.
func stored(ctx context.Context, b *bus.Bus, stream, filter string) (n uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // the server asked may be the one that is gone
	defer cancel()
	s, err := b.JetStream().Stream(ctx, stream)
	if err != nil {
		return 0, err
	}
	info, err := s.Info(ctx, jetstream.WithSubjectFilter(filter))
	if err != nil {
		return 0, err
	}
	for _, here := range info.State.Subjects {
		n += here
	}
	return n, nil
}

// interrupted has a job done, and kills a server when a third of it is. The
// server is back two seconds later.
func (d *driver) interrupted(ctx context.Context, b *bus.Bus, j job, id string, server *process) (f findings, err error) {
	prefix := "news.replay." + id
	args := append(j.args, "--job", id)
	if j.stream == schema.StreamEnriched {
		args = append(args, "--to", prefix+".>")
	}
	total, err := stored(ctx, b, j.stream, ">")
	if err != nil {
		return f, err
	}
	ended := make(chan error, 1)
	begun := time.Now()
	go func() { ended <- command(d.admin, filepath.Join(d.programs, "dateline"), args...) }()
	var made uint64
	err = eventually(ctx, time.Minute, func() error {
		if made, err = stored(ctx, b, schema.StreamReplay, prefix+".>"); err == nil && made < total/3 {
			err = fmt.Errorf("%s: %d of %d are done", id, made, total)
		}
		return err
	})
	if err != nil {
		return f, err
	}
	server.kill()
	d.kills.Add(1)
	d.log("%s: %v: %s is killed at %d of %d", id, j.args[:2], server.name, made, total)
	go d.restart(ctx, server)
	select {
	case err = <-ended:
	case <-time.After(5 * time.Minute):
		err = fmt.Errorf("%s has not ended after five minutes", id)
	}
	if err != nil {
		return f, err
	}
	d.log("%s has ended after %s", id, time.Since(begun).Round(100*time.Millisecond))
	if err := d.healthy(ctx); err != nil {
		return f, err
	}
	return d.madeBy(ctx, b, j, prefix)
}

// madeBy checks what a job has made. A replay also delivers the very messages of
// its stretch, in their order.
func (s *stand) madeBy(ctx context.Context, b *bus.Bus, j job, prefix string) (f findings, err error) {
	var seen []sight
	var again []uint64
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamReplay, Filters: []string{prefix + j.output}}) {
		if err != nil {
			return f, err
		}
		if d.Header.Get(schema.HeaderReplayEnd) != "" {
			continue
		}
		article, err := bus.Decode[schema.Enriched](d)
		if err != nil {
			return f, err
		}
		seq, _ := strconv.ParseUint(d.Header.Get(schema.HeaderReplaySequence), 10, 64) // none of a backfill
		seen, again = append(seen, sight{article, d.Sequence, d.Time}), append(again, seq)
	}
	f = check(s.entries(), seen, nil)
	if j.stream != schema.StreamEnriched {
		return f, nil
	}
	all, err := sights(ctx, b)
	if err != nil {
		return f, err
	}
	var want []uint64
	for _, one := range all {
		want = append(want, one.sequence)
	}
	return f, same(want, again)
}

// same says where sequences differ from those that are wanted.
func same(want, got []uint64) error {
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			return fmt.Errorf("%w: %d messages for %d, and the %d. differs: %v for %v", errBreach, len(got), len(want), i+1, got[i:min(i+3, len(got))], want[i:min(i+3, len(want))])
		}
	}
	return nil
}
