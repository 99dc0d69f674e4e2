package normalizer

import (
	"context"
	"errors"
	"fmt"
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
		if verdict, err = t.advance(ctx, d); err == nil {
			return verdict, nil
		}
		t.state = nil // it may be ahead of what was published
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

// advance takes all articles up to a delivery's.
func (t *teller) advance(ctx context.Context, d bus.Delivery) (string, error) {
	if t.state == nil || t.state.Worn() {
		if err := t.remember(ctx, d); err != nil {
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
	t.last = acks[0].Sequence
	return nil
}

// remember makes the state anew, as it was before an article: from what STORIES
// holds, and from the articles that count. Articles that came after the newest
// version of any story are taken again; they changed nothing, or they were not
// taken before.
func (t *teller) remember(ctx context.Context, next bus.Delivery) error {
	newest, changed, err := t.newest(ctx)
	if err != nil {
		return err
	}
	since := stories.Begin(t.config, changed, next.Time)
	known, err := t.known(ctx, since)
	if err != nil {
		return err
	}
	t.state = stories.New(t.config)
	if err := t.reread(ctx, since, newest, max(newest, next.Sequence-1), known); err != nil {
		return err
	}
	t.stats.Add("remembered", 1)
	return nil
}

// reread gives the new state the articles since a time: those up to newest, whose
// stories are known, and those after them, up to end.
func (t *teller) reread(ctx context.Context, since time.Time, newest, end uint64, known []schema.Story) error {
	adopted := false
	for d, err := range t.bus.Read(ctx, bus.ReadOptions{Stream: schema.StreamArticles, Since: since}) {
		if err != nil {
			return err
		}
		if d.Sequence > end {
			break
		}
		if d.Sequence <= newest {
			if a, err := stories.Decode(d.Data, d.Sequence, d.Time); err == nil {
				t.state.Index(a)
			}
			continue
		}
		if !adopted {
			t.state.Adopt(known)
			adopted = true
		}
		if _, err := t.take(ctx, d); err != nil {
			return err
		}
	}
	if !adopted {
		t.state.Adopt(known)
	}
	t.done = end
	return nil
}

// newest is the sequence of the article that the last message of STORIES is
// from, and when it was stored; 0 when there is none.
func (t *teller) newest(ctx context.Context) (seq uint64, stored time.Time, err error) {
	name := t.bus.Root().Stream(schema.StreamStories)
	stream, err := t.bus.JetStream().Stream(ctx, name)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("stream %s: %w", name, err)
	}
	if t.last = stream.CachedInfo().State.LastSeq; t.last == 0 {
		return 0, time.Time{}, nil
	}
	last, found, err := t.bus.At(ctx, name, t.last)
	if err != nil || !found {
		return 0, time.Time{}, err
	}
	story, err := bus.Decode[schema.Story](last)
	if err != nil {
		return 0, time.Time{}, err
	}
	article, found, err := t.bus.At(ctx, t.bus.Root().Stream(schema.StreamArticles), story.ArticleSeq)
	if err != nil || !found {
		return story.ArticleSeq, time.Time{}, err // it is older than what is held
	}
	return story.ArticleSeq, article.Time, nil
}

// known are the stories as t.last leaves them, those that have changed since a time.
func (t *teller) known(ctx context.Context, since time.Time) ([]schema.Story, error) {
	var versions []schema.Story
	for d, err := range t.bus.Read(ctx, bus.ReadOptions{Stream: schema.StreamStories, Since: since}) {
		if err != nil {
			return nil, err
		}
		if d.Sequence > t.last {
			break
		}
		story, err := bus.Decode[schema.Story](d)
		if err != nil {
			return nil, err
		}
		versions = append(versions, story)
	}
	return stories.Latest(versions), nil
}
