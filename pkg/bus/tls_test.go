package bus_test

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
)

// encrypted starts a server that speaks TLS alone, and asks clients for a
// certificate of their own when verify is set.
func encrypted(t *testing.T, a *bustest.Authority, verify bool) (url string) {
	t.Helper()
	cert, key := a.Issue("server", x509.ExtKeyUsageServerAuth)
	config, err := server.GenTLSConfig(&server.TLSConfigOpts{
		CertFile: cert, KeyFile: key, CaFile: a.CA(), Verify: verify, MinVersion: tls.VersionTLS13,
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
	a, stranger := bustest.NewAuthority(t), bustest.NewAuthority(t)
	cert, key := a.Issue("client", x509.ExtKeyUsageClientAuth)
	wrongCert, wrongKey := stranger.Issue("client", x509.ExtKeyUsageClientAuth)
	plain, verifying := encrypted(t, a, false), encrypted(t, a, true)
	for name, test := range map[string]struct {
		o    bus.Options
		want string // in the error, empty for none
	}{
		"the authority is known":        {bus.Options{URL: plain, CA: a.CA()}, ""},
		"by another scheme":             {bus.Options{URL: strings.Replace(plain, "nats:", "tls:", 1), CA: a.CA()}, ""},
		"the authority is not known":    {bus.Options{URL: plain}, "certificate signed by unknown authority"},
		"another's authority":           {bus.Options{URL: plain, CA: stranger.CA()}, "certificate signed by unknown authority"},
		"the client has a certificate":  {bus.Options{URL: verifying, CA: a.CA(), Certificate: cert, Key: key}, ""},
		"the client has none":           {bus.Options{URL: verifying, CA: a.CA()}, "certificate required"},
		"the client has another's":      {bus.Options{URL: verifying, CA: a.CA(), Certificate: wrongCert, Key: wrongKey}, "connect to NATS"},
		"the key is of another":         {bus.Options{URL: verifying, CA: a.CA(), Certificate: cert, Key: wrongKey}, "does not match"},
		"the certificate has no key":    {bus.Options{URL: verifying, CA: a.CA(), Certificate: cert}, "go together"},
		"the authority is not a file":   {bus.Options{URL: plain, CA: cert + "/none.pem"}, "none.pem"},
		"the authority is no authority": {bus.Options{URL: plain, CA: key}, "client.key"},
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
