package httpfetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
)

// memory is a Network whose names lead where the test says. It connects to nothing.
type memory struct {
	names     map[string]string
	connected []string
}

func (m *memory) Lookup(_ context.Context, host string) (netip.Addr, error) {
	if m.names[host] == "" {
		return netip.Addr{}, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return netip.MustParseAddr(m.names[host]), nil
}

func (m *memory) Connect(_ context.Context, host string, to netip.AddrPort) (net.Conn, error) {
	m.connected = append(m.connected, host+" "+to.String())
	return nil, errPublic
}

// What a network in memory is asked to connect to has passed the guard.
func TestNetworkIsGuarded(t *testing.T) {
	for address, want := range map[string]struct {
		code      Code
		connected string
	}{
		"http://public.test/":      {CodeBadHTTP, "public.test 9.9.9.9:80"},
		"http://9.9.9.9/":          {CodeBadHTTP, "9.9.9.9 9.9.9.9:80"},
		"https://public.test/":     {CodeBadHTTP, "public.test 9.9.9.9:443"},
		"http://private.test/":     {CodeBlockedAddress, ""},
		"http://10.0.0.1/":         {CodeBlockedAddress, ""},
		"http://[::1]/":            {CodeBlockedAddress, ""},
		"http://public.test:4222/": {CodeBlockedAddress, ""},
		"http://none.test/":        {CodeDNS, ""},
	} {
		t.Run(address, func(t *testing.T) {
			m := &memory{names: map[string]string{"public.test": "9.9.9.9", "private.test": "10.1.2.3"}}
			config := DefaultConfig()
			config.Network = m
			c, err := New(config)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			_, err = c.Get(t.Context(), Request{URL: address})
			failure, ok := errors.AsType[*Error](err)
			if !ok || failure.Code != want.code {
				t.Errorf("got %v, want %s", err, want.code)
			}
			if got := append(m.connected, "")[0]; got != want.connected {
				t.Errorf("connected to %q, want %q", got, want.connected)
			}
		})
	}
}
