// Package embedded runs a NATS server with JetStream inside the process.
package embedded

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/zap"
)

// Options are what an operator may choose.
type Options struct {
	// Dir holds the streams. It is locked for one server.
	Dir string
	// Listen is the address for clients, such as 127.0.0.1:4222; port 0 picks a
	// free one. Empty: this process alone can connect.
	Listen string
	// Token is asked of clients that connect over the network. Listening beyond
	// loopback needs one.
	Token string
	// TLS is how clients that connect over the network are served, nil for in the clear.
	TLS *tls.Config
	// SyncInterval is how often the disk is synced; 0 means before every
	// acknowledgement, so that what is acknowledged outlives a power cut.
	SyncInterval time.Duration
	// Store bounds the bytes on disk.
	Store int64
	// MinFree is how many bytes the disk must have free for Ready to be nil; 0 does
	// without. Where the system does not tell, a full disk is noticed by its errors.
	MinFree int64
	// Logger gets the server's warnings and errors.
	Logger *zap.Logger
}

// Errors that a caller may test for.
var (
	// ErrInUse says that another process has the directory or the address.
	ErrInUse = errors.New("in use")
	// ErrNoAuth says that the server would be open to the network.
	ErrNoAuth = errors.New("listening beyond loopback needs a token: set --nats-token")
)

// Server is a running server.
type Server struct {
	options Options // with the address that it has
	unlock  func() error
	trouble atomic.Pointer[error] // of the last look; nil for none
	health  func(*server.Server) error
	answer  chan error // of health, when it has been asked for; it and silent are of who looks alone
	silent  int        // looks in a row that it did not come

	mu     sync.RWMutex // held for writing while the server is started anew
	server *server.Server
}

// tlsTimeout is how long a client may take to agree on TLS.
const tlsTimeout = 5 * time.Second

// startLimit bounds the time to recover the streams of a large store.
const startLimit = 5 * time.Minute

// Start starts a server and waits until it takes connections.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if _, _, err := listenAddress(o); err != nil { // before anything is made
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	unlock, err := lock(filepath.Join(o.Dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("data directory %s: %w", o.Dir, err)
	}
	running, err := start(ctx, o)
	if err != nil {
		_ = unlock()
		return nil, err
	}
	s := &Server{options: o, unlock: unlock, server: running, health: health}
	if o.Listen != "" {
		s.options.Listen = running.Addr().String() // the port, if it was any
	}
	s.look()
	return s, nil
}

// start starts a server on the directory, which is locked.
func start(ctx context.Context, o Options) (*server.Server, error) {
	host, port, err := listenAddress(o)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(serverOptions(o, host, port))
	if err != nil {
		return nil, fmt.Errorf("embedded NATS: %w", err)
	}
	failed := make(chan string, 1)
	s.SetLoggerV2(&logger{log: o.Logger.Named("nats"), fatal: failed}, false, false, false)
	s.Start()
	if err := awaitReady(ctx, s, failed); err != nil {
		return nil, errors.Join(err, stop(s, stopLimit))
	}
	return s, nil
}

func awaitReady(ctx context.Context, s *server.Server, failed <-chan string) error {
	deadline := time.Now().Add(startLimit)
	for !s.ReadyForConnections(100 * time.Millisecond) {
		select {
		case why := <-failed:
			return fmt.Errorf("embedded NATS: %s", why)
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		if time.Now().After(deadline) {
			return errors.New("embedded NATS: not ready in time")
		}
	}
	if !s.JetStreamEnabled() {
		select {
		case why := <-failed:
			return fmt.Errorf("embedded NATS: %s", why)
		default:
			return errors.New("embedded NATS: JetStream did not start")
		}
	}
	return nil
}

// running is the server that runs now. One that is being started is waited for.
func (s *Server) running() *server.Server {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.server
}

// InProcessConn makes Server a connection provider for clients in the process.
func (s *Server) InProcessConn() (net.Conn, error) { return s.running().InProcessConn() }

var _ nats.InProcessConnProvider = (*Server)(nil)

// URL is the address for clients, empty when the server does not listen.
func (s *Server) URL() string {
	addr, ok := s.running().Addr().(*net.TCPAddr)
	if !ok {
		return ""
	}
	scheme := "nats"
	if s.options.TLS != nil {
		scheme = "tls"
	}
	return scheme + "://" + addr.String()
}

// Version is the version of the server.
func (s *Server) Version() string { return server.VERSION }

// Close stops the server, which syncs its streams, and gives up the directory. A
// Watch has ended before.
func (s *Server) Close() {
	if err := stop(s.running(), s.limit()); err != nil {
		s.options.Logger.Error("stop the server", zap.Error(err))
	}
	_ = s.unlock()
}

// listenAddress checks the address before anything is started, so that a port
// in use is one clear error.
func listenAddress(o Options) (host string, port int, err error) {
	if o.Listen == "" {
		return "", 0, nil
	}
	host, port, err = splitAddress(o.Listen)
	if err != nil {
		return "", 0, err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) && o.Token == "" {
		return "", 0, fmt.Errorf("NATS listen address %s: %w", o.Listen, ErrNoAuth)
	}
	if err := tryListen(o.Listen); err != nil {
		return "", 0, err
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

func splitAddress(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, fmt.Errorf("NATS listen address %q: want HOST:PORT", address)
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("NATS listen address %q: the port must be a number from 0 to 65535", address)
	}
	return host, port, nil
}

// tryListen finds out whether an address is free.
func tryListen(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("NATS listen address %s: %w (another dateline or NATS? choose one with --nats-listen): %w", address, ErrInUse, err)
	}
	if err := l.Close(); err != nil {
		return fmt.Errorf("NATS listen address %s: %w", address, err)
	}
	return nil
}

func serverOptions(o Options, host string, port int) *server.Options {
	return &server.Options{
		ServerName:         "dateline",
		Host:               host,
		Port:               port,
		DontListen:         host == "" && port == 0,
		Authorization:      o.Token,
		TLSConfig:          o.TLS,
		TLSTimeout:         tlsTimeout.Seconds(),
		JetStream:          true,
		StoreDir:           filepath.Join(o.Dir, "nats"),
		JetStreamMaxStore:  o.Store,
		JetStreamMaxMemory: 64 << 20,
		SyncAlways:         o.SyncInterval == 0,
		SyncInterval:       o.SyncInterval,
		MaxPayload:         1 << 20,
		MaxControlLine:     4096,
		NoSigs:             true,
		NoSystemAccount:    true,
	}
}
