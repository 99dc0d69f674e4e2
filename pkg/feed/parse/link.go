package parse

import (
	"net/url"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

// link finds the address of the article. FeedBurner's own note of it comes
// before the link, which leads to FeedBurner; an identifier that is an address
// stands in for a link.
func (e *entry) link() string {
	base := e.scope.base("link")
	origins := len(extensions(e.item.Extensions, "feedburner", "origLink"))
	for n, candidate := range e.links() {
		if link := resolve(base, candidate); link != "" {
			e.repairedLink(link, candidate, n < origins)
			return link
		}
	}
	for _, candidate := range e.permalinks() {
		if isWeb(candidate) {
			e.repaired(RepairLinkGUID)
			return candidate
		}
	}
	return ""
}

// repairedLink notes how a link was found that was written so.
func (e *entry) repairedLink(link, written string, isOrigin bool) {
	switch {
	case isOrigin:
		e.repaired(RepairLinkOrigin)
	case written != e.item.Link:
		e.repaired(RepairLinkChoice)
	}
	switch {
	case link == strings.TrimSpace(written):
	case isWeb(tidy(written)):
		e.repaired(RepairLinkForm)
	default:
		e.repaired(RepairBase)
	}
}

// links returns what the entry gives as links to the article, best first.
func (e *entry) links() []string {
	var links []string
	for _, x := range extensions(e.item.Extensions, "feedburner", "origLink") {
		links = append(links, x.Value)
	}
	switch {
	case e.rss != nil:
		links = append(links, e.rss.Links...)
		for _, prefix := range []string{"atom", "atom03"} {
			links = append(links, alternates(extensions(e.rss.Extensions, prefix, "link"))...)
		}
	case e.atom != nil:
		links = append(links, e.atomAlternates()...)
	case e.json != nil:
		links = append(links, e.json.URL, e.json.ExternalURL)
	}
	return links
}

// permalinks returns the identifiers that may be addresses.
func (e *entry) permalinks() []string {
	switch {
	case e.rss != nil && e.rss.GUID != nil && strings.EqualFold(strings.TrimSpace(e.rss.GUID.IsPermalink), "true"):
		return []string{strings.TrimSpace(e.rss.GUID.Value), e.scope.about}
	case e.rss != nil:
		return []string{e.scope.about}
	}
	return []string{strings.TrimSpace(e.item.GUID)}
}

// atomAlternates returns the links of an Atom entry to itself in another form:
// web pages first, then those of no declared type, then content elsewhere.
func (e *entry) atomAlternates() []string {
	var pages, untyped []string
	for _, l := range e.atom.Links {
		if !strings.EqualFold(l.Rel, "alternate") {
			continue
		}
		switch strings.ToLower(l.Type) {
		case "text/html", "application/xhtml+xml":
			pages = append(pages, l.Href)
		case "":
			untyped = append(untyped, l.Href)
		}
	}
	links := append(pages, untyped...)
	if e.atom.Content != nil && strings.Contains(e.atom.Content.Type, "html") {
		links = append(links, e.atom.Content.Src)
	}
	return links
}

// alternates returns the links to the article among Atom links in RSS.
func alternates(links []ext.Extension) []string {
	var found []string
	for _, l := range links {
		if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
			found = append(found, l.Attrs["href"])
		}
	}
	return found
}

// guid returns the entry's identifier.
func (e *entry) guid() string {
	guid := strings.TrimSpace(e.item.GUID)
	if guid == "" && e.item.DublinCoreExt != nil {
		guid = strings.TrimSpace(first(e.item.DublinCoreExt.Identifier...))
	}
	guid = first(guid, e.scope.about)
	if guid != "" && guid != strings.TrimSpace(e.item.GUID) {
		e.repaired(RepairGUIDElement)
	}
	return guid
}

// resolve makes an address absolute, and empty when it is none of the web. An
// absolute one stays as it is written.
func resolve(base, ref string) string {
	if ref = strings.TrimSpace(ref); ref == "" || isPlainWeb(ref) {
		return ref
	}
	ref = tidy(ref)
	if isWeb(ref) {
		return ref
	}
	if _, err := url.Parse(ref); ref == "" || err != nil {
		return ""
	}
	absolute := join(base, ref)
	if !isWeb(absolute) {
		return ""
	}
	return absolute
}

// join resolves a reference against a base. What is no address changes nothing.
func join(base, ref string) string {
	u, err := url.Parse(ref)
	if err != nil || ref == "" {
		return base
	}
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	return b.ResolveReference(u).String()
}

// tidy mends an address: line breaks inside it go, spaces and stray percent
// signs are escaped, ampersands that were escaped twice are not, and
// www.example.com/ gets what it lacks in front.
func tidy(ref string) string {
	ref = strings.ReplaceAll(strings.TrimSpace(ref), "&amp;", "&")
	var b strings.Builder
	b.Grow(len(ref))
	for i := range len(ref) {
		switch c := ref[i]; {
		case c < ' ':
		case c == ' ':
			b.WriteString("%20")
		case c == '%' && (i+2 >= len(ref) || !isHex(ref[i+1]) || !isHex(ref[i+2])):
			b.WriteString("%25")
		default:
			b.WriteByte(c)
		}
	}
	if ref = b.String(); strings.HasPrefix(ref, "www.") {
		return "//" + ref
	}
	return ref
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isWeb reports whether an address is absolute and one that can be fetched.
func isWeb(address string) bool {
	if isPlainWeb(address) {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// isPlainWeb reports whether an address is one of the web at first sight, as
// most are: a host, and after it nothing that might be wrong.
func isPlainWeb(address string) bool {
	rest, ok := strings.CutPrefix(address, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(address, "http://")
	}
	if !ok || rest == "" || !isLetterOrDigit(rest[0]) {
		return false
	}
	for i := range len(rest) {
		if c := rest[i]; !isLetterOrDigit(c) && strings.IndexByte("-._~/?=&+,", c) < 0 {
			return false
		}
	}
	return true
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
