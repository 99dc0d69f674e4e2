// Package root finds where a feed starts in a document, behind whatever a
// server put before it.
package root

import (
	"bytes"
	"slices"
	"strings"

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

	prefixes []string
}

// Item reports whether an element of that name is an item of the feed. A
// prefix must be the root's, one that the root binds to a format of feeds, or
// the usual one: an extension may have items of its own.
func (r Root) Item(name []byte) bool {
	prefix, local := markup.Split(name)
	switch {
	case r.Format == schema.FormatRSS && !strings.EqualFold(string(local), "item"),
		r.Format == schema.FormatAtom && !strings.EqualFold(string(local), "entry"),
		r.Format == schema.FormatJSON, r.Format == "":
		return false
	}
	return prefix == nil || slices.Contains(r.prefixes, string(prefix))
}

// prefixes returns the prefixes that items may have.
func prefixes(doc []byte, t markup.Token) []string {
	ps := []string{"rss", "atom"}
	if prefix, _ := markup.Split(t.Name); prefix != nil && !is(t.Name, "RDF") && ascii(prefix) {
		ps = append(ps, string(prefix))
	}
	attrs := t.Attrs(doc)
	for a, ok := attrs.Next(); ok && len(ps) < 64; a, ok = attrs.Next() {
		if prefix, local := markup.Split(a.Name); string(prefix) == "xmlns" && holds(a.Value) && ascii(local) {
			ps = append(ps, string(local))
		}
	}
	return ps
}

// namespaces are what the namespaces of feeds have in common.
var namespaces = []string{"purl.org/rss", "purl.org/net/rss", "userland.com/rss", "netscape.com/rdf", "w3.org/2005/atom", "purl.org/atom"}

// RDF reports whether the root is that of RSS 1.0 or 0.90, whose items stand
// beside the channel.
func (r Root) RDF() bool { return is(r.Tag.Name, "RDF") }

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
			return Root{Format: f, Tag: t, Pos: t.Pos, prefixes: prefixes(doc, t)}
		}
		_, local := markup.Split(t.Name)
		if r.First == "" {
			r.First, r.Pos = string(bytes.ToLower(local)), t.Pos
		}
		page = page || is(t.Name, "html") || is(t.Name, "head") || is(t.Name, "body")
	}
	if r.Format == "" || r.First == "" || page {
		return Root{First: r.First}
	}
	r.prefixes = prefixes(doc, r.Tag)
	return r
}

// remnant returns the format of the feed that t shows when its root is lost.
func remnant(t markup.Token) schema.Format {
	switch {
	case is(t.Name, "channel"), t.Kind == markup.End && (is(t.Name, "rss") || is(t.Name, "RDF")):
		return schema.FormatRSS
	case t.Kind == markup.End && is(t.Name, "feed"):
		return schema.FormatAtom
	}
	return ""
}

// format returns the format of the feed whose root is t, empty when t is no
// root. Inside of a web page a root must say that it is one.
func format(doc []byte, t markup.Token, page bool) schema.Format {
	switch {
	case is(t.Name, "rss"):
		return schema.FormatRSS
	case is(t.Name, "RDF") && (!page || declares(doc, t)):
		return schema.FormatRSS
	case is(t.Name, "feed") && (!page || declares(doc, t)):
		return schema.FormatAtom
	}
	return ""
}

// is compares the local part of a name.
func is(name []byte, local string) bool {
	_, l := markup.Split(name)
	return strings.EqualFold(string(l), local)
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
	lower := bytes.ToLower(value)
	return !bytes.Contains(lower, []byte("/modules/")) && slices.ContainsFunc(namespaces, func(w string) bool { return bytes.Contains(lower, []byte(w)) })
}
