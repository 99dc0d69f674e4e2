package behaviour

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Network is an internet in memory. All its names lead to one server, which
// tells them apart by the Host header, but those that refuse connections.
type Network struct {
	began  time.Time
	server *http.Server
	accept chan net.Conn
	closed chan struct{}
	serve  sync.WaitGroup

	mu       sync.Mutex
	handlers map[string]http.HandlerFunc
	refusing map[string]bool
	log      []*Request
}

func newNetwork() *Network {
	n := &Network{
		began: time.Now(), accept: make(chan net.Conn), closed: make(chan struct{}),
		handlers: map[string]http.HandlerFunc{}, refusing: map[string]bool{},
	}
	n.server = &http.Server{Handler: http.HandlerFunc(n.answer)}
	n.serve.Go(func() { _ = n.server.Serve(listener{n}) }) // it ends by close
	return n
}

// close hangs up on everybody.
func (n *Network) close() {
	close(n.closed)
	_ = n.server.Close() // what was open is of no use to anyone
	n.serve.Wait()
}

// Lookup returns the address of a name. It is a public one, of nobody in particular.
func (n *Network) Lookup(context.Context, string) (netip.Addr, error) {
	return netip.AddrFrom4([4]byte{93, 184, 215, 14}), nil
}

// Connect connects to a host.
func (n *Network) Connect(ctx context.Context, host string, _ netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	refused := n.refusing[host]
	if refused {
		n.log = append(n.log, &Request{At: time.Since(n.began), Host: host})
	}
	n.mu.Unlock()
	if refused {
		return nil, fmt.Errorf("connect to %s: connection refused", host)
	}
	here, there := net.Pipe()
	select {
	case n.accept <- there:
		return here, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
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

// listener hands out the connections that were made.
type listener struct{ *Network }

func (l listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, errors.New("the network is closed")
	}
}

func (l listener) Close() error   { return nil }
func (l listener) Addr() net.Addr { return &net.IPAddr{} }
