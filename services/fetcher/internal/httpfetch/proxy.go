package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// A proxy resolves names and dials in our place, where the guard of
// connections sees the proxy alone. So proxies are the operator's: a request
// names one of Config.Proxies, whose address the guard does not look at, and
// cannot bring its own. What the proxy is asked for is checked as far as it can
// be seen from here: no address that is not public, in no spelling, no name
// that only means something inside a network, and no other port. A public name
// that leads to a private address is for the proxy to refuse.

// privateNames are the ends of names that no public host has.
var privateNames = []string{".localhost", ".local", ".internal", ".home.arpa"}

// checkProxies says which proxy is wrong. It does not repeat the address, which
// may hold a password.
func checkProxies(proxies map[string]*url.URL) error {
	for name, u := range proxies {
		if name == "" || u == nil || u.Hostname() == "" ||
			!slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
			return fmt.Errorf("httpfetch: proxy %q: want a name, and an address with http, https or socks5", name)
		}
	}
	return nil
}

type proxyKey struct{}

// throughProxy makes the requests of ctx go through the proxy of that name.
func (c *Client) throughProxy(ctx context.Context, name string) (context.Context, error) {
	if name == "" {
		return ctx, nil
	}
	u, ok := c.config.Proxies[name]
	if !ok {
		return ctx, &Error{Code: CodeConfig, Err: errors.New("the feed's proxy is not configured")} // the name may be an address with a password
	}
	return context.WithValue(ctx, proxyKey{}, u), nil
}

// proxyOf is the proxy of a request's context; nil for none.
func proxyOf(ctx context.Context) *url.URL {
	u, _ := ctx.Value(proxyKey{}).(*url.URL)
	return u
}

// dial connects to the host of a request, or to its proxy.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if proxyOf(ctx) != nil {
		return c.toProxy.DialContext(ctx, network, address)
	}
	if c.config.Network != nil {
		return c.connect(ctx, address)
	}
	return c.dialer.DialContext(ctx, network, address)
}

func proxyOfRequest(r *http.Request) (*url.URL, error) { return proxyOf(r.Context()), nil }

// checkTarget returns the error of an address that a proxy may not be asked for.
func (g *guard) checkTarget(u *url.URL) error {
	host, port, err := hostPort(u)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBlocked, err)
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return g.check(netip.AddrPortFrom(ip, port))
	}
	name := "." + host
	private := !strings.Contains(host, ".") || endsInNumber(host) ||
		slices.ContainsFunc(privateNames, func(end string) bool { return strings.HasSuffix(name, end) })
	if private {
		return fmt.Errorf("%w: %.80q is no name of a public host", ErrBlocked, host)
	}
	return g.checkPort(port)
}

// hostPort is what net/http would send to a proxy: the host in ASCII, where
// digits and dots of other scripts have become plain ones.
func hostPort(u *url.URL) (host string, port uint16, err error) {
	host = u.Hostname()
	if strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 }) {
		if host, err = idna.Lookup.ToASCII(host); err != nil {
			return "", 0, errors.New("host is no name")
		}
	}
	n, err := strconv.ParseUint(portOf(u), 10, 16)
	if err != nil {
		return "", 0, errors.New("port is no number")
	}
	return strings.ToLower(strings.TrimRight(host, ".")), uint16(n), nil
}

// endsInNumber says whether a resolver may read the name as an IPv4 address:
// 127.1, 0x7f000001, 0177.0.0.1 are such.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if _, err := strconv.ParseUint(last, 0, 64); err == nil {
		return true
	}
	return last != "" && strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x")
}
