package cut

import (
	"bytes"
	"regexp"

	"github.com/dateline-news/dateline/pkg/feed/internal/jsontext"
	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
	"github.com/dateline-news/dateline/pkg/feed/internal/root"
	"github.com/dateline-news/dateline/pkg/schema"
)

// skimmed is how many items Skim takes, as many as package guard lets through.
const skimmed = 20_000

// Skim guesses where the items of a feed are, in the body as it came: without
// decoding it, and looking at little but where tags begin. It is for a feed that
// has nothing new, which is most of what is ever read.
//
// The guess is worth something only beside the items of an earlier document of
// the feed, as Cut found them. When ok, and the regions are those same items in
// the same order, then decoding and cutting the body finds just them: no other
// item, no tombstone, and it is not torn. In any other case nothing is said.
//
// Only a document that is plainly a whole feed is skimmed. Bounds are not looked
// at: nothing of it is going to be parsed.
func Skim(body []byte) (regions [][]byte, ok bool) {
	doc := bytes.TrimLeft(body, "\ufeff \t\r\n")
	r := root.Find(doc)
	switch {
	case r.Format == schema.FormatJSON:
		return skimJSON(doc, r.Pos)
	case r.Tag.Kind == 0, r.Tag.Cut, r.Tag.Empty, r.Index():
		return nil, false
	}
	s := skimmer{doc: doc, root: r}
	s.watchItems()
	return s.regions, s.document()
}

// skimmer is the state of one skim over an XML document.
type skimmer struct {
	doc     []byte
	root    root.Root
	regions [][]byte
	// watch holds the bytes that what matters inside of an item starts with: a
	// section, a comment, or a tag that may be one of an item.
	watch [256]bool
	ended bool // the root
}

// watchItems sets what is watched: the first letter of each name that an item
// may have.
func (s *skimmer) watchItems() {
	item := map[schema.Format]string{schema.FormatRSS: "item", schema.FormatAtom: "entry", schema.FormatSitemap: "url"}[s.root.Format]
	for _, c := range []byte("!?ra" + item[:1]) { // The prefixes rss and atom are usual.
		s.watch[c] = true
	}
	s.watch[item[0]&^0x20] = true
	s.watch[s.root.Tag.Name[0]] = true
	var name []byte
	attrs := s.root.Tag.Attrs(s.doc)
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		prefix, local := markup.Split(a.Name)
		name = append(append(append(name[:0], local...), ':'), item...)
		if string(prefix) == "xmlns" && len(local) > 0 && s.root.Item(name) {
			s.watch[local[0]] = true
		}
	}
}

// document finds all regions; false when the document is not plain.
func (s *skimmer) document() bool {
	last := 0
	for pos := s.root.Tag.Stop; ; pos = last {
		start, ok := s.frame(pos)
		if !ok || !plainFrame(s.doc[last:start.Pos]) {
			return false
		}
		if start.Kind == 0 {
			return s.ended && len(s.regions) > 0
		}
		if last = s.item(start); last < 0 || len(s.regions) == skimmed {
			return false
		}
		if s.regions == nil {
			s.regions = make([][]byte, 0, 32)
		}
		s.regions = append(s.regions, s.doc[start.Pos:last:last])
	}
}

// frame reads what is around the items, from pos on, as Cut does. It returns
// the next start of an item; at the end of the document one of no kind.
func (s *skimmer) frame(pos int) (start markup.Token, ok bool) {
	scanner := markup.NewScanner(s.doc[pos:])
	for last := pos; ; {
		t, more := scanner.Next()
		if !more {
			t = markup.Token{Pos: len(s.doc) - pos}
		}
		t.Pos, t.Stop = t.Pos+pos, t.Stop+pos
		if bytes.IndexByte(s.doc[last:t.Pos], '<') >= 0 { // a tag that is damaged
			return t, false
		}
		if !more {
			return t, true
		}
		last = t.Stop
		switch item, plain := s.plain(t); {
		case !plain:
			return t, false
		case item:
			return t, true
		}
	}
}

