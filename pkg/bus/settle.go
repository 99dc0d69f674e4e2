package bus

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/schema"
)

// settle ends a message, or gives it back to be tried again; it tells which.
func (l *loop) settle(ctx context.Context, msg jetstream.Msg, d Delivery, verdict string, err error) (settled bool) {
	delay, isLater := AsAfter(err)
	switch {
	case err == nil:
		return l.done(msg, d, verdict)
	case ctx.Err() != nil || errors.Is(err, ErrClosed):
		// Stopped half-way. The message stays unsettled, so it comes again.
	case isLater:
		l.giveBack(msg, d, delay)
	case IsPermanent(err):
		return l.bury(ctx, msg, d, err)
	default:
		return l.fail(ctx, msg, d, err)
	}
	return false
}

// done acknowledges. A lost ack brings the message again, and the handler finds
// its own output.
func (l *loop) done(msg jetstream.Msg, d Delivery, verdict string) bool {
	l.forget(d.Sequence)
	if err := msg.Ack(); err != nil {
		l.log.Warn("acknowledge", zap.String("subject", d.Subject), zap.Uint64("sequence", d.Sequence), zap.Error(err))
		return false
	}
	l.stats.settle(verdict)
	return true
}

// fail gives a message back, or sets it aside when it has failed too often.
func (l *loop) fail(ctx context.Context, msg jetstream.Msg, d Delivery, err error) (settled bool) {
	n := l.fails(d.Sequence)
	if n >= l.stage.Attempts {
		return l.bury(ctx, msg, d, err)
	}
	delay := backoff(n-1, l.stage.Retry, time.Minute)
	l.log.Warn("work failed; will try again", zap.String("subject", d.Subject), zap.Uint64("sequence", d.Sequence),
		zap.Duration("delay", delay), zap.Error(err))
	l.giveBack(msg, d, delay)
	return false
}

// giveBack lets a message come again after a delay, to any worker.
func (l *loop) giveBack(msg jetstream.Msg, d Delivery, delay time.Duration) {
	l.stats.Retried.Add(1)
	if err := msg.NakWithDelay(delay); err != nil {
		l.log.Warn("give back", zap.String("subject", d.Subject), zap.Error(err))
	}
}

// maxReason bounds the reason in a dead letter's header.
const maxReason = 1024

// bury publishes the message's own bytes as a dead letter, and ends the message
// once that is stored.
func (l *loop) bury(ctx context.Context, msg jetstream.Msg, d Delivery, why error) (settled bool) {
	reason := headerText(why.Error(), maxReason)
	attempts := l.failed(d.Sequence)
	letter := DeadLetter{
		Root: l.bus.root, Stage: l.stage.Name, Source: l.bus.root.SourceOf(d.Subject), Reason: reason,
		ID:      l.stage.Name + ":" + d.Stream + ":" + strconv.FormatUint(d.Sequence, 10),
		Subject: d.Subject, Stream: d.Stream, Sequence: d.Sequence,
	}
	_, err := l.bus.publish(ctx, nil, []Message{{
		Subject: l.bus.root.Dead(letter.Stage, letter.Source),
		Data:    d.Data,
		ID:      "dead:" + letter.ID,
		Dedup:   true,
		Header:  deadHeader(l.stage.Name, reason, max(attempts, 1), d),
	}})
	if errors.Is(err, ErrTooLarge) {
		err = l.buryPacked(ctx, letter, d.Data)
	}
	if err != nil {
		l.log.Warn("dead letter", zap.String("subject", d.Subject), zap.Uint64("sequence", d.Sequence), zap.Error(err))
		return false // The message stays unsettled, so it comes again.
	}
	l.forget(d.Sequence)
	if err := msg.TermWithReason(headerText(reason, 100)); err != nil {
		l.log.Warn("end message", zap.String("subject", d.Subject), zap.Error(err))
		return false
	}
	l.stats.In.Add(1)
	l.stats.Dead.Add(1)
	l.log.Warn("message set aside in the dead letters", zap.String("subject", d.Subject),
		zap.Uint64("sequence", d.Sequence), zap.String("reason", reason))
	return true
}

// deadHeaders bounds the headers of a compressed dead letter.
const deadHeaders = 16 << 10

// buryPacked publishes a dead letter that has no room for its own headers
// beside the original's: compressed, and without the original's.
func (l *loop) buryPacked(ctx context.Context, letter DeadLetter, data []byte) error {
	m, err := letter.Compressed(data, int(l.bus.nc.MaxPayload())-deadHeaders)
	if err != nil {
		return err
	}
	_, err = l.bus.publish(ctx, nil, []Message{m})
	return err
}

// deadHeader is the original's headers, but for those that speak to the
// server, and why it was set aside.
func deadHeader(stage, reason string, attempts int, d Delivery) map[string]string {
	h := map[string]string{}
	for name, values := range d.Header {
		if len(values) > 0 && !isServerHeader(name) {
			h[name] = values[0]
		}
	}
	h[schema.HeaderDeadStage] = stage
	h[schema.HeaderDeadReason] = reason
	h[schema.HeaderDeadAttempts] = strconv.Itoa(attempts)
	h[schema.HeaderDeadStream] = d.Stream
	h[schema.HeaderDeadSequence] = strconv.FormatUint(d.Sequence, 10)
	h[schema.HeaderDeadSubject] = d.Subject
	return h
}

// isServerHeader reports whether the server reads a header: a copied message
// must not carry the original's.
func isServerHeader(name string) bool {
	return len(name) > 5 && strings.EqualFold(name[:5], "Nats-")
}

// headerText makes outside text fit for a header: printable ASCII, bounded.
func headerText(s string, limit int) string {
	out := make([]byte, 0, min(len(s), limit))
	for _, r := range s {
		if len(out) >= limit {
			break
		}
		if r < 0x20 || r > 0x7e {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return string(out)
}
