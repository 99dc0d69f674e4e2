// Package sse serves enriched articles as Server-Sent Events, which a browser reads
// with EventSource and any program with an HTTP client.
//
// The id of an event is the article's sequence in the stream, so a client that comes
// back with Last-Event-ID goes on right after the last event that it has seen: none
// is left out and none comes twice, for as long as the stream keeps them.
package sse

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Name is the name of the service in counters and logs.
const Name = "sse"

// Run serves events on Config.Listen until ctx ends, and cuts the clients off then:
// they come again.
func Run(ctx context.Context, b *bus.Bus, c Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	return Serve(ctx, l, b, c)
}

// Serve is Run on a listener, which it closes.
func Serve(ctx context.Context, l net.Listener, b *bus.Bus, c Config) error {
	l, err := c.Certificate.Over(l)
	if err != nil {
		return fmt.Errorf("serve events: %w", err)
	}
	server := &http.Server{
		Handler:           newHandler(b, c),
		BaseContext:       func(net.Listener) context.Context { return ctx }, // whose end ends all requests
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          zap.NewStdLog(b.Logger()),
	}
	closed := make(chan struct{})
	stopping := context.AfterFunc(ctx, func() {
		defer close(closed)
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(drain) != nil {
			_ = server.Close() // a client that takes nothing is not waited for
		}
	})
	b.Logger().Info("serving events", zap.Stringer("listen", l.Addr()))
	err = server.Serve(l)
	if stopping() { // it ended by itself
		return fmt.Errorf("serve events: %w", err)
	}
	<-closed
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve events: %w", err)
	}
	return nil
}
