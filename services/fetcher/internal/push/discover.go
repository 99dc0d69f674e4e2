package push

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/services/fetcher/internal/httpfetch"
)

// maxLinks bounds the Link headers of an answer that are looked at, in bytes, and
// maxHubs the hubs that are chosen from.
const (
	maxLinks = 16 << 10
	maxHubs  = 8
)

// Discover returns the hub and the topic of a feed, both empty when it has none.
// They are named by the Link headers of an answer from base, or else by its
// document: hubs and self, as absolute addresses. Without a topic there is no hub:
// the address that was asked may be a secret. Of several hubs the first with https
// is taken.
func Discover(links []string, base string, hubs []string, self string) (hub, topic string) {
	inHeader := parseLinks(links, base)
	if len(inHeader.hubs) > 0 {
		hubs = inHeader.hubs
	}
	if inHeader.self != "" {
		self = inHeader.self
	}
	hubs = slices.DeleteFunc(slices.Clone(hubs), func(h string) bool { return !askable(h) })
	if len(hubs) == 0 || !askable(self) {
		return "", ""
	}
	secure := slices.IndexFunc(hubs, func(h string) bool { return strings.HasPrefix(strings.ToLower(h), "https:") })
	return hubs[max(secure, 0)], self
}

// askable says whether an address is one of the web, of a length that may be kept.
func askable(address string) bool {
	if len(address) > httpfetch.MaxURL {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// found are the addresses in Link headers.
type found struct {
	hubs []string
	self string
}

// parseLinks reads Link headers (RFC 8288). What cannot be read ends the header
// that it is in.
func parseLinks(headers []string, base string) found {
	var f found
	home, err := url.Parse(base)
	if err != nil {
		return f
	}
	left := maxLinks
	for _, h := range headers {
		if left -= len(h); left < 0 {
			break
		}
		for h != "" {
			var target, rel string
			target, rel, h = nextLink(h)
			if u, err := home.Parse(target); err == nil && target != "" {
				f.add(rel, u.String())
			}
		}
	}
	return f
}

func (f *found) add(rel, address string) {
	for _, r := range strings.Fields(strings.ToLower(rel)) {
		switch {
		case r == "self" && f.self == "":
			f.self = address
		case r == "hub" && len(f.hubs) < maxHubs:
			f.hubs = append(f.hubs, address)
		}
	}
}

// nextLink reads the first link of a header, <address>; name=value; ..., and
// returns what follows its comma. The first rel counts.
func nextLink(h string) (target, rel, rest string) {
	_, h, open := strings.Cut(h, "<")
	target, h, closed := strings.Cut(h, ">")
	if !open || !closed {
		return "", "", ""
	}
	for {
		var name, value string
		h = strings.TrimLeft(h, " \t")
		switch {
		case strings.HasPrefix(h, ";"):
			name, value, h = parameter(h[1:])
		case strings.HasPrefix(h, ","):
			return strings.TrimSpace(target), rel, h[1:]
		default:
			return strings.TrimSpace(target), rel, ""
		}
		if strings.EqualFold(name, "rel") && rel == "" {
			rel = value
		}
	}
}

// parameter reads name=value or name="value", and returns what follows.
func parameter(h string) (name, value, rest string) {
	end := strings.IndexAny(h, "=;,")
	if end < 0 || h[end] != '=' {
		end = max(end, 0)
		return strings.TrimSpace(h[:end]), "", h[end:]
	}
	name, h = strings.TrimSpace(h[:end]), strings.TrimLeft(h[end+1:], " \t")
	if !strings.HasPrefix(h, `"`) {
		end = strings.IndexAny(h, ";,")
		if end < 0 {
			end = len(h)
		}
		return name, strings.TrimSpace(h[:end]), h[end:]
	}
	for i := 1; i < len(h); i++ {
		switch h[i] {
		case '\\':
			i++
		case '"':
			return name, strings.ReplaceAll(h[1:i], `\`, ""), h[i+1:]
		}
	}
	return name, "", ""
}
