package cut

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
	"github.com/dateline-news/dateline/pkg/feed/internal/root"
	"github.com/dateline-news/dateline/pkg/schema"
)

// span is where an item is: doc[pos:stop].
type span struct {
	pos, stop     int
	titles, links int // how many it has, at any depth
}

// open is an element that is open: an item, or one inside of an item.
type open struct {
	name   []byte
	isItem bool
	item   int // which of spans it is, or is in
	spans  int // how many spans there were before it
}

// cutter is the state of one walk over an XML document.
type cutter struct {
	doc  []byte
	root root.Root

	spans   []span
	nested  []span      // of spans: items within an element of another item
	empty   map[int]int // empty items, and the open item that each stands in
	open    []open
	channel markup.Token // the start tag of the channel
	chanEnd markup.Token // the last end tag of a channel
	end     int          // where the root ends, or the length of doc
	name    []byte       // of the first item
	lost    int          // up to where it was looked for items without a start
}

// searched is how many open elements an end tag is compared with. A document
// that package guard passed has no more.
const searched = 128

func cutXML(doc []byte, r root.Root) (Document, error) {
	c := cutter{doc: doc, root: r, end: -1}
	s := markup.NewScanner(doc[r.Pos:])
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		t.Pos += r.Pos
		t.Stop += r.Pos
		switch {
		case r.Tag.Kind != 0 && t.Pos == r.Pos:
			if t.Empty {
				c.end = t.Stop
			}
		case t.Kind == markup.Start:
			c.start(t)
		case t.Kind == markup.End:
			c.close(t)
		}
	}
	if r.RDF() && c.channel.Kind == 0 && len(c.spans) == 0 {
		return Document{}, fmt.Errorf("%w: RDF without a channel", ErrNotFeed)
	}
	return c.document(), nil
}

func (c *cutter) start(t markup.Token) {
	switch within := len(c.open) > 0; {
	case c.root.Item(t.Name):
		c.startItem(t)
	case within && !t.Empty && !markup.Void(t.Name):
		item := c.open[len(c.open)-1].item
		c.count(item, t.Name)
		c.open = append(c.open, open{name: t.Name, item: item, spans: len(c.spans)})
	case !within && c.channel.Kind == 0 && root.Is(t.Name, "channel"):
		c.channel = t
	}
}

// startItem starts an item. One that stands directly in another shows that the
// end of that is missing. One that stands in an element of another may show
// that too; it is nested only if that element gets its end.
func (c *cutter) startItem(t markup.Token) {
	top := len(c.open) - 1
	if t.Empty {
		if top >= 0 {
			if c.empty == nil {
				c.empty = make(map[int]int)
			}
			c.empty[len(c.spans)] = c.open[top].item
		}
		c.addSpan(span{pos: t.Pos, stop: t.Stop}, t.Name)
		return
	}
	if top >= 0 && c.open[top].isItem {
		c.closeFrom(top, t.Pos)
	}
	c.open = append(c.open, open{name: t.Name, isItem: true, item: len(c.spans), spans: len(c.spans)})
	c.addSpan(span{pos: t.Pos, stop: -1}, t.Name)
}

func (c *cutter) addSpan(s span, name []byte) {
	if c.spans == nil {
		c.name = name
		c.spans = make([]span, 0, 32)
	}
	c.spans = append(c.spans, s)
}

// close closes the element that t ends.
func (c *cutter) close(t markup.Token) {
	for i := len(c.open) - 1; i >= max(0, len(c.open)-searched); i-- {
		if !bytes.Equal(c.open[i].name, t.Name) {
			continue
		}
		if o := c.open[i]; o.isItem {
			c.spans[o.item].stop = t.Stop
		} else if o.spans < len(c.spans) {
			c.nested = append(c.nested, span{pos: o.spans, stop: len(c.spans)})
		}
		c.closeFrom(i, t.Pos)
		return
	}
	if c.root.Item(t.Name) {
		c.lostStart(t)
	}
	c.closeContainer(t)
}

