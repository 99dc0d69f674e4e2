// Bench measures the whole pipeline: how fast the items of many feeds become
// enriched articles, at what cost, and how that compares with the floor, which
// is a bare program that stores the very same messages on the same server.
//
// Each measured side runs in a process of its own, and so does the web site
// with the feeds, whose work is not counted. See docs/performance.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// config is what the person at the keyboard may choose.
type config struct {
	Feeds int `json:"feeds"`
	Items int `json:"items_per_feed"`
	Words int `json:"words_per_item"`
	Runs  int `json:"runs"`

	dir     string
	output  string
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
	report, err := measure(ctx, c, log)
	if err != nil {
		return err
	}
	if c.output == "json" {
		return writeJSON(out, report)
	}
	return writeTable(out, report)
}

// parts are what a process that the benchmark starts may be.
var parts = map[string]func(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error{
	partSite:     serveSite,
	partPipeline: runPipeline,
	partFloor:    runFloor,
}

func parse(args []string, log io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.IntVar(&c.Feeds, "feeds", 1000, "feeds that the site has")
	flags.IntVar(&c.Items, "items", 20, "items of a feed")
	flags.IntVar(&c.Words, "words", 700, "words of an item, about")
	flags.IntVar(&c.Runs, "runs", 3, "runs of each side, of which the median is told")
	flags.StringVar(&c.dir, "dir", "", "directory for the streams, on the disk to measure (a temporary one)")
	flags.StringVar(&c.output, "output", "text", "format of the result: text or json")
	flags.StringVar(&c.profile, "profile", "", "directory for pprof profiles of the last run (none)")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	switch {
	case flags.NArg() > 0:
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case c.Feeds < 2 || c.Items < 1 || c.Words < 1 || c.Runs < 1:
		return c, fmt.Errorf("-feeds %d, -items %d, -words %d, -runs %d: want at least 2, 1, 1 and 1", c.Feeds, c.Items, c.Words, c.Runs)
	case c.output != "text" && c.output != "json":
		return c, fmt.Errorf("-output %q: want text or json", c.output)
	}
	return c, nil
}
