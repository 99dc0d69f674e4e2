package chaos

import (
	"errors"
	"io"
	"net"
	"sync"

	"github.com/nats-io/nats.go"
)

// cable is a client's way to the server in this process. It can be cut after a
// number of bytes, in the middle of whatever goes over it then: what the client
// does after that reaches nobody, as if it had been killed there.
type cable struct {
	server func() nats.InProcessConnProvider // nil while there is none

	mu    sync.Mutex
	wires map[*wire]bool
	left  int           // bytes until it is cut, when it is to be
	dying bool          // it is to be cut
	dead  chan struct{} // closed when it is cut
}

func newCable(server func() nats.InProcessConnProvider) *cable {
	return &cable{server: server, wires: map[*wire]bool{}, dead: make(chan struct{})}
}

// InProcessConn implements nats.InProcessConnProvider.
func (l *cable) InProcessConn() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	server := l.server()
	if l.isDead() || server == nil {
		return nil, errors.New("connection refused")
	}
	conn, err := server.InProcessConn()
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: conn, cable: l}
	l.wires[w] = true
	return w, nil
}

// cutAfter cuts the cable for good when so many more bytes have gone over it.
func (l *cable) cutAfter(bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.dying = bytes, true
	l.cutWhenSpent()
}

// hangUp ends the connections that there are. The client may connect again.
func (l *cable) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hang()
}

func (l *cable) hang() {
	for w := range l.wires {
		_ = w.Conn.Close() // it has no more use
	}
	clear(l.wires)
}

// take says how many of n bytes still go over the cable.
func (l *cable) take(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dying {
		n = min(n, l.left)
		l.left -= n
	}
	return n
}

// cutWhenSpent cuts the cable when nothing more goes over it. It wants the lock.
func (l *cable) cutWhenSpent() {
	if l.dying && l.left == 0 && !l.isDead() {
		close(l.dead)
		l.hang()
	}
}

func (l *cable) isDead() bool {
	select {
	case <-l.dead:
		return true
	default:
		return false
	}
}

// wire is one connection.
type wire struct {
	net.Conn
	cable *cable
}

// Write takes what goes over before it goes: the answer may be back before the
// writer is.
func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p[:w.cable.take(len(p))])
	w.settle()
	if err == nil && n < len(p) {
		err = io.ErrClosedPipe
	}
	return n, err
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	whole := w.cable.take(n) == n
	w.settle()
	if !whole {
		return 0, io.ErrClosedPipe
	}
	return n, err
}

func (w *wire) settle() {
	w.cable.mu.Lock()
	defer w.cable.mu.Unlock()
	w.cable.cutWhenSpent()
}
