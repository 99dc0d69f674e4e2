package enricher

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/schema"
)

// runBackfills enriches articles of history again, as jobs ask for, until ctx ends.
func runBackfills(ctx context.Context, b *bus.Bus, c Config, steps []Step) error {
	return backfill.Worker{
		Stage: c.stage(steps), Workers: c.Backfill,
		Handler: func(job schema.Job) bus.Handler {
			if job.Backfill.Into == schema.IntoShadow {
				return bus.Revise(revision(b.Root(), steps).Shadow(b.Root(), job.ID))
			}
			return again(b.Root(), steps)
		},
	}.Run(ctx, b)
}

// again enriches articles once more. What is stored as it comes out again is left
// alone, but for a message that comes a second time: a worker may have stored that
// very thing, and been killed before it made the pointers.
func again(root schema.Root, steps []Step) bus.Handler {
	fresh, redelivered := remaking(root, steps, bus.Drop), remaking(root, steps, bus.Follow)
	return func(ctx context.Context, w *bus.Worker, d bus.Delivery) (string, error) {
		if d.Delivered > 1 {
			return redelivered(ctx, w, d)
		}
		return fresh(ctx, w, d)
	}
}

// remaking enriches articles again: what is stored under the same revision is
// replaced when the article, or what is found in it, is not the same any more.
// unchanged is what to do when it is.
func remaking(root schema.Root, steps []Step, unchanged bus.Action) bus.Handler {
	r := revision(root, steps)
	r.Decide = func(last *schema.Enriched, e schema.Enriched) (schema.Enriched, bus.Action, string) {
		switch {
		case last == nil || e.Revision != last.Revision:
			return decide(last, e)
		case same(*last, e):
			return *last, unchanged, "unchanged"
		default:
			return e, bus.Publish, "remade"
		}
	}
	return bus.Revise(r)
}

// same reports whether two enriched articles differ in nothing but how they came
// to be.
func same(a, b schema.Enriched) bool {
	a.Provenance, b.Provenance = schema.Provenance{}, schema.Provenance{}
	a.Models, b.Models = nil, nil
	one, err := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(one, other)
}
