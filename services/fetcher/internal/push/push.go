// Package push subscribes feeds at their hubs (WebSub, a W3C Recommendation) and
// takes what hubs push.
//
// A push is a hint, and a poll is the truth: a push that is signed by the hub has
// the feed polled now, and what it carries is not read. So items come by one way
// only, and the worst that a hub can do is to ask for polls, which are bounded,
// or to stay silent, which polls find out (Learn).
//
// What is known of a subscription stands in a bucket by the id of the feed and is
// changed by compare-and-set: any fetcher may subscribe, and a hub may call at any.
// The polls of a feed tend its subscription; nothing else runs for it.
package push

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/certs"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
	"github.com/dateline-news/dateline/services/fetcher/internal/polite"
)

// Stage is the name that pushes and subscriptions are counted under.
const Stage = "push"

// Keeper keeps the subscriptions of feeds. It holds nothing itself and may be used
// by many goroutines at once.
type Keeper struct {
	// Base is the address under which hubs reach the callbacks, with / at its end.
	Base string
	// Certificate is what Serve serves with.
	Certificate certs.Files
	// Records are the subscriptions, by the id of the feed.
	Records Records
	// Polls are those of the feeds.
	Polls Polls
	// Post makes a request in its host's turn.
	Post func(context.Context, polite.Ask, httpfetch.Request) (polite.Answer, error)
	// Spacing is the least time between two polls of a feed that pushes ask for.
	Spacing time.Duration
	// MaxBody is how many bytes a push may have.
	MaxBody int64
	// Count counts what has happened; it is given one word.
	Count func(what string)
	// Now is the clock.
	Now func() time.Time
}

// Records are records that all fetchers share.
type Records interface {
	// Get returns a record and its sequence: nil when there is none, and 0 when
	// there never was.
	Get(ctx context.Context, key string) (data []byte, seq uint64, err error)
	// Put stores a record in place of the one with the sequence last, and removes it
	// when data is nil. The error is bus.ErrConflict when that is not the last one.
	Put(ctx context.Context, key string, data []byte, last uint64) error
	// Keys returns the keys of all records, and maybe of some that were removed.
	Keys(ctx context.Context) ([]string, error)
}

// Polls are the registry of feeds and their schedules.
type Polls interface {
	// Registered says whether a feed is to be polled.
	Registered(ctx context.Context, feedID string) (bool, error)
	// Ahead returns the state that a feed's next poll begins with; false when that
	// poll has begun, or there is none.
	Ahead(ctx context.Context, feedID string) (schema.PollState, bool, error)
	// By has a feed's next poll no later than at. It does nothing while a poll is
	// under way: that one looks at the subscription when its successor is scheduled.
	By(ctx context.Context, feedID string, at time.Time, reason string) error
}

// maxTries bounds how often a record is read anew because another has changed it.
const maxTries = 20

// Get returns the subscription of a feed, the zero one when there is none.
func (k *Keeper) Get(ctx context.Context, feedID string) (Subscription, error) {
	s, _, err := k.get(ctx, feedID)
	return s, err
}

func (k *Keeper) get(ctx context.Context, feedID string) (s Subscription, seq uint64, err error) {
	data, seq, err := k.Records.Get(ctx, feedID)
	if err != nil || len(data) == 0 {
		return Subscription{}, seq, err
	}
	if json.Unmarshal(data, &s) != nil {
		return Subscription{}, seq, nil // A new subscription costs less than a feed that cannot be polled.
	}
	return s, seq, nil
}

// update changes a subscription, unless change returns false. One that is left
// without a token is removed.
func (k *Keeper) update(ctx context.Context, feedID string, change func(*Subscription) bool) (Subscription, error) {
	for range maxTries {
		s, seq, err := k.get(ctx, feedID)
		if err != nil {
			return s, err
		}
		if !change(&s) {
			return s, nil
		}
		var data []byte
		if s.Token != "" {
			if data, err = bus.Encode(s); err != nil {
				return s, err
			}
		}
		if err = k.Records.Put(ctx, feedID, data, seq); !errors.Is(err, bus.ErrConflict) {
			return s, err
		}
	}
	return Subscription{}, bus.Unavailable(fmt.Errorf("subscription of feed %s: others change it all the time", feedID))
}
