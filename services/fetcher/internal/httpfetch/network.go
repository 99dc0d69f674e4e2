package httpfetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// Network takes the place of the machine's own, so that a test can have one in
// memory. What is connected to passes the same guard.
type Network interface {
	// Lookup returns an address of a host.
	Lookup(ctx context.Context, host string) (netip.Addr, error)
	// Connect connects to an address that is allowed.
	Connect(ctx context.Context, host string, to netip.AddrPort) (net.Conn, error)
}

// connect is dial for a Network.
func (c *Client) connect(ctx context.Context, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBlocked, err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%w: port %.20q", ErrBlocked, port)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		if ip, err = c.config.Network.Lookup(ctx, host); err != nil {
			return nil, err
		}
	}
	to := netip.AddrPortFrom(ip, uint16(number))
	if err := c.guard.check(to); err != nil {
		return nil, err
	}
	return c.config.Network.Connect(ctx, host, to)
}
