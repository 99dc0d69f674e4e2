package chaos

import (
	"io"
	"net"
	"sync"
	"time"
)

// link is how a proxy treats what goes through it.
type link int

// The states of a link.
const (
	whole   link = iota // passes everything
	cut                 // hangs up, and refuses new connections
	silent              // keeps connections open and swallows what they bring: half-open
	delayed             // passes everything a while later
)

func (l link) String() string { return [...]string{"whole", "cut", "silent", "delayed"}[l] }

// delay is how late a delayed link is.
const delay = 300 * time.Millisecond

// proxy is a network between a service and the NATS server.
type proxy struct {
	listener net.Listener
	target   string
	serving  sync.WaitGroup

	mu    sync.Mutex
	state link
	conns map[net.Conn]bool
	left  int           // bytes for the target until told is told
	told  chan struct{} // nil for nobody
}

// newProxy listens on loopback and passes connections on to target.
func newProxy(target string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	p.serving.Go(p.accept)
	return p, nil
}

// address is where the proxy listens.
func (p *proxy) address() string { return p.listener.Addr().String() }

// set changes the state. Connections that were silent are of no more use: what
// they swallowed is missing, so they are hung up.
func (p *proxy) set(state link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if state == cut || p.state == silent {
		for c := range p.conns {
			_ = c.Close() // both ends see it
		}
	}
	p.state = state
}

func (p *proxy) get() link {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// tell sends to told, if that has room, once so many more bytes have reached the
// target.
func (p *proxy) tell(bytes int, told chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left, p.told = bytes, told
}

// passed says that bytes have reached the target.
func (p *proxy) passed(bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left -= bytes; p.left > 0 || p.told == nil {
		return
	}
	select {
	case p.told <- struct{}{}:
	default:
	}
	p.told = nil
}

// close ends the proxy and its connections.
func (p *proxy) close() {
	_ = p.listener.Close() // it has no more use
	p.set(cut)
	p.serving.Wait()
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		p.serving.Go(func() { p.join(c) })
	}
}

// join passes bytes between a client and the target until one hangs up.
func (p *proxy) join(client net.Conn) {
	defer func() { _ = client.Close() }() // the other direction may have closed it
	if !p.keep(client) {
		return
	}
	defer p.drop(client)
	server, err := net.DialTimeout("tcp", p.target, time.Second)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }() // the same
	if !p.keep(server) {
		return
	}
	defer p.drop(server)
	var back sync.WaitGroup
	back.Go(func() { p.pass(client, server, func(int) {}) })
	p.pass(server, client, p.passed)
	back.Wait()
}

// keep notes a connection, unless the link is cut.
func (p *proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == cut {
		return false
	}
	p.conns[c] = true
	return true
}

func (p *proxy) drop(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// pass copies one direction, tells of the bytes, and hangs up on both ends at last.
func (p *proxy) pass(to, from net.Conn, passed func(bytes int)) {
	defer func() { _, _ = to.Close(), from.Close() }() // the other direction may have closed them
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		switch p.get() {
		case silent:
			n = 0
		case delayed:
			time.Sleep(delay)
		case whole, cut:
		}
		if _, writeErr := to.Write(buffer[:n]); writeErr != nil || err != nil && n == 0 {
			return
		}
		passed(n)
		if err == io.EOF {
			return
		}
	}
}
