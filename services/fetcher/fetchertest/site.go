// Package fetchertest is a web site on this machine with feeds that change,
// fail, stall and redirect, for tests and benchmarks of whatever fetches.
//
// What it serves is made up and depends on its seed alone. Its address is on
// 127.0.0.1, which a fetcher must be told to allow.
package fetchertest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Site is a web site. Its methods may be called at any time, also while it is
// asked.
type Site struct {
	url    string
	server *http.Server
	serve  sync.WaitGroup // the server and the requests in hand

	mu       sync.Mutex
	closed   bool
	handlers map[string]http.Handler
	faults   map[string]Fault
	asked    map[string]asked
	changed  chan struct{} // closed and made anew with each request
}

// asked is what is known of the requests for one path.
type asked struct {
	count int
	last  http.Header
}

// New starts a site that is closed with the test.
func New(tb testing.TB) *Site {
	tb.Helper()
	s, err := Start()
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(s.Close)
	return s
}

// Start starts a site that the caller closes.
func Start() (*Site, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("fetchertest: %w", err)
	}
	return Serve(l, "http://"+l.Addr().String()), nil
}

// Serve starts a site on a listener, whose address is url, that the caller closes.
func Serve(l net.Listener, url string) *Site {
	s := &Site{
		url:      url,
		handlers: make(map[string]http.Handler),
		faults:   make(map[string]Fault),
		asked:    make(map[string]asked),
		changed:  make(chan struct{}),
	}
	s.server = &http.Server{Handler: http.HandlerFunc(s.answer), ReadHeaderTimeout: 10 * time.Second}
	s.serve.Go(func() { _ = s.server.Serve(l) }) // it ends by Close
	return s
}

// Close hangs up on all clients and returns when no request is in hand.
func (s *Site) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	_ = s.server.Close() // what was open is of no use to anyone
	s.serve.Wait()
}

// URL is the address of a path, which starts with a slash.
func (s *Site) URL(path string) string { return s.url + path }

// Handle serves the path with a handler of the caller's.
func (s *Site) Handle(path string, h http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[path] = h
}

// Feed returns the feed at the path, an empty RSS feed at first.
func (s *Site) Feed(path string) *Feed {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.handlers[path].(*Feed); ok {
		return f
	}
	f := newFeed(s.url + path)
	s.handlers[path] = f
	return f
}

// Fault makes every request for the path fail in this way from now on; nil
// mends it.
func (s *Site) Fault(path string, f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[path] = f
}

// Count is how often the path was asked for.
func (s *Site) Count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path].count
}

// LastHeader is the header of the last request for the path, nil without one.
func (s *Site) LastHeader(path string) http.Header {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path].last.Clone()
}

// Wait returns when the path was asked for n times in all, or with the error
// of a context that ended before.
func (s *Site) Wait(ctx context.Context, path string, n int) error {
	for {
		s.mu.Lock()
		count, changed := s.asked[path].count, s.changed
		s.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%s asked for %d times, want %d: %w", path, count, n, ctx.Err())
		}
	}
}

// answer notes a request and serves it.
func (s *Site) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.serve.Add(1)
	defer s.serve.Done()
	path := r.URL.Path
	s.asked[path] = asked{count: s.asked[path].count + 1, last: r.Header.Clone()}
	close(s.changed)
	s.changed = make(chan struct{})
	h, fault := s.handlers[path], s.faults[path]
	s.mu.Unlock()

	if h == nil {
		h = http.NotFoundHandler()
	}
	if fault != nil {
		h = fault(h)
	}
	h.ServeHTTP(w, r)
}
