// Package canonical tells articles from the near-duplicates of earlier ones, for
// readers who want each story once.
package canonical

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Filter knows which articles are copies. It is for one goroutine at a time.
type Filter struct {
	bus  *bus.Bus
	wait time.Duration

	seen   uint64    // the last message of STORIES that was read
	told   time.Time // what was stored before then, the stories' worker has taken
	last   time.Time // when the last article was stored
	stuck  bool      // that worker was waited for in vain
	idle   uint64    // how far it was then
	copies generations
}

// DefaultWait is how long Keep waits for the stories to catch up.
const DefaultWait = 5 * time.Second

// New returns a filter that knows no story yet. wait bounds how long Keep waits
// for what is not decided yet.
func New(b *bus.Bus, wait time.Duration) *Filter {
	return &Filter{bus: b, wait: wait, copies: newGenerations()}
}

// Keep reports whether an article is the first of its story, or in none. d is the
// message that it came by, of ARTICLES or ENRICHED. It waits until the stories
// take the article into account. When they do not in time, because no worker
// looks for them or it is behind, the article is kept: to get a copy is better
// than to miss an article.
func (f *Filter) Keep(ctx context.Context, d bus.Delivery, articleID string) (bool, error) {
	if d.Time.Before(f.last) {
		f.told = time.Time{} // the server's clock was put back, or it is read again
	}
	f.last = d.Time
	if !d.Time.Before(f.told) {
		if err := f.catchUp(ctx); err != nil {
			return false, fmt.Errorf("stories: %w", err)
		}
	}
	return !f.copies.has(articleID), nil
}

// look is how often the stories' worker is asked how far it is.
const look = 50 * time.Millisecond

// catchUp waits until the worker has taken all that is in ARTICLES now, then reads
// what STORIES has new.
func (f *Filter) catchUp(ctx context.Context) error {
	js, root := f.bus.JetStream(), f.bus.Root()
	articles, err := js.Stream(ctx, root.Stream(schema.StreamArticles))
	if err != nil {
		return err
	}
	now := articles.CachedInfo()
	worker, err := js.Consumer(ctx, root.Stream(schema.StreamArticles), topology.ConsumerStories)
	if err != nil {
		return err
	}
	done, err := f.waitFor(ctx, worker, now.State.LastSeq)
	if err != nil {
		return err
	}
	if done {
		f.told = now.TimeStamp
	}
	return f.read(ctx)
}

// waitFor waits until a worker has acknowledged all up to a sequence.
func (f *Filter) waitFor(ctx context.Context, worker jetstream.Consumer, until uint64) (bool, error) {
	timer, ticker := time.NewTimer(f.wait), time.NewTicker(look)
	defer timer.Stop()
	defer ticker.Stop()
	for info := worker.CachedInfo(); ; {
		floor := info.AckFloor.Stream
		if floor >= until || info.NumPending == 0 && info.NumAckPending == 0 {
			return true, nil
		}
		if f.stuck && floor == f.idle {
			return false, nil // it has not moved since
		}
		select {
		case <-ticker.C:
		case <-timer.C:
			f.stuck, f.idle = true, floor
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
		var err error
		if info, err = worker.Info(ctx); err != nil {
			return false, err
		}
	}
}

// read reads what STORIES has new.
func (f *Filter) read(ctx context.Context) error {
	for d, err := range f.bus.Read(ctx, bus.ReadOptions{Stream: schema.StreamStories, From: f.seen + 1}) {
		if err != nil {
			return err
		}
		f.seen = d.Sequence
		story, err := bus.Decode[schema.Story](d)
		if err != nil {
			continue // what is no story tells of no copy
		}
		f.learn(story)
	}
	return nil
}

// learn takes over a version of a story.
func (f *Filter) learn(s schema.Story) {
	f.copies.remove(s.ArticleID) // it is added again below, unless it has left
	for _, m := range s.Members {
		if m.ArticleID != s.FirstID {
			f.copies.add(m.ArticleID)
		}
	}
	f.copies.remove(s.FirstID)
}
