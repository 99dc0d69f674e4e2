package app

import (
	"context"
	"time"
)

// OnceWithin is Once with other bounds of its patience.
func (a *App) OnceWithin(ctx context.Context, idle, total time.Duration, progress Progress) (Summary, error) {
	return a.once(ctx, progress, patience{idle: idle, total: total})
}
