package discover

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// The bounds of what is read of a page.
const (
	maxPage    = 2 << 20 // bytes
	maxLinks   = 10      // link elements that are feeds
	maxAnchors = 6       // links in the text that may be feeds
	maxAddress = 2048    // bytes of an address
	maxAttrs   = 64      // attributes of an element that are looked at
)

// page is what a web page says of feeds.
type page struct {
	url     *url.URL // its address
	links   []candidate
	anchors []candidate
}

// readPage reads a page, in time linear to its length. What is no page is one
// without feeds.
func readPage(a Answer) page {
	address, err := url.Parse(a.FinalURL)
	if err != nil {
		address = &url.URL{}
	}
	r := pageReader{page: page{url: address}, base: address, seen: map[string]bool{}}
	body := a.Body[:min(len(a.Body), maxPage)]
	text, err := charset.NewReader(bytes.NewReader(body), a.ContentType)
	if err != nil {
		text = bytes.NewReader(body)
	}
	z := html.NewTokenizer(text)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return r.page
		case html.StartTagToken, html.SelfClosingTagToken:
			r.element(z)
		}
	}
}

// pageReader gathers what the elements of a page say.
type pageReader struct {
	page
	base  *url.URL
	based bool
	seen  map[string]bool
}

func (r *pageReader) element(z *html.Tokenizer) {
	name, has := z.TagName()
	if !has {
		return
	}
	switch string(name) {
	case "base":
		r.setBase(attributes(z)["href"])
	case "link":
		if a := attributes(z); isFeedLink(a) {
			r.links = r.add(r.links, maxLinks, a, FromLink)
		}
	case "a", "area":
		if a := attributes(z); r.isFeedAnchor(a) {
			r.anchors = r.add(r.anchors, maxAnchors, a, FromAnchor)
		}
	}
}

// attributes are those that matter here, by their names. The first of a name
// counts, as in browsers.
func attributes(z *html.Tokenizer) map[string]string {
	found := map[string]string{}
	for range maxAttrs {
		name, value, more := z.TagAttr()
		switch string(name) {
		case "href", "rel", "type", "title":
			if _, twice := found[string(name)]; !twice {
				found[string(name)] = string(value)
			}
		}
		if !more {
			break
		}
	}
	return found
}

// setBase takes the first base of the page.
func (r *pageReader) setBase(href string) {
	if r.based || href == "" {
		return
	}
	r.based = true
	if u, err := r.page.url.Parse(strings.TrimSpace(href)); err == nil && isWeb(u) {
		r.base = u
	}
}

// add adds the address of an element, unless it is there already.
func (r *pageReader) add(to []candidate, most int, a map[string]string, from From) []candidate {
	u := r.resolve(a["href"])
	if u == nil || len(to) == most || r.seen[u.String()] {
		return to
	}
	r.seen[u.String()] = true
	main := from == FromLink && len(to) == 0
	return append(to, candidate{url: u.String(), title: a["title"], from: from, main: main})
}

// resolve is the absolute address of a reference, nil when it is not one of the
// web.
func (r *pageReader) resolve(href string) *url.URL {
	href = strings.TrimSpace(href)
	if len(href) > maxAddress {
		return nil
	}
	if scheme, rest, ok := strings.Cut(href, ":"); ok && strings.EqualFold(scheme, "feed") {
		href = rest // feed://host/ and feed:https://host/
	}
	u, err := r.base.Parse(href)
	if err != nil || !isWeb(u) {
		return nil
	}
	u.Fragment, u.RawFragment = "", ""
	return u
}

// isWeb reports whether an address can be asked, and told to others.
func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && len(u.String()) <= maxAddress
}

// isFeedAnchor reports whether a link in the text looks like a feed of the site.
func (r *pageReader) isFeedAnchor(a map[string]string) bool {
	if len(r.anchors) == maxAnchors || a["href"] == "" || isComments(a) {
		return false
	}
	u := r.resolve(a["href"])
	if u == nil || strings.HasSuffix(u.Path, ".html") || strings.HasSuffix(u.Path, ".htm") {
		return false
	}
	looks := isFeedType(a["type"]) || isFeedAddress(u)
	return looks && sameSite(u.Hostname(), r.page.url.Hostname())
}

// sameSite reports whether a feed on one host can be that of a site on another:
// the same but for www, one within the other, or a host for feeds.
func sameSite(host, site string) bool {
	host, site = bare(host), bare(site)
	label, _, _ := strings.Cut(host, ".")
	return host == site || strings.HasSuffix(host, "."+site) || strings.HasSuffix(site, "."+host) ||
		label == "feeds" || label == "feed" || label == "rss"
}

func bare(host string) string { return strings.TrimPrefix(strings.ToLower(host), "www.") }
