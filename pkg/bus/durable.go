package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// consumer finds or makes the server's consumer of a subscription.
func (b *Bus) consumer(ctx context.Context, stream string, o SubscribeOptions) (jetstream.Consumer, error) {
	want := o.consumer()
	for try := 0; ; try++ {
		c, err := b.findOrMake(ctx, stream, want)
		switch {
		case err == nil:
			return c, differing(stream, c.CachedInfo().Config, want)
		case errors.Is(err, jetstream.ErrConsumerExists) && try == 0:
			// Another program has made it meanwhile, beginning a moment before.
		case errors.Is(err, jetstream.ErrStreamNotFound):
			return nil, fmt.Errorf("stream %s is %w", stream, ErrNotSetUp)
		default:
			return nil, fmt.Errorf("subscribe to %s: %w", stream, err)
		}
	}
}

func (b *Bus) findOrMake(ctx context.Context, stream string, want jetstream.ConsumerConfig) (jetstream.Consumer, error) {
	return lookup(ctx, b, "stream "+stream, func() (jetstream.Consumer, error) {
		if want.Durable != "" {
			c, err := b.js.Consumer(ctx, stream, want.Durable)
			if !errors.Is(err, jetstream.ErrConsumerNotFound) {
				return c, err
			}
		}
		return b.js.CreateConsumer(ctx, stream, want)
	})
}

// consumer is the server's consumer as the options have it.
func (o SubscribeOptions) consumer() jetstream.ConsumerConfig {
	c := jetstream.ConsumerConfig{
		Durable:       o.Durable,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       o.AckWait,
		MaxDeliver:    -1,
		MaxAckPending: o.InFlight,
	}
	if o.Durable == "" {
		c.InactiveThreshold = ForgottenAfter
	}
	if len(o.Filters) == 1 { // a user's permissions may name it
		c.FilterSubject = o.Filters[0]
	} else {
		c.FilterSubjects = o.Filters
	}
	c.DeliverPolicy, c.OptStartSeq, c.OptStartTime = start(o.From, o.Since, o.New)
	return c
}

// differing is the error of a durable that is not as it is wanted. Where it began
// does not matter any more.
func differing(stream string, is, want jetstream.ConsumerConfig) error {
	var differences []string
	for _, setting := range []struct {
		name     string
		is, want any
	}{
		{"filters", filters(is), filters(want)},
		{"acks", is.AckPolicy, want.AckPolicy},
		{"wait for an ack", is.AckWait, want.AckWait},
		{"in flight", is.MaxAckPending, want.MaxAckPending},
		{"deliveries", is.MaxDeliver, want.MaxDeliver},
	} {
		if is, want := fmt.Sprint(setting.is), fmt.Sprint(setting.want); is != want {
			differences = append(differences, fmt.Sprintf("%s: is %s, want %s", setting.name, is, want))
		}
	}
	if len(differences) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s of %s: %s; take another name, or change it (nats consumer edit %s %s)",
		ErrOtherDurable, want.Durable, stream, strings.Join(differences, "; "), stream, want.Durable)
}

func filters(c jetstream.ConsumerConfig) string {
	all := slices.Clone(c.FilterSubjects)
	if c.FilterSubject != "" {
		all = append(all, c.FilterSubject)
	}
	if len(all) == 0 {
		return "all"
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
