// Scale measures what more enrichers bring on one machine.
//
//	go run ./bench/scale
//	go run ./bench/scale -enrichers 1,2,4 -articles 20000 -rate 200
//
// For each number of enrichers, processes with one core each (GOMAXPROCS=1), it
// tells how many articles of a backlog they take a second together, what an article
// costs them and the NATS server, which is a process too, and how evenly they share;
// and then, with articles that come at a rate, how far behind they are. See
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

	"github.com/dateline-news/dateline/internal/benchmark"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

// config is what the person at the keyboard may choose.
type config struct {
	enrichers []int
	articles  int
	words     int
	rate      float64
	window    time.Duration
	dir       string
}

// run plays the part that the first argument names, or measures.
func run(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error {
	if len(args) == 2 {
		switch args[0] {
		case partServer:
			return playServer(ctx, args[1], in, out)
		case partEnricher:
			return playEnricher(ctx, args[1], in, out, log)
		}
	}
	c, err := parse(args, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s; %d articles of about %d words, then %g a second for %s\n\n", benchmark.ThisMachine(), c.articles, c.words, c.rate, c.window)
	var results []result
	for _, n := range c.enrichers {
		r, err := measure(ctx, c, n, log)
		if err != nil {
			return fmt.Errorf("%d enrichers: %w", n, err)
		}
		fmt.Fprintf(log, "%d enrichers: %.0f articles/s\n", n, r.speed())
		results = append(results, r)
	}
	return table(out, results)
}

func parse(args []string, log io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	flags.SetOutput(log)
	enrichers := flags.String("enrichers", "1,2,4", "numbers of enrichers, separated by commas")
	flags.IntVar(&c.articles, "articles", 10_000, "articles of the backlog")
	flags.IntVar(&c.words, "words", 700, "words of an article, about")
	flags.Float64Var(&c.rate, "rate", 100, "articles a second, when there is no backlog any more")
	flags.DurationVar(&c.window, "window", 10*time.Second, "how long those come")
	flags.StringVar(&c.dir, "dir", "", "directory for the streams, on the disk to measure (a temporary one)")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	for text := range strings.SplitSeq(*enrichers, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 64 {
			return c, fmt.Errorf("-enrichers %s: want numbers from 1 to 64", *enrichers)
		}
		c.enrichers = append(c.enrichers, n)
	}
	switch {
	case flags.NArg() > 0:
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case c.articles < 1 || c.words < 1:
		return c, fmt.Errorf("-articles %d, -words %d: want at least 1", c.articles, c.words)
	case c.rate <= 0 || c.window < 10*time.Millisecond:
		return c, fmt.Errorf("-rate %g, -window %s: want more than 0, and at least 10ms", c.rate, c.window)
	}
	return c, nil
}
