// Package why tells what became of an article: which polls saw it, and what
// each stage did with what they saw.
package why

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/deadletter"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Report is what is known of an article.
type Report struct {
	// ID is the article's id; see schema.ArticleID.
	ID string `json:"id"`
	// Sights are the items that were made of it, oldest first.
	Sights []Sight `json:"sights"`
	// Revisions are those of ARTICLES, oldest first.
	Revisions []Revision `json:"revisions"`
	// Dead are its dead letters, oldest first.
	Dead []deadletter.Letter `json:"dead,omitempty"`
}

// Sight is an item that a poll made of what it saw, and what became of it.
type Sight struct {
	// Stream and Sequence are where the item is stored: ITEMS, or FOUND while
	// it waits for its page.
	Stream   string    `json:"stream"`
	Sequence uint64    `json:"sequence"`
	Time     time.Time `json:"time"`
	// FeedURL is the feed that was polled.
	FeedURL string `json:"feed_url"`
	// Page says what became of the article's page, empty when none was wanted.
	Page string `json:"page,omitempty"`
	// Outcome is one of the outcomes, Reason why in words.
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
}

// The outcomes of an item beside the verdicts of the normalizer.
const (
	Waiting   = "waiting"   // its stage has not done it yet
	Published = "published" // it is a revision
	Dead      = "dead"      // no article could be made of it
	Forgotten = "forgotten" // it was a revision that is no longer kept
)

// Revision is one revision of the article.
type Revision struct {
	Revision int          `json:"revision"`
	Event    schema.Event `json:"event"`
	// Sequence is where it is in ARTICLES, Enriched where it is in ENRICHED: 0
	// when it is not there.
	Sequence uint64 `json:"sequence"`
	Enriched uint64 `json:"enriched,omitempty"`
	Entities int    `json:"entities,omitempty"`
	// Rules are the names of the rules that decided something.
	Rules []string `json:"rules,omitempty"`

	article schema.Article
}

// maxSights bounds the items that are looked at: the newest.
const maxSights = 100

// Explain gathers what the streams hold of an article. It reads the headers of
// all items that are stored since a time, zero for all.
func Explain(ctx context.Context, b *bus.Bus, id string, since time.Time) (Report, error) {
	r := Report{ID: id, Sights: []Sight{}, Revisions: []Revision{}}
	if err := r.revisions(ctx, b); err != nil {
		return r, err
	}
	if err := r.dead(ctx, b, since); err != nil {
		return r, err
	}
	return r, r.sights(ctx, b, since)
}

// revisions reads ARTICLES and ENRICHED.
func (r *Report) revisions(ctx context.Context, b *bus.Bus) error {
	for d, err := range b.Read(ctx, of(b, schema.StreamArticles, "article", r.ID)) {
		if err != nil {
			return err
		}
		var a schema.Article
		if json.Unmarshal(d.Data, &a) == nil {
			r.Revisions = append(r.Revisions, Revision{
				Revision: a.Revision, Event: a.Event, Sequence: d.Sequence, Rules: a.Provenance.Rules, article: a,
			})
		}
	}
	for d, err := range b.Read(ctx, of(b, schema.StreamEnriched, "enriched", r.ID)) {
		if err != nil {
			return err
		}
		var e schema.Enriched
		if json.Unmarshal(d.Data, &e) != nil {
			continue
		}
		at := slices.IndexFunc(r.Revisions, func(known Revision) bool { return known.Revision == e.Revision })
		if at < 0 {
			r.Revisions = append(r.Revisions, Revision{Revision: e.Revision, Event: e.Event, Rules: e.Provenance.Rules, article: e.Article})
			at = len(r.Revisions) - 1
		}
		r.Revisions[at].Enriched, r.Revisions[at].Entities = d.Sequence, len(e.Entities)
	}
	slices.SortStableFunc(r.Revisions, func(a, b Revision) int { return a.Revision - b.Revision })
	return nil
}

// of reads all messages of an article in a stream that has it in its subjects.
func of(b *bus.Bus, stream, token, id string) bus.ReadOptions {
	return bus.ReadOptions{Stream: stream, Filters: []string{fmt.Sprintf("%s.%s.*.*.%s", b.Root(), token, id)}}
}

