// Package app runs all services in one process, on a NATS server of its own.
package app

import (
	"context"
	"fmt"
	"net"
	"time"

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
	// HTTP is the address of health, metrics and status; empty for none.
	HTTP string
	// Root is the first token of every subject.
	Root schema.Root

	Fetcher    fetcher.Config
	Normalizer normalizer.Config
	Enricher   enricher.Config
	// Steps are the enricher's.
	Steps []enricher.Step

	Logger *zap.Logger
}

// App is a pipeline whose server and HTTP address are open. Its services run
// within Run or Once.
type App struct {
	Registry *fetcher.Registry
	Bus      *bus.Bus

	options Options
	nats    *embedded.Server
	admin   *boot.Admin
	watch   status.Watch
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
	listener, err := boot.Listen(o.HTTP)
	if err != nil {
		return nil, err
	}
	a := &App{options: o}
	if err := a.open(ctx); err != nil {
		a.Close()
		if listener != nil {
			_ = listener.Close() // it was not used
		}
		return nil, err
	}
	a.serve(listener)
	return a, nil
}

func (a *App) serve(l net.Listener) { a.admin = boot.Serve(l, a.Bus, a.options.Logger, &a.watch) }

func (a *App) open(ctx context.Context) (err error) {
	if a.nats, err = embedded.Start(ctx, a.options.NATS); err != nil {
		return boot.ConfigError(err)
	}
	a.Bus, err = bus.Connect(ctx, bus.Options{InProcess: a.nats, Name: "up", Root: a.options.Root, Logger: a.options.Logger})
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

// watchEvery is how often the streams and feeds are counted for the metrics: a few
// requests, and one for each feed.
const watchEvery = 30 * time.Second

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
		func(ctx context.Context) error { a.watch.Run(ctx, a.Bus, watchEvery); return nil },
		func(ctx context.Context) error { return fetcher.Run(ctx, a.Bus, a.options.Fetcher) },
		func(ctx context.Context) error { return normalizer.Run(ctx, a.Bus, a.options.Normalizer) },
		func(ctx context.Context) error {
			return enricher.Run(ctx, a.Bus, a.options.Enricher, a.options.Steps...)
		},
	)
}
