package parse

import (
	"bytes"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// scope is what attributes say for the elements below them: xml:base and
// xml:lang. gofeed ignores the language, and resolves against a base as if it
// were a folder, so that base is hidden from it.
type scope struct {
	feedBase  string            // of the feed's own links
	itemBase  string            // of the item's
	childBase map[string]string // of children of the item that declare their own
	feedLang  string
	itemLang  string
	about     string // rdf:about of the item
}

// textElements are the children of an item that hold its text, the fullest
// first.
var textElements = []string{"content", "encoded", "summary", "description", "title"}

func newScope(base string) scope {
	return scope{feedBase: base, itemBase: base}
}

// base returns the base of a child of the item.
func (s scope) base(child string) string {
	if b, ok := s.childBase[child]; ok {
		return b
	}
	return s.itemBase
}

// textBase returns the base of the text: of the content, or else the summary.
func (s scope) textBase() string {
	for _, child := range textElements {
		if b, ok := s.childBase[child]; ok {
			return b
		}
	}
	return s.itemBase
}

// readScope reads the scope of a document and returns the document with its
// bases hidden. Documents that declare nothing, which are most, cost a search.
func readScope(document []byte, base string) ([]byte, scope) {
	s := newScope(base)
	if !bytes.Contains(document, []byte("xml:")) && !bytes.Contains(document, []byte("rdf:about")) {
		return document, s
	}
	hidden := bytes.Clone(document)
	walk(document, func(path []string, t markup.Token) bool {
		if t.Kind == markup.Start {
			s.see(path, t.Attrs(document))
			hide(hidden[t.Pos:t.Stop])
		}
		return true
	})
	return hidden, s
}

// see notes the attributes of one element of the feed, the item, or its child.
func (s *scope) see(path []string, attrs markup.Attrs) {
	name := path[len(path)-1]
	item := inItem(path)
	base, lang, about := scopeOf(attrs)
	switch {
	case item == 0 && len(path) == 1, item == 0 && name == "channel":
		s.feedBase = join(s.feedBase, base)
		s.itemBase = s.feedBase
		s.feedLang = first(lang, s.feedLang)
	case item == 1:
		s.itemBase = join(s.feedBase, base)
		s.itemLang, s.about = lang, about
	case item == 2:
		if _, seen := s.childBase[name]; base != "" && !seen {
			if s.childBase == nil {
				s.childBase = map[string]string{}
			}
			s.childBase[name] = join(s.itemBase, base)
		}
		if slices.Contains(textElements, name) {
			s.itemLang = first(s.itemLang, lang)
		}
	}
}

// inItem returns how deep a path is inside an item: 1 is the item itself.
func inItem(path []string) int {
	for i, name := range path {
		if i > 0 && (name == "item" || name == "entry") {
			return len(path) - i
		}
	}
	return 0
}

func scopeOf(attrs markup.Attrs) (base, lang, about string) {
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		switch prefix, local := markup.Split(a.Name); {
		case string(a.Name) == "xml:base":
			base = attribute(a)
		case string(a.Name) == "xml:lang":
			lang = attribute(a)
		case len(prefix) > 0 && string(local) == "about":
			about = attribute(a)
		}
	}
	return base, lang, about
}

func attribute(a markup.Attr) string {
	var b strings.Builder
	unescape(&b, a.Value)
	return strings.TrimSpace(b.String())
}

// hide renames xml:base in the bytes of a tag, keeping their number.
func hide(tag []byte) {
	for {
		i := bytes.Index(tag, []byte("xml:base"))
		if i < 0 {
			return
		}
		tag[i+len("xml")] = '-'
		tag = tag[i:]
	}
}

// walk calls visit for the start and the end of each element until it returns
// false, with the lower case local names from the root to it.
func walk(document []byte, visit func(path []string, tag markup.Token) bool) {
	var path []string
	s := markup.NewScanner(document)
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		if t.Kind != markup.Start && t.Kind != markup.End {
			continue
		}
		_, local := markup.Split(t.Name)
		name := strings.ToLower(string(local))
		if t.Kind == markup.Start {
			path = append(path, name)
		} else if path = closing(path, name); path == nil {
			return
		}
		if !visit(path, t) {
			return
		}
		if t.Kind == markup.End || t.Empty {
			path = path[:len(path)-1]
		}
	}
}

// closing returns the path of the element that an end tag closes. What is open
// within it has no end; without any such element the document is over.
func closing(path []string, name string) []string {
	for n := len(path); n > 0; n-- {
		if path[n-1] == name {
			return path[:n]
		}
	}
	return nil
}

// first returns the first string that is not empty.
func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
