// Package normalizer turns items into dated articles. ARTICLES, the stream it
// writes, is its own index: each article is compared with its last revision
// and stored in one atomic act.
package normalizer

import (
	"context"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/identity"
	"github.com/dateline-news/dateline/services/normalizer/normalize"
	"github.com/dateline-news/dateline/services/normalizer/stories"
)

// Stage is the name of the stage: in counters and in dead letters.
const Stage = "normalizer"

// Config is what an operator may set.
type Config struct {
	Workers  int           `help:"Items handled at once; most of the time they wait for the disk." default:"128"`
	Timeout  time.Duration `help:"Time for one item." default:"30s"`
	Backfill int           `help:"Items of a backfill handled at once, while live items leave room." default:"16"`

	Stories bool           `help:"Find near-duplicate articles, in one normalizer at a time." default:"true" negatable:""`
	Compare stories.Config `embed:"" prefix:"stories-"`
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{Workers: 128, Timeout: 30 * time.Second, Backfill: 16, Stories: true, Compare: stories.DefaultConfig()}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	switch {
	case c.Workers < 1 || c.Workers > 1000:
		return fmt.Errorf("--workers: got %d, want 1 to 1000", c.Workers)
	case c.Timeout <= 0 || c.Timeout > 10*time.Minute:
		return fmt.Errorf("--timeout: got %s, want up to 10m", c.Timeout)
	case c.Backfill < 1 || c.Backfill > 1000:
		return fmt.Errorf("--backfill: got %d, want 1 to 1000", c.Backfill)
	}
	return c.Compare.Validate()
}

// Run normalizes items, and finds stories, until ctx ends. Any number of
// normalizers may run on one pipeline.
func Run(ctx context.Context, b *bus.Bus, c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	parts := []func(context.Context) error{
		func(ctx context.Context) error { return runArticles(ctx, b, c) },
		func(ctx context.Context) error { return runBackfills(ctx, b, c) },
	}
	if c.Stories {
		parts = append(parts, func(ctx context.Context) error { return runStories(ctx, b, c.Compare) })
	}
	return bus.Together(ctx, parts...)
}

// runArticles normalizes items until ctx ends.
func runArticles(ctx context.Context, b *bus.Bus, c Config) error {
	stats := b.Stats().Stage(Stage)
	live := revision(b.Root(), stats.Add)
	live.Stored = func(a schema.Article) {
		if age, known := firstSight(a); known {
			stats.Freshness.Observe(age)
		}
	}
	return bus.Run(ctx, b, c.stage(), bus.Revise(live))
}

// firstSight is how old an article was when it was seen first; false when that is
// not known, or it was looked for in the history of its feed.
func firstSight(a schema.Article) (age time.Duration, known bool) {
	if a.Event != schema.EventPublished || a.Published == nil || a.Provenance.History != "" {
		return 0, false
	}
	return a.Provenance.FetchedAt.Sub(*a.Published), true
}

// stage is the stage as it works on live items.
func (c Config) stage() bus.Stage {
	stage := bus.DefaultStage()
	stage.Name, stage.Stream, stage.Consumer = Stage, schema.StreamItems, topology.ConsumerNormalizer
	stage.Workers, stage.Timeout = c.Workers, c.Timeout
	return stage
}

// revision is how an item becomes the next revision of its article. Pages that
// were no help are counted.
func revision(root schema.Root, count func(what string, n int64)) bus.Revision[schema.Item, schema.Article] {
	return bus.Revision[schema.Item, schema.Article]{
		Stream: schema.StreamArticles,
		Make: func(ctx context.Context, item schema.Item, d bus.Delivery) (schema.Article, error) {
			a, err := article(ctx, item, d)
			for _, fault := range normalize.PageFaults(a) {
				count(fault, 1)
			}
			return a, err
		},
		Filter: func(a schema.Article) string { return root.ArticleAnyLanguage(a.Source.Token, a.ID) },
		Decide: deciding(identity.Decide),
		Message: func(a schema.Article) (bus.Message, error) {
			data, err := bus.Encode(a)
			return bus.Message{
				Subject: root.Article(a), Data: data, Type: schema.TypeOf(a.Event), Schema: "article",
				ID: schema.RevisionID(a.ID, a.Revision), About: a.ID, Time: a.Provenance.FetchedAt, Revision: a.Revision,
				Header: a.Rights.Headers(),
			}, err
		},
	}
}

// deciding turns a verdict into what is to be done.
func deciding(decide func(*schema.Article, schema.Article) (schema.Article, identity.Verdict)) func(*schema.Article, schema.Article) (schema.Article, bus.Action, string) {
	return func(last *schema.Article, a schema.Article) (schema.Article, bus.Action, string) {
		next, verdict := decide(last, a)
		if verdict.Publishes() {
			return next, bus.Publish, verdict.String()
		}
		return next, bus.Drop, verdict.String()
	}
}

// article normalizes an item. What a pure function fails at it always fails at,
// so its error is permanent.
func article(_ context.Context, item schema.Item, d bus.Delivery) (schema.Article, error) {
	a, err := normalize.Normalize(item)
	if err != nil {
		return a, bus.Permanent(err)
	}
	a.Provenance.ItemSeq = d.Sequence
	a.Provenance.ItemID = d.Header.Get(schema.HeaderID)
	return a, nil
}
