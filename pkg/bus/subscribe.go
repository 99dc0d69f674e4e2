package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/schema"
)

// SubscribeOptions say what to subscribe to, and how.
type SubscribeOptions struct {
	// Stream is the contract's name of a stream, such as schema.StreamEnriched.
	Stream string
	// Filters are subjects, which may hold wildcards; all when empty.
	Filters []string
	// Durable is the name under which the server keeps what has been acknowledged:
	// a program that starts again goes on there, and programs that use one name share
	// the messages. Letters, digits, - and _. Without one the subscription is
	// forgotten when it ends, or has been away for ForgottenAfter.
	Durable string
	// From (a sequence), Since (a time) or New (what is stored from now on) say where
	// to begin, at the beginning when none is set. A durable that is there already
	// goes on where it is, whatever they say.
	From  uint64
	Since time.Time
	New   bool
	// InFlight bounds the messages that are delivered and not yet settled, over all
	// programs that share a durable; DefaultInFlight when 0. With 1 a message that is
	// given back holds up those after it, so that the order is kept.
	InFlight int
	// Workers is how many messages Handle works on at once; InFlight when 0, and no
	// more than that.
	Workers int
	// AckWait is how soon a message comes again whose program was killed;
	// DefaultAckWait when 0. It does not bound the work: a claim is renewed.
	AckWait time.Duration
	// Once, when above 0, passes over what was handled already, by its ce-id, which of
	// articles is the id and the revision, among the last so many messages. See the
	// package's comment for what that promises.
	Once int
}

// What a subscription has unless its options say otherwise.
const (
	DefaultInFlight = 100
	DefaultAckWait  = 10 * time.Second
	// ForgottenAfter is how long the server keeps a subscription without a Durable
	// whose program does not ask for messages.
	ForgottenAfter = 5 * time.Minute
)

// Errors of subscriptions that a caller may test for.
var (
	// ErrSubscribeOptions says that the options contradict each other.
	ErrSubscribeOptions = errors.New("bus: subscription")
	// ErrOtherDurable says that a durable is there with other settings.
	ErrOtherDurable = errors.New("bus: the durable has other settings")
)

// Received is a message of a subscription. It is settled by one of Ack, Nak and
// Term; until then its claim is renewed for as long as the loop runs.
type Received struct {
	Delivery
	msg    jetstream.Msg
	settle func(handled bool) // may be called again
}

// Ack ends the message. An ack that is lost brings it again.
func (r *Received) Ack() error {
	r.settle(true)
	return r.named("acknowledge", r.msg.Ack())
}

// Nak gives the message back: it comes again after the delay, here or elsewhere.
func (r *Received) Nak(delay time.Duration) error {
	r.settle(false)
	return r.named("give back", r.msg.NakWithDelay(delay))
}

// Term ends a message that cannot be handled: it does not come again. The server
// tells the reason in an advisory.
func (r *Received) Term(reason string) error {
	r.settle(true)
	return r.named("end", r.msg.TermWithReason(headerText(reason, 100)))
}

func (r *Received) named(act string, err error) error {
	if err != nil {
		return fmt.Errorf("%s message %d of %s: %w", act, r.Sequence, r.Stream, err)
	}
	return nil
}

// Subscribe yields the messages of a subscription, each at least once, over
// reconnects too. Each is settled with its own methods, in any order, also after
// the next has been yielded: up to InFlight may be out. When ctx ends, or the loop
// is broken out of, what is here and was not yielded is given back at once; the end
// of ctx is no error. An error is the last thing that is yielded.
//
//	for m, err := range b.Subscribe(ctx, bus.SubscribeOptions{Stream: schema.StreamEnriched, Durable: "mine"}) {
//		if err != nil {
//			return err
//		}
//		... // handle m.Delivery
//		if err := m.Ack(); err != nil {
//			return err
//		}
//	}
func (b *Bus) Subscribe(ctx context.Context, o SubscribeOptions) iter.Seq2[*Received, error] {
	return func(yield func(*Received, error) bool) {
		s, err := b.subscription(ctx, o)
		if err != nil {
			if ctx.Err() == nil {
				yield(nil, err)
			}
			return
		}
		defer s.close()
		if err := s.each(ctx, yield); err != nil {
			yield(nil, err)
		}
	}
}

