// Package normalizer turns items into dated articles. ARTICLES, the stream it
// writes, is its own index: each article is compared with its last revision
// and stored in one atomic act.
package normalizer

import (
	"context"
	"errors"
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
	Workers int           `help:"Items handled at once; most of the time they wait for the disk." default:"128"`
	Timeout time.Duration `help:"Time for one item." default:"30s"`

	Stories bool           `help:"Find near-duplicate articles, in one normalizer at a time." default:"true" negatable:""`
	Compare stories.Config `embed:"" prefix:"stories-"`
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{Workers: 128, Timeout: 30 * time.Second, Stories: true, Compare: stories.DefaultConfig()}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	switch {
	case c.Workers < 1 || c.Workers > 1000:
		return fmt.Errorf("--workers: got %d, want 1 to 1000", c.Workers)
	case c.Timeout <= 0 || c.Timeout > 10*time.Minute:
		return fmt.Errorf("--timeout: got %s, want up to 10m", c.Timeout)
	}
	return c.Compare.Validate()
}

// Run normalizes items, and finds stories, until ctx ends. Any number of
// normalizers may run on one pipeline.
func Run(ctx context.Context, b *bus.Bus, c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if !c.Stories {
		return runArticles(ctx, b, c)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	telling := make(chan error, 1)
	go func() {
		defer stop()
		telling <- runStories(ctx, b, c.Compare)
	}()
	err := runArticles(ctx, b, c)
	stop()
	return errors.Join(err, <-telling)
}

// runArticles normalizes items until ctx ends.
func runArticles(ctx context.Context, b *bus.Bus, c Config) error {
	stage := bus.DefaultStage()
	stage.Name, stage.Stream, stage.Consumer = Stage, schema.StreamItems, topology.ConsumerNormalizer
	stage.Workers, stage.Timeout = c.Workers, c.Timeout
	return bus.Run(ctx, b, stage, bus.Revise(revision(b.Root(), b.Stats().Stage(Stage).Add)))
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
		Decide: func(last *schema.Article, a schema.Article) (schema.Article, bus.Action, string) {
			next, verdict := identity.Decide(last, a)
			if verdict.Publishes() {
				return next, bus.Publish, verdict.String()
			}
			return next, bus.Drop, verdict.String()
		},
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
