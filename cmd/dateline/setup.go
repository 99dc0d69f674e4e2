package main

import (
	"context"
	"fmt"

	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/topology"
)

// setupCommand makes the server hold the pipeline's topology.
type setupCommand struct {
	client
	Check    bool     `help:"Compare and change nothing; exit 1 when something differs."`
	Replicas int      `help:"Servers of a cluster that hold each stream: 1, 3 or 5." default:"1"`
	Store    byteSize `help:"Bytes that all streams together may take on a server." default:"10GiB" placeholder:"SIZE"`
}

// minStore leaves room in the smallest of the streams.
const minStore = 100 << 20

// Run is called by kong.
func (c *setupCommand) Run(ctx context.Context, t terminal) error {
	if err := checkReplicas(c.Replicas); err != nil {
		return err
	}
	if c.Store < minStore {
		return boot.ConfigError(fmt.Errorf("--store: got %s, want at least %s", c.Store, byteSize(minStore)))
	}
	b, err := c.connect(ctx, t.Err)
	if err != nil {
		return err
	}
	defer b.Close()
	top := topology.New(topology.Options{Root: b.Root(), Replicas: c.Replicas, Store: int64(c.Store)})
	act := top.Ensure
	if c.Check {
		act = top.Check
	}
	changes, err := act(ctx, b.JetStream())
	for _, change := range changes {
		fmt.Fprintln(t.Out, change)
	}
	switch {
	case err != nil:
		return err
	case len(changes) == 0:
		fmt.Fprintln(t.Out, "nothing to change")
	case c.Check:
		return fmt.Errorf("%d differences; run: dateline setup", len(changes))
	default:
		fmt.Fprintf(t.Out, "%d of these created or changed\n", len(changes))
	}
	return nil
}

// checkReplicas refuses numbers of replicas that no majority can be of.
func checkReplicas(n int) error {
	if n != 1 && n != 3 && n != 5 {
		return boot.ConfigError(fmt.Errorf("--replicas: got %d, want 1, 3 or 5", n))
	}
	return nil
}
