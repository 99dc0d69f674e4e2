package chaos

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestChaos does what the flags in DATELINE_CHAOS say, as those of a program.
func TestChaos(t *testing.T) {
	args, asked := os.LookupEnv("DATELINE_CHAOS")
	if !asked {
		t.Skip("no run is asked for; one is: make chaos")
	}
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, strings.Fields(args), os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
}

// config is what the person at the keyboard may choose.
type config struct {
	settings
	seeds    int
	kills    int
	modes    []string
	bug      string
	bugs     bool
	recovery int
	done     int // jobs to be done
	jumping  bool
	soaking  time.Duration
	plot     string
	keep     bool
	patience time.Duration
}

// errBreach says that a promise was broken.
var errBreach = errors.New("a promise was broken")

// run builds the programs and does what the flags say.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	c, err := parse(args, log)
	if err != nil {
		return err
	}
	if c.dir, err = os.MkdirTemp(c.dir, "chaos-"); err != nil {
		return err
	}
	h := &harness{config: c, out: out, started: time.Now()}
	switch {
	case c.bugs:
		err = h.plantAll(ctx)
	case c.soaking > 0:
		err = h.soak(ctx)
	case c.recovery > 0:
		err = h.recover(ctx)
	case c.done > 0:
		err = h.jobs(ctx)
	case c.jumping:
		err = h.clocks(ctx)
	default:
		err = h.runAll(ctx)
	}
	if c.keep || errors.Is(err, errBreach) {
		h.say("logs and streams are in %s", c.dir)
		return err
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}

func parse(args []string, log io.Writer) (config, error) {
	var c config
	var modes string
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.Uint64Var(&c.seed, "seed", 1, "what decides the acts and the feeds")
	flags.IntVar(&c.seeds, "seeds", 1, "runs, each with the next seed; with a bug planted until it is caught")
	flags.IntVar(&c.kills, "kills", 200, "kills of one seed, over all modes")
	flags.StringVar(&modes, "mode", modeServices+","+modeUp, "deployments: services, up, cluster; several with commas")
	flags.IntVar(&c.feeds, "feeds", 16, "feeds that are polled")
	flags.Float64Var(&c.faults, "faults", 0.3, "share of the answers of feeds that are faulty")
	flags.DurationVar(&c.interval, "interval", 500*time.Millisecond, "time between two polls of a feed")
	flags.DurationVar(&c.patience, "patience", 6*time.Minute, "how long nothing must have come before what is missing is lost")
	flags.StringVar(&c.bug, "bug", "", "plant this bug: "+strings.Join(bugNames(), ", "))
	flags.BoolVar(&c.bugs, "bugs", false, "plant each bug, and fail unless each is caught")
	flags.IntVar(&c.recovery, "recovery", 0, "measure so many restarts of NATS for each mode")
	flags.IntVar(&c.done, "jobs", 0, "have so many replays and backfills done on a cluster, in each of which a server is killed")
	flags.BoolVar(&c.jumping, "clock", false, "set the clock of all processes forward and back, without kills")
	flags.DurationVar(&c.soaking, "soak", 0, "watch dateline up for so long, without kills")
	flags.StringVar(&c.plot, "plot", "soak.svg", "file for the plot of -soak; its figures go beside it")
	flags.StringVar(&c.tree, "tree", "..", "the source")
	flags.StringVar(&c.programs, "programs", "", "folder of programs that are built already (none)")
	flags.StringVar(&c.dir, "dir", "", "folder for streams and logs, on the disk to try (a temporary one)")
	flags.BoolVar(&c.keep, "keep", false, "keep streams and logs; they are kept when a promise was broken")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	c.modes = strings.Split(modes, ",")
	for _, mode := range c.modes {
		if !slices.Contains([]string{modeServices, modeUp, modeCluster}, mode) {
			return c, fmt.Errorf("-mode %s: want services, up or cluster", mode)
		}
	}
	switch {
	case flags.NArg() > 0:
		return c, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case c.feeds < 1 || c.seeds < 1 || c.kills < 0 || c.recovery < 0 || c.done < 0:
		return c, fmt.Errorf("-feeds %d, -seeds %d, -kills %d, -recovery %d, -jobs %d: want at least 1, 1, 0, 0 and 0", c.feeds, c.seeds, c.kills, c.recovery, c.done)
	case c.bug != "" && !slices.Contains(bugNames(), c.bug):
		return c, fmt.Errorf("-bug %s: want one of %s", c.bug, strings.Join(bugNames(), ", "))
	}
	var err error
	c.tree, err = filepath.Abs(c.tree)
	return c, err
}

// harness is one use of the program.
type harness struct {
	config
	started time.Time

	mu  sync.Mutex
	out io.Writer
}

// say writes a line with the seconds since the start.
func (h *harness) say(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fmt.Fprintf(h.out, "%7.1fs  %s\n", time.Since(h.started).Seconds(), fmt.Sprintf(format, args...))
}

// built returns the folder of the programs, with a bug planted if one is named.
func (h *harness) built(bug string) (string, error) {
	if h.programs != "" && bug == "" {
		return filepath.Abs(h.programs)
	}
	folder := filepath.Join(h.dir, "programs-"+bug)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	overlay, err := plant(h.tree, bug, folder)
	if err != nil {
		return "", err
	}
	h.say("building%s", strings.TrimSuffix(" with the bug "+bug, " with the bug "))
	return folder, build(h.tree, folder, overlay)
}

// runAll runs every seed in every mode.
func (h *harness) runAll(ctx context.Context) error {
	programs, err := h.built(h.bug)
	if err != nil {
		return err
	}
	breaches := 0
	for n := range h.seeds {
		if h.bug != "" && breaches > 0 {
			break // it is caught
		}
		for m, mode := range h.modes {
			c := h.settings
			c.mode, c.programs, c.seed = mode, programs, h.seed+uint64(n)
			kills := h.kills*(m+1)/len(h.modes) - h.kills*m/len(h.modes)
			f, err := h.one(ctx, c, kills)
			if err != nil {
				return fmt.Errorf("seed %d, %s: %w", c.seed, mode, err)
			}
			breaches += f.breaches()
		}
	}
	if breaches > 0 {
		return fmt.Errorf("%w: %d times", errBreach, breaches)
	}
	return nil
}

// one is one run.
func (h *harness) one(ctx context.Context, c settings, kills int) (f findings, err error) {
	c.dir = filepath.Join(c.dir, strings.Trim(fmt.Sprintf("%s-%s-%d", h.bug, c.mode, c.seed), "-"))
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return f, err
	}
	h.say("seed %d, %s: %d kills, %d feeds every %s", c.seed, c.mode, kills, c.feeds, c.interval)
	s, err := newStand(ctx, c)
	defer s.close()
	if err != nil {
		return f, err
	}
	d := &driver{stand: s, log: h.say}
	if err := d.drive(ctx, plan(c.seed, kills, s.linked())); err != nil {
		return f, err
	}
	for _, p := range s.papers {
		p.heal()
	}
	h.say("%s; waiting for the rest", d.done())
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go d.supervise(ctx)
	f, err = s.verdict(ctx, h.patience)
	exits := 0
	for _, p := range s.processes {
		exits += len(p.exits())
	}
	h.say("seed %d, %s: %s, %d exits\n%s  %s", c.seed, c.mode, d.done(), exits, f.details(10), f)
	return f, err
}

// linked says of each process whether its network goes through proxies.
func (s *stand) linked() (linked []bool) {
	for _, p := range s.processes {
		linked = append(linked, len(p.network) > 0)
	}
	return linked
}
