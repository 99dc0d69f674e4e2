package parse

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// lifted is a document made cheap to read, and what was taken out of it.
//
// gofeed takes a dozen allocations for an element, reads a text byte by byte, more
// than once, and tries up to 124 layouts on a date. So before it sees a document,
// the elements of RSS that are text alone are taken out (see leaf.go), other long
// texts and dates of the item give way to marks, and what no item needs is left
// out: most of the header, the space between elements, and the usual namespaces,
// which gofeed knows by their prefix and copies for each element. What was lifted
// comes back as gofeed would have read it; see restore.go.
type lifted struct {
	document []byte
	leaves   []leaf   // in their order
	texts    [][]byte // as written, by the number of their mark
	dates    []string // what they say, by the number of their mark
}

const (
	// longText is from how many bytes on a text is lifted.
	longText = 64
	// textMark starts the mark of a text: a character that no text has.
	textMark = "\U0010FFFD"
	// dateMark starts the mark of a date, which is one by gofeed's first layout;
	// the minute is its number.
	dateMark     = "01 Jan 70 00:"
	dateMarkTail = " +0000"
	maxDateMarks = 60
	// longDate is the longest date that is lifted, in bytes.
	longDate = 100
)

// lift lifts what it can out of an XML document. It does so only where the
// document is so regular that encoding/xml cannot see it differently; any other
// comes back as it is.
func lift(document []byte) lifted {
	if hasControls(document) || bytes.Contains(document, []byte(textMark)) || bytes.Contains(document, []byte(dateMark)) {
		return lifted{document: document}
	}
	l := lifter{doc: document, takesLeaves: true, isLegal: legal(document)}
	regular := l.walk()
	if regular && len(l.leaves) > 0 && (l.unsure() || l.mixed()) {
		l = lifter{doc: document, takesLeaves: !l.unsure(), isLegal: l.isLegal, stay: l.kept}
		regular = l.walk()
	}
	if !regular || l.copied == 0 {
		return lifted{document: document}
	}
	l.document = append(l.out, document[l.copied:]...)
	return l.lifted
}

// lifter is the state of one walk over a document.
type lifter struct {
	lifted
	doc    []byte
	out    []byte // what doc[:copied] became
	copied int
	open   []markup.Token // the start tags of the elements that are open
	leaf   bool           // the innermost of them holds nothing but text so far

	takesLeaves bool
	isLegal     bool       // all of the document is
	stay        []leafName // that are not to be taken
	kept        []leafName // that were not taken
	odd         bool       // names do not tell whose the elements are
	channels    int        // that were opened
}

// walk lifts as it goes, and reports whether the document is regular throughout.
func (l *lifter) walk() bool {
	s := markup.NewScanner(l.doc)
	stop := 0
	l.open = make([]markup.Token, 0, 8)
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		if !plainText(l.doc[stop:t.Pos]) {
			return false
		}
		l.between(stop, t.Pos)
		if !l.token(t) {
			return false
		}
		stop = t.Stop
	}
	return len(l.open) == 0 && plainText(l.doc[stop:])
}

// between drops the white space between the children of the feed, its channel or
// its item.
func (l *lifter) between(from, to int) {
	if from < to && place(l.open) != elsewhere && len(trimSpace(l.doc[from:to])) == 0 {
		l.replace(from, to, "")
	}
}

// token takes one token. False says that the document is not regular.
func (l *lifter) token(t markup.Token) bool {
	switch t.Kind {
	case markup.Start:
		return l.start(t)
	case markup.End:
		return l.end(t)
	case markup.Comment:
		l.leaf = false
		text := l.doc[t.Pos+len("<!--") : t.Stop-len("-->")]
		return !bytes.Contains(text, []byte("--")) && !bytes.HasSuffix(text, []byte("-"))
	}
	return t.Kind == markup.CDATA
}

func (l *lifter) start(t markup.Token) bool {
	if t.Cut || !isRegular(t.Name) {
		return false
	}
	attrs := attributes{doc: l.doc[:t.Stop], pos: t.Pos + 1 + len(t.Name)}
	for attrs.next() {
		switch {
		case len(l.open) == 0 && isUsual(attrs.name, attrs.value, t):
			l.replace(attrs.start, attrs.pos, "")
		case l.takesLeaves:
			l.odd = l.odd || l.isOddNamespace(t, attrs.name, attrs.value)
		}
	}
	l.see(t)
	l.leaf = true
	l.open = append(l.open, t)
	if t.Empty {
		l.element(t, markup.Token{Pos: t.Stop, Stop: t.Stop})
	}
	return attrs.over
}

func (l *lifter) end(t markup.Token) bool {
	if len(l.open) == 0 {
		return false
	}
	start := l.open[len(l.open)-1]
	behind := trimSpace(l.doc[t.Pos+len("</")+len(t.Name) : t.Stop])
	if !bytes.Equal(start.Name, t.Name) || string(behind) != ">" {
		return false
	}
	l.element(start, t)
	return true
}

// element takes the innermost element, which is whole now.
func (l *lifter) element(start, end markup.Token) {
	leaf := l.leaf
	l.leaf = false
	l.open = l.open[:len(l.open)-1]
	_, local := markup.Split(start.Name)
	name := strings.ToLower(string(local))
	at := place(l.open)
	switch {
	case at == elsewhere:
	case l.isNeedless(at, name, leaf, start, end), l.liftLeaf(at, name, leaf, start, end):
		l.replace(start.Pos, end.Stop, "")
	case at == itemChild && leaf:
		l.liftText(name, start, end)
	}
}

