package httpfetch

import (
	"errors"
	"net/netip"
	"time"
)

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
	// MaxIdle is how many idle connections are kept, over all hosts.
	MaxIdle int
	// Allow lists networks that may be asked although they are not public.
	Allow []netip.Prefix
	// Ports lists ports that may be asked on public addresses besides 80 and 443.
	Ports []uint16
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
	case c.MaxRedirects < 0, c.MaxIdle < 0:
		return errors.New("httpfetch: max redirects, max idle: want at least 0")
	case c.Timeout <= 0, c.HeaderTimeout <= 0:
		return errors.New("httpfetch: timeout, header timeout: want more than 0")
	}
	return nil
}
