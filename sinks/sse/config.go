package sse

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/dateline-news/dateline/pkg/bus/certs"
)

// Config is what an operator may set.
type Config struct {
	Listen       string        `help:"Address that clients connect to." default:"127.0.0.1:8090" placeholder:"HOST:PORT"`
	Token        string        `help:"Token that clients must give, by Authorization: Bearer or ?token=; best given as DATELINE_TOKEN. Needed beyond loopback." placeholder:"TOKEN"`
	Certificate  certs.Files   `embed:"" prefix:"listen-"`
	AllowOrigin  []string      `help:"Web sites whose pages may connect, such as https://example.org, or * for all; may be repeated." placeholder:"ORIGIN"`
	Clients      int           `help:"Clients at once; more are asked to come again." default:"100"`
	Heartbeat    time.Duration `help:"Time after which a quiet connection gets a sign of life." default:"15s"`
	WriteTimeout time.Duration `help:"Time that a client may take for one event; a slower one is cut off, and resumes." default:"10s"`
}

// DefaultConfig returns the documented defaults.
func DefaultConfig() Config {
	return Config{Listen: "127.0.0.1:8090", Clients: 100, Heartbeat: 15 * time.Second, WriteTimeout: 10 * time.Second}
}

// Validate says which setting is wrong and what is wanted.
func (c Config) Validate() error {
	host, _, err := net.SplitHostPort(c.Listen)
	switch {
	case err != nil:
		return fmt.Errorf("--listen: got %q, want HOST:PORT", c.Listen)
	case c.Token == "" && !isLoopback(host):
		return fmt.Errorf("--listen %s: beyond loopback clients need a token: set DATELINE_TOKEN or --token", c.Listen)
	case c.Token != "" && len(c.Token) < 16:
		return errors.New("--token: want at least 16 characters")
	case c.Clients < 1 || c.Clients > 10_000:
		return fmt.Errorf("--clients: got %d, want 1 to 10000", c.Clients)
	case c.Heartbeat < 10*time.Millisecond || c.Heartbeat > 10*time.Minute:
		return fmt.Errorf("--heartbeat: got %s, want 10ms to 10m", c.Heartbeat)
	case c.WriteTimeout < 10*time.Millisecond || c.WriteTimeout > 10*time.Minute:
		return fmt.Errorf("--write-timeout: got %s, want 10ms to 10m", c.WriteTimeout)
	}
	if err := c.Certificate.Check(); err != nil {
		return fmt.Errorf("--listen-cert, --listen-key: %w", err)
	}
	for _, origin := range c.AllowOrigin {
		u, err := url.Parse(origin)
		if origin != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin) {
			return fmt.Errorf("--allow-origin: got %q, want an origin such as https://example.org, or *", origin)
		}
	}
	return nil
}

// isLoopback reports whether a host is this machine's own.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
