// Package enricher finds and links the entities of articles. Its work is a list
// of steps; see Step for how to add one.
package enricher

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// Stage is the name of the stage: in counters and in dead letters.
const Stage = "enricher"

// Config is what an operator may set.
type Config struct {
	Workers  int           `help:"Articles handled at once; most of the time they wait for the disk." default:"128"`
	Timeout  time.Duration `help:"Time for one article." default:"30s"`
	Backfill int           `help:"Articles of a backfill handled at once, while live articles leave room." default:"16"`

	Recognizer            string        `help:"Address of a model server that finds the names, in place of the model in the program." placeholder:"URL"`
	RecognizerTokenFile   string        `help:"File with the token that the model server wants (Authorization: Bearer)." placeholder:"FILE" type:"path"`
	RecognizerTimeout     time.Duration `help:"Time for one request to the model server." default:"10s"`
	RecognizerConcurrency int           `help:"Requests to the model server at once." default:"4"`
	RecognizerLanguages   []string      `help:"Languages that the model server is asked for; otherwise all." placeholder:"TAG"`
	KB                    string        `name:"kb" help:"Knowledge base to link to, beside the one in the program: a file of dateline kb build." placeholder:"FILE"`
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{Workers: 128, Timeout: 30 * time.Second, Backfill: 16, RecognizerTimeout: 10 * time.Second, RecognizerConcurrency: 4}
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
	return c.validateRecognizer()
}

// Run enriches articles with the steps until ctx ends. Any number of enrichers
// may run on one pipeline.
func Run(ctx context.Context, b *bus.Bus, c Config, steps ...Step) error {
	if err := c.Validate(); err != nil {
		return err
	}
	return bus.Together(ctx,
		func(ctx context.Context) error {
			return bus.Run(ctx, b, c.stage(steps), enriching(b.Root(), steps, b.Stats().Stage(Stage).Delay))
		},
		func(ctx context.Context) error { return runBackfills(ctx, b, c, steps) },
	)
}

// stage is the stage as it works on live articles.
func (c Config) stage(steps []Step) bus.Stage {
	stage := bus.DefaultStage()
	stage.Name, stage.Stream, stage.Consumer = Stage, schema.StreamArticles, topology.ConsumerEnricher
	stage.Workers, stage.Timeout = c.Workers, c.Timeout
	stage.Begin = func(ctx context.Context) error { return start(ctx, steps) }
	return stage
}

// enriching enriches articles. One that a backfill has made anew, under the revision
// that it had, is enriched again.
func enriching(root schema.Root, steps []Step, delay *bus.Histogram) bus.Handler {
	first := revision(root, steps)
	first.Stored = func(e schema.Enriched) { delay.Observe(time.Since(e.Provenance.FetchedAt)) }
	live, made := bus.Revise(first), remaking(root, steps, bus.Follow)
	return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
		if d.Header.Get(schema.HeaderReplay) != "" {
			return made(ctx, w, d)
		}
		return live(ctx, w, d)
	}
}

// revision is how a revision of an article becomes one of its enriched form.
func revision(root schema.Root, steps []Step) bus.Revision[schema.Article, schema.Enriched] {
	return bus.Revision[schema.Article, schema.Enriched]{
		Stream: schema.StreamEnriched,
		Make: func(ctx context.Context, a schema.Article, _ bus.Delivery) (schema.Enriched, error) {
			e, err := Enrich(ctx, steps, a)
			return e, classify(err)
		},
		Filter: func(e schema.Enriched) string { return root.EnrichedAnyLanguage(e.Source.Token, e.ID) },
		Decide: decide,
		Message: func(e schema.Enriched) (bus.Message, error) {
			data, err := bus.Encode(e)
			return bus.Message{
				Subject: root.Enriched(e.Article), Data: data, Type: schema.TypeArticleEnriched, Schema: "enriched",
				ID: schema.RevisionID(e.ID, e.Revision), About: e.ID, Time: e.Provenance.FetchedAt, Revision: e.Revision,
				Header: e.Rights.Headers(),
			}, err
		},
		After: func(e schema.Enriched, seq uint64) ([]bus.Message, error) { return mentions(root, e, seq) },
	}
}

// start starts the steps that need it.
func start(ctx context.Context, steps []Step) error {
	for _, step := range steps {
		if s, ok := step.(Starter); ok {
			if err := s.Start(ctx); err != nil {
				return classify(fmt.Errorf("step %s: %w", step.Name(), err))
			}
		}
	}
	return nil
}

// classify tells the bus what an error of a step means.
func classify(err error) error {
	switch {
	case errors.Is(err, ErrMention): // the step will do the same again
		return bus.Permanent(err)
	case errors.Is(err, recognizer.ErrUnavailable):
		return bus.Unavailable(err)
	}
	return err
}

// decide publishes a revision that is newer than the stored one. An equal one
// is there already: its pointers are made again, in case the worker that stored
// it was killed before it made them.
func decide(last *schema.Enriched, e schema.Enriched) (schema.Enriched, bus.Action, string) {
	switch {
	case last == nil || e.Revision > last.Revision:
		return e, bus.Publish, "enriched"
	case e.Revision == last.Revision:
		return *last, bus.Follow, "stored"
	default:
		return *last, bus.Drop, "superseded"
	}
}

// mentions are the messages that point from each entity to the article.
func mentions(root schema.Root, e schema.Enriched, seq uint64) ([]bus.Message, error) {
	pointers := Pointers(e, seq)
	messages := make([]bus.Message, len(pointers))
	for i, p := range pointers {
		data, err := bus.Encode(p)
		if err != nil {
			return nil, err
		}
		messages[i] = bus.Message{
			Subject: root.Mention(e.Entities[i]), Data: data, Type: schema.TypeEntityMentioned, Schema: "pointer",
			ID: schema.MentionMessageID(p), Dedup: true, About: e.ID, Time: e.Provenance.FetchedAt, Revision: e.Revision,
		}
	}
	return messages, nil
}
