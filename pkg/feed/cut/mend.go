package cut

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

const sectionStart = "<![CDATA["

// mendItem appends an item of d as well-formed XML: as it is if it is so
// already.
func (d Document) mendItem(out, item []byte) []byte {
	if wellFormed(item) {
		return append(out, item...)
	}
	t := parse(item)
	if first := t.tokens[0]; first.Kind != markup.Start || !d.root.Item(first.Name) {
		out = append(append(append(out, '<'), d.name...), '>') // Its start is lost.
		return closeTag(t.write(out, 0, len(t.tokens)), d.name)
	}
	if !t.tokens[0].Empty && t.mate[0] < 0 {
		t.mate[0] = len(t.tokens) // It ends where it is cut off.
	}
	return t.write(out, 0, len(t.tokens))
}

// wellFormed reports whether b is balanced XML, to a strict parser.
func wellFormed(b []byte) bool {
	if sound(b) {
		return true
	}
	d := xml.NewDecoder(bytes.NewReader(withoutCDATA(b)))
	for {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// withoutCDATA returns b with its CDATA sections emptied: they are most of many
// items, and a parser reads them byte by byte. Where one is not legal, or b has
// comments or the like that could hide the sections, it returns b as it is.
func withoutCDATA(b []byte) []byte {
	const start, end = sectionStart, "]]>"
	sections := bytes.Count(b, []byte(start))
	if sections == 0 || sections != bytes.Count(b, []byte("<!")) || bytes.Contains(b, []byte("<?")) {
		return b
	}
	var out []byte
	for rest := b; ; {
		before, section, found := bytes.Cut(rest, []byte(start))
		out = append(out, before...)
		if !found {
			return out
		}
		section, after, ended := bytes.Cut(section, []byte(end))
		if !ended || !legal(string(section)) {
			return b
		}
		out = append(out, start+end...)
		rest = after
	}
}

// validName reports whether a parser takes a name; outside of ASCII they differ.
func validName(name []byte) bool {
	for _, c := range name {
		if c >= 0x80 {
			return false
		}
	}
	return bytes.Count(name, []byte(":")) <= 1
}

// startTag appends a start tag with its attributes in quotes, each name once.
func startTag(out, src []byte, t markup.Token) []byte {
	out = append(out, '<')
	out = append(out, t.Name...)
	attrs := t.Attrs(src)
	var seen [][]byte
	for a, ok := attrs.Next(); ok && len(seen) < 64; a, ok = attrs.Next() {
		if validName(a.Name) && !has(seen, a.Name) {
			out = attribute(out, a)
			seen = append(seen, a.Name)
		}
	}
	if t.Empty {
		out = append(out, '/')
	}
	return append(out, '>')
}

func has(names [][]byte, name []byte) bool {
	for _, n := range names {
		if bytes.Equal(n, name) {
			return true
		}
	}
	return false
}

func attribute(out []byte, a markup.Attr) []byte {
	out = append(out, ' ')
	out = append(out, a.Name...)
	out = append(out, `="`...)
	return append(text(out, a.Value), '"')
}

// text appends character data, or the value of an attribute, with what is not
// legal in it escaped.
func text(out, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '<':
			if bytes.HasPrefix(b[i:], []byte(sectionStart)) {
				i += len(sectionStart) - 1 // of a section without an end
				continue
			}
			out = append(out, "&lt;"...)
		case '>':
			out = append(out, "&gt;"...)
		case '"':
			out = append(out, "&quot;"...)
		case '&':
			n, ref := reference(b[i:])
			out = append(out, ref...)
			i += n - 1
		default:
			out = append(out, c)
		}
	}
	return out
}

// reference returns the length of the reference that b starts with and what to
// write for it: XML knows numbers and five names only. A '&' that starts none
// is one byte of text.
func reference(b []byte) (n int, ref string) {
	const longest = 40
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 2 {
		return 1, "&amp;"
	}
	whole := string(b[:end+1])
	switch whole {
	case "&amp;", "&lt;", "&gt;", "&quot;", "&apos;":
		return len(whole), whole
	}
	// html knows the characters of names and numbers; of one that is no
	// character it makes U+FFFD or nothing.
	plain := html.UnescapeString(whole)
	if plain == whole || plain[0] == '&' || !legal(plain) {
		return 1, "&amp;"
	}
	for _, r := range plain {
		ref += "&#" + strconv.Itoa(int(r)) + ";"
	}
	return len(whole), ref
}

// legal reports whether XML allows the characters of s.
func legal(s string) bool {
	for _, r := range s {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff || r == utf8.RuneError {
			return false
		}
	}
	return true
}
