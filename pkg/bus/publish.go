package bus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"
)

// Publish stores messages and waits until the server has acknowledged each. It
// waits out what passes (a full stream, no leader, no connection) for as long
// as ctx lasts. The first error that does not pass ends it; acks are in the
// order of the messages.
func (b *Bus) Publish(ctx context.Context, messages ...Message) ([]Ack, error) {
	return b.publish(ctx, nil, messages)
}

// publish is Publish for messages that a delivery led to.
func (b *Bus) publish(ctx context.Context, cause *Delivery, messages []Message) (acks []Ack, err error) {
	span, parent := b.sending(ctx, cause, messages)
	defer func() { ended(span, "", err) }()
	now := time.Now()
	waiting := make([]*pending, len(messages))
	left := make([]int, len(messages))
	for i, m := range messages {
		waiting[i], left[i] = newPending(m, m.wire(b.name, now, cause, parent)), i
	}
	b.owed.begin()
	defer b.owed.end()
	acks = make([]Ack, len(messages))
	var errs error
	for try := 0; len(left) > 0; try++ {
		for _, i := range left {
			if err := b.submit(ctx, waiting[i]); err != nil {
				return nil, err
			}
		}
		var again []int
		var why error
		for _, i := range left {
			ack, err := b.outcome(ctx, waiting[i])
			if passing(ctx, err) {
				again, why = append(again, i), err
				continue
			}
			b.owed.paid()
			acks[i], errs = ack, errors.Join(errs, err)
		}
		if left = again; len(left) == 0 {
			break
		}
		if b.nc.IsClosed() { // for good, which not every error of the library says
			return nil, fmt.Errorf("%w: %w", ErrClosed, why)
		}
		if try == 0 { // until it returns, the bus is not ready
			b.pushedBack.Add(1)
			defer b.pushedBack.Add(-1)
		}
		if err := b.waitOut(ctx, try, why); err != nil {
			return nil, err
		}
	}
	return acks, errs
}

// outcome waits for what became of a message that was submitted.
func (b *Bus) outcome(ctx context.Context, p *pending) (Ack, error) {
	var r result
	if p.future != nil {
		r = settled(ctx, p.future)
	} else {
		select {
		case r = <-p.done:
		case <-b.ctx.Done():
			return Ack{}, ErrClosed
		case <-ctx.Done():
			return Ack{}, ctx.Err()
		}
	}
	err := classify(p.msg.Subject, r.err)
	if p.fence && errors.Is(err, ErrConflict) {
		return Ack{Fenced: true}, nil
	}
	return r.ack, err
}

// waitOut sleeps before another try, and tells that publishing is pushed back.
func (b *Bus) waitOut(ctx context.Context, try int, why error) error {
	b.pushErr.Store(why.Error())
	b.stats.PushedBack.Add(1)
	if try == 3 {
		b.log.Warn("publishing is pushed back; waiting", zap.Error(why))
	}
	return pause(ctx, backoff(try, 50*time.Millisecond, 2*time.Second))
}

// backoff doubles from low to high, with a quarter of jitter.
func backoff(try int, low, high time.Duration) time.Duration {
	d := low << min(try, 16)
	d = min(max(d, low), high)
	return d - d/8 + rand.N(d/4+1) // #nosec G404 -- nobody gains by guessing it
}

// pause waits for d, or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
