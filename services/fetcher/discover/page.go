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
	maxLists   = 3       // links in the text that may be pages of feeds
	maxName    = 40      // bytes of the text of such a link
	maxAddress = 2048    // bytes of an address
	maxAttrs   = 64      // attributes of an element that are looked at
)

// page is what a web page says of feeds.
type page struct {
	url     *url.URL // its address
	links   []candidate
	anchors []candidate
	lists   []candidate
}

// readPage reads a page, with so many of its anchors, in time linear to its
// length. What is no page is one without feeds.
func readPage(a Answer, anchors int) page {
	address, err := url.Parse(a.FinalURL)
	if err != nil {
		address = &url.URL{}
	}
	r := pageReader{page: page{url: address}, most: anchors, base: address, seen: map[string]bool{}}
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
		case html.TextToken:
			r.text(z.Text())
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "a" {
				r.within = nil
			}
		}
	}
}

// pageReader gathers what the elements of a page say.
type pageReader struct {
	page
	most   int // anchors
	base   *url.URL
	based  bool
	seen   map[string]bool
	within map[string]string // attributes of the link whose text is read, nil for none
}

func (r *pageReader) element(z *html.Tokenizer) {
	name, _ := z.TagName()
	switch string(name) {
	case "base":
		r.setBase(attributes(z)["href"])
	case "link":
		if a := attributes(z); isFeedLink(a) {
			r.links = r.add(r.links, maxLinks, a, FromLink)
		}
	case "a", "area":
		r.anchor(attributes(z))
	}
}

// anchor takes a link in the text that may be a feed. Of another one the text may
// say that it is a page of feeds.
func (r *pageReader) anchor(a map[string]string) {
	r.within = nil
	u := r.ofSite(a)
	switch {
	case u == nil:
	case isHTML(u):
		if r.within = a; isFeedAddress(u) {
			r.lists = r.add(r.lists, maxLists, a, FromAnchor)
		}
	case isFeedType(a["type"]) || isFeedAddress(u):
		r.anchors = r.add(r.anchors, r.most, a, FromAnchor)
	default:
		r.within = a
	}
}

// text reads a piece of text of a link.
func (r *pageReader) text(text []byte) {
	if r.within != nil && len(r.lists) < maxLists && isListName(text) {
		r.lists = r.add(r.lists, maxLists, r.within, FromAnchor)
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

// ofSite is the address of a link in the text that stays on the site, nil of
// others, and of those to what readers say.
func (r *pageReader) ofSite(a map[string]string) *url.URL {
	full := len(r.anchors) == r.most && len(r.lists) == maxLists
	if full || a["href"] == "" || isComments(a) {
		return nil
	}
	u := r.resolve(a["href"])
	if u == nil || !sameSite(u.Hostname(), r.page.url.Hostname()) {
		return nil
	}
	return u
}

// isHTML reports whether an address says that it is a page.
func isHTML(u *url.URL) bool {
	return strings.HasSuffix(u.Path, ".html") || strings.HasSuffix(u.Path, ".htm")
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