// dead reads the dead letters that name the article.
func (r *Report) dead(ctx context.Context, b *bus.Bus, since time.Time) error {
	for l, err := range deadletter.Read(ctx, b, deadletter.Filter{Since: since}) {
		if err != nil {
			return err
		}
		if l.Header.Get(schema.HeaderSubject) == r.ID {
			r.Dead = append(r.Dead, l)
		}
	}
	return nil
}

// sights finds the article's items by their headers, and judges them.
func (r *Report) sights(ctx context.Context, b *bus.Bus, since time.Time) error {
	found, err := find(ctx, b, r.ID, since)
	if err != nil {
		return err
	}
	floor, err := ackFloor(ctx, b)
	if err != nil {
		return err
	}
	items, err := open(ctx, b, schema.StreamItems)
	if err != nil {
		return err
	}
	for _, seq := range found {
		if item, ok, err := get(ctx, items, seq); err != nil {
			return err
		} else if ok {
			outcome, reason := judge(item, seq, floor, r.Revisions)
			r.saw(schema.StreamItems, seq, item, outcome, reason)
		}
	}
	return r.waiting(ctx, b)
}

// saw adds an item.
func (r *Report) saw(stream string, seq uint64, item schema.Item, outcome, reason string) {
	r.Sights = append(r.Sights, Sight{
		Stream: stream, Sequence: seq, Time: item.Fetch.FetchedAt, FeedURL: item.Feed.URL, Page: page(item),
		Outcome: outcome, Reason: reason,
	})
}

// find returns the sequences of the newest items of an article.
func find(ctx context.Context, b *bus.Bus, id string, since time.Time) ([]uint64, error) {
	var found []uint64
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamItems, Since: since, HeadersOnly: true}) {
		if err != nil {
			return nil, err
		}
		if d.Header.Get(schema.HeaderSubject) != id {
			continue
		}
		if found = append(found, d.Sequence); len(found) > maxSights {
			found = found[1:]
		}
	}
	return found, nil
}

// maxWaiting bounds the items without their page that are looked at: the newest.
const maxWaiting = 500

// waiting looks for the article among the items whose pages are to be fetched. A
// work queue gives its messages to its workers alone, so each is asked for.
func (r *Report) waiting(ctx context.Context, b *bus.Bus) error {
	queue, err := open(ctx, b, schema.StreamFound)
	if err != nil {
		return err
	}
	state := queue.CachedInfo().State
	if state.Msgs == 0 {
		return nil
	}
	for seq := max(state.FirstSeq, state.LastSeq-min(state.LastSeq, maxWaiting)); seq <= state.LastSeq; seq++ {
		if item, ok, err := get(ctx, queue, seq); err != nil {
			return err
		} else if ok && item.ID == r.ID {
			r.saw(schema.StreamFound, seq, item, Waiting, "its page is to be fetched")
		}
	}
	return nil
}

func open(ctx context.Context, b *bus.Bus, stream string) (jetstream.Stream, error) {
	s, err := b.JetStream().Stream(ctx, b.Root().Stream(stream))
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", stream, err)
	}
	return s, nil
}

// get gets an item. One that has been removed, or that cannot be read and is
// among the dead letters, is none.
func get(ctx context.Context, s jetstream.Stream, seq uint64) (item schema.Item, ok bool, err error) {
	msg, err := s.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return item, false, nil
	}
	if err != nil {
		return item, false, fmt.Errorf("message %d of %s: %w", seq, s.CachedInfo().Config.Name, err)
	}
	return item, json.Unmarshal(msg.Data, &item) == nil, nil
}

// ackFloor is the sequence of ITEMS up to which the normalizer is done.
func ackFloor(ctx context.Context, b *bus.Bus) (uint64, error) {
	c, err := b.JetStream().Consumer(ctx, b.Root().Stream(schema.StreamItems), topology.ConsumerNormalizer)
	if err != nil {
		return 0, fmt.Errorf("consumer %s: %w", topology.ConsumerNormalizer, err)
	}
	return c.CachedInfo().AckFloor.Stream, nil
}

// page says what became of an item's page.
func page(item schema.Item) string {
	switch {
	case item.Page == nil:
		return ""
	case item.Page.Error != "":
		return "failed: " + item.Page.Error
	default:
		return "fetched"
	}
}
