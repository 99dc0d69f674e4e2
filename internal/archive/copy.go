package archive

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Source is where messages are read from: a bus, or the Reader of an archive.
type Source interface {
	Read(ctx context.Context, o bus.ReadOptions) iter.Seq2[bus.Delivery, error]
}

// CopyOptions are what to copy, and how.
type CopyOptions struct {
	// Read is the stretch. With Follow the copy goes on until its context ends.
	Read bus.ReadOptions
	// PartAge is how long a part is written at most before it is made durable;
	// 0 for as long as it takes.
	PartAge time.Duration
	// Progress, if not nil, is called now and then with the number of messages
	// written and of those that there were to write when it was last counted.
	Progress func(done, total uint64)
}

// Copy writes the messages of a stretch that the writer's store does not hold
// yet, and makes them durable. When its context ends it does so with those that
// it has read, and returns the context's error. It returns how many it has
// written.
func Copy(ctx context.Context, from Source, w *Writer, o CopyOptions) (uint64, error) {
	c := &copier{writer: w, options: o, read: o.Read}
	defer w.Discard()
	c.read.Progress = c.ahead.Store
	if c.read.Since.IsZero() {
		c.read.From = w.Beyond(max(c.read.From, 1))
	}
	for {
		again, err := c.pass(ctx, from)
		if err != nil || !again {
			c.progress()
			return c.done, err
		}
	}
}

// copier is one Copy.
type copier struct {
	writer  *Writer
	options CopyOptions
	read    bus.ReadOptions // the rest of the stretch
	done    uint64
	before  uint64        // done when the pass began
	ahead   atomic.Uint64 // messages that the pass began with; the reading tells
}

// progressEvery is after how many messages the progress is told.
const progressEvery = 100

func (c *copier) progress() {
	if c.options.Progress != nil {
		c.options.Progress(c.done, max(c.done, c.before+c.ahead.Load()))
	}
}

// pass reads up to what the store holds already. It reports true when there may
// be more beyond that.
func (c *copier) pass(ctx context.Context, from Source) (again bool, err error) {
	c.before = c.done
	c.ahead.Store(0)
	if c.read.From > 0 {
		c.writer.From(c.read.From)
	}
	reading, stop := context.WithCancel(ctx)
	messages := stream(reading, from.Read(reading, c.read))
	defer func() {
		stop()
		for range messages { // until the reading has ended
		}
	}()
	due := newTimer(c.options.PartAge)
	defer due.Stop()
	for {
		select {
		case m, more := <-messages:
			if !more {
				m.err = ctx.Err()
			}
			if !more || m.err != nil {
				// What was read is whole, and a stop is the usual end of a worker.
				return false, errors.Join(m.err, c.writer.Commit(context.WithoutCancel(ctx)))
			}
			again, err := c.add(ctx, m.Delivery)
			if again || err != nil {
				return again, err
			}
		case <-due.C:
			if err := c.writer.Commit(ctx); err != nil {
				return false, err
			}
			due.Reset(c.options.PartAge)
		}
	}
}

// add writes a message, or reports true when the store holds it.
func (c *copier) add(ctx context.Context, d bus.Delivery) (held bool, err error) {
	if beyond := c.writer.Beyond(d.Sequence); beyond != d.Sequence {
		c.read.From, c.read.Since = beyond, time.Time{}
		return true, c.writer.Commit(ctx)
	}
	if err := c.writer.Add(ctx, d); err != nil {
		return false, err
	}
	if c.done++; c.done%progressEvery == 0 {
		c.progress()
	}
	return false, nil
}

// newTimer is a timer that never fires when the time is 0.
func newTimer(d time.Duration) *time.Timer {
	t := time.NewTimer(max(d, time.Hour))
	t.Stop()
	if d > 0 {
		t.Reset(d)
	}
	return t
}

// message is a message, or the error that ends a reading.
type message struct {
	bus.Delivery
	err error
}

// stream reads ahead by one message, so that who takes them can wait for more
// than one thing. It ends with its context.
func stream(ctx context.Context, all iter.Seq2[bus.Delivery, error]) <-chan message {
	out := make(chan message)
	go func() {
		defer close(out)
		for d, err := range all {
			select {
			case out <- message{d, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
