package page

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// none is the index of no node.
const none = -1

// node is an element or a text of a page. Nodes lie in a slice in the order of
// the page: a parent before its children, whose range ends at end.
type node struct {
	tag    atom.Atom // 0 of a text and of an element that HTML does not know
	isText bool
	hidden bool // not shown
	free   bool // of a link: it leads to no page
	isData bool // of a script: it is JSON-LD
	parent int32
	end    int32  // index behind the last node within
	text   string // of a text; of <time>, its datetime; of an element that HTML does not know, its name
	names  string // class, id and what else says what an element is, parted by spaces
	prop   string // itemprop
}

// tree is a page as far as the extractor needs it: no attribute that says nothing
// of the text is kept. It is not the tree of a browser: an element ends where its
// end tag or that of one around it stands, and no element is copied to a second
// place, so that a tree is never larger than its source.
type tree struct {
	nodes    []node
	language string   // of <html>
	home     string   // of <base>
	meta     []pair   // of <meta>: name in lower case, content
	links    []pair   // of <link> and <a>: rel in lower case, address
	data     []string // of <script>: JSON-LD
	title    string
}

// pair is a name and a value; of a link with the type of what it leads to.
type pair struct{ name, value, kind string }

// plant makes the tree of a page.
func plant(source []byte) (*tree, error) {
	g := grower{z: html.NewTokenizer(bytes.NewReader(source)), tree: &tree{nodes: make([]node, 1, 64+len(source)/64)}}
	g.nodes[0].parent = none
	g.open = append(g.open, 0)
	for {
		switch kind := g.z.Next(); kind {
		case html.ErrorToken: // the end: a slice gives no other error
			g.closeTo(0)
			g.nodes[0].end = int32(len(g.nodes))
			return g.tree, nil
		case html.TextToken:
			g.text(string(g.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			g.start(kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := g.z.TagName()
			g.finish(atom.Lookup(name), name)
		}
		if len(g.nodes) > maxNodes {
			return nil, fmt.Errorf("%w: over %d", ErrTooManyNodes, maxNodes)
		}
		if len(g.open) > maxDepth {
			return nil, fmt.Errorf("%w: over %d", ErrTooDeep, maxDepth)
		}
	}
}

// grower adds to a tree what a tokenizer reads.
type grower struct {
	*tree
	z    *html.Tokenizer
	open []int32 // the elements around, the page itself first

	dataBytes int
}

func (g *grower) innermost() *node { return &g.nodes[g.open[len(g.open)-1]] }

// text adds a text. That of an element that is not shown is kept where it is
// data.
func (g *grower) text(s string) {
	switch in := g.innermost(); {
	case in.tag == atom.Title:
		if g.title == "" {
			g.title = s
		}
	case in.tag == atom.Script:
		if in.isData && g.dataBytes+len(s) <= maxDataBytes && len(g.data) < maxData {
			g.data = append(g.data, s)
			g.dataBytes += len(s)
		}
	case isRaw(in.tag):
	case in.tag == atom.Svg:
	default:
		i := int32(len(g.nodes))
		g.nodes = append(g.nodes, node{isText: true, parent: g.open[len(g.open)-1], end: i + 1, text: s})
	}
}

func (g *grower) start(closed bool) {
	name, more := g.z.TagName()
	tag := atom.Lookup(name)
	if g.inDrawing(tag) {
		return
	}
	n := node{tag: tag}
	if tag == 0 {
		n.text = string(name)
	}
	if more {
		g.attributes(&n)
	}
	if tag == atom.Meta || tag == atom.Link || tag == atom.Base {
		return
	}
	g.imply(tag)
	i := int32(len(g.nodes))
	n.parent, n.end = g.open[len(g.open)-1], i+1
	g.nodes = append(g.nodes, n)
	if !text.IsVoid(tag) && !(closed && isClosable(tag)) {
		g.open = append(g.open, i)
	}
}

// isClosable reports whether an element can end in its start tag: one that is not
// of HTML.
func isClosable(tag atom.Atom) bool { return tag == 0 || tag == atom.Svg || tag == atom.Math }

// inDrawing reports whether an element is a part of a drawing, which ends where a
// block begins. Its title is a part of it, and not that of the page.
func (g *grower) inDrawing(tag atom.Atom) bool {
	if g.innermost().tag != atom.Svg {
		return false
	}
	if isBlock(tag) && tag != atom.Title {
		g.closeTo(len(g.open) - 1)
		return false
	}
	return true
}

// attributes reads what the attributes of a tag say.
func (g *grower) attributes(n *node) {
	var a attributes
	for range maxAttributes {
		key, value, more := g.z.TagAttr()
		a.set(string(key), value)
		if !more {
			break
		}
	}
	n.names, n.prop, n.hidden = a.names(), a.prop, a.hidden
	switch n.tag {
	case atom.Html:
		g.language = a.lang
	case atom.Base:
		g.home = a.href
	case atom.Meta:
		g.addMeta(a)
	case atom.Link, atom.A:
		n.free = a.href == "" || strings.HasPrefix(a.href, "#")
		g.addLink(a)
	case atom.Time:
		n.text = a.datetime
	case atom.Script:
		n.names = ""
		n.isData = strings.Contains(strings.ToLower(a.kind), "ld+json")
	}
}

func (g *grower) addMeta(a attributes) {
	for _, name := range []string{a.property, a.name, a.prop, a.equiv} {
		if name != "" && len(g.meta) < maxMeta {
			g.meta = append(g.meta, pair{name: strings.ToLower(name), value: a.content})
			return
		}
	}
}

func (g *grower) addLink(a attributes) {
	if a.rel != "" && a.href != "" && len(g.links) < maxMeta {
		g.links = append(g.links, pair{strings.ToLower(a.rel), a.href, strings.ToLower(a.kind)})
	}
}

// imply closes the elements that a start tag ends without saying so.
func (g *grower) imply(tag atom.Atom) {
	switch tag {
	case atom.Li:
		g.closeWithin(atom.Li, atom.Ul, atom.Ol, atom.Menu)
	case atom.Dt, atom.Dd:
		g.closeWithin(atom.Dt, atom.Dl)
		g.closeWithin(atom.Dd, atom.Dl)
	case atom.Tr:
		g.closeWithin(atom.Tr, atom.Table)
	case atom.Td, atom.Th:
		g.closeWithin(atom.Td, atom.Tr, atom.Table)
		g.closeWithin(atom.Th, atom.Tr, atom.Table)
	case atom.Option:
		g.closeWithin(atom.Option, atom.Select)
	case atom.A:
		g.closeWithin(atom.A)
	case atom.Body:
		g.closeWithin(atom.Head)
	}
	if isBlock(tag) {
		g.closeWithin(atom.P, atom.Button, atom.Object)
	}
}

// closeWithin closes the innermost element of a tag, unless one of the fences, or
// a cell or table, is nearer.
func (g *grower) closeWithin(tag atom.Atom, fences ...atom.Atom) {
	for at := len(g.open) - 1; at > 0 && len(g.open)-at <= maxReach; at-- {
		switch found := g.nodes[g.open[at]].tag; {
		case found == tag:
			g.closeTo(at)
			return
		case slices.Contains(fences, found), isFence(found) && !isOfTable(tag), tag == atom.P && found != tag && isBlock(found):
			return
		}
	}
}

// finish closes the innermost element of a tag and all within. Without one it is
// a stray tag.
func (g *grower) finish(tag atom.Atom, name []byte) {
	for at := len(g.open) - 1; at > 0; at-- {
		in := &g.nodes[g.open[at]]
		if in.tag == tag && (tag != 0 || in.text == string(name)) {
			g.closeTo(at)
			return
		}
		if isFence(in.tag) && !isOfTable(tag) || isInline(tag) && tag != atom.A && isBlock(in.tag) {
			return
		}
	}
}

// closeTo closes the open elements from a depth on.
func (g *grower) closeTo(depth int) {
	for _, i := range g.open[depth:] {
		g.nodes[i].end = int32(len(g.nodes))
	}
	g.open = g.open[:depth]
}

// attributes are those of a tag that say something of its text.
type attributes struct {
	class, id, role, test, prop, lang, href, rel, datetime, kind string
	property, name, equiv, content                               string
	hidden                                                       bool
}

func (a *attributes) set(key string, value []byte) {
	if len(value) > maxValue {
		return
	}
	switch key {
	case "hidden":
		a.hidden = a.hidden || string(value) != "until-found"
	case "aria-hidden":
		a.hidden = a.hidden || string(value) == "true"
	case "style":
		a.hidden = a.hidden || hides(string(value))
	default:
		if field := a.field(key); field != nil {
			*field = strings.TrimSpace(string(value))
		}
	}
}

// field is where the value of an attribute is kept; nil for most.
func (a *attributes) field(key string) *string {
	switch key {
	case "class":
		return &a.class
	case "id":
		return &a.id
	case "role":
		return &a.role
	case "data-testid", "data-component", "data-type", "data-module":
		return &a.test
	case "itemprop":
		return &a.prop
	case "lang":
		return &a.lang
	case "href":
		return &a.href
	case "rel":
		return &a.rel
	}
	return a.fieldOfHead(key)
}

func (a *attributes) fieldOfHead(key string) *string {
	switch key {
	case "datetime":
		return &a.datetime
	case "type":
		return &a.kind
	case "property":
		return &a.property
	case "name":
		return &a.name
	case "http-equiv":
		return &a.equiv
	case "content":
		return &a.content
	}
	return nil
}

// hides reports whether a style hides its element.
func hides(style string) bool {
	style = strings.ReplaceAll(strings.ToLower(style), " ", "")
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

func (a *attributes) names() string {
	return strings.Join(slices.DeleteFunc([]string{a.class, a.id, a.role, a.test}, func(s string) bool { return s == "" }), " ")
}
