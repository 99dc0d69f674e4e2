package cut

import (
	"bytes"
	"slices"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
	"github.com/dateline-news/dateline/pkg/schema"
)

// element is an element of the header, well-formed.
type element struct {
	name string // without prefix
	xml  []byte
}

// header writes the header of d: what is in none of the spans.
func (c *cutter) header(d *Document, spans []span) {
	first := c.end
	if len(spans) > 0 {
		first = min(first, spans[0].pos)
	}
	inChannel := first
	if c.root.RDF() && c.chanEnd.Kind != 0 {
		inChannel = min(first, c.chanEnd.Pos)
	}
	gaps := c.gaps(spans)
	channel := elements(c.between(gaps, 0, inChannel))
	rest := elements(append(c.between(gaps, inChannel, first), c.between(gaps, first, c.end)...))
	channel, rest = c.tombstones(d, channel), c.tombstones(d, rest)

	limit := headerLimit(len(d.Items))
	openRoot, closeRoot, openChannel, closeChannel := c.containers(limit / 4)
	limit -= len(openRoot) + len(openChannel) + len(closeRoot) + len(closeChannel)
	channel, rest = bound(channel, unseen(channel, rest), limit)

	d.Header = make([]byte, 0, len(openRoot)+len(openChannel)+size(channel)+len(closeChannel)+size(rest))
	d.Header = append(d.Header, openRoot...)
	d.Header = append(d.Header, openChannel...)
	d.Header = appendAll(d.Header, channel)
	d.tail = closeChannel + closeRoot
	if c.root.RDF() {
		d.Header = append(d.Header, closeChannel...)
		d.tail = closeRoot
	}
	d.Header = appendAll(d.Header, rest)
}

