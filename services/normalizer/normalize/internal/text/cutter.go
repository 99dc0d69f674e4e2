package text

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cutter gathers paragraphs from the tags and texts of a document. It builds no
// tree: a tree of hostile markup can be far larger than its source.
type cutter struct {
	paragraphs []Paragraph
	room       int    // about how many there will be
	size       int    // bytes of paragraphs
	buf        []byte // the open paragraph
	linked     int    // its bytes in links
	links      int    // open <a>
	breaks     int    // <br> since the last text
	cell       bool   // a cell of a table has ended since the last text
	structured bool   // there is markup that parts paragraphs
	open       []atom.Atom
	skipped    int // the length of open at which skipping began, 0 when not
}

func (c *cutter) read(source string) {
	z := html.NewTokenizer(strings.NewReader(source))
	z.AllowCDATA(true)
	c.buf = make([]byte, 0, min(len(source), 512))
	for tags := 0; tags < maxTags && len(c.open) < maxDepth; {
		switch kind := z.Next(); kind {
		case html.ErrorToken: // the end: a string gives no other error
			c.finish()
			return
		case html.TextToken:
			if c.skipped == 0 {
				c.write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			tags++
			c.start(z, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			tags++
			tag, _ := readTag(z.Raw())
			c.end(tag)
		}
	}
	c.finish()
}

func (c *cutter) start(z *html.Tokenizer, closed bool) {
	tag, attributes := readTag(z.Raw())
	hidden := attributes && isHidden(z)
	c.part(tag)
	if closed && tag != atom.Script && tag != atom.Style {
		z.NextIsNotRawText() // <iframe/> holds nothing, whatever HTML says
		return
	}
	if IsVoid(tag) {
		return
	}
	if impliesEnd(tag) && len(c.open) > 0 && c.open[len(c.open)-1] == tag {
		c.end(tag)
	}
	c.open = append(c.open, tag)
	if tag == atom.A {
		c.links++
	}
	if c.skipped == 0 && (hidden || isSkipped(tag)) {
		c.skipped = len(c.open)
	}
}

// readTag is the name of a tag as it is written, <P> or </p>, and whether there is
// more in the tag. It does what z.TagName does, which makes a copy of each name.
func readTag(raw []byte) (tag atom.Atom, more bool) {
	raw = bytes.TrimPrefix(raw[1:], []byte("/"))
	var name [32]byte // no atom is as long
	for i, c := range raw {
		if isEndOfName(c) {
			return atom.Lookup(name[:i]), c != '>'
		}
		if i == len(name) {
			break
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		name[i] = c
	}
	return 0, true
}

func isEndOfName(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\f', '\r', '/', '>':
		return true
	}
	return false
}

// end closes the innermost element of this name and all within it. Without one
// it is a stray tag.
func (c *cutter) end(tag atom.Atom) {
	c.part(tag)
	for at := len(c.open) - 1; at >= 0; at-- {
		if c.open[at] == tag {
			c.pop(at)
			return
		}
	}
}

// pop closes the elements from a depth on.
func (c *cutter) pop(depth int) {
	for _, tag := range c.open[depth:] {
		if tag == atom.A {
			c.links--
		}
	}
	c.open = c.open[:depth]
	if c.skipped > depth {
		c.skipped = 0
	}
}

// part ends the paragraph where a browser does.
func (c *cutter) part(tag atom.Atom) {
	if c.skipped > 0 {
		return
	}
	switch {
	case tag == atom.Br:
		c.structured = true
		c.breaks++
	case tag == atom.Td || tag == atom.Th:
		c.structured, c.cell = true, true
	case isBlock(tag):
		c.structured = true
		c.flush()
	}
}

// isHidden reads a tag's attributes: hidden elements, and captions that are
// marked by class.
func isHidden(z *html.Tokenizer) bool {
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "hidden":
			return true
		case "style":
			style := strings.ReplaceAll(strings.ToLower(string(value)), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		case "class":
			if bytes.Contains(bytes.ToLower(value), []byte("caption")) {
				return true
			}
		}
	}
	return false
}

// IsVoid reports whether an element holds nothing.
func IsVoid(tag atom.Atom) bool {
	switch tag {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input,
		atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// impliesEnd reports whether an element ends one of its own name before it.
func impliesEnd(tag atom.Atom) bool {
	switch tag {
	case atom.P, atom.Li, atom.Td, atom.Th, atom.Tr, atom.Dt, atom.Dd, atom.A, atom.Option:
		return true
	}
	return false
}

func isBlock(tag atom.Atom) bool {
	switch tag {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details,
		atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figure, atom.Footer, atom.H1, atom.H2, atom.H3,
		atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li, atom.Main,
		atom.Menu, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Tfoot,
		atom.Thead, atom.Tr, atom.Ul, atom.Caption, atom.Dialog, atom.Figcaption, atom.Form, atom.Nav, atom.Title:
		return true
	}
	return false
}

// isSkipped reports whether an element holds no text of the article.
func isSkipped(tag atom.Atom) bool {
	switch tag {
	case atom.Audio, atom.Button, atom.Canvas, atom.Caption, atom.Datalist, atom.Dialog, atom.Figcaption, atom.Form,
		atom.Iframe, atom.Map, atom.Nav, atom.Noembed, atom.Noframes, atom.Noscript, atom.Object, atom.Rp, atom.Rt,
		atom.Script, atom.Select, atom.Style, atom.Svg, atom.Template, atom.Textarea, atom.Title, atom.Video:
		return true
	}
	return false
}
