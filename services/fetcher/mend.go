package fetcher

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// A server that is killed may lose a schedule, or forget that it was to fire, and
// one whose clock is put back fires those that it has by so much later. No poll
// follows until then, which would make the next one: the feed stands still. So the
// fetchers look for such feeds whenever they compare.
const (
	// overdue is how long after its time a schedule is taken as forgotten. The
	// server fires within a second or so, whether anybody polls or not. As long in the
	// future must one have been decided on that is of a clock which was put back.
	overdue = time.Minute
	// looks is of how many schedules one comparison reads the time, each by a
	// request. The next one goes on from there.
	looks = 5000
)

// schedules are compared with the registry.
type schedules struct {
	*Registry
	from string // the feed that the next look at times begins with
}

// compare arms every registered feed that has no poll ahead or whose schedule was
// forgotten, and disarms every other. The scheduled are read before the due: a
// poll moves from the first to the second, so none is missed on the way.
func (s *schedules) compare(ctx context.Context, registered map[string]bool) error {
	scheduled, err := s.feedsOn(ctx, s.bus.Root().All("poll.at"))
	if err != nil {
		return err
	}
	armed, err := s.feedsOn(ctx, s.bus.Root().All("poll.due"))
	if err != nil {
		return err
	}
	maps.Copy(armed, scheduled)
	walking, err := s.feedsOn(ctx, s.bus.Root().All("walk.at"))
	if err != nil {
		return err
	}
	walks := slices.Sorted(maps.Keys(walking))
	waiting := slices.DeleteFunc(slices.Sorted(maps.Keys(scheduled)), func(id string) bool { return !registered[id] })
	for _, step := range []struct {
		counter string // for what was changed
		feeds   []string
		change  func(ctx context.Context, feedID string) (bool, error)
	}{
		{"schedules-missing", without(registered, scheduled), s.armByID},
		{"schedules-overdue", s.turn(waiting), s.rearm},
		{"walks-overdue", walks, s.hasten},
		{"schedules-orphaned", without(armed, registered), func(ctx context.Context, id string) (bool, error) { return true, s.disarm(ctx, id) }},
	} {
		changed, err := manyAtOnce(ctx, step.feeds, step.change)
		if changed > 0 {
			s.bus.Stats().Stage(Stage).Add(step.counter, changed)
			s.bus.Logger().Info("schedules differed from the registry, and are as it wants them now", zap.String("counted as", step.counter), zap.Int64("feeds", changed))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// without are the feeds of a that are not in b.
func without(a, b map[string]bool) []string {
	var ids []string
	for id := range a {
		if !b[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// manyAtOnce changes feeds, and returns how many it has changed.
func manyAtOnce(ctx context.Context, feeds []string, change func(ctx context.Context, feedID string) (bool, error)) (int64, error) {
	var n atomic.Int64
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(atOnce)
	for _, id := range feeds {
		all.Go(func() error {
			changed, err := change(ctx, id)
			if changed && err == nil {
				n.Add(1)
			}
			return err
		})
	}
	err := all.Wait()
	return n.Load(), err
}

// turn are the feeds, of all in their order, whose schedules are looked at now.
func (s *schedules) turn(all []string) []string {
	at, _ := slices.BinarySearch(all, s.from)
	n := min(looks, len(all))
	all = slices.Concat(all[at:], all[:at])
	s.from = ""
	if n < len(all) {
		s.from = all[n]
	}
	return all[:n]
}

func (s *schedules) armByID(ctx context.Context, feedID string) (bool, error) {
	f, ok, err := s.Get(ctx, feedID)
	if err != nil || !ok {
		return false, err
	}
	return s.arm(ctx, f)
}

// rearm makes a feed's schedule anew when it was forgotten, or is of a clock that
// was put back: then it waits for as long as it was to wait.
func (s *schedules) rearm(ctx context.Context, feedID string) (bool, error) {
	data, at, err := s.bus.LastOf(ctx, s.bus.Root().Stream(schema.StreamPolls), s.bus.Root().PollAt(feedID))
	var state schema.PollState
	if err != nil || json.Unmarshal(data, &state) != nil {
		return false, err // or it is gone, or for the poller to bury
	}
	now := s.now(ctx)
	switch {
	case state.Decided.Sub(now) > overdue:
		state.Next = now.Add(max(state.Next.Sub(state.Decided), 0))
	case now.Sub(state.Next) < overdue:
		return false, nil
	}
	return s.schedule(ctx, state, at)
}

// hasten takes the next step of a walk now when it is of a clock that was put back.
func (s *schedules) hasten(ctx context.Context, id string) (bool, error) {
	job, _, found, err := jobs{s.bus}.Get(ctx, id)
	now := s.now(ctx)
	if bus.IsPermanent(err) { // for the walker to bury
		return false, nil
	}
	if err != nil || !found || !job.State.Active() || job.Walk == nil || job.Updated.Sub(now) <= overdue {
		return false, err
	}
	return true, publishStep(ctx, s.bus, job, now)
}
