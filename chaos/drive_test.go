package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// driver does to a pipeline what a plan says, while its feeds change.
type driver struct {
	*stand
	log func(format string, args ...any)

	kills  atomic.Int64
	pauses atomic.Int64
	cuts   atomic.Int64
}

// drive carries the plan out, and returns when every process runs and every link
// is whole.
func (d *driver) drive(ctx context.Context, rounds []round) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var beside sync.WaitGroup
	beside.Go(func() { d.print(ctx) })
	beside.Go(func() { d.supervise(ctx) })
	defer beside.Wait()
	defer stop()
	for n, r := range rounds {
		var acts sync.WaitGroup
		for _, a := range r.acts {
			d.log("round %d: %s: %s", n+1, d.processes[a.victim].name, a)
			acts.Go(func() { d.act(ctx, a) })
		}
		acts.Wait()
		if err := pause(ctx, r.rest); err != nil {
			return err
		}
	}
	for _, p := range d.processes {
		if err := p.start(); err != nil {
			return err
		}
	}
	return nil
}

// act does one act to its end.
func (d *driver) act(ctx context.Context, a act) {
	p := d.processes[a.victim]
	_ = pause(ctx, a.after) // what was begun is put right, also at an early end
	switch a.what {
	case actKill:
		d.killOften(ctx, p, a)
	case actPause:
		d.pauses.Add(1)
		p.signal(syscall.SIGSTOP)
		_ = pause(ctx, a.hold)
		p.signal(syscall.SIGCONT)
	default:
		d.cuts.Add(1)
		p.link(linkOf(a.what))
		_ = pause(ctx, a.hold)
		p.link(whole)
	}
}

func (d *driver) killOften(ctx context.Context, p *process, a act) {
	for n := range a.kills {
		if n > 0 {
			_ = pause(ctx, a.life)
		}
		if a.bytes > 0 {
			p.busy(ctx, a.bytes)
		}
		p.kill()
		d.kills.Add(1)
		_ = pause(ctx, a.hold)
		if err := p.start(); err != nil {
			d.log("%v", err)
		}
	}
}

func linkOf(name string) link {
	for _, l := range []link{cut, silent, delayed} {
		if l.String() == name {
			return l
		}
	}
	return whole
}

// print changes the feeds, a few every moment.
func (d *driver) print(ctx context.Context) {
	rng := rand.New(rand.NewPCG(d.seed, 3))
	for pause(ctx, upTo(rng, 300*time.Millisecond)) == nil {
		d.papers[rng.IntN(len(d.papers))].change()
	}
}

// supervise starts again what has ended by itself, as systemd and Kubernetes do.
func (d *driver) supervise(ctx context.Context) {
	for pause(ctx, 300*time.Millisecond) == nil {
		for _, p := range d.processes {
			if err := p.supervise(); err != nil {
				d.log("%v", err)
			}
		}
	}
}

// done is what was done so far.
func (d *driver) done() string {
	return fmt.Sprintf("%d kills, %d pauses, %d partitions", d.kills.Load(), d.pauses.Load(), d.cuts.Load())
}
