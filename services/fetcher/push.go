package fetcher

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
	"github.com/dateline-news/dateline/services/fetcher/internal/poll"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
)

// PushStage is the name that pushes and subscriptions are counted under.
const PushStage = push.Stage

const (
	// maxHubAnswer is how many bytes of a hub's answer are read.
	maxHubAnswer = 64 << 10
	// pushSpacing is the least time between two polls of a feed that its hub asks
	// for, unless --min-interval is shorter still.
	pushSpacing = time.Minute
)

// hubs is what a fetcher has to do with hubs: nothing when it has no keeper.
type hubs struct {
	keeper   *push.Keeper
	registry *Registry
	client   *httpfetch.Client
	listener net.Listener // nil when other fetchers take the calls
}

// openHubs opens what the configuration wants of pushes.
func openHubs(ctx context.Context, b *bus.Bus, c Config, guest *polite.Client, registry *Registry, now func() time.Time) (*hubs, error) {
	if c.PushURL == "" {
		return &hubs{}, nil
	}
	records, err := push.Bucket(ctx, b)
	if err != nil {
		return nil, err
	}
	client, err := c.client(maxHubAnswer, 2*c.Polls)
	if err != nil {
		return nil, err
	}
	counters := b.Stats().Stage(PushStage)
	all := &hubs{registry: registry, client: client, keeper: &push.Keeper{
		Certificate: c.PushWith, Base: strings.TrimSuffix(c.PushURL, "/") + "/", Records: records, Polls: polls{registry},
		Post:    guest.Through(client.Post).Get,
		Spacing: min(pushSpacing, c.MinInterval), MaxBody: c.MaxBody,
		Count: func(what string) { counters.Add(what, 1) }, Now: now,
	}}
	if c.PushListen != "" {
		if all.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", c.PushListen); err != nil {
			client.Close()
			return nil, fmt.Errorf("--push-listen %s: %w", c.PushListen, err)
		}
	}
	return all, nil
}

// Close frees what run has not.
func (h *hubs) Close() {
	if h.client != nil {
		h.client.Close()
	}
	if h.listener != nil {
		_ = h.listener.Close() // run may have
	}
}

// subscriptions are those that polls tend.
func (h *hubs) subscriptions() poll.Subscriptions {
	if h.keeper == nil {
		return nil
	}
	return h.keeper
}

// run takes the calls of hubs, and ends the subscriptions of feeds that are
// removed, until ctx ends.
func (h *hubs) run(ctx context.Context) error {
	if h.keeper == nil {
		return nil
	}
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error {
		return h.registry.keep(ctx, keeper{what: "subscriptions", all: h.endOthers, each: h.endRemoved})
	})
	if h.listener != nil {
		both.Go(func() error { return h.keeper.Serve(ctx, h.listener) })
	}
	return both.Wait()
}

// endOthers ends the subscriptions of all feeds that are not registered.
func (h *hubs) endOthers(ctx context.Context, registered map[string]bool) error {
	ids, err := h.keeper.Records.Keys(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !registered[id] {
			if err := h.keeper.End(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// endRemoved ends the subscription of a feed that was removed just now.
func (h *hubs) endRemoved(ctx context.Context, entry jetstream.KeyValueEntry) error {
	if entry.Operation() == jetstream.KeyValuePut {
		return nil
	}
	return h.keeper.End(ctx, entry.Key())
}

// after is a handler of polls that looks, when the next schedule is stored and
// before the due message is acknowledged, whether the hub has pushed meanwhile.
func (h *hubs) after(handle bus.Handler) bus.Handler {
	if h.keeper == nil {
		return handle
	}
	return func(ctx context.Context, w *bus.Worker, due bus.Delivery) (string, error) {
		verdict, err := handle(ctx, w, due)
		if err != nil {
			return verdict, err
		}
		state, err := bus.Decode[schema.PollState](due)
		if err != nil || state.Push.Hub == "" {
			return verdict, err
		}
		return verdict, h.keeper.After(ctx, state.FeedID)
	}
}

// polls are the registry as the keeper of subscriptions sees it.
type polls struct{ registry *Registry }

// Registered says whether a feed is to be polled.
func (p polls) Registered(ctx context.Context, feedID string) (bool, error) {
	_, registered, err := p.registry.Get(ctx, feedID)
	return registered, err
}

// Ahead returns the state of a feed's schedule, false when it has none.
func (p polls) Ahead(ctx context.Context, feedID string) (schema.PollState, bool, error) {
	state, at, _, err := p.registry.state(ctx, feedID)
	return state, at > 0, err
}

// By has a feed's next poll no later than at. One whose server wants to be left
// alone, or that has no schedule, is left as it is.
func (p polls) By(ctx context.Context, feedID string, at time.Time, reason string) error {
	return p.registry.reschedule(ctx, feedID, func(state *schema.PollState, scheduled bool) bool {
		if !scheduled || !state.Next.After(at) || state.Error == string(httpfetch.CodeRateLimited) || !state.Retired.IsZero() {
			return false
		}
		state.Next, state.Reason = at, reason
		return true
	})
}

// validatePush says which setting of pushes is wrong and what is wanted.
func (c Config) validatePush() error {
	if c.PushURL == "" {
		if c.PushListen != "" {
			return errors.New("--push-listen: want --push-url too, the address under which hubs reach it")
		}
		return nil
	}
	if err := c.PushWith.Check(); err != nil {
		return fmt.Errorf("--push-cert, --push-key: %w", err)
	}
	u, err := url.Parse(c.PushURL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(c.PushURL) > 1024:
		return errors.New("--push-url: want an address such as https://push.example.org/, without user, ? and #")
	case u.Scheme != "https" && (u.Scheme != "http" || !c.own(c.PushURL)):
		return errors.New("--push-url: want https; callbacks are secrets")
	}
	return nil
}
