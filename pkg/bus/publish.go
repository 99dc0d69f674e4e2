package bus

import (
	"context"
	"errors"
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
func (b *Bus) publish(ctx context.Context, cause *Delivery, messages []Message) ([]Ack, error) {
	now := time.Now()
	waiting := make([]*pending, len(messages))
	for i, m := range messages {
		waiting[i] = newPending(m, m.wire(b.name, now, cause))
		if err := b.submit(ctx, waiting[i]); err != nil {
			return nil, err
		}
	}
	acks := make([]Ack, len(messages))
	var errs error
	for i, p := range waiting {
		ack, err := b.await(ctx, p)
		if err != nil {
			errs = errors.Join(errs, err)
		}
		acks[i] = ack
	}
	return acks, errs
}

// await waits for one message's ack, and submits the message again as long as
// what it meets passes.
func (b *Bus) await(ctx context.Context, p *pending) (Ack, error) {
	for try := 0; ; try++ {
		r, err := b.outcome(ctx, p)
		if err != nil {
			return Ack{}, err
		}
		err = classify(p.msg.Subject, r.err)
		if p.fence && errors.Is(err, ErrConflict) {
			return Ack{Fenced: true}, nil
		}
		if !passing(ctx, err) {
			return r.ack, err
		}
		if err := b.waitOut(ctx, try, err); err != nil {
			return Ack{}, err
		}
		if err := b.submit(ctx, p); err != nil {
			return Ack{}, err
		}
	}
}

// outcome waits for what became of a message that was submitted.
func (b *Bus) outcome(ctx context.Context, p *pending) (result, error) {
	if p.future != nil {
		r := settled(ctx, p.future)
		return r, ctx.Err()
	}
	select {
	case r := <-p.done:
		return r, nil
	case <-b.ctx.Done():
		return result{}, ErrClosed
	case <-ctx.Done():
		return result{}, ctx.Err()
	}
}

// waitOut sleeps before another try, and tells that publishing is pushed back.
func (b *Bus) waitOut(ctx context.Context, try int, why error) error {
	b.pushErr.Store(why.Error())
	b.pushedBack.Add(1)
	defer b.pushedBack.Add(-1)
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
	return d - d/8 + rand.N(d/4+1)
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
