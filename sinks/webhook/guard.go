package webhook

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

// platform are addresses that look public but belong to the cloud that a machine
// stands in: Azure's WireServer.
const platform = "168.63.129.16/32"

// guard lets connections to public addresses through, and to those of the networks
// that are allowed. It is a Control function of net.Dialer: it sees the address that
// is about to be dialled, after names and odd spellings are resolved.
func guard(allow []netip.Prefix) func(network, address string, _ syscall.RawConn) error {
	public := ssrf.New(ssrf.WithAnyPort(), ssrf.WithDeniedV4Prefixes(netip.MustParsePrefix(platform)))
	return func(network, address string, _ syscall.RawConn) error {
		target, err := netip.ParseAddrPort(address)
		if err != nil || network != "tcp4" && network != "tcp6" {
			return fmt.Errorf("%w: %s %.60q", ErrBlocked, network, address)
		}
		ip := target.Addr().Unmap().WithZone("")
		if slices.ContainsFunc(allow, func(p netip.Prefix) bool { return p.Contains(ip) }) {
			return nil
		}
		if err := public.SafeAddrPort(netip.AddrPortFrom(ip, target.Port())); err != nil {
			return fmt.Errorf("%w: %w; --allow-net allows a network", ErrBlocked, err)
		}
		return nil
	}
}
