// Polls simulates a day of polling many feeds, in virtual time: no network, no
// server, only package schedule and feeds that publish at random as real ones do
// on average. It prints, for ways of polling, how many polls that takes, what
// they transfer, and how old items are when they are first seen.
//
//	go run ./services/fetcher/bench/polls -feeds 1000000
//
// It stands in the fetcher's module because package schedule is internal to it.
// What the feeds are like is written in publisher.go and docs/performance.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "polls:", err)
		os.Exit(1)
	}
}

// config is what the person at the keyboard may choose.
type config struct {
	feeds int
	seed  uint64
	// warmup is the days before the day that is measured, in which rhythms are
	// learnt.
	warmup int
	// hubs is the share of feeds that push.
	hubs float64
}

func run(args []string, out, log io.Writer) error {
	c, err := parse(args, log)
	if err != nil {
		return err
	}
	return writeTable(out, c, simulate(c))
}

func parse(args []string, log io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("polls", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.IntVar(&c.feeds, "feeds", 20_000, "how many feeds")
	flags.Uint64Var(&c.seed, "seed", 1, "which feeds, of all that there could be")
	flags.IntVar(&c.warmup, "warmup", 14, "days before the day that is measured")
	flags.Float64Var(&c.hubs, "hubs", 0.1, "share of feeds that push their items")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	switch {
	case c.feeds < 1 || c.feeds > 100_000_000:
		return c, fmt.Errorf("-feeds: got %d, want 1 to 100,000,000", c.feeds)
	case c.warmup < 1 || c.warmup > 365:
		return c, fmt.Errorf("-warmup: got %d days, want 1 to 365", c.warmup)
	case !(c.hubs >= 0 && c.hubs <= 1):
		return c, fmt.Errorf("-hubs: got %v, want 0 to 1", c.hubs)
	case flags.NArg() > 0:
		return c, fmt.Errorf("%q: want no arguments", flags.Arg(0))
	}
	return c, nil
}
