// Package root finds where a feed starts in a document, behind whatever a
// server put before it.
package root

import (
	"bytes"
	"slices"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
	"github.com/dateline-news/dateline/pkg/schema"
)

// Root is the outermost element of a feed.
type Root struct {
	// Format is empty when there is no feed.
	Format schema.Format
	// Tag is the start tag of an XML feed. Its Kind is 0 when it is lost and the
	// rest of the document still shows what it was.
	Tag markup.Token
	// Pos is where the feed starts.
	Pos int
	// First is the name of the first element of a document that is no feed,
	// empty when it has none.
	First string

	item     string   // the name of items
	prefixes [][]byte // that it may have
}

// Item reports whether an element of that name is an item of the feed. A
// prefix must be the root's, one that the root binds to a format of feeds, or
// the usual one: an extension may have items of its own.
func (r *Root) Item(name []byte) bool {
	n := len(name) - len(r.item)
	if n < 0 || len(r.item) == 0 || !fold(name[n:], r.item) {
		return false
	}
	return n == 0 || name[n-1] == ':' && slices.ContainsFunc(r.prefixes, func(p []byte) bool {
		return bytes.Equal(p, name[:n-1])
	})
}

// itemOf returns the name of the items of a feed whose root is t.
func itemOf(f schema.Format, t markup.Token) string {
	switch {
	case f == schema.FormatRSS:
		return "item"
	case f == schema.FormatAtom:
		return "entry"
	case f == schema.FormatSitemap && Is(t.Name, "sitemapindex"):
		return "sitemap"
	case f == schema.FormatSitemap:
		return "url"
	}
	return ""
}

// prefixes returns the prefixes that items may have.
func prefixes(doc []byte, t markup.Token) [][]byte {
	ps := append(make([][]byte, 0, 4), []byte("rss"), []byte("atom"))
	if prefix, _ := markup.Split(t.Name); prefix != nil && !Is(t.Name, "RDF") && ascii(prefix) {
		ps = append(ps, prefix)
	}
	attrs := t.Attrs(doc)
	for a, ok := attrs.Next(); ok && len(ps) < 64; a, ok = attrs.Next() {
		if prefix, local := markup.Split(a.Name); string(prefix) == "xmlns" && holds(a.Value) && ascii(local) {
			ps = append(ps, local)
		}
	}
	return ps
}

// namespaces are what the namespaces of feeds have in common.
var namespaces = []string{"purl.org/rss", "purl.org/net/rss", "userland.com/rss", "netscape.com/rdf", "w3.org/2005/Atom", "w3.org/2005/atom", "purl.org/atom", "/schemas/sitemap/"}

// RDF reports whether the root is that of RSS 1.0 or 0.90, whose items stand
// beside the channel.
func (r Root) RDF() bool { return Is(r.Tag.Name, "RDF") }

// Index reports whether the root is that of a sitemap whose items are sitemaps.
func (r Root) Index() bool { return Is(r.Tag.Name, "sitemapindex") }

// Find looks for the root of a feed.
func Find(doc []byte) Root {
	start := len(doc) - len(bytes.TrimLeft(doc, " \t\r\n"))
	if start < len(doc) && doc[start] == '{' {
		return Root{Format: schema.FormatJSON, Pos: start}
	}
	r := find(doc)
	if r.Format != "" || r.First == "html" {
		return r
	}
	// Warnings of PHP before a JSON Feed.
	if i := bytes.IndexByte(doc, '{'); i >= 0 && bytes.Contains(doc[i:], []byte("jsonfeed.org")) {
		return Root{Format: schema.FormatJSON, Pos: i}
	}
	return r
}

// find looks for the root of an XML feed.
func find(doc []byte) Root {
	var r Root
	page := false
	s := markup.NewScanner(doc)
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		if r.Format == "" {
			r.Format = remnant(t)
		}
		if t.Kind != markup.Start {
			continue
		}
		if f := format(doc, t, page); f != "" {
			return Root{Format: f, Tag: t, Pos: t.Pos, item: itemOf(f, t), prefixes: prefixes(doc, t)}
		}
		_, local := markup.Split(t.Name)
		if r.First == "" {
			r.First, r.Pos = string(bytes.ToLower(local)), t.Pos
		}
		page = page || Is(t.Name, "html") || Is(t.Name, "head") || Is(t.Name, "body")
	}
	if r.Format == "" || r.First == "" || page {
		return Root{First: r.First}
	}
	r.item, r.prefixes = itemOf(r.Format, r.Tag), prefixes(doc, r.Tag)
	return r
}

// remnant returns the format of the feed that t shows when its root is lost.
func remnant(t markup.Token) schema.Format {
	switch {
	case Is(t.Name, "channel"), t.Kind == markup.End && (Is(t.Name, "rss") || Is(t.Name, "RDF")):
		return schema.FormatRSS
	case t.Kind == markup.End && Is(t.Name, "feed"):
		return schema.FormatAtom
	case t.Kind == markup.End && Is(t.Name, "urlset"):
		return schema.FormatSitemap
	}
	return ""
}

// format returns the format of the feed whose root is t, empty when t is no
// root. Inside of a web page a root must say that it is one.
func format(doc []byte, t markup.Token, page bool) schema.Format {
	switch {
	case Is(t.Name, "rss"):
		return schema.FormatRSS
	case Is(t.Name, "RDF") && (!page || declares(doc, t)):
		return schema.FormatRSS
	case Is(t.Name, "feed") && (!page || declares(doc, t)):
		return schema.FormatAtom
	case (Is(t.Name, "urlset") || Is(t.Name, "sitemapindex")) && (!page || declares(doc, t)):
		return schema.FormatSitemap
	}
	return ""
}

// Is compares the local part of a name, without regard to case.
func Is(name []byte, local string) bool {
	n := len(name) - len(local)
	return n >= 0 && fold(name[n:], local) && (n == 0 || name[n-1] == ':')
}

// fold compares without regard to case; both are of the same length.
func fold(name []byte, with string) bool {
	for i := range len(with) {
		if name[i]|0x20 != with[i]|0x20 {
			return false
		}
	}
	return true
}

// declares reports whether an attribute of t names a feed's namespace.
func declares(doc []byte, t markup.Token) bool {
	attrs := t.Attrs(doc)
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		if holds(a.Value) {
			return true
		}
	}
	return false
}

// ascii reports whether any parser takes a name; outside of ASCII they differ.
func ascii(name []byte) bool {
	return !slices.ContainsFunc(name, func(c byte) bool { return c >= 0x80 })
}

// holds reports whether value is the namespace of a feed. Those of the modules
// of RSS 1.0 are named after it.
func holds(value []byte) bool {
	return !bytes.Contains(value, []byte("/modules/")) &&
		slices.ContainsFunc(namespaces, func(w string) bool { return bytes.Contains(value, []byte(w)) })
}
