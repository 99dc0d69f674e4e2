package main

import (
	"context"
	"fmt"
	"time"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// observeCommand tells Prometheus of a pipeline whose services are processes of their own,
// none of which may ask for all of it.
type observeCommand struct {
	boot.Service[observeConfig] `embed:""`
}

type observeConfig struct {
	Every time.Duration `help:"Time between two looks at the pipeline, at least 1s." default:"30s" placeholder:"INTERVAL"`
}

// Validate says which setting is wrong and what is wanted.
func (c observeConfig) Validate() error {
	if c.Every < time.Second {
		return fmt.Errorf("--every: got %s, want at least 1s", c.Every)
	}
	return nil
}

// Run is called by kong.
func (c *observeCommand) Run(ctx context.Context, t terminal) error {
	metrics := status.Metrics{Consumers: true}
	return c.Service.Run(ctx, "observe", t.Err, func(ctx context.Context, b *bus.Bus, own observeConfig) error {
		metrics.Run(ctx, b, own.Every)
		return nil
	}, &metrics)
}
