package httpfetch

import (
	"crypto/x509"
	"errors"
	"net/netip"
	"net/url"
	"time"
)

// Product is the product token of the User-Agent, which robots.txt knows the
// crawler by.
const Product = "dateline"

// Config is what an operator may set.
type Config struct {
	// Version and Contact are told to every server in the User-Agent header:
	// "dateline/Version (+Contact)". Contact is an address where a publisher
	// finds out who is asking.
	Version, Contact string
	// MaxBody is how many bytes a body may have, compressed and decompressed.
	MaxBody int64
	// MaxHeader is how many bytes the headers of an answer may have in all,
	// those of informational answers before it included.
	MaxHeader int64
	// MaxRedirects is how many redirects are followed.
	MaxRedirects int
	// Timeout bounds the whole of a request, redirects and body included.
	Timeout time.Duration
	// HeaderTimeout bounds each of dialling, the TLS handshake and the wait for
	// all headers of an answer.
	HeaderTimeout time.Duration
	// MinRate is how many bytes a second a body must bring, on average over
	// each RateWindow; 0 lets it be as slow as Timeout allows.
	MinRate    int64
	RateWindow time.Duration
	// MaxIdle is how many idle connections are kept, over all hosts.
	MaxIdle int
	// Allow lists networks that may be asked although they are not public.
	Allow []netip.Prefix
	// Ports lists ports that may be asked on public addresses besides 80 and 443.
	Ports []uint16
	// Proxies are the proxies that a request may name. Their schemes are http,
	// https and socks5, and they may have a user and a password.
	Proxies map[string]*url.URL
	// Roots are the certificate authorities to trust; the system's when nil.
	Roots *x509.CertPool
	// Network is asked in place of the machine's own when it is not nil.
	Network Network
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{
		Version:       "dev",
		Contact:       "https://github.com/dateline-news/dateline",
		MaxBody:       8 << 20,
		MaxHeader:     64 << 10,
		MaxRedirects:  10,
		Timeout:       30 * time.Second,
		HeaderTimeout: 10 * time.Second,
		MinRate:       100,
		RateWindow:    10 * time.Second,
		MaxIdle:       128,
	}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	switch {
	case !isHeaderValue(c.Version) || c.Version == "":
		return errors.New("httpfetch: version: want printable text")
	case !isHeaderValue(c.Contact) || c.Contact == "":
		return errors.New("httpfetch: contact: want an address or URL")
	case c.MaxBody < 1, c.MaxHeader < 1:
		return errors.New("httpfetch: max body, max header: want at least 1 byte")
	case min(c.MaxRedirects, c.MaxIdle) < 0:
		return errors.New("httpfetch: max redirects, max idle: want at least 0")
	case min(c.Timeout, c.HeaderTimeout) <= 0:
		return errors.New("httpfetch: timeout, header timeout: want more than 0")
	case c.MinRate < 0, c.MinRate > 0 && c.RateWindow <= 0:
		return errors.New("httpfetch: min rate: want at least 0, and a rate window of more than 0")
	}
	return checkProxies(c.Proxies)
}
