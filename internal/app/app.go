// Package app runs all services in one process, on a NATS server of its own.
package app

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/internal/status"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/normalizer"
)

// Options are what an operator may choose.
type Options struct {
	// NATS is the server in the process.
	NATS embedded.Options
	// HTTP is where health, metrics and status are served, and to whom.
	HTTP boot.HTTP
	// Root is the first token of every subject.
	Root schema.Root
	// Drain is how long what is in hand is worked on when the pipeline is stopped; 0
	// is the default of a bus.
	Drain time.Duration

	Fetcher    fetcher.Config
	Normalizer normalizer.Config
	Enricher   enricher.Config
	// Steps are the enricher's.
	Steps []enricher.Step

	Logger *zap.Logger // nil for none
	// Tracer makes spans; nil for none.
	Tracer trace.TracerProvider
}

// App is a pipeline whose server and HTTP address are open. Its services run
// within Run or Once.
type App struct {
	Registry *fetcher.Registry
	Bus      *bus.Bus

	options Options
	nats    *embedded.Server
	admin   *boot.Admin
	metrics status.Metrics
}

// Open checks the settings and takes the addresses and the data directory. When
// any of that fails, nothing is left running.
func Open(ctx context.Context, o Options) (*App, error) {
	for _, part := range []struct {
		name   string
		config boot.Validator
	}{{"fetcher", o.Fetcher}, {"normalizer", o.Normalizer}, {"enricher", o.Enricher}, {"root", o.Root}} {
		if err := part.config.Validate(); err != nil {
			return nil, boot.ConfigError(fmt.Errorf("%s: %w", part.name, err))
		}
	}
	listener, err := o.HTTP.Listen()
	if err != nil {
		return nil, err
	}
	o.Logger = cmp.Or(o.Logger, zap.NewNop())
	a := &App{options: o}
	if err := a.open(ctx); err != nil {
		a.Close()
		listener.Close()
		return nil, err
	}
	a.admin = listener.Serve(a.Bus, a.options.Logger, &a.metrics)
	return a, nil
}

func (a *App) open(ctx context.Context) (err error) {
	if a.nats, err = embedded.Start(ctx, a.options.NATS); err != nil {
		return boot.ConfigError(err)
	}
	a.Bus, err = bus.Connect(ctx, bus.Options{
		InProcess: a.nats, Name: "up", Root: a.options.Root, Drain: a.options.Drain, Check: a.nats.Ready, Logger: a.options.Logger,
		Tracer: a.options.Tracer, Nats: []nats.Option{nats.Token(a.options.NATS.Token)}, // asked of this process too
	})
	if err != nil {
		return err
	}
	want := topology.DefaultOptions()
	want.Root, want.Store = a.options.Root, a.options.NATS.Store
	if _, err := topology.New(want).Ensure(ctx, a.Bus.JetStream()); err != nil {
		return fmt.Errorf("set up: %w", err)
	}
	a.Registry, err = fetcher.OpenRegistry(ctx, a.Bus)
	return err
}

// metricsEvery is how often the streams and feeds are counted for the metrics: a few
// requests, and one for each feed.
const metricsEvery = 30 * time.Second

// NATSURL is the address for clients, empty when there is none.
func (a *App) NATSURL() string { return a.nats.URL() }

// HTTPURL is the address of health, metrics and status, empty when there is none.
func (a *App) HTTPURL() string { return a.admin.URL() }

// Close stops the server. What was acknowledged is on disk.
func (a *App) Close() {
	if a.admin != nil {
		a.admin.Close()
	}
	if a.Bus != nil {
		a.Bus.Close()
	}
	if a.nats != nil {
		a.nats.Close()
	}
}

// Run runs the services until ctx ends, and returns when each has finished what
// it had in hand.
func (a *App) Run(ctx context.Context) error {
	return bus.Together(ctx,
		func(ctx context.Context) error { boundMemory(ctx); return nil },
		a.watch,
		func(ctx context.Context) error { a.metrics.Run(ctx, a.Bus, metricsEvery); return nil },
		func(ctx context.Context) error { return fetcher.Run(ctx, a.Bus, a.options.Fetcher) },
		func(ctx context.Context) error { return normalizer.Run(ctx, a.Bus, a.options.Normalizer) },
		func(ctx context.Context) error {
			return enricher.Run(ctx, a.Bus, a.options.Enricher, a.options.Steps...)
		},
	)
}

// watch looks after the server. One that hangs is lost to this process.
func (a *App) watch(ctx context.Context) error {
	if err := a.nats.Watch(ctx); err != nil {
		return fmt.Errorf("%w: %w; start again", bus.ErrClosed, err)
	}
	return nil
}
