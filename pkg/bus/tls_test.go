package bus_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// authority is one that signs certificates, in a folder of its own.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  crypto.Signer
	last int64 // serial number
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.sign("ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// issue signs a certificate for a server at 127.0.0.1, or a client.
func (a *authority) issue(name string, use x509.ExtKeyUsage) (cert, key string) {
	a.sign(name, &x509.Certificate{
		ExtKeyUsage: []x509.ExtKeyUsage{use}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
	})
	return a.file(name + ".pem"), a.file(name + ".key")
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// sign signs what the template says, the first by itself, and writes it.
func (a *authority) sign(name string, template *x509.Certificate) (*x509.Certificate, crypto.Signer) {
	a.t.Helper()
	a.last++
	template.SerialNumber, template.Subject = big.NewInt(a.last), pkix.Name{CommonName: name}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		a.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".pem", "CERTIFICATE", der)
	a.write(name+".key", "PRIVATE KEY", private)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

func (a *authority) write(name, kind string, der []byte) {
	a.t.Helper()
	if err := os.WriteFile(a.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// encrypted starts a server that speaks TLS alone, and asks clients for a
// certificate of their own when verify is set.
func encrypted(t *testing.T, a *authority, verify bool) (url string) {
	t.Helper()
	cert, key := a.issue("server", x509.ExtKeyUsageServerAuth)
	config, err := server.GenTLSConfig(&server.TLSConfigOpts{
		CertFile: cert, KeyFile: key, CaFile: a.file("ca.pem"), Verify: verify, MinVersion: tls.VersionTLS13,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, NoSigs: true, JetStream: true, StoreDir: t.TempDir(), TLSConfig: config, TLSVerify: verify, TLSTimeout: 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.WaitForShutdown)
	t.Cleanup(s.Shutdown)
	if !s.ReadyForConnections(bustest.Limit) {
		t.Fatal("the server does not start")
	}
	return "nats://" + s.Addr().String()
}

// Encryption is there when the server has it, and only servers whose authority is
// known are spoken to.
func TestConnectionsAreEncrypted(t *testing.T) {
	t.Parallel()
	a, stranger := newAuthority(t), newAuthority(t)
	cert, key := a.issue("client", x509.ExtKeyUsageClientAuth)
	wrongCert, wrongKey := stranger.issue("client", x509.ExtKeyUsageClientAuth)
	plain, verifying := encrypted(t, a, false), encrypted(t, a, true)
	for name, test := range map[string]struct {
		o    bus.Options
		want string // in the error, empty for none
	}{
		"the authority is known":        {bus.Options{URL: plain, CA: a.file("ca.pem")}, ""},
		"by another scheme":             {bus.Options{URL: strings.Replace(plain, "nats:", "tls:", 1), CA: a.file("ca.pem")}, ""},
		"the authority is not known":    {bus.Options{URL: plain}, "certificate signed by unknown authority"},
		"another's authority":           {bus.Options{URL: plain, CA: stranger.file("ca.pem")}, "certificate signed by unknown authority"},
		"the client has a certificate":  {bus.Options{URL: verifying, CA: a.file("ca.pem"), Certificate: cert, Key: key}, ""},
		"the client has none":           {bus.Options{URL: verifying, CA: a.file("ca.pem")}, "certificate required"},
		"the client has another's":      {bus.Options{URL: verifying, CA: a.file("ca.pem"), Certificate: wrongCert, Key: wrongKey}, "connect to NATS"},
		"the key is of another":         {bus.Options{URL: verifying, CA: a.file("ca.pem"), Certificate: cert, Key: wrongKey}, "does not match"},
		"the certificate has no key":    {bus.Options{URL: verifying, CA: a.file("ca.pem"), Certificate: cert}, "go together"},
		"the authority is not a file":   {bus.Options{URL: plain, CA: a.file("none.pem")}, "none.pem"},
		"the authority is no authority": {bus.Options{URL: plain, CA: a.file("ca.key")}, "ca.key"},
	} {
		t.Run(name, func(t *testing.T) {
			test.o.Name = "test"
			b, err := bus.Connect(t.Context(), test.o)
			if err == nil {
				defer b.Close()
				if _, err := b.JetStream().AccountInfo(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
