package chaos

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/embedded"
	"github.com/dateline-news/dateline/pkg/bus/topology"
	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/fetcher"
	"github.com/dateline-news/dateline/services/fetcher/fetchertest/memnet"
	"github.com/dateline-news/dateline/services/normalizer"
)

// pipeline is a NATS server and the services, in this process, each of which can
// end and be started again.
type pipeline struct {
	dir      string
	network  *memnet.Network
	log      *zap.Logger
	services []*service

	mu      sync.Mutex
	server  *embedded.Server // nil while there is none
	lives   int              // of the server
	clients []*cable         // that there ever were, and are not dead
}

// service is one of the services, as a process that comes and goes.
type service struct {
	name string
	run  func(context.Context, *bus.Bus) error
	of   *pipeline

	cable *cable
	end   context.CancelFunc
	done  chan struct{}
}

func newPipeline(dir string, steps []enricher.Step) *pipeline {
	p := &pipeline{dir: dir, network: memnet.New(), log: zap.NewNop()}
	polling := fetcher.DefaultConfig().On(p.network)
	polling.Fulltext = schema.FulltextNever
	p.services = []*service{
		{name: "fetcher", of: p, run: func(ctx context.Context, b *bus.Bus) error { return fetcher.Run(ctx, b, polling) }},
		{name: "normalizer", of: p, run: func(ctx context.Context, b *bus.Bus) error {
			return normalizer.Run(ctx, b, normalizer.DefaultConfig())
		}},
		{name: "enricher", of: p, run: func(ctx context.Context, b *bus.Bus) error {
			return enricher.Run(ctx, b, enricher.DefaultConfig(), steps...)
		}},
	}
	return p
}

// current is the server that runs now, nil for none.
func (p *pipeline) current() nats.InProcessConnProvider {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.server == nil {
		return nil
	}
	return p.server
}

// store is where the server of this life has its streams.
func (p *pipeline) store() string { return filepath.Join(p.dir, fmt.Sprintf("life-%d", p.lives)) }

// serve starts the server.
func (p *pipeline) serve(ctx context.Context) error {
	server, err := embedded.Start(ctx, embedded.Options{Dir: p.store(), Store: 20 << 30, SyncInterval: time.Hour, Logger: p.log})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.server = server
	return nil
}

// restartServer ends the server and starts it after a while. The clients stay,
// and connect again. A server that is killed goes on with its files as they are
// at that moment, and not as it would leave them.
func (p *pipeline) restartServer(ctx context.Context, away time.Duration, kill bool) error {
	p.mu.Lock()
	server := p.server
	p.server = nil
	for _, l := range p.clients {
		l.hangUp()
	}
	p.mu.Unlock()
	synctest.Wait()
	if kill {
		before := p.store()
		p.lives++
		if err := os.CopyFS(p.store(), os.DirFS(before)); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(before) }() // it is on the temporary disk
	}
	server.Close()
	time.Sleep(away)
	return p.serve(ctx)
}

// killAll ends all at once, as the end of a machine does.
func (p *pipeline) killAll(ctx context.Context, torn int, away time.Duration) error {
	p.services[0].kill(torn)
	for _, s := range p.services[1:] {
		s.kill(0)
	}
	err := p.restartServer(ctx, away, true)
	p.startAll()
	return err
}

// fetchWait is long, as what asks for messages when there are none is most of what
// an idle pipeline does.
const fetchWait = 20 * time.Second

// connect connects a client by a cable of its own.
func (p *pipeline) connect(ctx context.Context, l *cable, name string) (b *bus.Bus, err error) {
	p.mu.Lock()
	p.clients = append(p.clients, l)
	p.mu.Unlock()
	err = eventually(ctx, 24*time.Hour, func() error {
		b, err = bus.Connect(ctx, bus.Options{InProcess: l, Name: name, FetchWait: fetchWait, Logger: p.log.Named(name)})
		return err
	})
	return b, err
}

// setUp makes streams, buckets and consumers, and returns the bus that did so.
func (p *pipeline) setUp(ctx context.Context) (*bus.Bus, error) {
	b, err := p.connect(ctx, newCable(p.current), "setup")
	if err != nil {
		return nil, err
	}
	_, err = topology.New(topology.DefaultOptions()).Ensure(ctx, b.JetStream())
	return b, err
}

func (p *pipeline) startAll() {
	for _, s := range p.services {
		s.start()
	}
}

// close ends the services and the server.
func (p *pipeline) close() {
	for _, s := range p.services {
		if s.end != nil {
			s.stop()
		}
	}
	if p.server != nil {
		p.server.Close()
	}
}

// start starts the service, and again when it ends by itself.
func (s *service) start() {
	ctx, end := context.WithCancel(context.Background())
	s.cable, s.end, s.done = newCable(s.of.current), end, make(chan struct{})
	go func() {
		defer close(s.done)
		for ctx.Err() == nil {
			if err := s.live(ctx); err != nil {
				s.of.log.Error("ended", zap.String("service", s.name), zap.Error(err))
			}
			_ = pause(ctx, time.Second) // it ends with ctx at the latest
		}
	}()
}

// live is one life of the service.
func (s *service) live(ctx context.Context) error {
	b, err := s.of.connect(ctx, s.cable, s.name)
	if err != nil {
		return err
	}
	defer b.Close()
	return s.run(ctx, b)
}

// stop ends the service as it wants to.
func (s *service) stop() {
	s.end()
	<-s.done
	s.of.forget(s.cable)
}

// kill ends the service when so many more bytes have gone between it and NATS, or
// after an hour, and returns when it is gone.
func (s *service) kill(after int) {
	s.cable.cutAfter(after)
	select {
	case <-s.cable.dead:
	case <-time.After(time.Hour):
		s.cable.cutAfter(0)
	}
	s.stop()
}

// forget drops the cable of a client that is no more.
func (p *pipeline) forget(dead *cable) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, l := range p.clients {
		if l == dead {
			p.clients = append(p.clients[:i], p.clients[i+1:]...)
			return
		}
	}
}
