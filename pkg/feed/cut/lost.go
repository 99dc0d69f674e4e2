package cut

import (
	"bytes"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
	"github.com/dateline-news/dateline/pkg/schema"
)

// lostStart makes an item of what stands between the item before and end, the
// end of an item that nothing starts: its start tag is damaged. It is one when
// it has something that items have.
func (c *cutter) lostStart(end markup.Token) {
	if len(c.open) > 0 || c.end >= 0 {
		return
	}
	from := max(c.root.Pos, c.root.Tag.Stop, c.channel.Stop, c.chanEnd.Stop, c.lost)
	c.lost = end.Stop
	r := remains{prefix: prefixOf(end.Name), atom: c.root.Format == schema.FormatAtom, wants: 1}
	if len(c.spans) > 0 {
		from = max(from, c.spans[len(c.spans)-1].stop)
	} else if c.root.Format != schema.FormatSitemap && (!c.root.RDF() || c.chanEnd.Kind == 0) {
		r.wants = 2 // The first title is the feed's.
	}
	if start := r.start(c.doc[from:end.Pos]); start >= 0 {
		c.addSpan(span{pos: from + start, stop: end.Stop}, end.Name)
	}
}

// count notes an element of an item that an item has once.
func (c *cutter) count(item int, name []byte) {
	switch string(name) {
	case "title":
		c.spans[item].titles++
	case "link", "loc":
		c.spans[item].links++
	}
}

// second returns where in an item another one starts, or -1: when what is
// between two items is lost, one has the title of the first and the link of the
// second. So it is when there is damage before what an item has once.
func (c *cutter) second(s span, region []byte) int {
	atom := c.root.Format == schema.FormatAtom
	if s.titles < 2 && (atom || s.links < 2) || wellFormed(region) {
		return -1
	}
	t, ok := markup.NewScanner(region).Next()
	if !ok || !c.root.Item(t.Name) {
		return -1
	}
	r := remains{prefix: prefixOf(t.Name), atom: atom, wants: 2, within: true}
	if at := r.start(region[t.Stop:]); at > 0 {
		return t.Stop + at
	}
	return -1
}

// remains looks for what is left of an item without its start tag.
type remains struct {
	prefix []byte // of the item's name
	within bool   // another item stands before it, with damage between them
	atom   bool
	wants  int            // how often a name is there when the last one is the item's
	seen   map[string]int // how often each name was there
	found  bool           // one was there as often as wanted
}

// start returns where in src the item starts, or -1. It starts with what is left
// of a damaged tag, which is text, or a tag without its other half; or else with
// the first element of the item.
func (r *remains) start(src []byte) int {
	t := parse(src)
	r.seen = make(map[string]int)
	damaged, pos := -1, 0
	for i := 0; i < len(t.tokens); {
		tok := t.tokens[i]
		if text := bytes.TrimLeft(src[pos:tok.Pos], " \t\r\n"); len(text) > 0 && damaged < 0 {
			damaged = tok.Pos - len(text)
		}
		half := !t.whole(i)
		switch {
		case r.known(tok) && damaged >= 0:
			return damaged
		case r.found && r.within && !half:
			return -1
		case r.found:
			return tok.Pos
		case !half:
			damaged = -1 // It was before this whole element.
		case damaged < 0:
			damaged = tok.Pos
		}
		i = t.after(i)
		pos = t.tokens[i-1].Stop
	}
	return -1
}

// whole reports whether token i starts an element that has its end, or is none
// that wants one.
func (t tree) whole(i int) bool {
	tok := t.tokens[i]
	tag := tok.Kind == markup.Start || tok.Kind == markup.End
	return !tag || tok.Empty || t.mate[i] >= 0 || markup.Void(tok.Name)
}

// known reports whether tok shows that the item has started.
func (r *remains) known(tok markup.Token) bool {
	prefix, local := markup.Split(tok.Name)
	if !bytes.Equal(prefix, r.prefix) {
		return false
	}
	switch name := string(local); name {
	case "link":
		if r.atom && r.wants > 1 {
			return false // A feed has several, too.
		}
		fallthrough
	case "title", "description", "guid", "id", "summary", "loc":
		r.seen[name]++
		r.found = r.seen[name] == r.wants
	}
	return r.found
}

func prefixOf(name []byte) []byte {
	prefix, _ := markup.Split(name)
	return prefix
}
