package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Progress tells how far a run is: polled of all feeds, then what is left in
// the pipeline.
type Progress func(polled, feeds int, left uint64)

// errDone ends the services when a run is complete.
var errDone = errors.New("run complete")

// A run looks every so often whether it is complete, and each time until it has
// met so many feeds that are not: a look is a request a feed.
const (
	look        = 50 * time.Millisecond
	lookWaiting = 32
)

// Once polls every registered feed once, waits until all that came of it has
// been through the pipeline, and sums up. An error means that it could not. Pages
// whose hosts let them wait for long are left to the next run; see patience.
func (a *App) Once(ctx context.Context, progress Progress) (Summary, error) {
	return a.once(ctx, progress, patience{idle: pagesIdle, total: a.options.Fetcher.PageWait})
}

func (a *App) once(ctx context.Context, progress Progress, p patience) (Summary, error) {
	begun := time.Now()
	before, err := a.account(ctx)
	if err != nil {
		return Summary{}, err
	}
	feeds, err := a.Registry.List(ctx)
	if err != nil {
		return Summary{}, err
	}
	run := strconv.FormatInt(begun.UnixNano(), 36)
	for _, f := range feeds {
		if err := a.Registry.PollNow(ctx, f, run); err != nil {
			return Summary{}, err
		}
	}
	services, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan error, 1)
	go func() {
		err := a.Run(services)
		stop(err)
		ended <- err
	}()
	states, err := a.complete(services, feeds, run, progress, p)
	stop(errDone)
	if serviceErr := <-ended; serviceErr != nil {
		return Summary{}, serviceErr
	}
	if err != nil {
		return Summary{}, err
	}
	after, err := a.account(ctx)
	if err != nil {
		return Summary{}, err
	}
	summary := summarize(before, after, feeds, states)
	if summary.PagesWaiting > 0 {
		if summary.WaitingFor, err = a.waitingFor(ctx); err != nil {
			return Summary{}, err
		}
	}
	summary.Seconds = time.Since(begun).Seconds()
	return summary, nil
}

// complete waits until every feed has been polled in the run and the pipeline
// is empty, but for pages that p does not wait for. It returns the feeds' states.
func (a *App) complete(ctx context.Context, feeds []schema.Feed, run string, progress Progress, p patience) (map[string]schema.PollState, error) {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	states := make(map[string]schema.PollState, len(feeds))
	waiting := feeds
	for {
		var err error
		if waiting, err = a.unpolled(ctx, waiting, run, states); err != nil {
			return nil, err
		}
		all, pages := uint64(0), uint64(0)
		if len(waiting) == 0 {
			left, err := a.left(ctx)
			if err != nil {
				return nil, err
			}
			all, pages = sum(left), left[topology.ConsumerPager]
		}
		progress(len(feeds)-len(waiting), len(feeds), all)
		if len(waiting) == 0 && (all == 0 || p.isOver(time.Now(), pages, all-pages)) {
			return states, nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// unpolled returns the feeds that the run has not polled yet, or that it has not
// looked at, and notes the states of the others. A feed that was removed
// meanwhile is not waited for.
func (a *App) unpolled(ctx context.Context, feeds []schema.Feed, run string, states map[string]schema.PollState) ([]schema.Feed, error) {
	var waiting []schema.Feed
	for i, f := range feeds {
		if len(waiting) >= lookWaiting {
			return append(waiting, feeds[i:]...), nil
		}
		state, found, err := a.Registry.State(ctx, f.ID)
		if err == nil && found && state.PolledRun == run {
			states[f.ID] = state
			continue
		}
		registered := true
		if err == nil && !found {
			_, registered, err = a.Registry.Get(ctx, f.ID)
		}
		// A poll that was under way when the run began may have put its own
		// schedule in the place of the run's.
		if err == nil && registered && state.Run != run {
			err = a.Registry.PollNow(ctx, f, run)
		}
		if err != nil {
			return nil, err
		}
		if registered {
			waiting = append(waiting, f)
		}
	}
	return waiting, nil
}

// left counts what is still on its way, by consumer, in the direction of the flow:
// what leaves one stage is seen by the next look at the latest.
func (a *App) left(ctx context.Context) (map[string]uint64, error) {
	left := map[string]uint64{}
	for _, c := range a.stages() {
		consumer, err := a.Bus.JetStream().Consumer(ctx, a.Bus.Root().Stream(c.stream), c.consumer)
		if err != nil {
			return nil, fmt.Errorf("consumer %s: %w", c.consumer, err)
		}
		info := consumer.CachedInfo()
		left[c.consumer] = info.NumPending + uint64(info.NumAckPending)
	}
	return left, nil
}

func sum(counts map[string]uint64) (all uint64) {
	for _, n := range counts {
		all += n
	}
	return all
}

// stage is what is read by one stage of the pipeline.
type stage struct{ stream, consumer string }

// stages are those of this pipeline, in the direction of the flow.
func (a *App) stages() []stage {
	all := []stage{
		{schema.StreamFound, topology.ConsumerPager},
		{schema.StreamItems, topology.ConsumerNormalizer},
		{schema.StreamArticles, topology.ConsumerEnricher},
	}
	if a.options.Normalizer.Stories {
		all = append(all, stage{schema.StreamArticles, topology.ConsumerStories})
	}
	return all
}