// Handle calls the handler with the messages of a subscription, Workers at once,
// until ctx ends; it then finishes what it has in hand, for which there are eight
// seconds, and returns nil. A message is acknowledged when the handler returns nil.
// One whose handler returns an error comes again, for as long as it takes: after a
// delay that grows to a minute, or that of After. Permanent ends it for good. How
// often a message has come is in Delivery.Delivered.
func (b *Bus) Handle(ctx context.Context, o SubscribeOptions, handler func(context.Context, Delivery) error) error {
	s, err := b.subscription(ctx, o)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.close()
	workers := s.options.Workers
	return s.intake(roomFor(workers)).serve(ctx, workers, s.bus.drain, func(hand context.Context, msg jetstream.Msg) {
		s.handle(hand, msg, handler)
	})
}

// Durable makes the durable of the options, or finds it there with the same
// settings. It is for a stage with a consumer of its own: see Run.
func (b *Bus) Durable(ctx context.Context, o SubscribeOptions) error {
	if o.Durable == "" {
		return fmt.Errorf("%w: a durable needs a name", ErrSubscribeOptions)
	}
	_, err := b.subscription(ctx, o)
	return err
}

func (o SubscribeOptions) withDefaults() SubscribeOptions {
	if o.InFlight == 0 {
		o.InFlight = DefaultInFlight
	}
	if o.Workers == 0 {
		o.Workers = o.InFlight
	}
	if o.AckWait == 0 {
		o.AckWait = DefaultAckWait
	}
	return o
}

func (o SubscribeOptions) validate() error {
	wrong := ""
	switch {
	case o.Stream == "":
		wrong = "it needs a stream"
	case !isDurableName(o.Durable):
		wrong = fmt.Sprintf("durable: got %q, want at most 64 letters, digits, - and _", o.Durable)
	case o.starts() > 1:
		wrong = "only one of From, Since and New can be where it begins"
	case o.InFlight < 1 || o.Workers < 1 || o.Workers > o.InFlight:
		wrong = fmt.Sprintf("in flight: got %d, want at least 1; workers: got %d, want 1 to that", o.InFlight, o.Workers)
	case o.AckWait < 100*time.Millisecond || o.Once < 0:
		wrong = fmt.Sprintf("ack wait: got %s, want at least 100ms; once: got %d, want at least 0", o.AckWait, o.Once)
	default:
		return nil
	}
	return fmt.Errorf("%w: %s", ErrSubscribeOptions, wrong)
}

// isDurableName reports whether a durable may have a name, or none.
func isDurableName(name string) bool {
	return name == "" || len(name) <= 64 && !strings.Contains(schema.Token(name), "=")
}

// starts is how many places are given to begin at.
func (o SubscribeOptions) starts() int {
	n := 0
	for _, set := range []bool{o.From > 0, !o.Since.IsZero(), o.New} {
		if set {
			n++
		}
	}
	return n
}

// subscription is one that is open.
type subscription struct {
	options  SubscribeOptions
	bus      *Bus
	stream   string
	consumer jetstream.Consumer
	seen     *memory // nil without Once
	log      *zap.Logger
}

// subscription opens one: it finds or makes its consumer.
func (b *Bus) subscription(ctx context.Context, o SubscribeOptions) (*subscription, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, err
	}
	s := &subscription{options: o, bus: b, stream: b.root.Stream(o.Stream), log: b.log.With(zap.String("stream", o.Stream), zap.String("durable", o.Durable))}
	var err error
	if s.consumer, err = b.consumer(ctx, s.stream, o); err != nil {
		return nil, err
	}
	if s.seen, err = s.remembered(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *subscription) intake(room int) *intake {
	return newIntake(s.consumer, min(room, s.options.InFlight), s.log)
}

