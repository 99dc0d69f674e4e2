package fetcher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
)

// reconcileEvery is how often the registry and the schedules are compared as a
// whole. Between, each change of the registry is applied as it comes.
const reconcileEvery = 5 * time.Minute

// atOnce is how many feeds are registered, or get their schedule, at once.
// Each waits for the server several times.
const atOnce = 32

// reconcile keeps the schedules as the registry wants them: a registered feed
// has a schedule that will be kept or a due poll, another has neither. Any number of fetchers may
// do this at once: making a schedule fails where there is one.
func (r *Registry) reconcile(ctx context.Context) error {
	s := &schedules{Registry: r}
	return r.keep(ctx, keeper{what: "schedules", all: s.compare, each: r.apply})
}

// keeper keeps something as the registry wants it.
type keeper struct {
	what string
	// all compares it with all that is registered, and each applies one change.
	all  func(ctx context.Context, registered map[string]bool) error
	each func(ctx context.Context, entry jetstream.KeyValueEntry) error
}

// changes applies a change and those that have come after it, many at once but
// of each feed the last alone: an import brings thousands.
func (k keeper) changes(ctx context.Context, first jetstream.KeyValueEntry, updates <-chan jetstream.KeyValueEntry) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for _, entry := range ready(first, updates) {
		all.Go(func() error { return k.each(ctx, entry) })
	}
	return all.Wait()
}

// keep has something kept as the registry wants it, until ctx ends.
func (r *Registry) keep(ctx context.Context, k keeper) error {
	for ctx.Err() == nil {
		err := r.follow(ctx, k)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			r.bus.Logger().Warn("compare feeds with their "+k.what+"; will try again", zap.Error(err))
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
	return nil
}

// follow compares all, then applies changes until it is time to compare again.
func (r *Registry) follow(ctx context.Context, k keeper) error {
	ctx, cancel := context.WithTimeout(ctx, reconcileEvery)
	defer cancel()
	watch, err := r.kv.WatchAll(ctx)
	if err != nil {
		return fmt.Errorf("watch the registry: %w", err)
	}
	defer func() { _ = watch.Stop() }() // it ends with ctx at the latest
	known := map[string]bool{}
	complete := false
	for {
		select {
		case entry, open := <-watch.Updates():
			switch {
			case !open:
				return errors.New("watch the registry: ended")
			case entry == nil:
				complete = true
				err = k.all(ctx, known)
			case complete:
				err = k.changes(ctx, entry, watch.Updates())
			case entry.Operation() == jetstream.KeyValuePut:
				known[entry.Key()] = true
			}
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// feedsOn lists the feeds that have a message on a filter of POLLS.
func (r *Registry) feedsOn(ctx context.Context, filter string) (map[string]bool, error) {
	stream, err := r.bus.JetStream().Stream(ctx, r.bus.Root().Stream(schema.StreamPolls))
	if err != nil {
		return nil, fmt.Errorf("stream of polls: %w", err)
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(filter))
	if err != nil {
		return nil, fmt.Errorf("subjects of polls: %w", err)
	}
	prefix := len(filter) - 1
	ids := make(map[string]bool, len(info.State.Subjects))
	for subject := range info.State.Subjects {
		ids[subject[prefix:]] = true
	}
	return ids, nil
}

// ready are the changes that are there, up to some hundreds, by feed.
func ready(first jetstream.KeyValueEntry, updates <-chan jetstream.KeyValueEntry) map[string]jetstream.KeyValueEntry {
	last := map[string]jetstream.KeyValueEntry{first.Key(): first}
	for len(last) < 8*atOnce {
		select {
		case entry, open := <-updates:
			if !open || entry == nil {
				return last // the next to look finds it closed
			}
			last[entry.Key()] = entry
		default:
			return last
		}
	}
	return last
}

func (r *Registry) apply(ctx context.Context, entry jetstream.KeyValueEntry) error {
	if entry.Operation() != jetstream.KeyValuePut {
		return r.disarm(ctx, entry.Key())
	}
	f, ok := r.decode(entry.Key(), entry.Value())
	if !ok {
		return nil
	}
	_, err := r.arm(ctx, f)
	return err
}

// arm makes a feed's schedule, unless it has a poll ahead, and reports whether
// it did. It goes on from the state that is known, if any.
func (r *Registry) arm(ctx context.Context, f schema.Feed) (bool, error) {
	state, at, due, err := r.state(ctx, f.ID)
	if err != nil || at > 0 {
		return false, err
	}
	if coming, err := coming(ctx, r.bus, topology.ConsumerPoller, due); coming || err != nil {
		return false, err
	}
	state.FeedID, state.URL, state.Next, state.Reason = f.ID, f.URL, r.now(ctx), "registered"
	return r.schedule(ctx, state, 0)
}

// schedule stores when a feed is polled next, in place of the schedule of the
// sequence last, 0 for none. It reports false when that is not the last any more:
// then somebody else has done it, or the poll is due.
func (r *Registry) schedule(ctx context.Context, state schema.PollState, last uint64) (bool, error) {
	state.Decided = r.now(ctx)
	message, err := poll.ScheduleMessage(r.bus.Root(), state)
	if err != nil {
		return false, err
	}
	message.Expect = &bus.Expect{Last: last, Fence: true}
	acks, err := r.bus.Publish(ctx, message)
	return err == nil && !acks[0].Fenced, err
}

// disarm takes a feed's polls away.
func (r *Registry) disarm(ctx context.Context, feedID string) error {
	stream, err := r.bus.JetStream().Stream(ctx, r.bus.Root().Stream(schema.StreamPolls))
	if err != nil {
		return fmt.Errorf("stream of polls: %w", err)
	}
	for _, subject := range []string{r.bus.Root().PollAt(feedID), r.bus.Root().PollDue(feedID)} {
		if err := stream.Purge(ctx, jetstream.WithPurgeSubject(subject)); err != nil {
			return fmt.Errorf("disarm feed %s: %w", feedID, err)
		}
	}
	return nil
}
