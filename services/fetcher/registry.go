package fetcher

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/clock"
)

// Registry is the bucket of feeds: what to poll and how. A feed that is put
// there gets its schedule from any fetcher that runs; one that is deleted loses
// it. Changes apply at the feed's next poll.
type Registry struct {
	bus *bus.Bus
	kv  jetstream.KeyValue
	now func(context.Context) time.Time
}

// OpenRegistry opens the registry of the pipeline.
func OpenRegistry(ctx context.Context, b *bus.Bus) (*Registry, error) {
	kv, err := b.Bucket(ctx, schema.BucketFeeds)
	if err != nil {
		return nil, err
	}
	return &Registry{bus: b, kv: kv, now: clock.New(b).Now}, nil
}

// Put registers a feed, or replaces what is registered under its id.
func (r *Registry) Put(ctx context.Context, f schema.Feed) error {
	if f.ID != schema.FeedID(f.URL) {
		return fmt.Errorf("feed %s: its id is %s, want %s", f.URL, f.ID, schema.FeedID(f.URL))
	}
	data, err := bus.Encode(f)
	if err != nil {
		return err
	}
	if _, err := r.kv.Put(ctx, f.ID, data); err != nil {
		return fmt.Errorf("register feed %s: %w", f.URL, err)
	}
	return nil
}

// Register puts feeds in the registry. What is registered under the same address
// keeps what the new entry leaves out. It returns how many were added and how
// many changed, also when it fails half-way.
func (r *Registry) Register(ctx context.Context, feeds []schema.Feed) (added, changed int, err error) {
	known, err := r.List(ctx)
	if err != nil {
		return 0, 0, err
	}
	byID := make(map[string]schema.Feed, len(known))
	for _, f := range known {
		byID[f.ID] = f
	}
	var news, changes atomic.Int64
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for id, f := range mergedAll(byID, feeds) {
		was, found := byID[id]
		if reflect.DeepEqual(f, was) {
			continue
		}
		count := &news
		if found {
			count = &changes
		}
		all.Go(func() error {
			err := r.Put(ctx, f)
			if err == nil {
				count.Add(1)
			}
			return err
		})
	}
	err = all.Wait()
	added, changed = int(news.Load()), int(changes.Load())
	if err != nil {
		return added, changed, fmt.Errorf("%w (%d added and %d changed before)", err, added, changed)
	}
	return added, changed, nil
}

// mergedAll are the entries that feeds lead to, by their ids. One that comes twice
// is one entry.
func mergedAll(known map[string]schema.Feed, feeds []schema.Feed) map[string]schema.Feed {
	next := make(map[string]schema.Feed, len(feeds))
	for _, f := range feeds {
		was, again := next[f.ID]
		if !again {
			was = known[f.ID]
		}
		next[f.ID] = merged(was, f)
	}
	return next
}

// merged is an entry of the registry with what a new one says over it.
func merged(was, f schema.Feed) schema.Feed {
	if was.ID == "" {
		f.Added = time.Now().UTC().Truncate(time.Second)
		return f
	}
	was.Title = cmp.Or(f.Title, was.Title)
	was.Section = cmp.Or(f.Section, was.Section)
	was.Source = cmp.Or(f.Source, was.Source)
	was.Language = cmp.Or(f.Language, was.Language)
	was.Interval = cmp.Or(f.Interval, was.Interval)
	was.Fulltext = cmp.Or(f.Fulltext, was.Fulltext)
	was.Timezone = cmp.Or(f.Timezone, was.Timezone)
	was.Quotes = cmp.Or(f.Quotes, was.Quotes)
	was.Folder = cmp.Or(f.Folder, was.Folder)
	was.Auth = cmp.Or(f.Auth, was.Auth)
	was.Proxy = cmp.Or(f.Proxy, was.Proxy)
	was.Robots = cmp.Or(f.Robots, was.Robots)
	if f.Headers != nil {
		was.Headers = f.Headers
	}
	return was
}

// Delete takes a feed off the registry. Its articles stay.
func (r *Registry) Delete(ctx context.Context, feedID string) error {
	if err := r.kv.Delete(ctx, feedID); err != nil {
		return fmt.Errorf("remove feed %s: %w", feedID, err)
	}
	return nil
}

