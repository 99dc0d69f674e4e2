package normalizer

import (
	"context"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/backfill"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/identity"
)

// runBackfills normalizes items of history again, as jobs ask for, until ctx ends.
func runBackfills(ctx context.Context, b *bus.Bus, c Config) error {
	count := b.Stats().Stage(backfill.Name(Stage)).Add
	return backfill.Worker{
		Stage: c.stage(), Workers: c.Backfill,
		Handler: func(job schema.Job) bus.Handler {
			r := revision(b.Root(), count)
			if job.Backfill.Into == schema.IntoShadow {
				return bus.Revise(r.Shadow(b.Root(), job.ID))
			}
			r.Decide = deciding(identity.Again)
			return bus.Revise(r)
		},
	}.Run(ctx, b)
}