// close removes a consumer that nobody can go on with; see reader.close.
func (s *subscription) close() {
	if s.options.Durable == "" {
		_ = s.bus.nc.Publish("$JS.API.CONSUMER.DELETE."+s.stream+"."+s.consumer.CachedInfo().Name, nil)
	}
}

// each yields messages until ctx ends or there is no more use for them.
func (s *subscription) each(ctx context.Context, yield func(*Received, error) bool) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	in := s.intake(s.options.InFlight)
	var running sync.WaitGroup
	defer func() { cancel(); running.Wait() }()
	running.Go(func() { in.beats.run(ctx) })
	failed := make(chan error, 1)
	running.Go(func() { failed <- in.run(ctx) })
	wanted := true
	for h := range in.out {
		switch r := s.receive(h); {
		case r == nil:
		case !wanted || ctx.Err() != nil:
			_ = r.Nak(0) // else it comes again when its claim has run out
		case !yield(r, nil):
			wanted = false
			cancel()
		}
	}
	if err := <-failed; wanted && err != nil {
		return s.ended(err)
	}
	return nil
}

// ended says what the end of the consumer means.
func (s *subscription) ended(err error) error {
	if errors.Is(err, ErrNotSetUp) {
		return fmt.Errorf("subscription to %s: its consumer was deleted, or was away for longer than it is kept", s.stream)
	}
	return fmt.Errorf("subscription to %s: %w", s.stream, err)
}

// receive is what a message is to who gets it, nil when that has been settled here.
func (s *subscription) receive(h held) *Received {
	d, err := delivery(h.Msg)
	if err != nil {
		s.log.Error("message without its envelope", zap.Error(err))
		h.release()
		return nil
	}
	if !s.claim(h.Msg, d) {
		h.release()
		return nil
	}
	var once sync.Once
	return &Received{Delivery: d, msg: h.Msg, settle: func(handled bool) {
		once.Do(func() { h.release(); s.seen.settle(d, handled) })
	}}
}

// claim reports whether a message is to be handled. One that was is acknowledged,
// one that is being handled is given back for a moment.
func (s *subscription) claim(msg jetstream.Msg, d Delivery) bool {
	var err error
	switch s.seen.claim(d) {
	case wasHandled:
		err = msg.Ack()
	case inHand:
		err = msg.NakWithDelay(time.Second)
	default:
		return true
	}
	if err != nil {
		s.log.Warn("pass over a message that came again", zap.String("subject", d.Subject), zap.Error(err))
	}
	return false
}

// handle handles and settles a message.
func (s *subscription) handle(ctx context.Context, msg jetstream.Msg, handler func(context.Context, Delivery) error) {
	if ctx.Err() != nil {
		return
	}
	r := s.receive(held{Msg: msg, release: func() {}})
	if r == nil {
		return
	}
	spanned, span := s.bus.consume(ctx, consumer{name: cmp.Or(s.options.Durable, "handle")}, r.Delivery)
	err := guarded(spanned, r.Delivery, handler)
	ended(span, "", err)
	delay, isLater := AsAfter(err)
	if !isLater {
		delay = backoff(int(r.Delivered)-1, time.Second, time.Minute)
	}
	switch {
	case err == nil:
		err = r.Ack()
	case ctx.Err() != nil:
		r.settle(false) // stopped half-way: it comes again
		return
	case IsPermanent(err):
		s.log.Warn("message cannot be handled; it is ended", zap.String("subject", r.Subject), zap.Uint64("sequence", r.Sequence), zap.Error(err))
		err = r.Term(err.Error())
	default:
		s.log.Warn("handling failed; the message comes again", zap.String("subject", r.Subject), zap.Uint64("sequence", r.Sequence),
			zap.Duration("delay", delay), zap.Error(err))
		err = r.Nak(delay)
	}
	if err != nil {
		s.log.Warn("settle", zap.String("subject", r.Subject), zap.Error(err))
	}
}

// guarded calls a handler and turns a panic into an error.
func guarded(ctx context.Context, d Delivery, handler func(context.Context, Delivery) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return handler(ctx, d)
}
