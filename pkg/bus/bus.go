package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Options say how to reach NATS and who is calling.
type Options struct {
	// URL is one address or several, separated by commas: nats://host:4222.
	URL string
	// InProcess is a server in this process, in place of URL.
	InProcess nats.InProcessConnProvider
	// Name is the name of the service: in ce-source, and on the connection.
	Name string
	// Root is the first token of every subject; schema.DefaultRoot when empty.
	Root schema.Root
	// Credentials is a file with a user's JWT and key, or empty.
	Credentials string
	// CA is a file with the certificate of the server's authority, or empty.
	CA string
	// Certificate and Key are files with the client's own certificate and its key,
	// for a server that asks for one; or empty.
	Certificate, Key string
	// InboxPrefix replaces _INBOX, for users who may subscribe to theirs alone.
	InboxPrefix string
	// Patience is how long what a worker needs at its start is looked for while the
	// servers do not answer; 0 asks once.
	Patience time.Duration
	// Drain is how long what is in hand is worked on when a stage is stopped; 8
	// seconds when 0.
	Drain time.Duration
	// FetchWait is how long one request of a stage waits for messages, and so how
	// long a stop may take; half a second when 0. The longer, the less an idle
	// pipeline does.
	FetchWait time.Duration
	// Check tells why nothing more should be taken in, of what a bus does not see by
	// itself, such as a disk that is nearly full; nil for nothing. It is asked often.
	Check func() error
	// Tracer makes the spans of what is worked on and published; nil for none.
	Tracer trace.TracerProvider
	// Logger gets what happens to the connection; nothing when nil.
	Logger *zap.Logger
	// Nats are further options of the connection.
	Nats []nats.Option
}

// Bus is a connection to one pipeline's streams. It is safe for concurrent use.
type Bus struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	root     schema.Root
	name     string
	log      *zap.Logger
	patience time.Duration
	drain    time.Duration
	fetch    time.Duration // a request waits for messages
	stats    Stats
	check    func() error
	tracer   trace.Tracer // nil for none

	groupsMu sync.Mutex
	groups   map[string]*group
	lookers  map[string]*looker
	groupsWG sync.WaitGroup
	stop     context.CancelFunc
	ctx      context.Context // ends groups and lookers, which live as long as the bus

	pushedBack atomic.Int64 // publishes that wait now
	pushErr    atomic.Value // string: what the last of them met
	owed       owed         // acknowledgements
}

// Connect connects to the server and checks that it can do what is needed. It
// does not wait for a server that is not there.
func Connect(ctx context.Context, o Options) (*Bus, error) {
	if o.Root == "" {
		o.Root = schema.DefaultRoot
	}
	if err := o.Root.Validate(); err != nil {
		return nil, err
	}
	if (o.Certificate == "") != (o.Key == "") {
		return nil, errors.New("a certificate and its key go together: one is missing")
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Check == nil {
		o.Check = func() error { return nil }
	}
	b := &Bus{
		root: o.Root, name: o.Name, log: o.Logger, patience: o.Patience, drain: cmp.Or(o.Drain, defaultDrain),
		fetch: cmp.Or(o.FetchWait, fetchWait), check: o.Check, owed: owed{born: time.Now()},
		groups: map[string]*group{}, lookers: map[string]*looker{},
	}
	if o.Tracer != nil {
		b.tracer = o.Tracer.Tracer(scope)
	}
	nc, err := nats.Connect(o.URL, b.connectOptions(o)...)
	if err != nil {
		return nil, connectError(o.URL, err)
	}
	b.nc = nc
	if b.js, err = jetstream.New(nc, jetstream.WithDefaultTimeout(apiTimeout), jetstream.WithPublishAsyncTimeout(ackTimeout)); err != nil {
		nc.Close()
		return nil, fmt.Errorf("bus: %w", err)
	}
	if err := b.checkServer(ctx); err != nil {
		nc.Close()
		return nil, err
	}
	b.ctx, b.stop = context.WithCancel(context.WithoutCancel(ctx))
	return b, nil
}

// defaultDrain leaves a program that has ten seconds to stop time to close.
const defaultDrain = 8 * time.Second

// apiTimeout bounds a request to the server's JetStream API.
const apiTimeout = 10 * time.Second

// connectOptions are NATS' with the defaults of a worker: reconnect for ever,
// notice a dead peer within a minute, buffer nothing silently.
func (b *Bus) connectOptions(o Options) []nats.Option {
	opts := []nats.Option{
		nats.Name("dateline " + o.Name),
		nats.MaxReconnects(-1),
		nats.ReconnectBufSize(-1),
		nats.PingInterval(20 * time.Second),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("connection to NATS lost; trying again", zap.Error(err))
			}
		}),
		nats.ReconnectHandler(func(nc *nats.Conn) {
			b.log.Info("connected to NATS again", zap.String("server", redact(nc.ConnectedUrl())))
		}),
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrSlowConsumer) {
				b.log.Warn("a reader was too slow; what it missed comes again", zap.String("subject", sub.Subject))
				return
			}
			b.log.Warn("NATS refused a request", zap.Error(err))
		}),
	}
	if o.InProcess != nil {
		opts = append(opts, nats.InProcessServer(o.InProcess))
	}
	if o.Credentials != "" {
		opts = append(opts, nats.UserCredentials(o.Credentials))
	}
	if o.CA != "" {
		opts = append(opts, nats.RootCAs(o.CA))
	}
	if o.Certificate != "" || o.Key != "" {
		opts = append(opts, nats.ClientCert(o.Certificate, o.Key))
	}
	if o.InboxPrefix != "" {
		opts = append(opts, nats.CustomInboxPrefix(o.InboxPrefix))
	}
	return append(opts, o.Nats...)
}

// checkServer refuses a server that lacks JetStream or is older than 2.14,
// which is the first whose message schedules do all that polling needs.
func (b *Bus) checkServer(ctx context.Context) error {
	version := b.nc.ConnectedServerVersion()
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	ma, _ := strconv.Atoi(major)
	mi, _ := strconv.Atoi(minor)
	if ma < 2 || ma == 2 && mi < 14 {
		return fmt.Errorf("%w: it is %s", ErrServer, version)
	}
	_, err := b.js.AccountInfo(ctx)
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return fmt.Errorf("%w: JetStream is off there", ErrServer)
	}
	// A user with least privileges may not ask for the account: that is refused
	// as a time-out, and is no reason not to go on.
	return nil
}

// Close closes the connection. What is still on its way to the server is given
// up, so it comes after the workers have ended.
func (b *Bus) Close() {
	b.stop()
	b.groupsWG.Wait()
	b.nc.Close()
}

// Drain is how long what is in hand is worked on when a stage is stopped.
func (b *Bus) Drain() time.Duration { return b.drain }

// Root is the first token of the pipeline's subjects.
func (b *Bus) Root() schema.Root { return b.root }

// JetStream is the client library's handle, for what the bus does not wrap.
func (b *Bus) JetStream() jetstream.JetStream { return b.js }

// Logger is the logger that the bus was given.
func (b *Bus) Logger() *zap.Logger { return b.log }

// Stats are the counters of the stages that run on this bus.
func (b *Bus) Stats() *Stats { return &b.stats }

// Server is the address of the server, without credentials.
func (b *Bus) Server() string { return redact(b.nc.ConnectedUrl()) }

// Flush waits until the server has seen all that was sent, for 10 seconds at
// most.
func (b *Bus) Flush(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, apiTimeout)
	defer cancel()
	if err := b.nc.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	return nil
}
