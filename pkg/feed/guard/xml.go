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
		if c.seen.Tokens++; c.seen.Tokens > l.Tokens {
			return over("tokens", l.Tokens, c.seen.Tokens)
		}
		if e := c.token(&t); e != nil {
			return e
		}
		c.last = t.Stop
	}
	return nil
}

func (c *check) token(t *markup.Token) *Error {
	if e := c.text(t); e != nil {
		return e
	}
	switch t.Kind {
	case markup.Start:
		return c.start(t)
	case markup.End:
		c.end(t.Name)
		return nil
	}
	c.seen.Run++
	return over("run", c.limits.Run, c.seen.Run)
}

// text counts the text before t as one more piece of the open element, and what
// it costs to append to the pieces before. The root and what is directly in it
// are free: their text is the white space between items.
func (c *check) text(t *markup.Token) *Error {
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

func (c *check) start(t *markup.Token) *Error {
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
	if e := c.above(el); e != nil {
		return e
	}
	if !t.Empty && !markup.Void(t.Name) {
		c.open = append(c.open, el)
		c.scope.namespaces += el.namespaces
		c.scope.bases += el.bases
	}
	return nil
}

// above returns the first bound that the start of el goes above.
func (c *check) above(el element) *Error {
	l := &c.limits
	switch bases, depth := c.scope.bases+el.bases, len(c.open)+1; {
	case c.seen.Items > l.Items:
		return over("items", l.Items, c.seen.Items)
	case c.seen.Namespaces > l.Namespaces:
		return over("namespaces", l.Namespaces, c.seen.Namespaces)
	case c.seen.NamespaceWork > l.NamespaceWork:
		return over("namespace_work", l.NamespaceWork, c.seen.NamespaceWork)
	case bases > l.Bases:
		return over("bases", l.Bases, bases)
	case depth > l.Depth:
		return over("depth", l.Depth, depth)
	}
	return nil
}

// attributes looks at the attributes of t.
func (c *check) attributes(t *markup.Token, el *element) *Error {
	if t.Stop-t.Pos <= len(t.Name)+3 {
		return nil // There is no room for any.
	}
	attrs := t.Attrs(c.doc)
	n := 0
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		n++
		address := c.declares(a.Name, el)
		// A tag without an end may have run into the words of a text.
		if n > c.limits.Attributes && !t.Cut {
			return over("attributes", c.limits.Attributes, n)
		}
		if address && len(a.Value) > c.limits.Address {
			return over("address", c.limits.Address, len(a.Value))
		}
	}
	return nil
}

// declares counts an attribute that holds for all that is in el, which is one
// with an address.
func (c *check) declares(name []byte, el *element) bool {
	switch {
	case name[0] != 'x':
		return false
	case string(name) == "xmlns", bytes.HasPrefix(name, []byte("xmlns:")):
		el.namespaces++
		c.seen.Namespaces++
		return true
	case string(name) == "xml:base":
		el.bases = 1
		return true
	}
	return false
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
