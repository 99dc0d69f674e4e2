package replay

import (
	"context"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Publisher is an Output: it publishes the messages of one replay on its target.
// Each message's id is made of the job and the original's sequence, so that one
// that is published twice is dropped within the duplicate window of the stream.
type Publisher struct {
	bus    *bus.Bus
	job    string
	target Target
	last   uint64 // the sequence of the last that the target's stream stored
}

// NewPublisher publishes the replay of a job. The target was found by Target.Find.
func NewPublisher(b *bus.Bus, job string, target Target) *Publisher {
	return &Publisher{bus: b, job: job, target: target}
}

// Deliver publishes messages, their data byte for byte and their headers with
// those of the replay.
func (p *Publisher) Deliver(ctx context.Context, window []bus.Delivery) error {
	messages := make([]bus.Message, len(window))
	for i, d := range window {
		seq := strconv.FormatUint(d.Sequence, 10)
		header := Headers(d)
		header[schema.HeaderReplay] = p.job
		header[schema.HeaderReplaySequence] = seq
		messages[i] = bus.Message{Subject: p.target.on(d.Subject), Data: d.Data, ID: p.job + ":" + seq, Dedup: true, Header: header}
	}
	return p.publish(ctx, messages)
}

// End publishes the message that ends the replay of count messages.
func (p *Publisher) End(ctx context.Context, count uint64) error {
	return p.publish(ctx, []bus.Message{{
		Subject: p.target.end(), Type: schema.TypeReplayEnd, ID: p.job + ":end", Dedup: true,
		Header: map[string]string{schema.HeaderReplay: p.job, schema.HeaderReplayEnd: strconv.FormatUint(count, 10)},
	}})
}

// publish sends messages in order. Those that a stream keeps are stored when it
// returns.
func (p *Publisher) publish(ctx context.Context, messages []bus.Message) error {
	if p.target.stream == "" {
		return p.bus.PublishCore(ctx, messages...)
	}
	last, err := p.bus.PublishInOrder(ctx, messages...)
	if err == nil { // or Resume would not look at what was stored of them
		p.last = max(p.last, last)
	}
	return err
}

// Sync implements Output.
func (p *Publisher) Sync(_ context.Context, progress *schema.Progress) error {
	progress.Output = max(progress.Output, p.last)
	return nil
}

// Resume looks for what was published after progress was written: all that the
// target's stream keeps after progress.Output. Without a stream nobody knows, and
// what was sent since comes twice.
func (p *Publisher) Resume(ctx context.Context, progress schema.Progress) (schema.Progress, error) {
	if p.target.stream == "" {
		return progress, nil
	}
	read := bus.ReadOptions{
		Stream: p.target.stream, Foreign: true, Filters: p.target.filters(), From: progress.Output + 1, HeadersOnly: true,
	}
	for d, err := range p.bus.Read(ctx, read) {
		if err != nil {
			return progress, err
		}
		if d.Header.Get(schema.HeaderReplay) == p.job {
			progress = seen(progress, d)
		}
		progress.Output = d.Sequence
	}
	p.last = progress.Output
	return progress, nil
}

// seen counts a message of the replay that was found in its output.
func seen(p schema.Progress, d bus.Delivery) schema.Progress {
	if d.Header.Get(schema.HeaderReplayEnd) != "" {
		p.Marked = true
		return p
	}
	seq, err := strconv.ParseUint(d.Header.Get(schema.HeaderReplaySequence), 10, 64)
	if err != nil || seq <= p.Sequence {
		return p // not a replay's, or there twice
	}
	p.Sequence = seq
	if p.Marked {
		p.Live++
	} else {
		p.Done++
	}
	return p
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
