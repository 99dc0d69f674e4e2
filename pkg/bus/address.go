package bus

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
)

// connectError says why no server could be reached. It names the addresses, and
// never the password or token in one.
func connectError(urls string, err error) error {
	switch {
	case errors.Is(err, nats.ErrAuthorization):
		return fmt.Errorf("NATS at %s refused the credentials: %w", redact(urls), err)
	case errors.Is(err, nats.ErrNoServers), errors.Is(err, nats.ErrTimeout):
		return fmt.Errorf("%w at %s: is it running? (dateline up has one built in)", ErrUnreachable, redact(urls))
	case errors.As(err, new(*url.Error)): // which repeats the address, or the part of it that it cannot read
		return fmt.Errorf("connect to NATS at %s: %w", redact(urls), errAddress)
	default:
		return fmt.Errorf("connect to NATS at %s: %w", redact(urls), err)
	}
}

// errAddress says that the address of a server cannot be read.
var errAddress = errors.New("not an address: want nats://USER:PASSWORD@HOST:PORT, where characters such as @ : / , in a password are written as %40 %3A %2F %2C")

// redact drops the user and password of the addresses, which may be a token, and
// may hold the commas and slashes that should be escaped in them.
func redact(urls string) string {
	var shown []string
	plain := 0 // of shown, the last that may be the beginning of a password
	for u := range strings.SplitSeq(urls, ",") {
		at := strings.LastIndexByte(u, '@')
		if at < 0 {
			shown = append(shown, unlessTorn(u))
			plain++
			continue
		}
		scheme, _, found := strings.Cut(u, "://")
		if !slices.Contains([]string{"nats", "tls", "ws", "wss"}, scheme) {
			scheme = "nats"
		}
		if !found {
			shown = shown[:len(shown)-plain]
		}
		shown, plain = append(shown, scheme+"://"+u[at+1:]), 0
	}
	return strings.Join(shown, ",")
}

// unlessTorn is an address without a user, but of one that cannot be read, where a
// password may stand in the place of the port, it tells nothing.
func unlessTorn(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		rest = address
	}
	if _, err := url.Parse("nats://" + rest); err != nil {
		return "(no address)"
	}
	return address
}
