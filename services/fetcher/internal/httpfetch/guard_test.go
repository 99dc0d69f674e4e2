package httpfetch_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// Nothing is dialled here: the guard is asked about addresses, as text.

// refused are addresses of all special-purpose registries of IANA, of clouds'
// own services, and of other spellings.
var refused = []string{
	// IPv4
	"0.0.0.0:80", "0.1.2.3:80", "10.0.0.1:80", "10.255.255.255:443", "100.64.0.1:80", "100.127.255.255:80",
	"127.0.0.1:80", "127.255.255.254:80", "169.254.0.1:80", "172.16.0.1:80", "172.31.255.255:80",
	"192.0.0.1:80", "192.0.0.170:80", "192.0.2.1:80", "192.31.196.1:80", "192.52.193.1:80",
	"192.88.99.1:80", "192.168.1.1:80", "192.175.48.1:80", "198.18.0.1:80", "198.19.255.255:80",
	"198.51.100.1:80", "203.0.113.1:80", "224.0.0.1:80", "239.255.255.250:80", "240.0.0.1:80", "255.255.255.255:80",
	// metadata and platform services of clouds
	"169.254.169.254:80", "168.63.129.16:80", "100.100.100.200:80", "192.0.0.192:80", "[fd00:ec2::254]:80",
	// IPv6
	"[::]:80", "[::1]:80", "[::2]:80", "[100::1]:80", "[64:ff9b::7f00:1]:80", "[64:ff9b:1::1]:80",
	"[2001::1]:80", "[2001:2::1]:80", "[2001:10::1]:80", "[2001:20::1]:80", "[2001:db8::1]:80",
	"[2002:7f00:1::1]:80", "[2620:4f:8000::1]:80", "[3fff::1]:80", "[5f00::1]:80", "[fc00::1]:80", "[fdff::1]:80",
	"[fe80::1]:80", "[fe80::1%eth0]:80", "[fec0::1]:80", "[ff02::1]:80", "[4000::1]:80",
	// IPv4 in IPv6
	"[::ffff:127.0.0.1]:80", "[::ffff:10.0.0.1]:80", "[::ffff:169.254.169.254]:80", "[::ffff:168.63.129.16]:80",
	"[::127.0.0.1]:80", "[::ffff:0:127.0.0.1]:80",
	// ports
	"9.9.9.9:22", "9.9.9.9:4222", "9.9.9.9:0", "127.0.0.1:4222", "[2620:fe::fe]:6379",
	// no address
	"", "9.9.9.9", "example.com:80", "2130706433:80", "0x7f000001:80", "127.1:80", "0177.0.0.1:80",
}

var public = []string{
	"9.9.9.9:80", "9.9.9.9:443", "1.1.1.1:443", "168.63.129.15:80", "168.63.129.17:80", "172.15.255.255:80",
	"172.32.0.1:80", "100.63.255.255:80", "100.128.0.1:80", "11.0.0.1:80", "223.255.255.255:80",
	"[2620:fe::fe]:443", "[2606:4700::1111]:80", "[::ffff:9.9.9.9]:443",
}

func TestControl(t *testing.T) {
	guard, err := httpfetch.Control(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range refused {
		for _, network := range []string{"tcp4", "tcp6"} {
			if err := guard(network, address, nil); !errors.Is(err, httpfetch.ErrBlocked) {
				t.Errorf("%s %s: %v, want it blocked", network, address, err)
			}
		}
	}
	for _, address := range public {
		if err := guard("tcp4", address, nil); err != nil {
			t.Errorf("%s: %v, want it let through", address, err)
		}
	}
	for _, network := range []string{"udp4", "udp6", "unix", "ip4", ""} {
		if err := guard(network, "9.9.9.9:80", nil); !errors.Is(err, httpfetch.ErrBlocked) {
			t.Errorf("network %q: %v, want it blocked", network, err)
		}
	}
}

func TestControlAllowed(t *testing.T) {
	allow := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("fd12::/16"), netip.MustParsePrefix("fe80::/10")}
	guard, err := httpfetch.Control(allow, []uint16{8080})
	if err != nil {
		t.Fatal(err)
	}
	allow[0] = netip.MustParsePrefix("0.0.0.0/0") // the guard has its own copy
	for address, want := range map[string]bool{
		"127.0.0.1:4222":           true, // any port inside an allowed network
		"[::ffff:127.0.0.1]:22":    true,
		"[fd12::1]:9000":           true,
		"[fe80::1%eth0]:9000":      true,
		"[fd13::1]:80":             false,
		"[::1]:80":                 false,
		"10.0.0.1:80":              false,
		"9.9.9.9:8080":             true,
		"9.9.9.9:80":               true,
		"9.9.9.9:8081":             false,
		"168.63.129.16:8080":       false,
		"[64:ff9b::7f00:1]:80":     false,
		"[2002:7f00:1::1]:80":      false,
		"[::ffff:169.254.1.1]:443": false,
	} {
		if err := guard("tcp4", address, nil); (err == nil) != want {
			t.Errorf("%s: %v, want let through: %v", address, err, want)
		}
	}
}

func TestControlBadNetwork(t *testing.T) {
	for _, p := range []netip.Prefix{{}, netip.MustParsePrefix("::ffff:10.0.0.0/104")} {
		if _, err := httpfetch.Control([]netip.Prefix{p}, nil); err == nil {
			t.Errorf("%v was taken", p)
		}
	}
}
