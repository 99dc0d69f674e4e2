// Command enricher finds and links the entities of articles.
package main

import (
	"context"
	"os"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/services/enricher"
)

func main() {
	os.Exit(boot.Main("enricher", "Finds and links the entities of articles.", os.Args[1:], run))
}

func run(ctx context.Context, b *bus.Bus, c enricher.Config) error {
	steps, err := enricher.Steps(c)
	if err != nil {
		return boot.ConfigError(err)
	}
	return enricher.Run(ctx, b, c, steps...)
}
