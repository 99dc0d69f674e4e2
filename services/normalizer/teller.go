package normalizer

import (
	"context"
	"errors"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// StoriesStage is the name of the stage that finds stories.
const StoriesStage = "stories"

// runStories finds stories until ctx ends. Of all normalizers of a pipeline one
// does it at a time; the others wait to take its place.
func runStories(ctx context.Context, b *bus.Bus, c stories.Config) error {
	stage := bus.DefaultStage()
	stage.Name, stage.Stream, stage.Consumer = StoriesStage, schema.StreamArticles, topology.ConsumerStories
	stage.Workers = 1 // the order of the stream decides
	t := &teller{bus: b, config: c, stats: b.Stats().Stage(StoriesStage)}
	return bus.Run(ctx, b, stage, t.handle)
}

// teller takes articles in the order of ARTICLES, whatever order they are
// delivered in, and publishes the stories that change. Each publication names the
// last message of STORIES that it knows: one that was made without knowing all
// others is refused, so two tellers cannot tell different stories.
type teller struct {
	bus    *bus.Bus
	config stories.Config
	stats  *bus.StageStats

	state *stories.State // nil when it has to be made anew
	done  uint64         // the last message of ARTICLES that state has taken
	last  uint64         // the last message of STORIES
}

// conflicts bounds how often one delivery finds that another teller is at work.
const conflicts = 3

// handle is a bus.Handler.
func (t *teller) handle(ctx context.Context, _ *bus.Worker, d bus.Delivery) (string, error) {
	var err error
	for range conflicts {
		var verdict string
		if verdict, err = t.attempt(ctx, d); err == nil {
			return verdict, nil
		}
		if errors.Is(err, bus.ErrClosed) {
			return "", err
		}
		if !errors.Is(err, bus.ErrConflict) {
			break
		}
		t.stats.Add("conflicts", 1)
	}
	// Nothing here depends on what is in the message: the fault is NATS', or
	// another teller's.
	return "", bus.Unavailable(err)
}

// attempt is advance; when that fails or panics the state is made anew, because it
// may be ahead of what was published.
func (t *teller) attempt(ctx context.Context, d bus.Delivery) (verdict string, err error) {
	sound := false
	defer func() {
		if !sound {
			t.state = nil
		}
	}()
	verdict, err = t.advance(ctx, d)
	sound = err == nil
	return verdict, err
}

// advance takes all articles up to a delivery's.
func (t *teller) advance(ctx context.Context, d bus.Delivery) (string, error) {
	if t.state == nil || t.state.Worn() {
		p, err := t.past(ctx)
		if err != nil {
			return "", err
		}
		if d.Sequence <= p.newest {
			return "stored", nil // another was faster
		}
		if err := t.remember(ctx, p, d); err != nil {
			return "", err
		}
	}
	if d.Sequence > t.done+1 {
		if err := t.catchUp(ctx, d.Sequence); err != nil {
			return "", err
		}
	}
	if d.Sequence <= t.done {
		return "stored", nil
	}
	return t.take(ctx, d)
}

// catchUp takes the articles before a sequence that were not delivered yet, or to
// another worker.
func (t *teller) catchUp(ctx context.Context, until uint64) error {
	for d, err := range t.bus.Read(ctx, bus.ReadOptions{Stream: schema.StreamArticles, From: t.done + 1}) {
		if err != nil {
			return err
		}
		if d.Sequence >= until {
			break
		}
		if _, err := t.take(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// take takes the next article, and publishes the story that changes by it.
func (t *teller) take(ctx context.Context, d bus.Delivery) (string, error) {
	verdict := "unreadable" // the enricher sets it aside
	if a, err := stories.Decode(d.Data, d.Sequence, d.Time); err == nil {
		v, story := t.state.Take(a)
		if story != nil {
			if err := t.publish(ctx, *story, a.Fetched, d); err != nil {
				return "", err
			}
		}
		verdict = string(v)
		t.count()
	}
	t.done = d.Sequence
	return verdict, nil
}

// count adds up which bounds were met.
func (t *teller) count() {
	c := t.state.Counts()
	for name, n := range map[string]int64{"hot-bands": c.Hot, "crowded-out": c.Crowded, "full": c.Full} {
		if n > 0 {
			t.stats.Add(name, n)
		}
	}
}

func (t *teller) publish(ctx context.Context, s schema.Story, at time.Time, cause bus.Delivery) error {
	data, err := bus.Encode(s)
	if err != nil {
		return err
	}
	acks, err := t.bus.Publish(ctx, bus.Message{
		Subject: t.bus.Root().Story(s.ID), Data: data, Type: schema.TypeStoryChanged, Schema: "story",
		ID: schema.RevisionID(s.ID, s.Revision), About: s.ID, Time: at, Revision: s.Revision,
		Expect: &bus.Expect{Stream: true, Last: t.last},
		Header: map[string]string{schema.HeaderCausationID: cause.Header.Get(schema.HeaderID)},
	})
	if err != nil {
		return err
	}
	t.last = max(t.last, acks[0].Sequence) // a duplicate has the sequence of the first
	return nil
}
