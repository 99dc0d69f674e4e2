package httpfetch_test

import (
	"bufio"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is a client that may ask this machine, with small limits.
func client(t testing.TB, change ...func(*httpfetch.Config)) *httpfetch.Client {
	t.Helper()
	c := httpfetch.DefaultConfig()
	c.Version, c.Contact = "1.2.3", "https://contact.example/bot"
	c.MaxBody = 64 << 10
	c.Timeout, c.HeaderTimeout = 10*time.Second, 5*time.Second
	c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for _, f := range change {
		f(&c)
	}
	client, err := httpfetch.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// serve is a server of one handler.
func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// quiet is the log of a server that complains of what is meant to be.
var quiet = log.New(io.Discard, "", 0)

// raw is a server that speaks as it likes once a request has come. It returns
// its URL. speak is stopped by an error of its writes when the client is gone.
func raw(t *testing.T, speak func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					speak(conn)
				}
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		conns.Wait()
	})
	return "http://" + l.Addr().String() + "/feed"
}

// say sends one answer.
func say(answer string) func(net.Conn) {
	return func(c net.Conn) { io.WriteString(c, answer) }
}

// forever sends the text again and again until the client hangs up.
func forever(text string, pause time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		for {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
			<-time.After(pause)
		}
	}
}

// hang waits until the client hangs up.
func hang(c net.Conn) { io.Copy(io.Discard, c) }

// wantCode fails the test when err is not an *Error of this code.
func wantCode(t *testing.T, err error, want httpfetch.Code) *httpfetch.Error {
	t.Helper()
	var failure *httpfetch.Error
	if !errors.As(err, &failure) {
		t.Fatalf("error %v, want an *Error with code %s", err, want)
	}
	if failure.Code != want {
		t.Fatalf("code %s (%v), want %s", failure.Code, err, want)
	}
	return failure
}
