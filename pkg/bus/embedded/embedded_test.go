package embedded_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus/embedded"
)

func start(t *testing.T, o embedded.Options) *embedded.Server {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	o.Store = 1 << 30
	s, err := embedded.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestClientsOverTheNetwork(t *testing.T) {
	s := start(t, embedded.Options{Listen: "127.0.0.1:0", Token: "sesame"})
	defer s.Close()
	if nc, err := nats.Connect(s.URL()); err == nil {
		nc.Close()
		t.Error("a client without the token is let in")
	}
	nc, err := nats.Connect(s.URL(), nats.Token("sesame"))
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
	nc, err = nats.Connect("", nats.InProcessServer(s), nats.Token("sesame"))
	if err != nil {
		t.Fatal(err)
	}
	nc.Close()
}

func TestNoListenerUnlessAsked(t *testing.T) {
	s := start(t, embedded.Options{})
	defer s.Close()
	if s.URL() != "" {
		t.Errorf("listens on %s", s.URL())
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	dir := t.TempDir()
	s := start(t, embedded.Options{Dir: dir})
	defer s.Close()
	for name, test := range map[string]struct {
		options embedded.Options
		is      error
		says    string
	}{
		"port in use":      {embedded.Options{Listen: taken.Addr().String()}, embedded.ErrInUse, taken.Addr().String()},
		"directory in use": {embedded.Options{Dir: dir}, embedded.ErrInUse, dir},
		"beyond loopback":  {embedded.Options{Listen: "0.0.0.0:0"}, embedded.ErrNoAuth, "--nats-token"},
		"any address":      {embedded.Options{Listen: ":0"}, embedded.ErrNoAuth, "--nats-token"},
		"no port":          {embedded.Options{Listen: "127.0.0.1"}, nil, "want HOST:PORT"},
		"no such port":     {embedded.Options{Listen: "127.0.0.1:http"}, nil, "must be a number"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.options.Dir == "" {
				test.options.Dir = t.TempDir()
			}
			_, err := embedded.Start(t.Context(), test.options)
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want it to say %q", err, test.says)
			}
		})
	}
}

// What was stored is there after a restart, and the directory is given up.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 2 {
		s := start(t, embedded.Options{Dir: dir, SyncInterval: time.Minute})
		nc, err := nats.Connect("", nats.InProcessServer(s))
		if err != nil {
			t.Fatal(err)
		}
		js, err := nc.JetStream()
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := js.AddStream(&nats.StreamConfig{Name: "S", Subjects: []string{"s"}}); err != nil {
				t.Fatal(err)
			}
			if _, err := js.Publish("s", []byte("kept")); err != nil {
				t.Fatal(err)
			}
		} else if m, err := js.GetMsg("S", 1); err != nil || string(m.Data) != "kept" {
			t.Errorf("got %v, %v", m, err)
		}
		nc.Close()
		s.Close()
	}
}

func TestStartStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := embedded.Start(ctx, embedded.Options{Dir: t.TempDir()}); err == nil {
		s.Close() // it was ready at once, which is allowed
	} else if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
