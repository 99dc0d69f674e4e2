package page

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/dateline-news/dateline/pkg/schema"
)

// block is a run of text that a reader sees as one paragraph.
type block struct {
	kind    Kind
	text    string
	linked  int   // bytes of text in links
	links   int   // links
	rank    int   // of a heading
	caption bool  // of a picture
	at      int32 // the node in which it starts
	in      int32 // the innermost block element around it
	drop    string
}

// cutter cuts a tree into blocks.
type cutter struct {
	*tree
	blocks []block
	size   int
	hidden bool // what is hidden is cut too

	buf     []byte // the open block
	linked  int
	links   int
	at      int32 // of the first text of buf
	inLink  int
	breaks  int
	cell    bool
	kind    Kind
	rank    int
	caption bool
	in      int32
}

// cut cuts a tree into its blocks.
func cut(t *tree, hidden bool) []block {
	c := &cutter{tree: t, hidden: hidden, at: none, kind: Paragraph}
	c.children(0)
	c.flush()
	return c.blocks
}

func (c *cutter) children(parent int32) {
	for i := parent + 1; i < c.nodes[parent].end; i = c.nodes[i].end {
		c.visit(i)
	}
}

func (c *cutter) visit(i int32) {
	n := &c.nodes[i]
	switch {
	case n.isText:
		c.write(i, n.text)
	case isSilent(n.tag), n.hidden && !c.hidden, isForReaders(n):
	case isBlock(n.tag) && n.tag != atom.Td && n.tag != atom.Th:
		c.visitBlock(i)
	default:
		c.visitOther(i)
	}
}

// visitOther cuts an element that parts no paragraphs everywhere.
func (c *cutter) visitOther(i int32) {
	switch c.nodes[i].tag {
	case atom.Br:
		c.breaks++
	case atom.Rt:
		c.visitRuby(i)
	case atom.A:
		c.visitLink(i)
	case atom.Td, atom.Th:
		c.visitCell(i)
	default:
		c.inline(i)
	}
}

// visitRuby cuts the reading of a word, which stands in brackets behind it: its
// own, or those that a page has for readers that know no ruby.
func (c *cutter) visitRuby(i int32) {
	before := &c.nodes[i-1]
	if c.holdsBlocks(i) || before.isText && before.parent != c.nodes[i].parent && c.nodes[before.parent].tag == atom.Rp {
		c.children(i)
		return
	}
	c.write(i, "（")
	c.children(i)
	c.write(i, "）")
}

// holdsBlocks reports whether an element that should hold words holds paragraphs, as
// one that is never closed does.
func (c *cutter) holdsBlocks(i int32) bool {
	if c.nodes[i].end-i > maxReach {
		return true
	}
	return slices.ContainsFunc(c.nodes[i+1:c.nodes[i].end], func(n node) bool { return isBlock(n.tag) || n.tag == atom.Br || isCaption(&n) })
}

// visitLink cuts a link. One to a place of the page is none where it is a heading.
func (c *cutter) visitLink(i int32) {
	if c.nodes[i].free && c.kind == Heading {
		c.inline(i)
		return
	}
	c.inLink++
	c.links++
	c.inline(i)
	c.inLink--
}

// inline cuts an element that parts no paragraphs unless its names say that it is
// a caption.
func (c *cutter) inline(i int32) {
	if !isCaption(&c.nodes[i]) {
		c.children(i)
		return
	}
	c.visitBlock(i)
}

// visitCell cuts a cell: in a table of data it is a part of its row.
func (c *cutter) visitCell(i int32) {
	if c.kind != Row {
		c.visitBlock(i)
		return
	}
	c.cell = true
	c.children(i)
	c.cell = true
}

func (c *cutter) visitBlock(i int32) {
	n := &c.nodes[i]
	if c.kind == Row && n.tag != atom.Tr { // of a cell
		c.write(i, " ")
		c.children(i)
		c.write(i, " ")
		return
	}
	c.flush()
	kind, rank, caption, in := c.kind, c.rank, c.caption, c.in
	c.in = i
	if r := headingRank(n.tag); r > 0 {
		c.kind, c.rank = Heading, r
	}
	switch n.tag {
	case atom.Li, atom.Dd, atom.Dt:
		c.kind = Item
	case atom.Blockquote:
		c.kind = Quote
	case atom.Tr:
		if c.isData(i) {
			c.kind = Row
		}
	case atom.Figcaption, atom.Caption:
		c.caption = true
	}
	if isCaption(n) {
		c.caption = true
	}
	c.children(i)
	c.flush()
	c.kind, c.rank, c.caption, c.in = kind, rank, caption, in
}

// maxCell is the bytes of text of a cell of a table of data.
const maxCell = 150

// isData reports whether a row is one of data: of several cells, each short and
// without what parts paragraphs. Other tables only lay out a page.
func (c *cutter) isData(row int32) bool {
	cells, size, breaks := 0, 0, 0
	for i := row + 1; i < c.nodes[row].end; i++ {
		n := &c.nodes[i]
		switch {
		case n.isText && strings.TrimSpace(n.text) != "":
			size, breaks = size+len(strings.TrimSpace(n.text)), 0
		case n.tag == atom.Td || n.tag == atom.Th:
			cells, size, breaks = cells+1, 0, 0
		case n.tag == atom.Br:
			breaks++
		}
		if size > maxCell || breaks > 1 || isOfLayout(n.tag) {
			return false
		}
	}
	return cells > 1
}

// isOfLayout reports whether an element is none of a cell of data.
func isOfLayout(tag atom.Atom) bool {
	return tag == atom.Table || tag == atom.Ul || tag == atom.Form || tag == atom.Article || headingRank(tag) > 0
}

// write adds text to the open block, after the breaks and the cell before it.
func (c *cutter) write(i int32, s string) {
	visible := len(strings.TrimSpace(s))
	if visible > 0 {
		switch {
		case c.breaks > 1:
			c.flush()
		case c.breaks == 1:
			c.buf = append(c.buf, ' ')
		case c.cell && len(bytes.TrimSpace(c.buf)) > 0:
			c.buf = append(bytes.TrimSpace(c.buf), "; "...)
		}
		c.breaks, c.cell = 0, false
		if c.at == none {
			c.at = i
		}
	}
	if c.inLink > 0 {
		c.linked += visible
	}
	c.buf = append(c.buf, s...)
}

// flush ends the open block.
func (c *cutter) flush() {
	text := tidy(string(c.buf))
	b := block{kind: c.kind, text: text, linked: min(c.linked, len(text)), links: c.links, rank: c.rank, caption: c.caption, at: c.at, in: c.in}
	links := 0
	if text == "" {
		links = c.links // of pictures, or open
	}
	c.buf = c.buf[:0]
	c.linked, c.links, c.breaks, c.cell, c.at = 0, links, 0, false, none
	if text == "" || len(c.blocks) == maxBlocks || c.size+len(text) > maxText {
		return
	}
	c.links = 0
	c.size += len(text)
	c.blocks = append(c.blocks, b)
}

// tidy is the clean text of a block, without the bullet that stands before it.
func tidy(s string) string {
	text := schema.Clean(s)
	if rest := strings.TrimLeft(text, "•·▪‣◦●■► "); rest != "" {
		text = rest
	}
	return text
}
