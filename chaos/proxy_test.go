package chaos

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"testing"
	"time"
)

// echo is a server that sends lines back.
func echo(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				for lines := bufio.NewScanner(c); lines.Scan(); {
					fmt.Fprintln(c, lines.Text())
				}
				_ = c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

// client is a connection through a proxy.
func client(t *testing.T, p *proxy) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", p.address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// say sends a line and waits for it to come back.
func say(c net.Conn, within time.Duration) error {
	if _, err := fmt.Fprintln(c, "hello"); err != nil {
		return err
	}
	if err := c.SetReadDeadline(time.Now().Add(within)); err != nil {
		return err
	}
	_, err := bufio.NewReader(c).ReadString('\n')
	return err
}

func TestProxy(t *testing.T) {
	p, err := newProxy(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	c := client(t, p)
	if err := say(c, 5*time.Second); err != nil {
		t.Fatalf("whole: %v", err)
	}
	p.set(delayed)
	begun := time.Now()
	if err := say(c, 5*time.Second); err != nil || time.Since(begun) < delay {
		t.Errorf("delayed: %v after %s", err, time.Since(begun))
	}
	p.set(silent)
	if err := say(c, 100*time.Millisecond); err == nil {
		t.Error("silent: it answers")
	}
	p.set(whole)
	if err := say(c, 5*time.Second); err == nil {
		t.Error("a connection that has lost bytes goes on")
	}
	if err := say(client(t, p), 5*time.Second); err != nil {
		t.Errorf("whole again: %v", err)
	}
	c = client(t, p)
	p.set(cut)
	if err := say(c, 5*time.Second); err == nil {
		t.Error("cut: it answers")
	}
	if err := say(client(t, p), 5*time.Second); err == nil {
		t.Error("cut: it takes connections")
	}
}

// Who waits for bytes is told when the target has them, once, and not of what it
// sends back.
func TestProxyTellsOfBytes(t *testing.T) {
	p, err := newProxy(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	c := client(t, p)
	told := make(chan struct{}, 1)
	p.tell(2*len("hello\n"), told)
	for n, want := range []bool{false, true, false} {
		if err := say(c, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		if want {
			<-told // the answer may be there before
		} else if len(told) > 0 {
			t.Errorf("told after %d lines", n+1)
		}
	}
	idle, stop := context.WithCancel(t.Context())
	stop()
	(&process{network: []*proxy{p}}).busy(idle, 1)
}

// A server whose network is cut reaches no other and is reached by none, while the
// others reach each other.
func TestMesh(t *testing.T) {
	between, ways, err := mesh([]string{echo(t), echo(t), echo(t)})
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range between {
		for _, p := range network {
			t.Cleanup(p.close)
		}
	}
	reaches := func(from, way int) bool {
		c, err := net.Dial("tcp", ways[from][way])
		if err != nil {
			return false
		}
		defer func() { _ = c.Close() }() // it has said what it had to
		return say(c, 5*time.Second) == nil
	}
	alone := &process{network: between[0]}
	for _, state := range []link{whole, cut, whole} {
		alone.link(state)
		for from, to := range [][]int{{1, 2}, {0, 2}, {0, 1}} {
			for way, other := range to {
				want := state == whole || from != 0 && other != 0
				if got := reaches(from, way); got != want {
					t.Errorf("%s: server %d reaches %d: %v", state, from, other, got)
				}
			}
		}
	}
}
