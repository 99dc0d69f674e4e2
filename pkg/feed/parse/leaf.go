package parse

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// leaf is an element of RSS in its item or its channel, or of one of the usual
// namespaces in its item, that holds text alone. It is taken out of a document
// and put where gofeed would put it, for a tenth of the cost.
type leaf struct {
	leafName
	text      string     // as gofeed reads it
	permalink string     // the attribute of a guid
	module    *extension // of another namespace
}

// leafName is the place of a leaf, and its name with its prefix in lower case.
type leafName struct {
	place int
	name  string
}

// extension is what gofeed makes of an element of another namespace.
type extension struct {
	prefix string
	ext.Extension
}

// leafNames are the leaves of RSS, by their place.
var leafNames = [][]string{
	headerChild: {"title", "link", "language", "copyright"},
	itemChild:   {"title", "link", "description", "author", "pubdate", "guid", "category", contentEncoded},
}

// contentEncoded is the one element of another namespace that gofeed has a field
// for.
const contentEncoded = "content:encoded"

// leafNamed returns the leaf that an element of that name may be.
func leafNamed(at int, prefix []byte, name string) (leafName, bool) {
	if len(prefix) > 0 && string(prefix) != "rss" && string(prefix) != "rdf" {
		if usualNamespaces[string(prefix)] == "" || at != itemChild {
			return leafName{}, false
		}
		return leafName{at, string(prefix) + ":" + name}, true
	}
	i := slices.Index(leafNames[at], name)
	if i < 0 {
		return leafName{}, false
	}
	return leafName{at, leafNames[at][i]}, true
}

// see notes an element that opens.
func (l *lifter) see(t markup.Token) {
	switch {
	case len(l.open) == 0:
		prefix, _ := markup.Split(t.Name)
		l.odd = len(prefix) > 0 && string(prefix) != "rdf" || l.odd
	case len(l.open) == 1 && isNamed(t, "channel"):
		l.channels++
	}
}

// owner reports whether the innermost open element is the item or the channel of
// RSS, by its place.
func (l *lifter) owner(at int) bool {
	name := l.open[len(l.open)-1].Name
	return at == itemChild && bytes.EqualFold(name, []byte("item")) ||
		at == headerChild && bytes.EqualFold(name, []byte("channel"))
}

// unsure reports whether it is not sure whose the leaves are: of two channels
// gofeed drops one.
func (l *lifter) unsure() bool { return l.odd || l.channels > 1 }

// mixed reports whether some elements of a name were lifted and some were not,
// which would change their order.
func (l *lifter) mixed() bool {
	return slices.ContainsFunc(l.leaves, func(x leaf) bool { return slices.Contains(l.kept, x.leafName) })
}

// liftLeaf lifts an element that may be a leaf, or notes that it stays.
func (l *lifter) liftLeaf(at int, lower string, isText bool, start, end markup.Token) bool {
	if !l.takesLeaves || !l.owner(at) {
		return false
	}
	prefix, local := markup.Split(start.Name)
	name, ok := leafNamed(at, prefix, lower)
	if !ok {
		return false
	}
	x := leaf{leafName: name}
	if slices.Contains(l.stay, name) || !isText || !l.legal(l.doc[start.Pos:end.Stop]) || !l.read(&x, prefix, local, start, end) {
		l.kept = append(l.kept, name)
		return false
	}
	if l.leaves == nil {
		l.leaves = make([]leaf, 0, 12)
	}
	l.leaves = append(l.leaves, x)
	return true
}

// read reads a leaf. False says that gofeed must.
func (l *lifter) read(x *leaf, prefix, local []byte, start, end markup.Token) (ok bool) {
	raw := l.doc[start.Stop:end.Pos]
	attrs := start.Attrs(l.doc)
	switch {
	case !readable(raw):
		return false
	case len(prefix) == 0 || x.name == contentEncoded:
		x.text = text(bytes.TrimSpace(raw), false)
		x.permalink, ok = leafAttribute(x.name, attrs)
		return ok
	case usualNamespaces[string(prefix)] == "":
		return false // rss or rdf
	}
	m := &extension{prefix: string(prefix), Extension: ext.Extension{Name: string(local)}}
	x.module = m
	if m.Attrs, ok = moduleAttributes(attrs); !ok {
		return false
	}
	if !isDate(strings.ToLower(m.Name)) {
		m.Value = strings.TrimSpace(text(raw, true))
		return true
	}
	m.Value, ok = l.markDate(raw)
	return ok
}

// leafAttribute returns the attribute of a guid. False says that a leaf has
// another.
func leafAttribute(name string, attrs markup.Attrs) (permalink string, ok bool) {
	permalink = "true"
	a, found := attrs.Next()
	switch {
	case !found:
		return permalink, true
	case name == "guid" && string(a.Name) == "isPermaLink" && (string(a.Value) == "true" || string(a.Value) == "false"):
		permalink = string(a.Value)
	case name != "category" || string(a.Name) != "domain":
		return "", false
	}
	_, more := attrs.Next()
	return permalink, !more
}