// plain reports whether a token of the frame is the start of an item, and
// whether it is nothing that wants a closer look.
func (s *skimmer) plain(t markup.Token) (item, ok bool) {
	switch t.Kind {
	case markup.Directive:
		return false, bytes.IndexByte(s.doc[t.Pos:t.Stop], '[') < 0
	case markup.Start, markup.End:
	default:
		return false, true
	}
	_, local := markup.Split(t.Name)
	if t.Cut || string(local) == "deleted-entry" {
		return false, false
	}
	if s.root.Item(t.Name) {
		return true, t.Kind == markup.Start && !t.Empty
	}
	s.ended = s.ended || t.Kind == markup.End && bytes.Equal(t.Name, s.root.Tag.Name)
	return false, true
}

// item returns where the item with that start ends: at the first end tag of its
// name. It returns -1 when there is another item before.
func (s *skimmer) item(start markup.Token) int {
	for i := s.watched(start.Stop); i >= 0; {
		t, ok := token(s.doc[i:])
		i += t.Stop
		switch {
		case !ok:
			return -1
		case !s.root.Item(t.Name):
			i = s.watched(i)
		case t.Kind == markup.End && !t.Cut && bytes.Equal(t.Name, start.Name):
			return i
		default:
			return -1
		}
	}
	return -1
}

// watched returns where the next tag or section is that may matter, from i on,
// or -1.
func (s *skimmer) watched(i int) int {
	doc := s.doc
	for {
		n := bytes.IndexByte(doc[i:], '<')
		if n < 0 || i+n+2 >= len(doc) {
			return -1
		}
		i += n + 1
		c := doc[i]
		if c == '/' {
			c = doc[i+1]
		}
		if s.watch[c] {
			return i - 1
		}
	}
}

// token reads the token that b starts with; false when there is none, or an odd
// one.
func token(b []byte) (markup.Token, bool) {
	const end = "]]>"
	if bytes.HasPrefix(b, []byte(sectionStart)) {
		n := bytes.Index(b[len(sectionStart):], []byte(end))
		if n < 0 || bytes.Contains(b[len(sectionStart):][:n], []byte(sectionStart[1:])) {
			return markup.Token{}, false
		}
		return markup.Token{Kind: markup.CDATA, Stop: len(sectionStart) + n + len(end)}, true
	}
	t, ok := markup.NewScanner(b).Next()
	return t, ok && t.Pos == 0 && t.Kind != markup.Directive
}

// plainFrame reports whether b is UTF-8 that package decode leaves as it is.
func plainFrame(b []byte) bool {
	if len(bytes.TrimLeft(b, " \t\r\n")) == 0 {
		return true
	}
	if !legal(string(b)) {
		return false
	}
	for {
		i := bytes.Index(b, []byte("&#"))
		if i < 0 {
			return true
		}
		if b = b[i:]; plainReference(b) == 0 {
			return false
		}
		b = b[2:]
	}
}

// skimJSON skims a JSON Feed. An item that is no valid JSON is cut by what the
// next one looks like, so nothing behind the items may look like one.
func skimJSON(doc []byte, start int) (regions [][]byte, ok bool) {
	first, last := 0, len(doc)
	c := newJSONCutter(doc)
	c.elements = func(i int) int {
		first = i
		if regions, last, ok = objects(doc, i); !ok {
			return len(doc)
		}
		return last + 1
	}
	c.object(start + 1)
	if start > 0 || !ok || nextObject.Match(doc[last:]) {
		return nil, false
	}
	return regions, c.ended && c.isFeed() && plainFrame(doc[:first]) && plainFrame(doc[last:])
}

// nextObject is the start of an object that is not the first of its array.
var nextObject = regexp.MustCompile(`,\s*\{`)

// objects returns the elements of an array, all objects, that start at i, and
// where the array ends.
func objects(doc []byte, i int) (all [][]byte, end int, ok bool) {
	all = make([][]byte, 0, 32)
	for {
		i = jsontext.Skip(doc, i, "")
		if i >= len(doc) || doc[i] != '{' || len(all) == skimmed {
			return nil, 0, false
		}
		end, whole := jsontext.ValueEnd(doc, i)
		next := jsontext.Skip(doc, end, "")
		if !whole || next >= len(doc) {
			return nil, 0, false
		}
		all = append(all, doc[i:end:end])
		switch doc[next] {
		case ']':
			return all, next, true
		case ',':
			i = next + 1
		default:
			return nil, 0, false
		}
	}
}
