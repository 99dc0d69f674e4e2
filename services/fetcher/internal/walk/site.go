package walk

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// isOurs reports whether an address belongs to the site of the feed, or to the
// one that it was served from.
func (s *stride) isOurs(address string) bool {
	site := siteOf(address)
	return site != "" && (site == siteOf(s.feed.URL) || site == siteOf(s.walk.Served))
}

// siteOf is whose an address is: its registrable domain (example.co.uk), or its
// host where there is none; empty of what cannot be asked.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}
