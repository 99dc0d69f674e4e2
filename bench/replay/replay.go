package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/internal/benchmark"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// way is a way to go through history.
type way struct {
	name string
	run  func(ctx context.Context) error
}

// pass is one time through all messages.
type pass struct {
	perSecond float64
	// early and late are the memory of this process after a tenth of the messages
	// and at the end.
	early, late int64
}

// measureReplay goes through the messages in each way, in turns.
func measureReplay(ctx context.Context, b *bus.Bus, c config, dir string, out, log io.Writer) error {
	begun := time.Now()
	if err := fill(ctx, b, c); err != nil {
		return err
	}
	fmt.Fprintf(log, "%d messages stored in %s\n", c.messages, time.Since(begun).Round(time.Second))
	m := &meter{total: c.messages}
	ways := []way{
		{"bare nats.go consumer that acks", func(ctx context.Context) error { return bare(ctx, b, m) }},
		{"replay to stdout, JSON", func(ctx context.Context) error { return toDiscard(ctx, b, m) }},
		{"replay to a folder, JSON", func(ctx context.Context) error { return toFolder(ctx, b, m, dir) }},
	}
	passes := make([][]pass, len(ways))
	for range c.rounds {
		for i, w := range ways {
			finish, err := benchmark.Profile(c.profile, fmt.Sprint("way", i))
			if err != nil {
				return err
			}
			m.begin()
			err = errors.Join(w.run(ctx), finish())
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			p, err := m.end()
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			passes[i] = append(passes[i], p)
			fmt.Fprintf(log, "%s: %.0f/s\n", w.name, p.perSecond)
		}
	}
	fmt.Fprintf(out, "%d messages of %d bytes, %d rounds, medians:\n\n| | messages/s | beside bare | memory after a tenth | at the end |\n|---|---|---|---|---|\n", c.messages, c.size, c.rounds)
	var floor float64
	for i, w := range ways {
		p := benchmark.Median(passes[i], func(p pass) float64 { return p.perSecond })
		if i == 0 {
			floor = p.perSecond
		}
		fmt.Fprintf(out, "| %s | %.0f | %.0f %% | %d MB | %d MB |\n", w.name, p.perSecond, 100*p.perSecond/floor, p.early>>20, p.late>>20)
	}
	return nil
}

// meter counts messages.
type meter struct {
	total, n int
	begun    time.Time
	early    int64
}

func (m *meter) begin() { m.n, m.begun = 0, time.Now() }

func (m *meter) add(n int) {
	before := m.n
	m.n += n
	if before < m.total/10 && m.n >= m.total/10 {
		m.early = benchmark.RSS()
	}
}

func (m *meter) end() (pass, error) {
	if m.n != m.total {
		return pass{}, fmt.Errorf("%d messages, want %d", m.n, m.total)
	}
	return pass{float64(m.n) / time.Since(m.begun).Seconds(), m.early, benchmark.RSS()}, nil
}

// fill stores messages that look like enriched articles.
func fill(ctx context.Context, b *bus.Bus, c config) error {
	js := b.JetStream()
	var last jetstream.PubAckFuture
	for i := range c.messages {
		e := schema.Enriched{Article: schema.Article{
			ID: fmt.Sprintf("%032x", i), Revision: 1, Event: schema.EventPublished, Date: "2026-01-02", Headline: fmt.Sprint("Headline ", i),
			Language: "en", Source: schema.Source{Token: fmt.Sprint("source", i%100)},
		}}
		e.Body = []string{strings.Repeat("x", max(c.size-400, 1))}
		data, err := bus.Encode(e)
		if err != nil {
			return err
		}
		if last, err = js.PublishAsync(b.Root().Enriched(e.Article), data, jetstream.WithStallWait(time.Minute)); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	select {
	case <-js.PublishAsyncComplete():
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-last.Err():
		return fmt.Errorf("fill: %w", err)
	default:
		return nil
	}
}

// bare is a consumer as the client library makes it, which only acknowledges.
func bare(ctx context.Context, b *bus.Bus, m *meter) error {
	name := b.Root().Stream(schema.StreamEnriched)
	c, err := b.JetStream().CreateConsumer(ctx, name, jetstream.ConsumerConfig{Durable: "bare", AckPolicy: jetstream.AckExplicitPolicy, MaxAckPending: 1000})
	if err != nil {
		return err
	}
	defer func() { _ = b.JetStream().DeleteConsumer(ctx, name, "bare") }() // the next has another
	done, failed := make(chan struct{}), make(chan error, 1)
	consuming, err := c.Consume(func(msg jetstream.Msg) {
		if err := msg.Ack(); err != nil {
			select {
			case failed <- err:
			default:
			}
		}
		if m.add(1); m.n == m.total {
			close(done)
		}
	})
	if err != nil {
		return err
	}
	defer consuming.Stop()
	select {
	case <-done:
		return nil
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// counted is an output whose messages are counted.
type counted struct {
	replay.Output
	m *meter
}

func (c counted) Deliver(ctx context.Context, window []bus.Delivery) error {
	err := c.Output.Deliver(ctx, window)
	c.m.add(len(window))
	return err
}

func through(ctx context.Context, b *bus.Bus, m *meter, to replay.Output) error {
	s, total, err := b.Stretch(ctx, schema.Stretch{Stream: schema.StreamEnriched})
	if err != nil {
		return err
	}
	_, err = replay.Run(ctx, replay.Stream{Bus: b, Stretch: s}, counted{to, m}, replay.Options{Last: s.Last}, schema.Progress{Total: total})
	return err
}

// toDiscard prints as `dateline replay enriched` does, to where it costs nothing.
func toDiscard(ctx context.Context, b *bus.Bus, m *meter) error {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer func() { _ = null.Close() }()
	buffer := bufio.NewWriterSize(null, 1<<16)
	p, err := render.New(render.FormatJSON, buffer, render.Options{})
	if err != nil {
		return err
	}
	return through(ctx, b, m, replay.Func(func(_ context.Context, window []bus.Delivery) error {
		for _, d := range window {
			if err := p.Print(render.KindEnriched, d.Subject, d.Data); err != nil {
				return err
			}
		}
		return buffer.Flush()
	}))
}

// encoder writes JSON lines.
type encoder struct{ *render.Printer }

func (e encoder) Message(d bus.Delivery) error {
	return e.Print(render.KindEnriched, d.Subject, d.Data)
}

// toFolder writes files.
func toFolder(ctx context.Context, b *bus.Bus, m *meter, dir string) (err error) {
	to := filepath.Join(dir, "files")
	defer func() {
		if removeErr := os.RemoveAll(to); err == nil {
			err = removeErr
		}
	}()
	f, err := replay.NewFolder(to, "enriched", ".jsonl", "bench", func(w io.Writer, _ bool) (replay.Encoder, error) {
		p, err := render.New(render.FormatJSON, w, render.Options{})
		return encoder{p}, err
	})
	if err != nil {
		return err
	}
	if _, err := f.Resume(ctx, schema.Progress{}); err != nil {
		return err
	}
	if err := through(ctx, b, m, f); err != nil {
		return err
	}
	return f.Close()
}
