package poll

import (
	"context"

	"github.com/dateline-news/dateline/pkg/feed/parse"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/push"
	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

// Subscriptions are those of the feeds at their hubs.
type Subscriptions interface {
	// Get returns the subscription of a feed, the zero one when there is none.
	Get(ctx context.Context, feedID string) (push.Subscription, error)
	// Tend asks the feed's hub for a subscription when that is due, for none when
	// there is no hub, and returns it as it is then.
	Tend(ctx context.Context, f schema.Feed, hub, topic string) (push.Subscription, error)
}

// subscription reads the feed's subscription before the feed is asked: what is
// pushed later may be too new for the answer.
func (r *round) subscription(ctx context.Context) (err error) {
	switch {
	case r.Push == nil:
		r.state.Push = schema.Push{}
	case r.subscribed():
		r.pushes, err = r.Push.Get(ctx, r.feed.ID)
	}
	return err
}

// subscribed says whether there is or should be a subscription.
func (r *round) subscribed() bool {
	p := r.state.Push
	return p.Hub != "" || p.Problem != "" || !p.Until.IsZero()
}

// keepHub keeps the hub that an answer names, and the feed's address as it knows it.
func (r *round) keepHub(head parse.Feed) {
	if r.Push != nil {
		r.state.Push.Hub, r.state.Push.Topic = push.Discover(r.resp.Links, r.base(), head.Hubs, head.Self)
	}
}

// tend does for the feed's subscription what is due, and learns how far its
// pushes can be relied on.
func (r *round) tend(ctx context.Context, before schema.PollState, outcome schedule.Outcome) error {
	if r.Push == nil || !r.subscribed() {
		return nil
	}
	now, err := r.Push.Tend(ctx, r.feed, r.state.Push.Hub, r.state.Push.Topic)
	if err != nil {
		return err
	}
	var verdict string
	r.state.Push, verdict = push.Learn(r.state.Push, push.Poll{
		Began: r.pushes, Now: now, Outcome: outcome, At: r.now, Before: before.LastGood,
	})
	if verdict != "" {
		r.result.Counts["push-"+verdict]++
	}
	if !before.Push.Live.IsZero() && r.state.Push.Live.IsZero() {
		r.health("push-lost", lost(verdict, now))
	}
	r.pushes = now
	return nil
}

// lost says why pushes are not relied on any more.
func lost(verdict string, s push.Subscription) string {
	switch {
	case verdict == "missed":
		return "a poll found what its hub had not pushed; polled as without a hub until pushes have proven themselves again"
	case s.Problem != "":
		return s.Problem
	default:
		return "its subscription has ended"
	}
}

// pushing is what the schedule is to know of the feed's pushes.
func (r *round) pushing() schedule.Push {
	p := r.state.Push
	return schedule.Push{Live: !p.Live.IsZero(), Renew: r.pushes.RenewBy(), Vain: p.Vain}
}
