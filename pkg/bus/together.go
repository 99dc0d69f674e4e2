package bus

import (
	"context"
	"errors"
	"sync"
)

// Together runs the parts of a service until ctx ends or one of them does, which
// ends the others. It returns when all have. A part that says only that its context
// has ended, as one that was stopped while it began, has not failed.
func Together(ctx context.Context, parts ...func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var running sync.WaitGroup
	errs := make([]error, len(parts))
	for i, part := range parts {
		running.Go(func() {
			defer stop()
			if err := part(ctx); ctx.Err() == nil || !errors.Is(err, context.Canceled) {
				errs[i] = err
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}
