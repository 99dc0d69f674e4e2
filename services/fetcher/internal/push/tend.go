package push

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// The modes of a request to a hub, and of one of a hub.
const (
	modeSubscribe   = "subscribe"
	modeUnsubscribe = "unsubscribe"
	modeDenied      = "denied"
)

// Tend has a feed subscribed at its hub, or no more when hub is empty: it asks the
// hub when that is due, for a first lease or the next. It returns the subscription
// as it is then; what the hub says to it comes to a callback later, or has already.
// A hub that refuses is no error.
func (k *Keeper) Tend(ctx context.Context, f schema.Feed, hub, topic string) (Subscription, error) {
	if hub == "" {
		return Subscription{}, k.End(ctx, f.ID)
	}
	asks := false
	s, err := k.update(ctx, f.ID, func(s *Subscription) bool {
		asks = s.want(hub, topic, k.Base, f.Proxy, k.Now())
		return asks
	})
	if err != nil || !asks {
		return s, err
	}
	return k.ask(ctx, f.ID, s, modeSubscribe)
}

// End ends the subscription of a feed, if there is one: calls of its hub are told
// that it is gone from now on, and the hub is asked to make none. It is to be
// called again now and then, as the hub may not hear.
func (k *Keeper) End(ctx context.Context, feedID string) error {
	tell := false
	s, err := k.update(ctx, feedID, func(s *Subscription) (changed bool) {
		changed, tell = s.end(k.Now())
		return changed
	})
	if err == nil && tell {
		_, err = k.ask(ctx, feedID, s, modeUnsubscribe)
	}
	return err
}

// ask asks the hub. That it was asked has been stored before, because it may call
// back before it answers.
func (k *Keeper) ask(ctx context.Context, feedID string, s Subscription, mode string) (Subscription, error) {
	form := url.Values{"hub.mode": {mode}, "hub.topic": {s.Topic}, "hub.callback": {s.callback(feedID)}}
	if mode == modeSubscribe {
		form.Set("hub.secret", string(s.Secret))
		form.Set("hub.lease_seconds", strconv.Itoa(int(askedLease/time.Second)))
	}
	answer, err := k.Post(ctx, polite.Ask{Of: feedID, Turn: s.Turn}, httpfetch.Request{
		URL: s.Hub, Form: form, Accept: "*/*", Proxy: s.Proxy, MaxRedirects: 3,
	})
	var later *polite.Later
	var failure *httpfetch.Error
	switch {
	case errors.As(err, &later):
		k.Count("hub-busy")
		return k.unanswered(ctx, feedID, s, func(s *Subscription) {
			s.Failures--
			s.Retry, s.Turn = later.Until, later.Until
		})
	case errors.As(err, &failure):
		k.Count("hub-failed")
		return k.unanswered(ctx, feedID, s, func(s *Subscription) {
			s.Problem = string(failure.Code) + " of the hub: " + printable(failure.Detail())
			s.Retry, s.Turn = latest(s.Retry, k.Now().Add(answer.RetryAfter)), time.Time{}
		})
	case err != nil:
		return s, err
	}
	k.Count(mode + "-asked")
	return k.unanswered(ctx, feedID, s, func(s *Subscription) {
		s.Problem = "the hub has not confirmed yet"
	})
}

// unanswered notes how asking went, unless the hub has confirmed meanwhile.
func (k *Keeper) unanswered(ctx context.Context, feedID string, asked Subscription, note func(*Subscription)) (Subscription, error) {
	return k.update(ctx, feedID, func(s *Subscription) bool {
		if s.Token != asked.Token || !s.Asked.Equal(asked.Asked) || s.Failures == 0 {
			return false
		}
		note(s)
		return true
	})
}

// callback is the address that the hub calls.
func (s *Subscription) callback(feedID string) string {
	return s.Base + feedID + "/" + string(s.Token)
}
