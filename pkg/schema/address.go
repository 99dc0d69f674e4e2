package schema

import (
	"net/netip"
	"net/url"
	"strings"
)

const (
	maxAddress    = 2048 // bytes of a canonical address
	maxRawAddress = 8192 // bytes of an address as written
	maxWrappers   = 4    // an address and the redirectors around it
)

// CanonicalURL is the one spelling of an article's address: absolute, http or
// https, resolved against base, scheme and host in lower case, without user,
// default port, fragment (#! stays) and tracking parameters, its dot segments
// resolved, percent escapes in upper case and only where they are needed. An
// address inside a known redirector is taken out of it. Nothing else is changed:
// www., the path's case and the order of parameters stay; see IdentityKey.
//
// It reports false when raw is no such address or is longer than 2,048 bytes.
func CanonicalURL(raw, base string) (string, bool) {
	a, ok := readAddress(raw, base)
	if !ok {
		return "", false
	}
	s := a.String()
	return s, len(s) <= maxAddress
}

// IdentityHost is the host name of an address without www., m. and amp., so
// that all spellings of one address have one source; see SourceToken. It is
// empty when raw is not an absolute address.
func IdentityHost(raw string) string {
	a, ok := readAddress(raw, "")
	if !ok {
		return ""
	}
	return foldHost(a.host)
}

// address is an absolute address in its parts: scheme and host in lower case,
// the others percent-escaped.
type address struct {
	scheme, host, port, path, query, fragment string
}

// readAddress resolves raw against base and takes it out of redirectors.
func readAddress(raw, base string) (address, bool) {
	for range maxWrappers {
		u, ok := resolve(raw, base)
		if !ok {
			return address{}, false
		}
		a, ok := takeApart(u)
		if !ok {
			return address{}, false
		}
		target := a.wrapped()
		if target == "" {
			return a, true
		}
		raw, base = target, ""
	}
	return address{}, false
}

// resolve reads an absolute http or https URL.
func resolve(raw, base string) (*url.URL, bool) {
	if len(raw) > maxRawAddress || len(base) > maxRawAddress {
		return nil, false
	}
	raw = escapeAddress(raw)
	ref, err := url.Parse(raw)
	if err != nil || raw == "" || raw[0] == '#' {
		return nil, false
	}
	from := &url.URL{}
	if ref.Scheme == "" {
		if parsed, err := url.Parse(escapeAddress(base)); err == nil {
			from = parsed
		}
	}
	u := from.ResolveReference(ref)
	return u, (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func takeApart(u *url.URL) (address, bool) {
	host, ok := readHost(u.Hostname())
	a := address{
		scheme: u.Scheme,
		host:   host,
		port:   u.Port(),
		path:   u.EscapedPath(),
		query:  withoutTracking(u.RawQuery),
	}
	if a.port == "80" && a.scheme == "http" || a.port == "443" && a.scheme == "https" {
		a.port = ""
	}
	if a.path == "" {
		a.path = "/"
	}
	if fragment := u.EscapedFragment(); strings.HasPrefix(fragment, "!") {
		a.fragment = fragment
	}
	return a, ok
}

// readHost is a host name in lower case, an IPv6 address in brackets.
func readHost(host string) (string, bool) {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if strings.Contains(host, ":") {
		ip, err := netip.ParseAddr(host)
		return "[" + host + "]", err == nil && ip.Zone() == ""
	}
	if len(host) > 253 || strings.Contains("."+host+".", "..") {
		return "", false
	}
	for i := 0; i < len(host); i++ {
		if c := host[i]; c < 0x80 && !isUnreserved(c) || c == '~' {
			return "", false
		}
	}
	return host, true
}

// String is the canonical spelling.
func (a address) String() string {
	return a.scheme + "://" + a.join()
}

// join is all of the address but its scheme.
func (a address) join() string {
	host := escapeAddress(a.host)
	var b strings.Builder
	b.Grow(len(host) + len(a.port) + len(a.path) + len(a.query) + len(a.fragment) + len(":?#"))
	b.WriteString(host)
	if a.port != "" {
		b.WriteString(":" + a.port)
	}
	b.WriteString(a.path)
	if a.query != "" {
		b.WriteByte('?')
		b.WriteString(a.query)
	}
	if a.fragment != "" {
		b.WriteByte('#')
		b.WriteString(a.fragment)
	}
	return b.String()
}

// escapeAddress spells percent escapes in one way and makes what may not stand in an
// address an escape, so that url.Parse refuses nothing that a browser takes.
// White space at the edges, tabs and line breaks go.
func escapeAddress(raw string) string {
	const hex = "0123456789ABCDEF"
	raw = strings.TrimSpace(raw)
	if isEscaped(raw) {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '\t' || c == '\n' || c == '\r':
			continue
		case c == '%' && i+2 < len(raw) && isHex(raw[i+1]) && isHex(raw[i+2]):
			c = unhex(raw[i+1])<<4 | unhex(raw[i+2])
			i += 2
			if isUnreserved(c) {
				b.WriteByte(c)
				continue
			}
		case isUnreserved(c) || isReserved(c):
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

// isEscaped reports whether an address has nothing that escapeAddress would change.
func isEscaped(raw string) bool {
	for i := 0; i < len(raw); i++ {
		if !isUnreserved(raw[i]) && !isReserved(raw[i]) {
			return false
		}
	}
	return true
}

// isReserved reports whether c is one of the marks that divide an address.
func isReserved(c byte) bool { return strings.IndexByte(":/?#[]@!$&'()*+,;=", c) >= 0 }

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("-._~", c) >= 0
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
