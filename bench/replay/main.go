// Replay measures what history costs.
//
//	go run ./bench/replay -messages 1000000
//	go run ./bench/replay -of backfill -messages 200000
//
// The first tells how many messages a second a replay delivers from a file store,
// beside a bare nats.go consumer that only acknowledges, in the same run. The
// second tells how long live articles take, from the publishing of the item to the
// arrival of the enriched article, with and without a backfill beside them. The
// server is a process of its own. See docs/performance.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/services/normalizer"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

// config is what the person at the keyboard may choose.
type config struct {
	of       string
	messages int
	size     int
	rounds   int
	live     float64
	window   time.Duration
	share    int
	dir      string
	profile  string
}

// server is the argument that makes this program the server.
const server = "server"

// run plays the server, or measures.
func run(ctx context.Context, args []string, in io.Reader, out, log io.Writer) error {
	if len(args) == 2 && args[0] == server {
		return runServer(ctx, args[1], in, out)
	}
	c, err := parse(args, log)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(c.dir, "dateline-bench-")
	if err != nil {
		return fmt.Errorf("directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // it is a temporary one
	p, err := startServer(ctx, filepath.Join(dir, "streams"), log)
	if err != nil {
		return err
	}
	defer p.stop()
	b, err := connect(ctx, p.url, log)
	if err != nil {
		return err
	}
	defer b.Close()
	fmt.Fprintf(out, "%s\n\n", benchmark.ThisMachine())
	if c.of == ofBackfill {
		return measureBackfill(ctx, b, c, out, log)
	}
	return measureReplay(ctx, b, c, dir, out, log)
}

// What is measured.
const (
	ofReplay   = "replay"
	ofBackfill = "backfill"
)

func parse(args []string, log io.Writer) (config, error) {
	var c config
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.StringVar(&c.of, "of", ofReplay, "what to measure: replay or backfill")
	flags.IntVar(&c.messages, "messages", 100_000, "messages of history")
	flags.IntVar(&c.size, "size", 1024, "bytes of a message's body")
	flags.IntVar(&c.rounds, "rounds", 3, "times to measure, of which the median is told")
	flags.Float64Var(&c.live, "live", 50, "live items a second, beside the backfill")
	flags.IntVar(&c.share, "share", normalizer.DefaultConfig().Backfill, "messages of the backfill in hand at once (--backfill of the normalizer)")
	flags.DurationVar(&c.window, "window", 20*time.Second, "how long the live items are measured, each time")
	flags.StringVar(&c.dir, "dir", "", "directory for the streams, on the disk to measure (a temporary one)")
	flags.StringVar(&c.profile, "profile", "", "directory for pprof profiles of the replays (none)")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	switch {
	case flags.NArg() > 0:
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case c.of != ofReplay && c.of != ofBackfill:
		return c, fmt.Errorf("-of %s: want replay or backfill", c.of)
	case c.messages < 10 || c.size < 100 || c.size > 100_000 || c.rounds < 1:
		return c, fmt.Errorf("-messages %d, -size %d, -rounds %d: want at least 10, 100 to 100,000 and at least 1", c.messages, c.size, c.rounds)
	case c.live <= 0 || c.window < 10*time.Millisecond:
		return c, fmt.Errorf("-live %g, -window %s: want more than 0, and at least 10ms", c.live, c.window)
	}
	return c, nil
}

// connect connects, and makes the streams.
func connect(ctx context.Context, url string, log io.Writer) (*bus.Bus, error) {
	logger, err := boot.Log{LogLevel: zap.WarnLevel.String(), LogFormat: "text"}.New(log)
	if err != nil {
		return nil, err
	}
	b, err := bus.Connect(ctx, bus.Options{URL: url, Name: "bench", Logger: logger})
	if err != nil {
		return nil, err
	}
	o := topology.DefaultOptions()
	o.Store = store
	if _, err := topology.New(o).Ensure(ctx, b.JetStream()); err != nil {
		b.Close()
		return nil, fmt.Errorf("set up: %w", err)
	}
	return b, nil
}
