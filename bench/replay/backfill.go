package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/bus/jobs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// latency is how long live articles took.
type latency struct {
	n             int
	p50, p95, p99 time.Duration
	// backfilled is how many messages of history were done meanwhile, a second.
	backfilled float64
}

// measureBackfill measures live items without and with a backfill beside them, in
// turns. Both services run in this process.
func measureBackfill(ctx context.Context, b *bus.Bus, c config, out, log io.Writer) error {
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var services sync.WaitGroup
	defer services.Wait()
	defer stop()
	failed := make(chan error, 2)
	config := normalizer.DefaultConfig()
	config.Stories, config.Backfill = false, c.share
	services.Go(func() { failed <- normalizer.Run(ctx, b, config) })
	services.Go(func() { failed <- enricher.Run(ctx, b, enricher.DefaultConfig(), steps...) })
	begun := time.Now()
	if err := history(ctx, b, c); err != nil {
		return err
	}
	fmt.Fprintf(log, "%d items of history went through in %s\n", c.messages, time.Since(begun).Round(time.Second))
	var alone, beside []latency
	for round := range c.rounds {
		l, err := liveItems(ctx, b, c, fmt.Sprint("alone", round))
		if err != nil {
			return err
		}
		alone = append(alone, l)
		if l, err = besideBackfill(ctx, b, c, fmt.Sprint("job", round)); err != nil {
			return err
		}
		beside = append(beside, l)
		fmt.Fprintf(log, "p95 alone %s, beside %s, %.0f/s of history\n", alone[round].p95, l.p95, l.backfilled)
	}
	fmt.Fprintf(out, "%g live items/s for %s, %d rounds, medians; from the item's publishing to the arrival of its enriched article:\n\n", c.live, c.window, c.rounds)
	fmt.Fprintf(out, "| | p50 | p95 | p99 | of history |\n|---|---|---|---|---|\n")
	for _, row := range []struct {
		name string
		all  []latency
	}{{"alone", alone}, {"beside a backfill of the normalizer into shadow", beside}} {
		slices.SortFunc(row.all, func(a, b latency) int { return int(a.p95 - b.p95) })
		l := row.all[len(row.all)/2]
		ms := time.Millisecond / 10
		fmt.Fprintf(out, "| %s | %s | %s | %s | %.0f/s |\n", row.name, l.p50.Round(ms), l.p95.Round(ms), l.p99.Round(ms), l.backfilled)
	}
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// item is an item of a feed of its own.
func item(root schema.Root, name string, size int, at time.Time) (bus.Message, error) {
	link := "https://example.org/" + name
	key, _ := schema.IdentityKey(schema.Identity{Link: link})
	document := `<rss version="2.0"><channel><title>Bench</title><item><title>Flood ` + name + `</title><link>` + link +
		`</link><description>` + strings.Repeat("The river rose above its banks in Geneva. ", max(size/42, 1)) + `</description></item></channel></rss>`
	i := schema.Item{
		ID: schema.ArticleID(key), Feed: schema.FeedRef{ID: "bench", URL: "https://example.org/feed"}, Fetch: schema.Fetch{FetchedAt: at, Status: 200},
		RegionHash: schema.RegionHash([]byte(document)), Format: schema.FormatRSS, Document: document,
	}
	data, err := bus.Encode(i)
	return bus.Message{Subject: root.Item("example_org"), Data: data, Type: schema.TypeItemFound, ID: name, Dedup: true, About: i.ID, Time: at}, err
}

// history puts items through the pipeline before anything is measured.
func history(ctx context.Context, b *bus.Bus, c config) error {
	const batch = 500
	for from := 0; from < c.messages; from += batch {
		var messages []bus.Message
		for i := from; i < min(from+batch, c.messages); i++ {
			m, err := item(b.Root(), fmt.Sprint("history-", i), c.size, time.Now())
			if err != nil {
				return err
			}
			messages = append(messages, m)
		}
		if _, err := b.Publish(ctx, messages...); err != nil {
			return err
		}
	}
	seen := 0
	for _, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamEnriched, Follow: true, HeadersOnly: true}) {
		if err != nil {
			return err
		}
		if seen++; seen == c.messages {
			break
		}
	}
	return nil
}

// besideBackfill measures live items while a job goes on.
func besideBackfill(ctx context.Context, b *bus.Bus, c config, id string) (latency, error) {
	job, err := backfill.Begin(ctx, b, backfill.Options{
		Job: id, Stage: normalizer.Stage, Stretch: schema.Stretch{Stream: schema.StreamItems}, Into: schema.IntoShadow,
	})
	if err != nil {
		return latency{}, err
	}
	store, err := jobs.Open(ctx, b)
	if err != nil {
		return latency{}, err
	}
	begun := time.Now()
	l, err := liveItems(ctx, b, c, id)
	if err != nil {
		return l, err
	}
	took := time.Since(begun)
	if job, err = store.Get(ctx, id); err != nil {
		return l, err
	}
	l.backfilled = float64(job.Progress.Done) / took.Seconds()
	if job.State == schema.JobDone {
		return l, fmt.Errorf("the backfill was done after %s: more -messages are needed", took)
	}
	if job, err = store.Cancel(ctx, id); err != nil {
		return l, err
	}
	return l, backfill.Clean(ctx, b, store, job)
}

// liveItems publishes items at an even pace, and tells how long each took to come
// out enriched.
func liveItems(ctx context.Context, b *bus.Bus, c config, prefix string) (latency, error) {
	n := max(int(c.live*c.window.Seconds()), 1)
	var mu sync.Mutex
	sent := map[string]time.Time{}
	publishing := make(chan error, 1)
	ready := make(chan struct{})
	go func() {
		<-ready
		publishing <- publishLive(ctx, b, c, prefix, n, func(id string) {
			mu.Lock()
			defer mu.Unlock()
			sent[id] = time.Now()
		})
	}()
	var took []time.Duration
	limit, cancel := context.WithTimeout(ctx, c.window+time.Minute)
	defer cancel()
	once := sync.OnceFunc(func() { close(ready) })
	read := bus.ReadOptions{Stream: schema.StreamEnriched, New: true, Follow: true, HeadersOnly: true, Progress: func(uint64) { once() }}
	for d, err := range b.Read(limit, read) {
		if err != nil {
			return latency{}, fmt.Errorf("%d of %d live articles came: %w", len(took), n, err)
		}
		mu.Lock()
		at, ok := sent[d.Header.Get(schema.HeaderSubject)]
		mu.Unlock()
		if ok {
			took = append(took, time.Since(at))
		}
		if len(took) == n {
			break
		}
	}
	slices.Sort(took)
	at := func(share float64) time.Duration { return took[min(int(share*float64(n)), n-1)] }
	return latency{n: n, p50: at(0.5), p95: at(0.95), p99: at(0.99)}, <-publishing
}

func publishLive(ctx context.Context, b *bus.Bus, c config, prefix string, n int, sent func(id string)) error {
	ticker := time.NewTicker(time.Duration(float64(time.Second) / c.live))
	defer ticker.Stop()
	var publishing sync.WaitGroup
	defer publishing.Wait()
	failed := make(chan error, n)
	for i := range n {
		m, err := item(b.Root(), fmt.Sprint(prefix, "-", i), c.size, time.Now())
		if err != nil {
			return err
		}
		sent(m.About)
		publishing.Go(func() {
			if _, err := b.Publish(ctx, m); err != nil {
				failed <- err
			}
		})
		select {
		case <-ticker.C:
		case err := <-failed:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
