// Package replay delivers a stretch of a stream again: each message once and in
// order, at a chosen rate, with progress.
package replay

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Options are what to deliver again, and how.
type Options struct {
	// Read is the stretch. It ends at what is stored when the replay begins.
	Read bus.ReadOptions
	// Rate is the messages a second, 0 for no limit.
	Rate float64
	// Progress, if not nil, is called after each window with the number of
	// messages delivered and of those that there were when the replay began.
	Progress func(done, total uint64)
}

// The bounds of what is delivered at once.
const (
	windowMessages = 200
	windowBytes    = 4 << 20
	windowsASecond = 10 // when the rate is limited
)

// Run delivers the stretch in windows of messages, in order, and returns how
// many it has delivered, on an error too.
func Run(ctx context.Context, b *bus.Bus, o Options, deliver func(context.Context, []bus.Delivery) error) (uint64, error) {
	total, err := Count(ctx, b, o.Read)
	if err != nil || total == 0 {
		return 0, err
	}
	w := &window{options: o, total: total, size: windowMessages, deliver: deliver}
	if o.Rate > 0 {
		w.size = min(max(int(o.Rate/windowsASecond), 1), windowMessages)
		w.limit = rate.NewLimiter(rate.Limit(o.Rate), w.size)
	}
	for d, err := range b.Read(ctx, o.Read) {
		if err != nil {
			return w.done, err
		}
		if err := w.add(ctx, d); err != nil {
			return w.done, err
		}
	}
	return w.done, w.flush(ctx)
}

// Count is how many messages a stretch has.
func Count(ctx context.Context, b *bus.Bus, o bus.ReadOptions) (uint64, error) {
	total, err := ahead(ctx, b, o)
	if err != nil || o.Until.IsZero() {
		return total, err
	}
	beyond := o
	beyond.From, beyond.Since, beyond.Until = 0, o.Until, time.Time{}
	after, err := ahead(ctx, b, beyond)
	return total - min(after, total), err
}

// ahead is how many messages there are from the beginning of a stretch on.
func ahead(ctx context.Context, b *bus.Bus, o bus.ReadOptions) (total uint64, err error) {
	o.Progress = func(n uint64) { total = n }
	for _, err := range b.Read(ctx, o) {
		return total, err
	}
	return total, nil
}

// window gathers messages until they are worth a delivery.
type window struct {
	options Options
	limit   *rate.Limiter
	deliver func(context.Context, []bus.Delivery) error

	waiting     []bus.Delivery
	bytes, size int
	done, total uint64
}

func (w *window) add(ctx context.Context, d bus.Delivery) error {
	w.waiting = append(w.waiting, d)
	w.bytes += len(d.Data)
	if len(w.waiting) < w.size && w.bytes < windowBytes {
		return nil
	}
	return w.flush(ctx)
}

func (w *window) flush(ctx context.Context) error {
	n := len(w.waiting)
	if n == 0 {
		return nil
	}
	if w.limit != nil {
		if err := w.limit.WaitN(ctx, n); err != nil {
			return fmt.Errorf("rate: %w", err)
		}
	}
	if err := w.deliver(ctx, w.waiting); err != nil {
		return err
	}
	w.done += uint64(n)
	if w.options.Progress != nil {
		w.options.Progress(w.done, w.total)
	}
	w.waiting, w.bytes = w.waiting[:0], 0
	return nil
}

// Publisher publishes the messages of one replay on its target.
type Publisher struct {
	// Bus is where to.
	Bus *bus.Bus
	// Job is the name of the replay. Each message's id is made of it and the
	// original's sequence, so that a replay which is begun again under its name
	// adds only what is missing, within the duplicate window of the stream.
	Job string
	// Target is on which subjects; see Target.Find.
	Target Target
}

// Publish publishes messages, their data byte for byte and their headers with
// those of the replay.
func (p Publisher) Publish(ctx context.Context, deliveries []bus.Delivery) error {
	messages := make([]bus.Message, len(deliveries))
	for i, d := range deliveries {
		seq := strconv.FormatUint(d.Sequence, 10)
		header := Headers(d)
		header[schema.HeaderReplay] = p.Job
		header[schema.HeaderReplaySequence] = seq
		messages[i] = bus.Message{Subject: p.Target.on(d.Subject), Data: d.Data, ID: p.Job + ":" + seq, Dedup: true, Header: header}
	}
	return p.Target.publish(ctx, p.Bus, messages)
}

// End publishes the message that ends the replay of count messages.
func (p Publisher) End(ctx context.Context, count uint64) error {
	return p.Target.publish(ctx, p.Bus, []bus.Message{{
		Subject: p.Target.end(), Type: schema.TypeReplayEnd, ID: p.Job + ":end", Dedup: true,
		Header: map[string]string{schema.HeaderReplay: p.Job, schema.HeaderReplayEnd: strconv.FormatUint(count, 10)},
	}})
}

// Headers are the headers of a message, but for those that speak to the server.
func Headers(d bus.Delivery) map[string]string {
	headers := map[string]string{}
	for name, values := range d.Header {
		if len(values) > 0 && !strings.HasPrefix(strings.ToLower(name), "nats-") {
			headers[name] = values[0]
		}
	}
	return headers
}
