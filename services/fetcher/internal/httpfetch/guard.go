package httpfetch

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"code.dny.dev/ssrf"
)

// ErrBlocked is the cause of a refused connection.
var ErrBlocked = errors.New("address is not allowed")

// platform are addresses that look public but belong to the cloud that a
// machine stands in: Azure's WireServer.
var platform = []netip.Prefix{netip.MustParsePrefix("168.63.129.16/32")}

// guard says which addresses may be asked.
type guard struct {
	allow  []netip.Prefix
	ports  []uint16
	public *ssrf.Guardian
}

func newGuard(allow []netip.Prefix, ports []uint16) (*guard, error) {
	for _, p := range allow {
		if !p.IsValid() || p.Addr().Is4In6() {
			return nil, fmt.Errorf("allowed network %v: want an IPv4 or IPv6 prefix", p)
		}
	}
	return &guard{
		allow: slices.Clone(allow),
		ports: append([]uint16{80, 443}, ports...),
		public: ssrf.New(
			ssrf.WithAnyPort(),
			ssrf.WithDeniedV4Prefixes(slices.Clone(platform)...),
		),
	}, nil
}

// Control returns the guard of all connections, a Control function for
// net.Dialer. It sees the address that is about to be dialled, after names,
// redirects and odd spellings are resolved, so nothing can change between the
// check and its use. Public unicast addresses are let through on ports 80 and
// 443 and those given; addresses in an allowed network on any port; all else
// is ErrBlocked.
func Control(allow []netip.Prefix, ports []uint16) (func(network, address string, c syscall.RawConn) error, error) {
	g, err := newGuard(allow, ports)
	if err != nil {
		return nil, err
	}
	return g.control, nil
}

func (g *guard) control(network, address string, _ syscall.RawConn) error {
	if network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("%w: network %s", ErrBlocked, network)
	}
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBlocked, err)
	}
	return g.check(target)
}

// check returns the error of an address that may not be asked.
func (g *guard) check(target netip.AddrPort) error {
	// An IPv4 address in IPv6 clothes is dialled as what it is; prefixes
	// never match an address with a zone.
	ip := target.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	if err := g.public.SafeAddrPort(netip.AddrPortFrom(ip, target.Port())); err != nil {
		return fmt.Errorf("%w: %w; --allow-net allows a network", ErrBlocked, err)
	}
	return g.checkPort(target.Port())
}

func (g *guard) checkPort(port uint16) error {
	if !slices.Contains(g.ports, port) {
		return fmt.Errorf("%w: port %d; --allow-port allows it", ErrBlocked, port)
	}
	return nil
}
