package memnet_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/fetchertest/memnet"
)

// serve answers at a host with its name, until the test ends.
func serve(t *testing.T, n *memnet.Network, host, name string) {
	t.Helper()
	l := n.Listen(host)
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(time.Hour) // costs nothing in a bubble
		_, _ = io.WriteString(w, name)
	})}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the server ended: %v", err)
		}
	})
}

func get(t *testing.T, n *memnet.Network, url string) (string, error) {
	t.Helper()
	dial := func(ctx context.Context, _, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return n.Connect(ctx, host, netip.AddrPort{})
	}
	transport := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	resp, err := (&http.Client{Transport: transport}).Get(url)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestNamesLeadToTheirListeners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		serve(t, n, "one.example", "one")
		if _, err := get(t, n, "http://two.example/"); err == nil || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("nobody listens at two.example: %v", err)
		}
		serve(t, n, "", "any")
		for host, want := range map[string]string{"one.example": "one", "one.example:8080": "one", "two.example": "any"} {
			begun := time.Now()
			if got, err := get(t, n, "http://"+host+"/"); err != nil || got != want {
				t.Errorf("%s: got %q, %v, want %q", host, got, err, want)
			}
			if took := time.Since(begun); took != time.Hour {
				t.Errorf("%s: it took %s", host, took)
			}
		}
	})
}

func TestAHostRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		serve(t, n, "one.example", "one")
		n.Refuse("one.example", true)
		if _, err := get(t, n, "http://one.example/"); err == nil || !strings.Contains(err.Error(), "connection refused") {
			t.Errorf("it refuses: %v", err)
		}
		n.Refuse("one.example", false)
		if got, err := get(t, n, "http://one.example/"); got != "one" || err != nil {
			t.Errorf("it refuses no more: %q, %v", got, err)
		}
	})
}

func TestConnectsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New()
		l := n.Listen("slow.example") // which accepts nothing
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := n.Connect(ctx, "slow.example", netip.AddrPort{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after its context: %v", err)
		}
		_ = l.Close()
		_ = l.Close()
		if _, err := n.Connect(t.Context(), "slow.example", netip.AddrPort{}); !errors.Is(err, net.ErrClosed) {
			t.Errorf("after its listener: %v", err)
		}
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a closed listener accepts: %v", err)
		}
		if ip, err := n.Lookup(t.Context(), "slow.example"); err != nil || ip.IsPrivate() || ip.IsLoopback() {
			t.Errorf("got %s, %v", ip, err)
		}
	})
}
