package bus

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// ReadOptions say which stretch of a stream to read.
type ReadOptions struct {
	// Stream is the contract's name of a stream, such as schema.StreamEnriched.
	Stream string
	// Foreign says that Stream is a name on the server: of a stream that is not of
	// the pipeline.
	Foreign bool
	// Filters are subjects, which may hold wildcards; all when empty.
	Filters []string
	// From is the first sequence, if not 0.
	From uint64
	// Since is the time of the first message, if not zero and From is 0.
	Since time.Time
	// To is the last sequence, if not 0: of what is stored when the reading begins,
	// and later.
	To uint64
	// Until ends the reading before the first message stored at that time or later.
	Until time.Time
	// New begins with what is stored from now on. It needs Follow.
	New bool
	// Follow goes on with what is stored after the reading has begun, and ends
	// with the context alone.
	Follow bool
	// LastOnly yields the newest message of each subject alone, oldest first. It
	// excludes From, Since and New.
	LastOnly bool
	// HeadersOnly leaves out the data of the messages.
	HeadersOnly bool
	// Progress, if not nil, is called once with the number of messages ahead.
	Progress func(total uint64)
}

// ErrReadOptions says that the options contradict each other.
var ErrReadOptions = errors.New("bus: New needs Follow, Follow excludes To and Until, and LastOnly excludes New, From and Since")

// Read yields the messages of a stretch of a stream in their order, each once,
// over reconnects too. It leaves nothing behind on the server. Breaking out of
// the loop ends it; an error is the last thing it yields.
//
//	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: schema.StreamEnriched}) {
//		if err != nil {
//			return err
//		}
//		article, err := bus.Decode[schema.Enriched](d)
//		...
//	}
func (b *Bus) Read(ctx context.Context, o ReadOptions) iter.Seq2[Delivery, error] {
	return func(yield func(Delivery, error) bool) {
		if o.contradict() {
			yield(Delivery{}, ErrReadOptions)
			return
		}
		r, err := b.reader(ctx, o)
		if err != nil {
			yield(Delivery{}, err)
			return
		}
		defer r.close()
		for r.messages != nil {
			d, more, err := r.next(ctx)
			if err != nil {
				yield(Delivery{}, err)
				return
			}
			if !more || !yield(d, nil) {
				return
			}
		}
	}
}

func (o ReadOptions) contradict() bool {
	return o.New && !o.Follow || o.Follow && (o.To > 0 || !o.Until.IsZero()) || o.LastOnly && (o.New || o.From > 0 || !o.Since.IsZero())
}

// reader is one reading of a stretch.
type reader struct {
	options  ReadOptions
	bus      *Bus
	consumer jetstream.Consumer
	messages jetstream.MessagesContext // nil when there is nothing to read
	last     uint64                    // the stream's last sequence at the start, where a reading without Follow ends
	seen     uint64                    // the last sequence that was yielded
	newest   jetstream.Msg             // the last message that came, nil before
}

// reader prepares a reading.
func (b *Bus) reader(ctx context.Context, o ReadOptions) (*reader, error) {
	name := o.Stream
	if !o.Foreign {
		name = b.root.Stream(name)
	}
	stream, err := b.stream(ctx, name)
	if err != nil {
		return nil, err
	}
	r := &reader{options: o, bus: b, last: stream.CachedInfo().State.LastSeq}
	if o.To > 0 {
		r.last = min(r.last, o.To)
	}
	if r.consumer, err = stream.OrderedConsumer(ctx, o.consumer()); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	ahead := r.consumer.CachedInfo().NumPending
	if o.Progress != nil {
		o.Progress(ahead)
	}
	if ahead == 0 && !o.Follow {
		return r, nil
	}
	r.messages, err = r.consumer.Messages(jetstream.PullMaxMessagesWithBytesLimit(readAhead, readAheadBytes),
		jetstream.PullExpiry(pullExpiry), jetstream.PullHeartbeat(heartbeats))
	if err != nil {
		r.close()
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return r, nil
}

// What is read ahead is bounded by its bytes. The client library drops messages,
// and begins anew after them, when it has as many as it was told to read ahead and
// hears from the server besides: so that number is more than those bytes often
// hold.
const (
	readAhead      = 4000
	readAheadBytes = 8 << 20
)

// stream looks a stream up by its name on the server.
func (b *Bus) stream(ctx context.Context, name string) (jetstream.Stream, error) {
	stream, err := lookup(ctx, b, "stream "+name, func() (jetstream.Stream, error) { return b.js.Stream(ctx, name) })
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return nil, fmt.Errorf("stream %s is %w", name, ErrNotSetUp)
	case err != nil:
		return nil, fmt.Errorf("stream %s: %w", name, err)
	}
	return stream, nil
}

