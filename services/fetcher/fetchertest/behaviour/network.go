package behaviour

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest/memnet"
)

// Network is an internet in memory. All its names lead to one server, which
// tells them apart by the Host header, but those that refuse connections.
type Network struct {
	*memnet.Network
	began  time.Time
	server *http.Server
	serve  sync.WaitGroup

	mu       sync.Mutex
	handlers map[string]http.HandlerFunc
	log      []*Request
}

func newNetwork() *Network {
	n := &Network{Network: memnet.New(), began: time.Now(), handlers: map[string]http.HandlerFunc{}}
	n.server = &http.Server{Handler: http.HandlerFunc(n.answer)}
	l := n.Listen("")
	n.serve.Go(func() { _ = n.server.Serve(l) }) // it ends by close
	return n
}

// close hangs up on everybody.
func (n *Network) close() {
	_ = n.server.Close() // what was open is of no use to anyone
	n.serve.Wait()
}

// Connect connects to a host, and notes when that fails.
func (n *Network) Connect(ctx context.Context, host string, to netip.AddrPort) (net.Conn, error) {
	c, err := n.Network.Connect(ctx, host, to)
	if err != nil && ctx.Err() == nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.log = append(n.log, &Request{At: time.Since(n.began), Host: host})
	}
	return c, err
}

// DialContext is Connect in the form that http.Transport wants.
func (n *Network) DialContext(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	return n.Connect(ctx, host, netip.AddrPort{})
}

// answer notes a request and serves it.
func (n *Network) answer(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	noted := &Request{At: time.Since(n.began), Host: r.Host, URI: r.RequestURI, Header: r.Header.Clone()}
	n.log = append(n.log, noted)
	handler := n.handlers[r.Host+r.URL.Path]
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		noted.Took = time.Since(n.began) - noted.At
	}()
	if handler == nil {
		handler = http.NotFound
	}
	handler(&noting{ResponseWriter: w, mu: &n.mu, noted: noted}, r)
}

// noting notes what is answered.
type noting struct {
	http.ResponseWriter
	mu    *sync.Mutex
	noted *Request
}

func (w *noting) WriteHeader(status int) {
	w.mu.Lock()
	w.noted.Status = status
	w.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}

func (w *noting) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.noted.Sent += int64(n)
	if w.noted.Status == 0 {
		w.noted.Status = http.StatusOK
	}
	return n, err
}

// Unwrap lets a handler flush.
func (w *noting) Unwrap() http.ResponseWriter { return w.ResponseWriter }
