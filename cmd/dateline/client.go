package main

import (
	"context"
	"fmt"
	"io"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// client is what every command needs that talks to a running pipeline.
type client struct {
	boot.Connection `embed:""`
}

// connect connects; what happens to the connection is logged to stderr.
func (c client) connect(ctx context.Context, stderr io.Writer) (*bus.Bus, error) {
	log, err := boot.Log{LogLevel: "warn", LogFormat: "auto"}.New(stderr)
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	return c.Connect(ctx, "cli", log)
}
