package main

import (
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// All that our programs serve can be encrypted, and is not served in the clear then.
func TestServedEncrypted(t *testing.T) {
	t.Parallel()
	a := bustest.NewAuthority(t)
	cert, key := a.Issue("server", x509.ExtKeyUsageServerAuth)
	admin, push, natsAddress, events := freeAddress(t), freeAddress(t), freeAddress(t), freeAddress(t)
	_, upSaid := alone(t, nil, "up", write(t, "feeds.txt", "https://127.0.0.1:1/feed\n"), "--data", t.TempDir(), "--store", "2GiB", "--min-free", "0", "--sync", "1m",
		"--http", admin, "--http-cert", cert, "--http-key", key,
		"--nats-listen", natsAddress, "--nats-cert", cert, "--nats-key", key,
		"--push-listen", push, "--push-url", "https://push.example.org/", "--push-cert", cert, "--push-key", key)
	bustest.Eventually(t, func() error {
		for _, want := range []string{"is up", "tls://" + natsAddress, "https://" + admin, "--tls-ca"} {
			if !strings.Contains(upSaid(), want) {
				return fmt.Errorf("it does not say %s:\n%s", want, upSaid())
			}
		}
		return nil
	})
	_, said := alone(t, nil, "sink", "sse", "--nats", "tls://"+natsAddress, "--tls-ca", a.CA(), "--http", "", "--listen", events, "--listen-cert", cert, "--listen-key", key)
	for address, want := range map[string]struct {
		status int
		text   string
	}{
		admin + "/healthz":           {200, "ok"},
		events + "/events?lang=none": {200, ""},
		push + "/push/none":          {404, ""},
	} {
		bustest.Eventually(t, func() error {
			resp, err := a.Client().Get("https://" + address)
			if err != nil {
				return fmt.Errorf("%w: %s", err, said())
			}
			defer resp.Body.Close()
			start := make([]byte, len(want.text))
			if _, err := io.ReadFull(resp.Body, start); err != nil || resp.StatusCode != want.status || string(start) != want.text || resp.ProtoMajor != 2 {
				return fmt.Errorf("%s: got %s, %s, %q, %v", address, resp.Proto, resp.Status, start, err)
			}
			return nil
		})
		if resp, err := http.Get("http://" + address); err == nil {
			if resp.StatusCode == want.status {
				t.Errorf("%s is served in the clear", address)
			}
			_ = resp.Body.Close()
		}
	}
	if r := runProgram(t.Context(), "status", "--nats", "nats://"+natsAddress, "--tls-ca", a.CA()); r.code != boot.ExitOK {
		t.Errorf("status: %d, %s", r.code, r.stderr)
	}
	runProgram(t.Context(), "status", "--nats", "tls://"+natsAddress).fails(t, boot.ExitFailed, "unknown authority")
	if nc, err := nats.Connect("nats://" + natsAddress); err == nil {
		nc.Close()
		t.Error("a client that knows no authority is served")
	}
}

// Certificates that cannot be served with are told before anything is started.
func TestWrongCertificates(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.pem")
	bed := emptyTestbed(t)
	for name, flags := range map[string][]string{
		"nats":   {"up", "--once", "--nats-cert", none, "--nats-key", none},
		"http":   {"up", "--once", "--http", "127.0.0.1:0", "--http-cert", none, "--http-key", none},
		"push":   {"up", "--once", "--push-url", "https://push.example.org/", "--push-cert", none, "--push-key", none},
		"listen": {"sink", "sse", "--listen", "127.0.0.1:0", "--listen-cert", none, "--listen-key", none},
	} {
		t.Run(name, func(t *testing.T) {
			run := bed.run
			if flags[0] == "up" {
				flags = append(flags, "--data", filepath.Join(t.TempDir(), "data"))
				run = func(args ...string) result { return runProgram(t.Context(), args...) }
			}
			r := run(flags...)
			r.fails(t, boot.ExitConfig, "--"+name+"-cert, --"+name+"-key: ")
			r.fails(t, boot.ExitConfig, "none.pem: no such file")
		})
	}
}
