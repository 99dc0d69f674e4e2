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
	// maxConnections is how many connections are held; more wait for one to end.
	maxConnections = 1024
	// shutdown is how long calls in hand may take when the fetcher stops.
	shutdown = 5 * time.Second
)

// Serve answers the calls of hubs on a listener until ctx ends. Everybody may call,
// so all of it is bounded.
func (k *Keeper) Serve(ctx context.Context, l net.Listener) error {
	l, err := k.Certificate.Over(netutil.LimitListener(l, maxConnections))
	if err != nil {
		return fmt.Errorf("callbacks of hubs: %w", err)
	}
	server := &http.Server{
		Handler:           k.Callbacks(),
		ReadHeaderTimeout: readTime,
		ReadTimeout:       2 * readTime, // of what is no push; for those see bodyTime
		WriteTimeout:      k.bodyTime() + time.Minute,
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
	err = server.Serve(l)
	if errors.Is(err, http.ErrServerClosed) {
		<-stopped
		return nil
	}
	stop()
	return fmt.Errorf("callbacks of hubs: %w", err)
}