// moduleAttributes returns the attributes of an element of another namespace by
// their local names. False says that gofeed must read them.
func moduleAttributes(attrs markup.Attrs) (map[string]string, bool) {
	var found map[string]string
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		prefix, local := markup.Split(a.Name)
		if string(prefix) == "xml" || bytes.IndexByte(a.Value, '\r') >= 0 || !readable(a.Value) || bytes.Contains(a.Value, []byte(cdataStart)) {
			return nil, false
		}
		if found == nil {
			found = map[string]string{}
		}
		found[string(local)] = moduleAttribute(string(local), text(a.Value, false))
	}
	return found, true
}

// moduleAttribute returns the value of an attribute; gofeed writes addresses
// anew.
func moduleAttribute(name, value string) string {
	switch strings.ToLower(name) {
	case "href", "scheme", "src", "uri":
		if u, err := url.Parse(strings.TrimLeft(value, " ")); err == nil {
			return u.String()
		}
	}
	return value
}

// ownNamespaces are those that gofeed takes for RSS itself.
var ownNamespaces = []string{
	"", "http://purl.org/rss/1.0/", "http://channel.netscape.com/rdf/simple/0.9/", "http://my.netscape.com/rdf/simple/0.9/", rdfNamespace,
}

const rdfNamespace = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

// isFrame reports whether an element that opens is the root, a channel or an item:
// what it declares holds for those that may be leaves.
func (l *lifter) isFrame(t markup.Token) bool {
	return len(l.open) == 0 || place(l.open) == headerChild && (isItem(t) || isNamed(t, "channel"))
}

// isOddNamespace reports whether an attribute of an element that opens declares a
// namespace so that the leaves, of RSS or of a usual prefix, are not told by their
// names. What others than a frame declare is their own affair, as WordPress and
// FeedBurner have it, unless they might be leaves themselves.
func (l *lifter) isOddNamespace(t markup.Token, name, value []byte) bool {
	prefix, local := markup.Split(name)
	if string(prefix) != "xmlns" && string(name) != "xmlns" {
		return false
	}
	uri := string(bytes.TrimSpace(value))
	own := slices.Contains(ownNamespaces, uri)
	usual := usualNamespaces[string(local)]
	switch isFrame := l.isFrame(t); {
	case len(prefix) == 0 && isFrame:
		return !own
	case len(prefix) > 0 && own && string(local) != "rdf":
		return true
	case !isFrame && place(l.open) != itemChild:
		return false
	case string(local) == "rdf":
		return uri != rdfNamespace
	case usual != "":
		return uri != usual
	}
	return isUsualNamespace(uri)
}

// isUsualNamespace reports whether a namespace is a usual one, or like it.
func isUsualNamespace(uri string) bool {
	for _, usual := range usualNamespaces {
		if strings.EqualFold(strings.TrimSuffix(uri, "/"), strings.TrimSuffix(usual, "/")) {
			return true
		}
	}
	return false
}

// isBare reports whether a regular document is RSS of one empty item and nothing
// else, whose root has no namespace of its own.
func isBare(document []byte) bool {
	root, rest, _ := bytes.Cut(document, []byte(">"))
	name, attrs, _ := bytes.Cut(root, []byte(" "))
	return string(name) == "<rss" && string(rest) == "<channel><item></item></channel></rss>" &&
		!bytes.Contains(attrs, []byte("xmlns=")) && bytes.IndexByte(attrs, '&') < 0 && legal(attrs)
}

// leavesOf puts the leaves back into the feed and its one item.
func (l lifted) leavesOf(f *rss.Feed) {
	for _, x := range l.leaves {
		switch {
		case x.place == headerChild:
			x.ofFeed(f)
		case len(f.Items) == 1:
			x.ofItem(f.Items[0])
		}
	}
}

func (x leaf) ofFeed(f *rss.Feed) {
	switch x.name {
	case "title":
		f.Title = x.text
	case "link":
		f.Link = x.text
	case "language":
		f.Language = x.text
	case "copyright":
		f.Copyright = x.text
	}
}

func (x leaf) ofItem(i *rss.Item) {
	if x.module != nil {
		x.module.ofItem(i)
		return
	}
	switch x.name {
	case "title":
		i.Title = x.text
	case "link":
		i.Link = x.text
		i.Links = append(i.Links, x.text)
	case "description":
		i.Description = x.text
	case contentEncoded:
		i.Content = x.text
	case "author":
		i.Author = x.text
	case "pubdate":
		i.PubDate = x.text
	case "guid":
		i.GUID = &rss.GUID{Value: x.text, IsPermalink: x.permalink}
	case "category":
		i.Categories = append(i.Categories, &rss.Category{Value: x.text})
	}
}

func (x *extension) ofItem(i *rss.Item) {
	if i.Extensions == nil {
		i.Extensions = ext.Extensions{}
	}
	if i.Extensions[x.prefix] == nil {
		i.Extensions[x.prefix] = map[string][]ext.Extension{}
	}
	i.Extensions[x.prefix][x.Name] = append(i.Extensions[x.prefix][x.Name], x.Extension)
}
