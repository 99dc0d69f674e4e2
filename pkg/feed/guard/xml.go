package guard

import (
	"bytes"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
	"github.com/dateline-news/dateline/pkg/feed/internal/root"
)

// element is an open element.
type element struct {
	name       []byte
	item       bool
	namespaces int // declared on it
	bases      int // 1 when it has an xml:base
	text       int // bytes of its own text so far
}

// check is the state of a check of XML.
type check struct {
	doc    []byte
	root   root.Root
	limits Limits
	open   []element
	seen   Limits  // what there was so far
	scope  element // what is in scope: the sum of open
	last   int     // where the last token stopped
}

func checkXML(doc []byte, l Limits) *Error {
	c := check{doc: doc, root: root.Find(doc), limits: l, open: make([]element, 0, min(max(l.Depth, 0), 1024)+1)}
	s := markup.NewScanner(doc)
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		c.seen.Tokens++
		e := first(c.text(t), over("tokens", l.Tokens, c.seen.Tokens))
		switch {
		case e != nil:
			return e
		case t.Kind == markup.Start:
			e = c.start(t)
		case t.Kind == markup.End:
			c.end(t.Name)
		default:
			c.seen.Run++
			e = over("run", l.Run, c.seen.Run)
		}
		if e != nil {
			return e
		}
		c.last = t.Stop
	}
	return nil
}

// text counts the text before t as one more piece of the open element, and what
// it costs to append to the pieces before. The root and what is directly in it
// are free: their text is the white space between items.
func (c *check) text(t markup.Token) *Error {
	if len(c.open) <= 2 {
		return nil
	}
	top := &c.open[len(c.open)-1]
	if n := t.Pos - c.last; n > 0 {
		c.seen.TextWork += top.text
		top.text += n
	}
	if t.Kind == markup.CDATA {
		c.seen.TextWork += top.text
		top.text += t.Stop - t.Pos
	}
	return over("text_work", c.limits.TextWork, c.seen.TextWork)
}

func (c *check) start(t markup.Token) *Error {
	c.seen.Run = 0
	el := element{name: t.Name, item: c.root.Item(t.Name)}
	if el.item {
		c.seen.Items++
		if top := len(c.open) - 1; top >= 0 && c.open[top].item && !t.Empty {
			c.closeFrom(top) // Its end is missing.
		}
	}
	if e := c.attributes(t, &el); e != nil {
		return e
	}
	c.seen.NamespaceWork += c.scope.namespaces + el.namespaces
	if e := first(
		over("items", c.limits.Items, c.seen.Items),
		over("namespaces", c.limits.Namespaces, c.seen.Namespaces),
		over("namespace_work", c.limits.NamespaceWork, c.seen.NamespaceWork),
		over("bases", c.limits.Bases, c.scope.bases+el.bases),
		over("depth", c.limits.Depth, len(c.open)+1),
	); e != nil {
		return e
	}
	if !t.Empty && !markup.Void(t.Name) {
		c.open = append(c.open, el)
		c.scope.namespaces += el.namespaces
		c.scope.bases += el.bases
	}
	return nil
}

// attributes looks at the attributes of t.
func (c *check) attributes(t markup.Token, el *element) *Error {
	attrs := t.Attrs(c.doc)
	n := 0
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		n++
		address := false
		switch prefix, local := markup.Split(a.Name); {
		case string(prefix) == "xmlns", prefix == nil && string(local) == "xmlns":
			el.namespaces++
			c.seen.Namespaces++
			address = true
		case string(prefix) == "xml" && string(local) == "base":
			el.bases = 1
			address = true
		}
		// A tag without an end may have run into the words of a text.
		if e := over("attributes", c.limits.Attributes, n); e != nil && !t.Cut {
			return e
		}
		if e := over("address", c.limits.Address, len(a.Value)); address && e != nil {
			return e
		}
	}
	return nil
}

// end closes the innermost element of that name with all that is open within
// it. An end without a start closes nothing.
func (c *check) end(name []byte) {
	c.seen.Run = 0
	for i := len(c.open) - 1; i >= 0; i-- {
		if bytes.Equal(c.open[i].name, name) {
			c.closeFrom(i)
			return
		}
	}
}

func (c *check) closeFrom(i int) {
	for _, el := range c.open[i:] {
		c.scope.namespaces -= el.namespaces
		c.scope.bases -= el.bases
	}
	c.open = c.open[:i]
}
