package push

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

const (
	// maxCalls is how many calls are answered at once.
	maxCalls = 64
	// maxConnections is how many connections are held; more wait for one to end.
	maxConnections = 1024
	// shutdown is how long calls in hand may take when the fetcher stops.
	shutdown = 5 * time.Second
)

// Serve answers the calls of hubs on a listener until ctx ends. Everybody may call,
// so all of it is bounded.
func (k *Keeper) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           k.bounded(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // what strangers do wrong
	}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdown)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // what hangs on gets no answer, and the hub tries again
		}
	})
	err := server.Serve(netutil.LimitListener(l, maxConnections))
	if errors.Is(err, http.ErrServerClosed) {
		<-stopped
		return nil
	}
	stop()
	return fmt.Errorf("callbacks of hubs: %w", err)
}

// bounded answers so many calls at once, and has the others come later.
func (k *Keeper) bounded() http.Handler {
	free := make(chan struct{}, maxCalls)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case free <- struct{}{}:
			defer func() { <-free }()
			k.ServeHTTP(w, r)
		default:
			k.Count("busy")
			w.Header().Set("Retry-After", "60")
			http.Error(w, "try again", http.StatusServiceUnavailable)
		}
	})
}
