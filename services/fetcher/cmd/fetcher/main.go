// Command fetcher polls the registered feeds and publishes their new items.
package main

import (
	"context"
	"os"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/services/fetcher"
)

func main() {
	os.Exit(boot.Main("fetcher", "Polls feeds and publishes their new items.", os.Args[1:], run))
}

func run(ctx context.Context, b *bus.Bus, c fetcher.Config) error {
	c.Version, c.Probe = boot.Version(), fetcher.ProbeEvery
	return fetcher.Run(ctx, b, c)
}
