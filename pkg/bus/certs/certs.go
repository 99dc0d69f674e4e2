// Package certs reads the certificates with which programs serve.
package certs

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
)

// Files are the certificate of a server and its key, both PEM, or neither. The
// certificate's file holds those of the authorities between it and the root, too.
type Files struct {
	Cert string `help:"File with the certificate to serve with (PEM, with those between it and its authority); a renewed one is taken with the next connection. Empty: no TLS." placeholder:"FILE" type:"path"`
	Key  string `help:"File with the key of that certificate." placeholder:"FILE" type:"path"`
}

// Scheme is that of addresses of HTTP which are served with them.
func (f Files) Scheme() string {
	if f == (Files{}) {
		return "http"
	}
	return "https"
}

// Config is for a server with this certificate and TLS 1.2 or later, nil without
// one. The files are read again for each connection, so that a certificate may be
// renewed in place; while they cannot be read, the last that could serves.
func (f Files) Config() (*tls.Config, error) {
	if f == (Files{}) {
		return nil, nil
	}
	if f.Cert == "" || f.Key == "" {
		return nil, errors.New("a certificate and its key go together")
	}
	first, err := f.read()
	if err != nil {
		return nil, err
	}
	var last atomic.Pointer[tls.Certificate]
	last.Store(first)
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if now, err := f.read(); err == nil {
				last.Store(now)
			}
			return last.Load(), nil
		},
	}, nil
}

func (f Files) read() (*tls.Certificate, error) {
	cert, err := os.ReadFile(f.Cert)
	if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(f.Key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("certificate %s with key %s: %w", f.Cert, f.Key, err)
	}
	return &pair, nil
}

// Over has a listener for HTTP speak TLS, and HTTP/2 there, if there is a
// certificate. It closes the listener when there is an error.
func (f Files) Over(l net.Listener) (net.Listener, error) {
	config, err := f.Config()
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	if config == nil {
		return l, nil
	}
	config.NextProtos = []string{"h2", "http/1.1"}
	return tls.NewListener(l, config), nil
}

// Check says what is wrong with the files.
func (f Files) Check() error {
	_, err := f.Config()
	return err
}
