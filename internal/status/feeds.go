package status

import (
	"context"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher"
)

// The states of a feed.
const (
	FeedOK      = "ok"      // its last poll was good
	FeedFailing = "failing" // its last poll failed
	FeedNew     = "new"     // it has not been polled yet
)

// Feed is a registered feed with what the pollers know of it.
type Feed struct {
	State string           `json:"state"`
	Feed  schema.Feed      `json:"feed"`
	Poll  schema.PollState `json:"poll"`
}

// Name is what to call the feed: the title that the operator gave it, or else
// the feed's own, or its address.
func (f Feed) Name() string {
	for _, name := range []string{f.Feed.Title, f.Poll.Title} {
		if name != "" {
			return name
		}
	}
	return f.Feed.URL
}

// FeedState is the state of a feed.
func FeedState(p schema.PollState) string {
	switch {
	case p.Polls == 0:
		return FeedNew
	case p.Failures > 0 || p.Error != "":
		return FeedFailing
	default:
		return FeedOK
	}
}

// atOnce is how many feeds are asked for at the same time.
const atOnce = 32

// Feeds are all registered feeds, ordered by their addresses.
func Feeds(ctx context.Context, registry *fetcher.Registry) ([]Feed, error) {
	registered, err := registry.List(ctx)
	if err != nil {
		return nil, err
	}
	feeds := make([]Feed, len(registered))
	asking, ctx := errgroup.WithContext(ctx)
	asking.SetLimit(atOnce)
	for i, f := range registered {
		asking.Go(func() (err error) {
			feeds[i], err = ReadFeed(ctx, registry, f)
			return err
		})
	}
	if err := asking.Wait(); err != nil {
		return nil, err
	}
	slices.SortFunc(feeds, func(a, b Feed) int { return strings.Compare(a.Feed.URL, b.Feed.URL) })
	return feeds, nil
}

// ReadFeed is a feed with what the pollers know of it.
func ReadFeed(ctx context.Context, registry *fetcher.Registry, f schema.Feed) (Feed, error) {
	poll, _, err := registry.State(ctx, f.ID)
	if err != nil {
		return Feed{}, err
	}
	f.Headers = hidden(f.Headers)
	return Feed{State: FeedState(poll), Feed: f, Poll: poll}, nil
}

// hidden are headers without their values, which may be keys.
func hidden(headers map[string]string) map[string]string {
	names := maps.Clone(headers)
	for name := range names {
		names[name] = "…"
	}
	return names
}
