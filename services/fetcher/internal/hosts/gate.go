package hosts

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nuid"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Records holds the states of hosts for all workers.
type Records interface {
	// Get returns a record and its sequence, nil and 0 when there is none.
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	// Put stores a record if the last one still has the sequence, and returns its
	// own. Otherwise the error is bus.ErrConflict.
	Put(ctx context.Context, key string, data []byte, last uint64) (uint64, error)
}

// record is a host's record as it was stored; the zero one is not known.
type record struct {
	data string
	last uint64
}

// Gate lets requests through to hosts, within bounds that all gates on the same
// records share. It may be used by many goroutines at once.
type Gate struct {
	records   Records
	config    Config
	now       func() time.Time
	log       *zap.Logger
	turns     [64]chan struct{} // who of this process changes which records now
	conflicts atomic.Int64
}

// maxTries bounds how often a change is tried that others come before.
const maxTries = 32

// ErrContended says that others have come before each try to change a record.
var ErrContended = errors.New("hosts: too many change the record at once")

// New returns a gate on records with a clock. Open is the one for a pipeline.
func New(records Records, c Config, now func() time.Time) (*Gate, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	g := &Gate{records: records, config: c, log: zap.NewNop(), now: func() time.Time { return now().UTC() }}
	for i := range g.turns {
		g.turns[i] = make(chan struct{}, 1)
	}
	return g, nil
}

// Enter asks for the right to make one request of a host: a lease, which Leave
// gives back, or the time to come back and why. The lease has no ID when there
// is none. It waits for the records alone, never for the host.
func (g *Gate) Enter(ctx context.Context, host string, ask Ask) (Lease, Wait, error) {
	ask.id = cmp.Or(ask.Work, nuid.Next())
	var lease Lease
	var wait Wait
	stored, err := g.update(ctx, host, record{}, func(s *State, now time.Time) {
		lease, wait = s.Enter(now, g.config, ask)
	})
	if errors.Is(err, ErrContended) {
		pace := max(g.config.Spacing, leastPace)
		return Lease{}, Wait{Until: g.now().Add(pace), For: pace, Reason: Busy}, nil
	}
	if err != nil {
		return Lease{}, Wait{}, err
	}
	lease.Host, lease.stored = host, stored
	return lease, wait, nil
}

// leaveTimeout bounds how long Leave goes on after its context has ended. While
// that lasts it goes on for as long as the lease would: a host whose lease is not
// given back waits for the lease to end.
const leaveTimeout = 5 * time.Second

// Leave gives a lease back, also when ctx has ended, and tells what came of the
// request. It returns the cool-down of the host that this has begun or made
// longer, the zero one if none. After an error the lease ends by itself.
func (g *Gate) Leave(ctx context.Context, lease Lease, o Outcome) (CoolDown, error) {
	stopping := ctx
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.config.Hold)
	defer cancel()
	defer context.AfterFunc(stopping, func() { time.AfterFunc(leaveTimeout, cancel) })()
	own, elsewhere := o, o.Host != "" && o.Host != lease.Host
	if elsewhere {
		own = Outcome{} // it has answered, but the refusal is another's
	}
	var cool CoolDown
	_, err := g.update(ctx, lease.Host, lease.stored, func(s *State, now time.Time) {
		cool = s.Leave(now, g.config, lease.ID, own)
	})
	if elsewhere && err == nil {
		_, err = g.update(ctx, o.Host, record{}, func(s *State, now time.Time) { cool = s.Note(now, g.config, o) })
	}
	return cool, err
}

// Visit is what came of Do.
type Visit struct {
	// Wait says when to come back, when the request was not made.
	Wait Wait
	// Cooled is the cool-down that the answer has begun or made longer, the zero
	// one if none.
	Cooled CoolDown
}

// Made says that the request was made.
func (v Visit) Made() bool { return v.Wait.Until.IsZero() }

// Do makes a request of a host when its turn is within patience, waiting for it.
// Otherwise it makes none and says when to come back. The request's context ends
// before its lease does.
func (g *Gate) Do(ctx context.Context, host string, ask Ask, patience time.Duration, request func(context.Context) Outcome) (Visit, error) {
	for {
		lease, wait, err := g.Enter(ctx, host, ask)
		switch {
		case err != nil:
			return Visit{}, err
		case lease.ID != "":
			return Visit{Cooled: g.under(ctx, lease, request)}, nil
		case wait.For > patience:
			return Visit{Wait: wait}, nil
		}
		patience -= wait.For
		ask.Turn = wait.Until
		if err := pause(ctx, wait.For); err != nil {
			return Visit{}, err
		}
	}
}