// isNeedless reports whether nobody reads an element.
func (l *lifter) isNeedless(at int, name string, leaf bool, start, end markup.Token) bool {
	switch {
	case at == headerChild && (unneeded(name) || name == "link" && isOwnLink(start.Attrs(l.doc))):
	case at == itemChild && leaf && (name == "comments" || name == "commentrss"): // Most blogs have these.
	default:
		return false
	}
	return l.legal(l.doc[start.Pos:end.Stop])
}

// legal reports whether a part of the document is legal.
func (l *lifter) legal(part []byte) bool { return l.isLegal || legal(part) }

// replace puts text in the place of doc[from:to].
func (l *lifter) replace(from, to int, text string) {
	if l.out == nil {
		l.out = make([]byte, 0, min(len(l.doc), 1<<9))
	}
	l.out = append(l.out, l.doc[l.copied:from]...)
	l.out = append(l.out, text...)
	l.copied = to
}

// liftText lifts the text of a child of the item that has no children itself.
func (l *lifter) liftText(name string, start, end markup.Token) {
	raw := l.doc[start.Stop:end.Pos]
	switch {
	case isDate(name):
		if !escapedText(l.doc, start) {
			return
		}
		if mark, ok := l.markDate(raw); ok {
			l.replace(start.Stop, end.Pos, mark)
		}
	case len(raw) >= longText && holdsLongText(name) && escapedText(l.doc, start) && l.legal(raw) && readable(raw):
		l.replace(start.Stop, end.Pos, textMark+strconv.Itoa(len(l.texts)))
		l.texts = append(l.texts, raw)
	}
}

// markDate returns the mark of a date that is lifted.
func (l *lifter) markDate(raw []byte) (mark string, ok bool) {
	date, ok := simpleDate(raw)
	if !ok || len(l.dates) == maxDateMarks {
		return "", false
	}
	n := len(l.dates)
	l.dates = append(l.dates, date)
	return dateMark + string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) + dateMarkTail, true
}

// The places that an element may have, by its parents.
const (
	elsewhere   = iota
	headerChild // a child of the feed or its channel
	itemChild   // a child of an item
)

// place says where an element stands that is in those that are open. The
// channel and the items themselves are found in the place of the header.
func place(open []markup.Token) int {
	switch n := len(open); {
	case n == 2 && isNamed(open[1], "channel"):
		return headerChild
	case n == 1:
		return headerChild
	case (n == 2 || n == 3 && isNamed(open[1], "channel")) && isItem(open[n-1]):
		return itemChild
	}
	return elsewhere
}

func isItem(t markup.Token) bool { return isNamed(t, "item") || isNamed(t, "entry") }

func isNamed(t markup.Token, name string) bool {
	_, local := markup.Split(t.Name)
	return strings.EqualFold(string(local), name)
}

// unneeded reports whether an element of the header is not one that an item is
// read with.
func unneeded(name string) bool {
	switch name {
	case "channel", "item", "entry":
		return false
	case "title", "link", "language", "copyright", "rights", "license", "author":
		return false
	}
	return true
}

// isOwnLink reports whether an element of the header is a link to the feed itself
// or to its hub, which no item needs.
func isOwnLink(attrs markup.Attrs) bool {
	own := false
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		if _, local := markup.Split(a.Name); string(local) == "rel" {
			own = string(a.Name) == "rel" && (string(a.Value) == "self" || string(a.Value) == "hub")
			if !own {
				return false
			}
		}
	}
	return own
}

// isDate reports whether gofeed reads an element of the item as a date.
func isDate(name string) bool {
	switch name {
	case "pubdate", "date", "published", "updated", "modified", "issued":
		return true
	}
	return false
}

// holdsLongText reports whether an element of the item may hold a text: one of
// those that restore looks at.
func holdsLongText(name string) bool {
	switch name {
	case "title", "link", "guid", "id", "author", "contributor", "category", "comments", "source", "rights", "copyright":
		return false
	}
	return true
}

// simpleDate returns what a date says that is plain text or one CDATA section.
func simpleDate(raw []byte) (string, bool) {
	raw = bytes.TrimSpace(raw)
	if section, ok := bytes.CutPrefix(raw, []byte(cdataStart)); ok {
		raw = bytes.TrimSpace(bytes.TrimSuffix(section, []byte(cdataEnd)))
	}
	if len(raw) == 0 || len(raw) > longDate || bytes.ContainsAny(raw, "&<>\r") || !legal(raw) {
		return "", false
	}
	return string(raw), true
}

// escapedText reports whether an element is of a type of Atom whose text is
// decoded once and no more; RSS has no other.
func escapedText(doc []byte, start markup.Token) bool {
	typed, moded := false, false
	attrs := start.Attrs(doc)
	for a, ok := attrs.Next(); ok; a, ok = attrs.Next() {
		switch _, local := markup.Split(a.Name); string(local) {
		case "type":
			typed = true
			switch strings.ToLower(string(a.Value)) {
			case "text", "html", "text/html", "text/plain":
			default:
				return false
			}
		case "mode":
			moded = true
		}
	}
	return typed || !moded
}