// closeContainer closes the channel or the root, with all that is open in it.
func (c *cutter) closeContainer(t markup.Token) {
	isChannel := root.Is(t.Name, "channel")
	roots := [...]string{"rss", "rdf", "feed", "urlset", "sitemapindex"}
	isRoot := slices.ContainsFunc(roots[:], func(name string) bool { return root.Is(t.Name, name) })
	if !isChannel && !isRoot {
		return
	}
	c.closeFrom(0, t.Pos)
	if isChannel {
		c.chanEnd = t
	}
	if isRoot && c.end < 0 {
		c.end = t.Pos
	}
}

// closeFrom closes what is open from i on; items without an end end at pos.
func (c *cutter) closeFrom(i, pos int) {
	for _, o := range c.open[i:] {
		if o.isItem && c.spans[o.item].stop < 0 {
			c.spans[o.item].stop = pos
		}
	}
	c.open = c.open[:i]
}

// document makes the document of what the walk found.
func (c *cutter) document() Document {
	d := Document{Format: c.root.Format, root: c.root, name: c.name}
	spans := c.outer()
	last := 0
	if len(spans) > 0 {
		last = spans[len(spans)-1].pos
	}
	d.Torn = c.end < 0 && (c.root.RDF() || c.chanEnd.Kind == 0 || c.chanEnd.Pos < last)
	if c.end < 0 {
		c.end = len(c.doc)
	}
	c.items(&d, spans)
	c.header(&d, spans)
	if c.root.Index() {
		d.index()
	}
	return d
}

// items writes the items of d: one for each of the spans, or two.
func (c *cutter) items(d *Document, spans []span) {
	d.Items = make([][]byte, 0, len(spans))
	for i := range spans {
		next := len(c.doc)
		if i+1 < len(spans) {
			next = spans[i+1].pos
		}
		region, torn := c.region(&spans[i], next)
		if bytes.IndexByte(region, '>') < 0 { // It is but a half tag.
			continue
		}
		if at := c.second(spans[i], region); at > 0 {
			d.Items = append(d.Items, slices.Clip(bytes.TrimRight(region[:at], " \t\r\n")))
			region = region[at:]
		}
		d.Items = append(d.Items, slices.Clip(region))
		d.TornItem = torn
	}
}

// region settles where an item ends, which is where the next one starts or
// before, and returns its bytes; of a torn one what is of use, if anything.
func (c *cutter) region(s *span, next int) (region []byte, torn bool) {
	torn = s.stop < 0 && next == len(c.doc)
	if s.stop < 0 || s.stop > next {
		s.stop = next
	}
	region = bytes.TrimRight(c.doc[s.pos:s.stop], " \t\r\n")
	if torn {
		region = c.wholePart(region)
	}
	return region, torn
}

// outer returns the spans that are not nested in another. An empty item in an
// item is nothing.
func (c *cutter) outer() []span {
	change := make([]int, len(c.spans)+1) // of the depth, at each span
	for _, n := range c.nested {
		change[n.pos]++
		change[n.stop]--
	}
	out := c.spans[:0]
	depth, last := 0, -1
	for i, s := range c.spans {
		depth += change[i]
		if in, ok := c.empty[i]; depth > 0 || ok && in == last {
			continue
		}
		out = append(out, s)
		last = i
	}
	return out
}

// wholePart returns a torn item up to the end of its last whole element, nil
// when these are not enough to know the item by.
func (c *cutter) wholePart(region []byte) []byte {
	t := parse(region)
	own := prefixOf(t.tokens[0].Name)
	stop, has := 0, make(map[string]bool)
	for i := 1; i < len(t.tokens); i = t.after(i) {
		tok := t.tokens[i]
		if tok.Kind != markup.Start {
			continue
		}
		if !tok.Empty && t.mate[i] < 0 {
			break // This is where it is torn.
		}
		stop = t.tokens[t.after(i)-1].Stop
		if prefix, local := markup.Split(tok.Name); bytes.Equal(prefix, own) || string(local) == "news" {
			has[string(local)] = true
		}
	}
	if !c.enough(has) {
		return nil
	}
	return region[:stop]
}

// enough reports whether an item that has these elements can be known by them:
// a title and a link. In a sitemap the title is in the element news, which not
// all sitemaps have.
func (c *cutter) enough(has map[string]bool) bool {
	if c.root.Format == schema.FormatSitemap {
		return has["loc"] && (has["news"] || !bytes.Contains(c.doc, []byte(":news>")))
	}
	return has["title"] && has["link"]
}
