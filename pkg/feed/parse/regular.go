package parse

import (
	"bytes"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// hasControls reports whether a document has characters that gofeed drops.
func hasControls(document []byte) bool {
	for _, c := range document {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			return true
		}
	}
	return false
}

// legal reports whether all of b is what XML calls characters, if b has no
// control characters.
func legal(b []byte) bool {
	return utf8.Valid(b) && !bytes.Contains(b, []byte("\uFFFE")) && !bytes.Contains(b, []byte("\uFFFF"))
}

// plainText reports whether what stands between two tokens is text for
// encoding/xml too.
func plainText(b []byte) bool {
	return bytes.IndexByte(b, '<') < 0 && !bytes.Contains(b, []byte(cdataEnd))
}

// attributes walks over the attributes of a start tag that is as XML wants it:
// ASCII names, values in quotes. doc ends with the tag.
type attributes struct {
	doc []byte
	pos int

	start       int // where the attribute starts, with the space before it
	name, value []byte
	over        bool // after the last one
}

// next takes the next attribute. It returns false after the last, and where the
// tag is not regular.
func (a *attributes) next() bool {
	a.start = a.pos
	rest := trimSpace(a.doc[a.pos:])
	if string(rest) == ">" || string(rest) == "/>" {
		a.over = true
		return false
	}
	a.name = rest[:nameLength(rest)]
	rest = trimSpace(rest[len(a.name):])
	if len(a.name) == 0 || len(rest) == 0 || rest[0] != '=' {
		return false
	}
	rest = trimSpace(rest[1:])
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return false
	}
	end := bytes.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return false
	}
	a.value = rest[1 : 1+end]
	a.pos = len(a.doc) - len(rest) + end + 2
	return !isOdd(a.name, a.value)
}

// trimSpace drops the white space of XML before b.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\n' || b[0] == '\t' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// isOdd reports whether an attribute may be xml:base by another prefix, which is
// not hidden from gofeed, or binds a prefix to what looks like one.
func isOdd(name, value []byte) bool {
	prefix, local := markup.Split(name)
	switch {
	case string(prefix) == "xmlns", string(name) == "xmlns":
		return len(value) > 0 && bytes.IndexByte(value, ':') < 0 || bytes.IndexByte(value, '&') >= 0
	case len(prefix) > 0 && string(prefix) != "xml":
		return string(local) == "base"
	}
	return false
}

// usualNamespaces are those that gofeed knows, by the prefix that it gives them.
var usualNamespaces = map[string]string{
	"atom":       "http://www.w3.org/2005/Atom",
	"content":    "http://purl.org/rss/1.0/modules/content/",
	"dc":         "http://purl.org/dc/elements/1.1/",
	"dcterms":    "http://purl.org/dc/terms/",
	"feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
	"geo":        "http://www.w3.org/2003/01/geo/wgs84_pos#",
	"georss":     "http://www.georss.org/georss",
	"media":      "http://search.yahoo.com/mrss/",
	"slash":      "http://purl.org/rss/1.0/modules/slash/",
	"sy":         "http://purl.org/rss/1.0/modules/syndication/",
	"wfw":        "http://wellformedweb.org/CommentAPI/",
}

// isUsual reports whether an attribute of the root declares a usual namespace by
// its usual prefix: for gofeed a prefix that nothing declares is the same. In an
// Atom feed that of Atom may be the feed's own.
func isUsual(name, value []byte, root markup.Token) bool {
	prefix, local := markup.Split(name)
	if string(prefix) != "xmlns" || string(local) == "atom" && isNamed(root, "feed") {
		return false
	}
	usual, ok := usualNamespaces[string(local)]
	return ok && usual == string(value)
}

// isRegular reports whether a name is.
func isRegular(name []byte) bool { return nameLength(name) == len(name) }

// nameLength returns how long the name is that b starts with, 0 for none that
// is ASCII with one colon at most.
func nameLength(b []byte) int {
	n := 0
	for n < len(b) && isNameByte(b[n]) {
		n++
	}
	if n < len(b) && b[n] >= utf8.RuneSelf || bytes.Count(b[:n], []byte(":")) > 1 {
		return 0
	}
	if n > 0 && (b[0] == '-' || b[0] == '.' || '0' <= b[0] && b[0] <= '9') {
		return 0
	}
	return n
}

func isNameByte(c byte) bool {
	return isLetterOrDigit(c) || c == '_' || c == ':' || c == '-' || c == '.'
}
