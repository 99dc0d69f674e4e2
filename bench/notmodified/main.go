// Notmodified measures what it costs to poll feeds that have nothing new: polls
// per CPU second, and bytes per feed in memory and on disk, of a fetcher and of
// its NATS server, for several numbers of feeds.
//
//	go run ./bench/notmodified -feeds 1000,10000,100000
//
// The fetcher, the server and the web site are processes of their own. Each feed
// is on a host of its own, which the site stands for as a proxy: so each poll
// waits for its host's turn as in life, but there is neither DNS nor TLS. See
// docs/performance.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "notmodified:", err)
		os.Exit(1)
	}
}

// config is what the person at the keyboard may choose.
type config struct {
	// feeds are the numbers of feeds to measure with.
	feeds []int
	// rate is how many polls a second the feeds want, all together.
	rate int
	// windows of so many seconds are measured, of which the median is told.
	windows int
	window  time.Duration
	// sync is how often the server syncs its disk, 0 for before each
	// acknowledgement.
	sync time.Duration

	dir     string
	profile string
}

// run plays the part that the first argument names, or the whole benchmark.
func run(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error {
	if len(args) > 0 {
		if part, ok := parts[args[0]]; ok {
			return part(ctx, args[1:], in, out, log)
		}
	}
	c, err := parse(args, log)
	if err != nil {
		return err
	}
	var results []result
	for _, n := range c.feeds {
		r, err := measure(ctx, c, n, log)
		if err != nil {
			return fmt.Errorf("%d feeds: %w", n, err)
		}
		results = append(results, r)
		fmt.Fprintln(log, r.row())
	}
	return writeTable(out, c, results)
}

func parse(args []string, log io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("notmodified", flag.ContinueOnError)
	flags.SetOutput(log)
	feeds := flags.String("feeds", "1000,10000", "numbers of feeds, separated by commas")
	flags.IntVar(&c.rate, "rate", 200, "polls a second that the feeds want, all together")
	flags.IntVar(&c.windows, "windows", 3, "times to measure, of which the median is told")
	flags.DurationVar(&c.window, "window", 20*time.Second, "how long each time is")
	flags.DurationVar(&c.sync, "sync", 0, "how often the server syncs its disk; before each acknowledgement when 0")
	flags.StringVar(&c.dir, "dir", "", "directory for the streams, on the disk to measure (a temporary one)")
	flags.StringVar(&c.profile, "profile", "", "directory for pprof profiles (none)")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	for _, text := range strings.Split(*feeds, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 10_000_000 {
			return c, fmt.Errorf("-feeds %s: want numbers from 1 to 10,000,000", *feeds)
		}
		c.feeds = append(c.feeds, n)
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return c, c.validate()
}

func (c config) validate() error {
	switch {
	case c.sync < 0:
		return fmt.Errorf("-sync %s: want at least 0", c.sync)
	case c.rate < 1 || c.windows < 1 || c.window < 10*time.Millisecond:
		return fmt.Errorf("-rate %d, -windows %d, -window %s: want at least 1, 1 and 10ms", c.rate, c.windows, c.window)
	}
	return nil
}
