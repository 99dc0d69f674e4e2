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
	done     sync.WaitGroup
}

// Listen takes an address for ServeHTTP, so that a port in use is found before
// anything else is started. An empty address gives no listener.
func Listen(addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("HTTP address %s is in use: choose another with --http", addr)
	}
	if err != nil {
		return nil, ConfigError(fmt.Errorf("HTTP address %q: %w", addr, err))
	}
	return l, nil
}

// ServeHTTP listens on addr and serves the health, metrics and status of the
// stages that run on the bus. With an empty address it serves nothing.
func ServeHTTP(addr string, b *bus.Bus, log *zap.Logger) (*Admin, error) {
	l, err := Listen(addr)
	if err != nil {
		return nil, err
	}
	return Serve(l, b, log), nil
}

// Serve is ServeHTTP on a listener, which may be nil, with further metrics.
func Serve(l net.Listener, b *bus.Bus, log *zap.Logger, more ...prometheus.Collector) *Admin {
	a := &Admin{listener: l}
	if l == nil {
		return a
	}
	a.server = &http.Server{
		Handler:           handler(b, more...),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	a.done.Go(func() {
		if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
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
	return "http://" + a.listener.Addr().String()
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

func handler(b *bus.Bus, more ...prometheus.Collector) http.Handler {
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
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, statusPage(b)) })
	return mux
}

func text(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // a reader who has left misses nothing
}
