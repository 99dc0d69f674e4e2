package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest"
)

// result is what so many enrichers did.
type result struct {
	enrichers int
	articles  int           // of the backlog
	took      time.Duration // for the backlog
	each      []told        // of the enrichers, both parts together
	server    told          // filling included
	all       int           // articles of both parts
	behind    []time.Duration
	lag       uint64 // articles that waited when the last had come
}

func (r result) speed() float64 { return float64(r.articles) / r.took.Seconds() }

// measure runs n enrichers on a server of their own.
func measure(ctx context.Context, c config, n int, log io.Writer) (r result, err error) {
	dir, err := os.MkdirTemp(c.dir, "dateline-scale-")
	if err != nil {
		return r, fmt.Errorf("directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is a temporary one
	server, err := begin(ctx, log, nil, partServer, dir)
	if err != nil {
		return r, err
	}
	r, err = onServer(ctx, c, n, server.ready, log)
	usage, ended := server.end()
	r.server = usage
	return r, errors.Join(err, ended)
}

// onServer fills the streams, has the backlog enriched, and then what comes.
func onServer(ctx context.Context, c config, n int, url string, log io.Writer) (result, error) {
	r := result{enrichers: n, articles: c.articles}
	b, err := connect(ctx, url, log)
	if err != nil {
		return r, err
	}
	defer b.Close()
	o := topology.DefaultOptions()
	o.Store = store
	if _, err := topology.New(o).Ensure(ctx, b.JetStream()); err != nil {
		return r, fmt.Errorf("set up: %w", err)
	}
	if err := fill(ctx, b, c); err != nil {
		return r, err
	}
	var workers []*process
	for range n {
		p, err := begin(ctx, log, []string{"GOMAXPROCS=1"}, partEnricher, url)
		if err != nil {
			return r, err
		}
		workers = append(workers, p)
	}
	begun := time.Now()
	for _, p := range workers {
		if err := p.work(); err != nil {
			return r, fmt.Errorf("enricher: %w", err)
		}
	}
	if err := await(ctx, b, c.articles); err != nil {
		return r, err
	}
	r.took = time.Since(begun)
	if err := r.live(ctx, b, c); err != nil {
		return r, err
	}
	for _, p := range workers {
		t, err := p.end()
		if err != nil {
			return r, fmt.Errorf("enricher: %w", err)
		}
		r.each = append(r.each, t)
	}
	return r, nil
}

// article makes the n-th article.
func article(b *bus.Bus, n, words int) (bus.Message, error) {
	item := fetchertest.Generate(fetchertest.Spec{Seed: uint64(n), Count: 1, Words: words, Base: fmt.Sprintf("https://paper%d.example", n%1000)})[0]
	key, _ := schema.IdentityKey(schema.Identity{Link: item.Link + fmt.Sprint("?n=", n)})
	a := schema.Article{
		ID: schema.ArticleID(key), Revision: 1, Event: schema.EventPublished, Date: item.Published.Format(time.DateOnly), DateSource: schema.DatePublished,
		Published: &item.Published, Headline: item.Title, Body: item.Paragraphs, Language: "en", URL: item.Link,
		Source: schema.Source{Token: fmt.Sprintf("paper%d_example", n%1000)}, Extent: schema.ExtentFull,
	}
	a.ContentHash = a.Hash()
	data, err := bus.Encode(a)
	return bus.Message{
		Subject: b.Root().Article(a), Data: data, Type: schema.TypeArticlePublished, ID: schema.RevisionID(a.ID, 1), About: a.ID, Revision: 1,
	}, err
}

// fill stores the backlog.
func fill(ctx context.Context, b *bus.Bus, c config) error {
	const atOnce = 200
	batch := make([]bus.Message, 0, atOnce)
	for n := range c.articles {
		m, err := article(b, n, c.words)
		if err != nil {
			return err
		}
		if batch = append(batch, m); len(batch) < atOnce && n < c.articles-1 {
			continue
		}
		if _, err := b.Publish(ctx, batch...); err != nil {
			return err
		}
		batch = batch[:0]
	}
	return nil
}

// await waits until so many articles are enriched.
func await(ctx context.Context, b *bus.Bus, n int) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		s, err := b.JetStream().Stream(ctx, schema.StreamEnriched)
		if err != nil {
			return fmt.Errorf("stream: %w", err)
		}
		if s.CachedInfo().State.Msgs >= uint64(n) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// live publishes articles at the rate, and finds out how far behind they were
// enriched.
func (r *result) live(ctx context.Context, b *bus.Bus, c config) error {
	more := max(1, int(c.rate*c.window.Seconds()))
	ticker := time.NewTicker(time.Duration(float64(time.Second) / c.rate))
	defer ticker.Stop()
	for n := range more {
		m, err := article(b, c.articles+n, c.words)
		if err != nil {
			return err
		}
		if _, err := b.Publish(ctx, m); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	consumer, err := b.JetStream().Consumer(ctx, schema.StreamArticles, topology.ConsumerEnricher)
	if err != nil {
		return fmt.Errorf("consumer: %w", err)
	}
	r.lag = consumer.CachedInfo().NumPending
	r.all = c.articles + more
	if err := await(ctx, b, r.all); err != nil {
		return err
	}
	return r.delays(ctx, b, uint64(c.articles))
}

// delays are how long after its article each enriched one was stored, of those
// after a sequence of ARTICLES, by the server's clock.
func (r *result) delays(ctx context.Context, b *bus.Bus, after uint64) error {
	stored := map[string]time.Time{}
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamArticles, From: after + 1}) {
		if err != nil {
			return err
		}
		stored[d.Header.Get(schema.HeaderSubject)] = d.Time
	}
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamEnriched, From: after + 1}) {
		if err != nil {
			return err
		}
		if at, ok := stored[d.Header.Get(schema.HeaderSubject)]; ok {
			r.behind = append(r.behind, d.Time.Sub(at))
		}
	}
	slices.Sort(r.behind)
	return nil
}
