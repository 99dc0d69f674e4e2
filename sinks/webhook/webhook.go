// Package webhook posts messages of a stream to an HTTP endpoint, signed by the
// scheme of Standard Webhooks 1.0.0 and with the headers of CloudEvents' HTTP
// binding, each until the endpoint has answered with 2xx.
//
// What has been delivered is kept by a durable consumer, so a sender that is killed
// goes on where it was, and the attempts of a message are counted over restarts. No
// more than Concurrency messages are out at once, waiting for their next attempt
// included: with 1, the next message is sent when the one before is delivered or set
// aside, so that they arrive in the order of the stream, and so do the revisions of
// an article. With more, a revision may arrive before the one before it; its number
// tells.
package webhook

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Stage is the name of the sender in dead letters, counters and logs.
const Stage = "webhook"

// ErrGone says that the endpoint answered 410: it wants no more.
var ErrGone = errors.New("the endpoint answered 410 Gone, and is asked no more")

// Run delivers what is subscribed to until ctx ends, or the endpoint is gone for good
// (ErrGone). Of the options it takes the stream, the filters and where to begin when
// it has not delivered before.
func Run(ctx context.Context, b *bus.Bus, c Config, from bus.SubscribeOptions) error {
	if err := c.Validate(); err != nil {
		return err
	}
	e, err := newEndpoint(c)
	if err != nil {
		return err
	}
	defer e.close()
	from.Durable, from.InFlight = c.durable(), c.Concurrency
	if err := b.Durable(ctx, from); err != nil {
		return err
	}
	b.Logger().Info("delivering", zap.String("to", e.host), zap.String("durable", from.Durable), zap.Int("secrets", len(e.secrets)))
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s := sender{endpoint: e, config: c, running: ctx, stop: stop}
	err = bus.Run(ctx, b, c.stage(from), bus.Sink(s.deliver))
	if cause := context.Cause(ctx); errors.Is(cause, ErrGone) {
		return fmt.Errorf("%s: %w", e.host, cause)
	}
	return err
}

// stage is the worker's settings. The server counts the attempts, as deliveries, so
// a message that kills its sender ends like one that no endpoint takes: none is
// suspected.
func (c Config) stage(from bus.SubscribeOptions) bus.Stage {
	s := bus.DefaultStage()
	s.Name, s.Stream, s.Consumer = Stage, from.Stream, from.Durable
	s.Workers = c.Concurrency
	s.Unsuspected, s.Deliveries = math.MaxInt32-1, math.MaxInt32
	s.Timeout = c.Timeout + 5*time.Second // the request has its own
	return s
}

// sender decides what becomes of messages.
type sender struct {
	endpoint *endpoint
	config   Config
	running  context.Context // has ended when no more is to be sent
	stop     context.CancelCauseFunc
}

// deliver tries once to deliver a message.
func (s sender) deliver(ctx context.Context, d bus.Delivery) error {
	attempt := int(d.Delivered)
	switch {
	case s.running.Err() != nil:
		return bus.After(0, errors.New("stopped before it was sent"))
	case attempt > s.config.Attempts:
		return bus.Permanent(fmt.Errorf("delivered to %d senders that ended before they had sent it", attempt-1))
	}
	wait, err := s.endpoint.post(ctx, d)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrGone):
		s.stop(ErrGone)
		return bus.After(0, err)
	case attempt == s.config.Attempts:
		return bus.Permanent(fmt.Errorf("attempt %d of %d: %w", attempt, s.config.Attempts, err))
	default:
		return bus.After(max(wait, s.config.delay(attempt)), fmt.Errorf("attempt %d of %d: %w", attempt, s.config.Attempts, err))
	}
}

// host is the part of an address that may be told.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
