package replay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// run is one delivery of a stretch.
type run struct {
	from    Source
	to      Output
	options Options
	p       schema.Progress

	limiter *rate.Limiter
	pace    pace
	waiting []bus.Delivery
	bytes   int
	size    int  // messages of a window
	quiet   bool // nothing has come since the last tick
}

func (r *run) limit(perSecond float64) {
	r.size = min(max(int(perSecond/windowsASecond), 1), windowMessages)
	r.limiter = rate.NewLimiter(rate.Limit(perSecond), r.size)
}

// piece is what the reading of a source gives.
type piece struct {
	bus.Delivery
	err error
}

// run delivers until the source ends, or ctx does. What is read ahead is bounded
// by what is delivered at once.
func (r *run) run(ctx context.Context) error {
	if done, err := r.begin(ctx); done || err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	pieces := make(chan piece, windowMessages)
	defer func() {
		stop()
		for range pieces { // until the reader has seen it
		}
	}()
	go func() {
		defer close(pieces)
		for d, err := range r.from.Read(reading, r.p.Sequence+1, r.options.Follow) {
			select {
			case pieces <- piece{d, err}:
			case <-reading.Done():
				return
			}
		}
	}()
	return r.deliver(ctx, pieces)
}

// begin marks the end of a stretch of which nothing is left. It reports whether
// there is nothing to do at all.
func (r *run) begin(ctx context.Context) (done bool, err error) {
	if r.p.Marked {
		return !r.options.Follow, nil
	}
	left, err := r.from.Count(ctx, r.p.Sequence+1)
	if err != nil || left > 0 {
		return false, err
	}
	return !r.options.Follow, r.mark(ctx)
}

func (r *run) deliver(ctx context.Context, pieces <-chan piece) error {
	ticker := time.NewTicker(syncEvery)
	defer ticker.Stop()
	for {
		select {
		case p, open := <-pieces:
			if !open {
				return r.close(ctx)
			}
			if err := r.take(ctx, p, pieces); err != nil {
				return err
			}
		case <-ticker.C:
			if err := r.tick(ctx); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// close ends a stretch that was read to its end.
func (r *run) close(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return r.mark(ctx)
}

// take delivers a message with all that are ready, up to a window.
func (r *run) take(ctx context.Context, p piece, pieces <-chan piece) error {
	r.quiet = false
	if err := r.add(ctx, p); err != nil {
		return err
	}
	for len(r.waiting) > 0 {
		select {
		case p, open := <-pieces:
			if !open {
				return r.flush(ctx) // the next receive sees the end
			}
			if err := r.add(ctx, p); err != nil {
				return err
			}
		default:
			return r.flush(ctx)
		}
	}
	return nil
}

// add puts a message into the window when its time has come. A full one is
// delivered.
func (r *run) add(ctx context.Context, p piece) error {
	if p.err != nil {
		return p.err
	}
	if err := r.due(ctx, p.Delivery); err != nil {
		return err
	}
	r.waiting = append(r.waiting, p.Delivery)
	r.bytes += len(p.Data)
	switch {
	case r.completes(p.Delivery):
		return r.mark(ctx)
	case len(r.waiting) < r.size && r.bytes < windowBytes:
		return nil
	}
	return r.flush(ctx)
}

// due marks the end of the stretch when a message is beyond it, and waits for the
// time of one that is within.
func (r *run) due(ctx context.Context, d bus.Delivery) error {
	if !r.p.Marked && d.Sequence > r.options.Last {
		if err := r.mark(ctx); err != nil {
			return err
		}
	}
	if r.p.Marked {
		return nil
	}
	return r.await(ctx, d.Time)
}

// completes reports whether a message is the last of a stretch that is followed.
func (r *run) completes(d bus.Delivery) bool {
	return r.options.Follow && !r.p.Marked && (d.Pending == 0 || d.Sequence >= r.options.Last)
}

// await waits until a message that was stored at a time is to go, if its pace is
// kept. What is there already goes before.
func (r *run) await(ctx context.Context, stored time.Time) error {
	left := r.pace.next(stored, time.Now())
	if left <= 0 {
		return nil
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	for ; left > 0; left = time.Until(r.pace.due) {
		if err := wait(ctx, min(left, syncEvery)); err != nil {
			return err
		}
		if left > syncEvery {
			if err := r.sync(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush delivers the window.
func (r *run) flush(ctx context.Context) error {
	n := len(r.waiting)
	if n == 0 {
		return nil
	}
	if r.limiter != nil {
		if err := r.limiter.WaitN(ctx, n); err != nil {
			return fmt.Errorf("rate: %w", err)
		}
	}
	if err := r.to.Deliver(ctx, r.waiting); err != nil {
		return err
	}
	r.p.Sequence = r.waiting[n-1].Sequence
	if r.p.Marked {
		r.p.Live += uint64(n)
	} else {
		r.p.Done += uint64(n)
	}
	clear(r.waiting)
	r.waiting, r.bytes = r.waiting[:0], 0
	return nil
}

// mark ends the stretch, once all of it is delivered.
func (r *run) mark(ctx context.Context) error {
	if err := r.flush(ctx); err != nil {
		return err
	}
	if r.p.Done > 0 || r.options.Follow {
		if err := r.to.End(ctx, r.p.Done); err != nil {
			return err
		}
	}
	r.p.Marked = true
	return nil
}

// tick syncs the output. When nothing comes, the rest of the stretch may have been
// removed from its stream: then this is its end.
func (r *run) tick(ctx context.Context) error {
	if r.quiet && r.options.Follow && !r.p.Marked {
		left, err := r.from.Count(ctx, r.p.Sequence+1)
		if err == nil && left == 0 {
			err = r.mark(ctx)
		}
		if err != nil {
			return err
		}
	}
	r.quiet = true
	return r.sync(ctx)
}

func (r *run) sync(ctx context.Context) error {
	if err := r.to.Sync(ctx, &r.p); err != nil {
		return err
	}
	if r.options.Report != nil {
		r.options.Report(r.p)
	}
	return nil
}

// lastSync bounds the time for the last sync of a run that was stopped.
const lastSync = 5 * time.Second

// end syncs what was delivered before the run ended, by err or without one.
func (r *run) end(ctx context.Context, err error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSync)
	defer cancel()
	if syncErr := r.sync(ctx); err == nil || errors.Is(err, context.Canceled) {
		err = errors.Join(err, syncErr)
	}
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
