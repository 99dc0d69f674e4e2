package certs_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/bus/certs"
)

// issued are files of a certificate for a server on this machine.
func issued(a *bustest.Authority) certs.Files {
	cert, key := a.Issue("server", x509.ExtKeyUsageServerAuth)
	return certs.Files{Cert: cert, Key: key}
}

// serve serves how each request came until the test ends, and returns where.
func serve(t *testing.T, f certs.Files) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over, err := f.Over(l)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) })}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(over) }()
	t.Cleanup(func() {
		_ = s.Close()
		<-ended
	})
	return l.Addr().String()
}

// get is what the server answers, and the number of the certificate that it did so with, 0 without.
func get(t *testing.T, c *http.Client, address string) (body string, serial int64, err error) {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		return "", 0, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if resp.TLS != nil {
		serial = resp.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	return string(data), serial, err
}

func TestWithoutFilesNothingIsEncrypted(t *testing.T) {
	t.Parallel()
	var none certs.Files
	if config, err := none.Config(); config != nil || err != nil || none.Check() != nil || none.Scheme() != "http" {
		t.Errorf("got %v, %v, %s", config, err, none.Scheme())
	}
	if body, serial, err := get(t, http.DefaultClient, "http://"+serve(t, none)); body != "HTTP/1.1" || serial != 0 || err != nil {
		t.Errorf("got %q, %d, %v", body, serial, err)
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	a := bustest.NewAuthority(t)
	f := issued(a)
	address := serve(t, f)
	if body, _, err := get(t, a.Client(), f.Scheme()+"://"+address); body != "HTTP/2.0" || err != nil {
		t.Errorf("got %q, %v", body, err)
	}
	if _, _, err := get(t, bustest.NewAuthority(t).Client(), "https://"+address); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("another's authority: %v", err)
	}
	if body, _, err := get(t, http.DefaultClient, "http://"+address); err == nil && strings.HasPrefix(body, "HTTP/1") {
		t.Errorf("in the clear: %q", body)
	}
	old, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}) // it is refused for its version alone
	if err == nil {
		t.Errorf("got %v", old.ConnectionState().Version)
		_ = old.Close()
	}
}

// A renewed certificate serves without a new start, and one that is just being
// written does not stop the server.
func TestRenewal(t *testing.T) {
	t.Parallel()
	a := bustest.NewAuthority(t)
	f := issued(a)
	address := "https://" + serve(t, f)
	ask := func() int64 {
		t.Helper()
		_, serial, err := get(t, a.Client(), address)
		if err != nil {
			t.Fatal(err)
		}
		return serial
	}
	first := ask()
	issued(a)
	second := ask()
	if second == first {
		t.Errorf("number %d still serves", first)
	}
	if err := os.WriteFile(f.Cert, []byte("-----BEGIN CERT"), 0o600); err != nil {
		t.Fatal(err)
	}
	if third := ask(); third != second {
		t.Errorf("got number %d, want %d", third, second)
	}
	issued(a)
	if fourth := ask(); fourth == second {
		t.Errorf("number %d still serves", second)
	}
}

func TestWrongFiles(t *testing.T) {
	t.Parallel()
	a := bustest.NewAuthority(t)
	good := issued(a)
	_, other := a.Issue("other", x509.ExtKeyUsageServerAuth)
	none := filepath.Join(t.TempDir(), "none.pem")
	for name, test := range map[string]struct {
		files certs.Files
		want  string
	}{
		"no key":                  {certs.Files{Cert: good.Cert}, "go together"},
		"no certificate":          {certs.Files{Key: good.Key}, "go together"},
		"a file that is not":      {certs.Files{Cert: none, Key: good.Key}, "none.pem"},
		"a key that is not":       {certs.Files{Cert: good.Cert, Key: none}, "none.pem"},
		"the other way round":     {certs.Files{Cert: good.Key, Key: good.Cert}, good.Key},
		"the key of another":      {certs.Files{Cert: good.Cert, Key: other}, "does not match"},
		"a key that is no key":    {certs.Files{Cert: good.Cert, Key: good.Cert}, good.Cert},
		"a folder":                {certs.Files{Cert: filepath.Dir(none), Key: good.Key}, filepath.Dir(none)},
		"an authority as the key": {certs.Files{Cert: good.Cert, Key: a.CA()}, good.Cert},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.files.Check(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := test.files.Over(l); err == nil {
				t.Error("it listens")
			}
			if err := l.Close(); err == nil {
				t.Error("the listener was left open")
			}
		})
	}
}
