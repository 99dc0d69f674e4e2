package normalizer

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// past is what STORIES tells of ARTICLES as they are now.
type past struct {
	// made is when ARTICLES was made: stories from before are of other articles.
	made time.Time
	// end is the last sequence of ARTICLES.
	end uint64
	// newest is the sequence of the article that the newest version of any story is
	// from, 0 when there is none; changed is when it was stored, zero when it is not
	// held any more.
	newest  uint64
	changed time.Time
}

// remember makes the state anew, as it was before an article that no version was
// told after: from what STORIES holds, and from the articles that count. Articles that came after the newest
// version of any story are taken again; they changed nothing, or they were not
// taken before. An article whose story was dropped is as one in no story.
func (t *teller) remember(ctx context.Context, p past, next bus.Delivery) error {
	since := stories.Begin(t.config, p.changed, next.Time)
	known, err := stories.Latest(t.versions(ctx, p, since))
	if err != nil {
		return err
	}
	t.state = stories.New(t.config)
	if err := t.reread(ctx, since, p.newest, next.Sequence-1, known); err != nil {
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

// past looks at both streams, and sets t.last. STORIES comes first: what it holds
// is of articles that ARTICLES then has.
func (t *teller) past(ctx context.Context) (p past, err error) {
	told, err := t.info(ctx, schema.StreamStories)
	if err != nil {
		return p, err
	}
	articles, err := t.info(ctx, schema.StreamArticles)
	if err != nil {
		return p, err
	}
	t.last = told.State.LastSeq
	p.made, p.end = articles.Created, articles.State.LastSeq
	if p.newest, err = t.newest(ctx, p); err != nil || p.newest == 0 {
		return p, err
	}
	article, found, err := t.bus.At(ctx, articles.Config.Name, p.newest)
	if found {
		p.changed = article.Time
	}
	return p, err
}

func (t *teller) info(ctx context.Context, stream string) (*jetstream.StreamInfo, error) {
	name := t.bus.Root().Stream(stream)
	s, err := t.bus.JetStream().Stream(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	return s.CachedInfo(), nil
}

// newest is the article that the newest version of any story is from: the last
// message of STORIES says so, unless it cannot be read.
func (t *teller) newest(ctx context.Context, p past) (seq uint64, err error) {
	if t.last == 0 {
		return 0, nil
	}
	d, found, err := t.bus.At(ctx, t.bus.Root().Stream(schema.StreamStories), t.last)
	if err != nil {
		return 0, err
	}
	if found {
		if story, ok := t.version(d, p); ok {
			return story.ArticleSeq, nil
		}
	}
	for story, err := range t.versions(ctx, p, p.made) {
		if err != nil {
			return 0, err
		}
		seq = story.ArticleSeq
	}
	return seq, nil
}

// versions are those of all stories since a time, as t.last leaves them.
func (t *teller) versions(ctx context.Context, p past, since time.Time) iter.Seq2[schema.Story, error] {
	return func(yield func(schema.Story, error) bool) {
		for d, err := range t.bus.Read(ctx, bus.ReadOptions{Stream: schema.StreamStories, Since: since}) {
			if err != nil {
				yield(schema.Story{}, err)
				return
			}
			if d.Sequence > t.last {
				return
			}
			if story, ok := t.version(d, p); ok && !yield(story, nil) {
				return
			}
		}
	}
}

// version reads a message of STORIES; false when it is no version of a story, or
// is of articles that ARTICLES does not have: it was made anew, or an older copy of
// it was restored.
func (t *teller) version(d bus.Delivery, p past) (schema.Story, bool) {
	story, err := bus.Decode[schema.Story](d)
	if err != nil || d.Subject != t.bus.Root().Story(story.ID) || story.Revision < 1 || story.ArticleSeq == 0 {
		t.stats.Add("unreadable", 1)
		return story, false
	}
	return story, !d.Time.Before(p.made) && story.ArticleSeq <= p.end
}
