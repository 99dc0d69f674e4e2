package main

import (
	"context"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// The services by themselves: what services/*/cmd/* run too.

type fetcherCommand struct {
	boot.Service[fetcher.Config] `embed:""`
}

// Run is called by kong.
func (c *fetcherCommand) Run(ctx context.Context, t terminal) error {
	c.Own.Version, c.Own.Probe = boot.Version(), fetcher.ProbeEvery
	return c.Service.Run(ctx, "fetcher", t.Err, fetcher.Run)
}

type normalizerCommand struct {
	boot.Service[normalizer.Config] `embed:""`
}

// Run is called by kong.
func (c *normalizerCommand) Run(ctx context.Context, t terminal) error {
	return c.Service.Run(ctx, "normalizer", t.Err, normalizer.Run)
}

type enricherCommand struct {
	boot.Service[enricher.Config] `embed:""`
}

// Run is called by kong.
func (c *enricherCommand) Run(ctx context.Context, t terminal) error {
	return c.Service.Run(ctx, "enricher", t.Err, func(ctx context.Context, b *bus.Bus, own enricher.Config) error {
		steps, err := enricher.Steps(own)
		if err != nil {
			return boot.ConfigError(err)
		}
		return enricher.Run(ctx, b, own, steps...)
	})
}