// under makes a request under a lease. That it can't be given back is no failure
// of the request.
func (g *Gate) under(ctx context.Context, lease Lease, request func(context.Context) Outcome) (cool CoolDown) {
	var o Outcome
	defer func() {
		var err error
		if cool, err = g.Leave(ctx, lease, o); err != nil {
			g.log.Warn("give a host back; it is free when the lease ends", zap.String("host", lease.Host), zap.Error(err))
		}
	}()
	bounded, cancel := context.WithTimeout(ctx, g.config.Hold)
	defer cancel()
	o = request(bounded)
	return cool
}

// Delay sets the Crawl-delay of a host's robots.txt, 0 for none.
func (g *Gate) Delay(ctx context.Context, host string, delay time.Duration) error {
	return g.change(ctx, host, func(s *State, _ time.Time) { s.CrawlDelay = max(delay, 0).Seconds() })
}

// Cool leaves a host alone until then, for a day at most.
func (g *Gate) Cool(ctx context.Context, host string, until time.Time, reason string) error {
	return g.change(ctx, host, func(s *State, now time.Time) { s.CoolUntil(now, until, reason) })
}

// Clear ends the cool-down of a host.
func (g *Gate) Clear(ctx context.Context, host string) error {
	return g.change(ctx, host, func(s *State, _ time.Time) { s.Clear() })
}

// Cooling says for how long a host wants to be left alone still; the zero Wait when
// it does not. It gives no turn.
func (g *Gate) Cooling(ctx context.Context, host string) (Wait, error) {
	s, err := g.State(ctx, host)
	now := g.now()
	if err != nil || !s.Cooled(now) {
		return Wait{}, err
	}
	return Wait{Until: s.Cool.Until, For: s.Cool.Until.Sub(now), Reason: Cooling}, nil
}

// State is what is known of a host.
func (g *Gate) State(ctx context.Context, host string) (State, error) {
	s, _, err := g.get(ctx, host, record{})
	return s, err
}

// Conflicts counts changes that another worker has come before.
func (g *Gate) Conflicts() int64 { return g.conflicts.Load() }

func (g *Gate) change(ctx context.Context, host string, change func(*State, time.Time)) error {
	_, err := g.update(ctx, host, record{}, change)
	return err
}

// update changes a host's record: it reads, changes and stores if nobody has
// stored since, and otherwise begins again. A record that is known is not read,
// as it is most likely the last one still.
func (g *Gate) update(ctx context.Context, host string, known record, change func(*State, time.Time)) (record, error) {
	done, err := g.turn(ctx, host)
	if err != nil {
		return record{}, err
	}
	defer done()
	for range maxTries {
		s, last, err := g.get(ctx, host, known)
		if err != nil {
			return record{}, err
		}
		s.Host, known = host, record{}
		change(&s, g.now())
		data, err := bus.Encode(s)
		if err != nil {
			return record{}, fmt.Errorf("host %s: %w", host, err)
		}
		last, err = g.records.Put(ctx, schema.SourceToken(host), data, last)
		if !errors.Is(err, bus.ErrConflict) {
			return record{string(data), last}, err
		}
		g.conflicts.Add(1)
	}
	return record{}, fmt.Errorf("host %s: %w", host, ErrContended)
}

// turn lets one of this process at a time change a record: they would only come
// before one another at the server.
func (g *Gate) turn(ctx context.Context, host string) (done func(), err error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(host)) // never fails
	turn := g.turns[h.Sum32()%uint32(len(g.turns))]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// get reads a record, unless it is known. One that can't be read is taken for
// none, and overwritten.
func (g *Gate) get(ctx context.Context, host string, known record) (State, uint64, error) {
	data, last := []byte(known.data), known.last
	if last == 0 {
		var err error
		if data, last, err = g.records.Get(ctx, schema.SourceToken(host)); err != nil {
			return State{}, 0, fmt.Errorf("host %s: %w", host, err)
		}
	}
	var s State
	if json.Unmarshal(data, &s) != nil {
		s = State{}
	}
	s.putBack(g.now())
	return s, last, nil
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
