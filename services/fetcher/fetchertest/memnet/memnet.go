// Package memnet is an internet in memory, for bubbles of testing/synctest,
// where time is not real and nothing may wait for a socket. A fetcher is put on
// it by fetcher.Config.On.
package memnet

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// Network leads names to the listeners of this process. It is made and used
// within one bubble.
type Network struct {
	mu        sync.Mutex
	listeners map[string]*listener
	refusing  map[string]bool
}

// New returns a network on which nobody listens.
func New() *Network {
	return &Network{listeners: map[string]*listener{}, refusing: map[string]bool{}}
}

// Listen takes the connections to a host, on any port, until the listener is
// closed. The host "" is every one that has no listener of its own.
func (n *Network) Listen(host string) net.Listener {
	l := &listener{accept: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listeners[host] = l
	return l
}

// Refuse makes a host refuse connections, or no more.
func (n *Network) Refuse(host string, refuse bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refusing[host] = refuse
}

// Lookup returns the address of a name. It is a public one, of nobody in particular.
func (n *Network) Lookup(context.Context, string) (netip.Addr, error) {
	return netip.AddrFrom4([4]byte{93, 184, 215, 14}), nil
}

// Connect connects to a host.
func (n *Network) Connect(ctx context.Context, host string, _ netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	l, refused := n.listeners[host], n.refusing[host]
	if l == nil {
		l = n.listeners[""]
	}
	n.mu.Unlock()
	if refused || l == nil {
		return nil, fmt.Errorf("connect to %s: connection refused", host)
	}
	here, there := net.Pipe()
	select {
	case l.accept <- there:
		return here, nil
	case <-l.closed:
		return nil, fmt.Errorf("connect to %s: %w", host, net.ErrClosed)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// listener hands out the connections that were made.
type listener struct {
	accept chan net.Conn
	close  sync.Once
	closed chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return &net.IPAddr{} }