// close ends the reading and removes its consumer, which the server would keep
// for minutes. It does not wait for the answer: a request that is lost costs
// no more than that.
func (r *reader) close() {
	if r.messages != nil {
		r.messages.Stop()
	}
	r.bus.dropConsumer(r.consumer.CachedInfo())
}

func (b *Bus) dropConsumer(info *jetstream.ConsumerInfo) {
	if info != nil {
		_ = b.nc.Publish("$JS.API.CONSUMER.DELETE."+info.Stream+"."+info.Name, nil)
	}
}

func (o ReadOptions) consumer() jetstream.OrderedConsumerConfig {
	c := jetstream.OrderedConsumerConfig{FilterSubjects: o.Filters, HeadersOnly: o.HeadersOnly}
	c.DeliverPolicy, c.OptStartSeq, c.OptStartTime = start(o.From, o.Since, o.New)
	if o.LastOnly {
		c.DeliverPolicy = jetstream.DeliverLastPerSubjectPolicy
	}
	return c
}

// start is where a consumer of the server begins.
func start(from uint64, since time.Time, isNew bool) (policy jetstream.DeliverPolicy, seq uint64, at *time.Time) {
	switch {
	case isNew:
		return jetstream.DeliverNewPolicy, 0, nil
	case from > 0:
		return jetstream.DeliverByStartSequencePolicy, from, nil
	case !since.IsZero():
		return jetstream.DeliverByStartTimePolicy, 0, &since
	default:
		return jetstream.DeliverAllPolicy, 0, nil
	}
}

// next is the next message of the stretch; false at its end.
func (r *reader) next(ctx context.Context) (Delivery, bool, error) {
	if !r.options.Follow && r.seen >= r.last {
		return Delivery{}, false, nil
	}
	for {
		msg, err := r.receive(ctx)
		switch {
		case ctx.Err() != nil:
			return Delivery{}, false, ctx.Err()
		case errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return Delivery{}, false, fmt.Errorf("read: %w", ErrClosed)
		case errors.Is(err, context.DeadlineExceeded):
			if r.options.Follow {
				continue
			}
			if over, err := r.over(ctx); over || err != nil {
				return Delivery{}, false, err
			}
		case err != nil:
			return Delivery{}, false, fmt.Errorf("read: %w", err)
		default:
			return r.take(msg)
		}
	}
}

// pullExpiry is short because a consumer that was paused does not wake the
// requests that wait.
const pullExpiry = 5 * time.Second

// heartbeats is how often a server that has nothing to send says that it is there.
// The client library makes a reading's consumer anew when it has heard nothing for
// twice as long within one call of Next: what that consumer was on may be gone,
// without the connection having noticed. So quiet has to be longer than that.
const heartbeats = time.Second

// quiet is how long a reading without Follow waits before it asks whether the
// rest of its stretch has been removed meanwhile.
const quiet = 3 * heartbeats

func (r *reader) receive(ctx context.Context) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	return r.messages.Next(jetstream.NextContext(ctx))
}

// over reports whether the consumer has no more messages, and all that it has sent
// came here. While no server knows, the reading goes on: the library makes a
// consumer anew that is lost.
func (r *reader) over(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, quiet)
	defer cancel()
	info, err := r.consumer.Info(ctx)
	switch {
	case r.bus.nc.IsClosed():
		return false, fmt.Errorf("read: %w", ErrClosed)
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return false, fmt.Errorf("read: %w", err)
	case err != nil || info.NumPending > 0:
		return false, nil
	}
	came, err := r.came(info.Name)
	return came == info.Delivered.Consumer, err
}

// came is how many messages of a consumer came here.
func (r *reader) came(consumer string) (uint64, error) {
	if r.newest == nil {
		return 0, nil
	}
	meta, err := r.newest.Metadata()
	if err != nil {
		return 0, fmt.Errorf("read: %w", err)
	}
	if meta.Consumer != consumer { // it was made anew since
		return 0, nil
	}
	return meta.Sequence.Consumer, nil
}

// take checks a message against the end of the stretch.
func (r *reader) take(msg jetstream.Msg) (Delivery, bool, error) {
	d, err := delivery(msg)
	if err != nil {
		return d, false, err
	}
	r.newest = msg
	if !r.options.Until.IsZero() && !d.Time.Before(r.options.Until) {
		return d, false, nil
	}
	if !r.options.Follow {
		if d.Sequence > r.last {
			return d, false, nil
		}
		r.seen = d.Sequence
		if d.Pending == 0 {
			r.seen = r.last
		}
	}
	return d, true, nil
}