// Get returns a feed; false when it is not registered.
func (r *Registry) Get(ctx context.Context, feedID string) (schema.Feed, bool, error) {
	if feedID == "" || schema.Token(feedID) != feedID { // no key, which no server would answer for
		return schema.Feed{}, false, nil
	}
	bucket := r.kv.Bucket()
	data, _, err := r.bus.LastOfAny(ctx, "KV_"+bucket, bus.BucketSubject(bucket, feedID))
	if err != nil {
		return schema.Feed{}, false, fmt.Errorf("feed %s: %w", feedID, err)
	}
	if len(data) == 0 { // never there, or deleted, which leaves an empty one
		return schema.Feed{}, false, nil
	}
	f, ok := r.decode(feedID, data)
	return f, ok, nil
}

// decode reads an entry. One that cannot be read is as good as not there: it
// must not keep the others from being polled.
func (r *Registry) decode(key string, value []byte) (schema.Feed, bool) {
	var f schema.Feed
	if err := json.Unmarshal(value, &f); err != nil {
		r.bus.Logger().Warn("registry entry is left alone", zap.String("feed", key), zap.Error(err))
		return f, false
	}
	return f, true
}

// List returns all feeds.
func (r *Registry) List(ctx context.Context) ([]schema.Feed, error) {
	watch, err := r.kv.WatchAll(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return nil, fmt.Errorf("list feeds: %w", err)
	}
	defer func() { _ = watch.Stop() }() // it ends with ctx at the latest
	var feeds []schema.Feed
	for {
		select {
		case entry, open := <-watch.Updates():
			if !open {
				return nil, errors.New("list feeds: the watch ended")
			}
			if entry == nil {
				return feeds, nil
			}
			if f, ok := r.decode(entry.Key(), entry.Value()); ok {
				feeds = append(feeds, f)
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// State returns what the pollers know of a feed; false when it has no schedule
// and none is due.
func (r *Registry) State(ctx context.Context, feedID string) (schema.PollState, bool, error) {
	state, at, due, err := r.state(ctx, feedID)
	return state, at > 0 || due > 0, err
}

// state also returns the sequence of the scheduled message, or else of the due
// one; 0 for none.
func (r *Registry) state(ctx context.Context, feedID string) (state schema.PollState, at, due uint64, err error) {
	root, polls := r.bus.Root(), r.bus.Root().Stream(schema.StreamPolls)
	data, at, err := r.bus.LastOf(ctx, polls, root.PollAt(feedID))
	if err == nil && data == nil {
		data, due, err = r.bus.LastOf(ctx, polls, root.PollDue(feedID))
	}
	if err != nil {
		return state, 0, 0, err
	}
	if data == nil {
		return schema.PollState{FeedID: feedID}, 0, 0, nil
	}
	if err := json.Unmarshal(data, &state); err != nil {
		return state, 0, 0, fmt.Errorf("state of feed %s: %w", feedID, err)
	}
	return state, at, due, nil
}

// coming reports whether a due message will still be delivered to its consumer.
// One that was acknowledged may be there all the same, when the server was killed
// between the acknowledgement and the removal: nobody is going to get it.
func coming(ctx context.Context, b *bus.Bus, name string, due uint64) (bool, error) {
	if due == 0 {
		return false, nil
	}
	consumer, err := b.JetStream().Consumer(ctx, b.Root().Stream(schema.StreamPolls), name)
	if err != nil {
		return false, fmt.Errorf("consumer %s: %w", name, err)
	}
	return due > consumer.CachedInfo().AckFloor.Stream, nil
}

// PollNow makes a feed due at once. The poll's state will name the run, unless
// the feed is due already: then that poll is left to be done, as a second one
// beside it could bring an older state back.
func (r *Registry) PollNow(ctx context.Context, f schema.Feed, run string) error {
	return r.reschedule(ctx, f.ID, func(state *schema.PollState, _ bool) bool {
		state.FeedID, state.URL, state.Run = f.ID, f.URL, run
		state.Next, state.Reason = r.now(ctx), "asked for"
		return true
	})
}

// reschedule changes when a feed is polled next, and why. It does nothing when
// that poll is due already, or when change, which is told whether there is a
// schedule at all, returns false.
func (r *Registry) reschedule(ctx context.Context, feedID string, change func(state *schema.PollState, scheduled bool) bool) error {
	for {
		state, at, due, err := r.state(ctx, feedID)
		if err != nil {
			return err
		}
		if coming, err := coming(ctx, r.bus, topology.ConsumerPoller, due); coming || err != nil {
			return err
		}
		if !change(&state, at > 0) {
			return nil
		}
		if stored, err := r.schedule(ctx, state, at); stored || err != nil {
			return err
		}
	}
}
