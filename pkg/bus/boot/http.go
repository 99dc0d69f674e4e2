package boot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Admin is the HTTP server for those who run the program.
type Admin struct {
	server   *http.Server
	listener net.Listener
	scheme   string
	done     sync.WaitGroup
}

// Listener is an address that is taken, which may be none, and who is served there.
type Listener struct {
	listener net.Listener
	access   access
	scheme   string
}

// Listen checks the settings and takes the address, so that a port in use is found
// before anything else is started.
func (h HTTP) Listen() (*Listener, error) {
	who, err := h.access()
	if err != nil || h.Address == "" {
		return &Listener{}, err
	}
	l, err := net.Listen("tcp", h.Address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("HTTP address %s is in use: choose another with --http", h.Address)
	}
	if err != nil {
		return nil, ConfigError(fmt.Errorf("HTTP address %q: %w", h.Address, err))
	}
	if l, err = h.Certificate.Over(l); err != nil {
		return nil, ConfigError(fmt.Errorf("--http-cert, --http-key: %w", err))
	}
	return &Listener{listener: l, access: who, scheme: h.Certificate.Scheme()}, nil
}

// Close gives up an address that is not served.
func (l *Listener) Close() {
	if l.listener != nil {
		_ = l.listener.Close() // it was not used
	}
}

// Serve serves the health, metrics and status of the stages that run on the bus, with
// further metrics. Without an address it serves nothing.
func (l *Listener) Serve(b *bus.Bus, log *zap.Logger, more ...prometheus.Collector) *Admin {
	a := &Admin{listener: l.listener, scheme: l.scheme}
	if l.listener == nil {
		return a
	}
	a.server = &http.Server{
		Handler:           harmless(handler(b, l.access, more...)),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          zap.NewStdLog(log),
	}
	a.done.Go(func() {
		if err := a.server.Serve(l.listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("HTTP server", zap.Error(err))
		}
	})
	return a
}

// URL is the address that the server listens on, empty without one.
func (a *Admin) URL() string {
	if a.listener == nil {
		return ""
	}
	return a.scheme + "://" + a.listener.Addr().String()
}

// Close stops the server.
func (a *Admin) Close() {
	if a.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = a.server.Shutdown(ctx)
	a.done.Wait()
}

// handler serves the pages; those that tell more than yes or no only to whom they are for.
func handler(b *bus.Bus, who access, more ...prometheus.Collector) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), metrics{b})
	registry.MustRegister(more...)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := b.Ready(); err != nil {
			text(w, http.StatusServiceUnavailable, err.Error()+"\n")
			return
		}
		text(w, http.StatusOK, "ready\n")
	})
	mux.Handle("GET /metrics", who.guard(promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})))
	mux.Handle("GET /{$}", who.guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, statusPage(b)) })))
	return mux
}

// harmless tells browsers to take every page for what it is, to run nothing, and to
// show it within no other.
func harmless(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // a reader who has left misses nothing
}