// containers returns the tags around the items. What is missing in the document
// is supplied, so that any reader finds the items where it looks for them.
func (c *cutter) containers(limit int) (openRoot, closeRoot, openChannel, closeChannel string) {
	bare := c.root.Format != schema.FormatRSS // There is no channel.
	switch {
	case c.root.Tag.Kind != 0:
		openRoot, closeRoot = c.container(c.root.Tag, limit)
	case c.root.Format == schema.FormatSitemap:
		openRoot, closeRoot = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`, "</urlset>"
	case bare:
		openRoot, closeRoot = `<feed xmlns="http://www.w3.org/2005/Atom">`, "</feed>"
	default:
		openRoot, closeRoot = `<rss version="2.0">`, "</rss>"
	}
	if bare {
		return openRoot, closeRoot, "", ""
	}
	openChannel, closeChannel = "<channel>", "</channel>"
	if c.channel.Kind != 0 {
		openChannel, closeChannel = c.container(c.channel, limit)
	}
	return openRoot, closeRoot, openChannel, closeChannel
}

// container returns the tags of an element. Attributes that do not fit in limit
// are left out, but namespaces, base, language and version come first.
func (c *cutter) container(t markup.Token, limit int) (start, end string) {
	name := t.Name
	if !validName(name) {
		_, name = markup.Split(name)
	}
	start = c.startOf(name, t, limit, false)
	if len(start) > limit {
		start = c.startOf(name, t, limit, true)
	}
	return start, "</" + string(name) + ">"
}

// startOf returns the start tag of a container by the name, with all attributes or
// the vital ones that fit in limit.
func (c *cutter) startOf(name []byte, t markup.Token, limit int, vitalOnly bool) string {
	out := make([]byte, 0, t.Stop-t.Pos+64)
	out = append(append(out, '<'), name...)
	attrs := t.Attrs(c.doc)
	seen := make([][]byte, 0, 16)
	for a, ok := attrs.Next(); ok && len(seen) < 64; a, ok = attrs.Next() {
		fits := !vitalOnly || vital(a.Name) && len(out)+len(a.Value)*6 < limit
		if fits && validName(a.Name) && !has(seen, a.Name) {
			out = attribute(out, markup.Attr{Name: a.Name, Value: c.namespace(t, a)})
			seen = append(seen, a.Name)
		}
	}
	return string(append(out, '>'))
}

// namespace returns the value of an attribute of t. When it is the namespace of
// the feed itself and none that a reader knows, it is the usual one: a letter of
// it may be damaged, and all items would be foreign elements.
func (c *cutter) namespace(t markup.Token, a markup.Attr) []byte {
	bound, local := markup.Split(a.Name)
	own, _ := markup.Split(t.Name)
	if c.root.RDF() {
		own, _ = markup.Split(c.channel.Name)
	}
	switch {
	case t.Pos != c.root.Tag.Pos,
		own == nil && string(a.Name) != "xmlns",
		own != nil && (string(bound) != "xmlns" || !bytes.Equal(local, own)),
		bytes.Contains(a.Value, []byte("rdf-syntax")):
		return a.Value
	}
	switch {
	case c.root.Format == schema.FormatAtom && !slices.Contains(atomNamespaces, string(a.Value)):
		return []byte(atomNamespaces[0])
	case c.root.RDF() && !slices.Contains(rdfNamespaces, string(a.Value)):
		return []byte(rdfNamespaces[0])
	}
	return a.Value
}

// The namespaces that readers know, the usual one first.
var (
	atomNamespaces = []string{"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"}
	rdfNamespaces  = []string{"http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/"}
)

// vital reports whether an attribute changes how a reader takes what is inside.
func vital(name []byte) bool {
	prefix, local := markup.Split(name)
	return bytes.HasPrefix(prefix, []byte("xml")) || string(local) == "xmlns" || string(local) == "version"
}

// gaps returns what the spans, the root's tag and the tags of the channel leave.
func (c *cutter) gaps(spans []span) []span {
	gaps := make([]span, 0, len(spans)+4)
	pos := max(c.root.Pos, c.root.Tag.Stop)
	gap := func(stop, next int) {
		if stop = min(stop, c.end); pos < stop {
			gaps = append(gaps, span{pos: pos, stop: stop})
		}
		pos = max(pos, next)
	}
	tags := []markup.Token{c.channel, c.chanEnd}
	for i := 0; i <= len(spans); i++ {
		next := span{pos: c.end, stop: c.end}
		if i < len(spans) {
			next = spans[i]
		}
		for len(tags) > 0 && tags[0].Pos <= next.pos {
			if tags[0].Kind != 0 && tags[0].Pos >= pos {
				gap(tags[0].Pos, tags[0].Stop)
			}
			tags = tags[1:]
		}
		gap(next.pos, next.stop)
	}
	return gaps
}

// between joins what of the gaps is from pos to stop.
func (c *cutter) between(gaps []span, pos, stop int) []byte {
	var out []byte
	for _, g := range gaps {
		if from, to := max(g.pos, pos), min(g.stop, stop); from < to {
			out = append(out, c.doc[from:to]...)
		}
	}
	return out
}

// elements returns the outermost elements of src.
func elements(src []byte) []element {
	t := parse(src)
	out := make([]element, 0, len(t.tokens)/2)
	all := make([]byte, 0, len(src)+64)
	for i := 0; i < len(t.tokens); {
		next := t.after(i)
		if tok := t.tokens[i]; tok.Kind == markup.Start {
			_, local := markup.Split(tok.Name)
			pos := len(all)
			all = t.write(all, i, next)
			out = append(out, element{name: string(local), xml: slices.Clip(all[pos:])})
		}
		i = next
	}
	return out
}

// tombstones moves the tombstones of an Atom feed out of its header.
func (c *cutter) tombstones(d *Document, header []element) []element {
	kept := header[:0]
	for _, e := range header {
		if c.root.Format == schema.FormatAtom && e.name == "deleted-entry" {
			d.Deleted = append(d.Deleted, e.xml)
		} else {
			kept = append(kept, e)
		}
	}
	return kept
}

// unseen returns the elements of rest whose name is not among those of channel.
// Behind the first item may stand the rest of an item whose start is damaged.
func unseen(channel, rest []element) []element {
	seen := make(map[string]bool)
	for _, e := range channel {
		seen[e.name] = true
	}
	kept := rest[:0]
	for _, e := range rest {
		if !seen[e.name] {
			seen[e.name] = true
			kept = append(kept, e)
		}
	}
	return kept
}

// bound drops elements until the header fits: all but the essential ones, and
// of these what does not fit. A table of contents (RSS 1.0) is of no use to one
// item.
func bound(channel, rest []element, limit int) (_, _ []element) {
	fits := size(channel)+size(rest) <= limit
	left := limit
	keep := func(in []element) []element {
		out := in[:0]
		for _, e := range in {
			if e.name == "items" || !fits && !essential(e.name) || len(e.xml) > left {
				continue
			}
			left -= len(e.xml)
			out = append(out, e)
		}
		return out
	}
	return keep(channel), keep(rest)
}

// size returns what appendAll appends.
func size(in []element) (n int) {
	for _, e := range in {
		n += len(e.xml) + 1
	}
	return n
}

func appendAll(out []byte, in []element) []byte {
	for _, e := range in {
		out = append(out, e.xml...)
		out = append(out, '\n')
	}
	return out
}
