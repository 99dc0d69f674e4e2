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
	l.spend(0)
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

// spend says how many of n bytes still go over the cable, and cuts it when it has
// no more left. It wants the lock.
func (l *cable) spend(n int) int {
	if !l.dying {
		return n
	}
	n = min(n, l.left)
	if l.left -= n; l.left == 0 && !l.isDead() {
		close(l.dead)
		l.hang()
	}
	return n
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

func (w *wire) Write(p []byte) (int, error) {
	w.cable.mu.Lock()
	room := len(p)
	if w.cable.dying {
		room = min(room, w.cable.left)
	}
	w.cable.mu.Unlock()
	n, err := w.Conn.Write(p[:room])
	w.spend(n)
	if err == nil && n < len(p) {
		err = io.ErrClosedPipe
	}
	return n, err
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if w.spend(n) < n {
		return 0, io.ErrClosedPipe
	}
	return n, err
}

func (w *wire) spend(n int) int {
	w.cable.mu.Lock()
	defer w.cable.mu.Unlock()
	return w.cable.spend(n)
}
