package parse

import (
	"bytes"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// The ends of a CDATA section.
const (
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
)

// rss puts the texts and the leaves back into the items of a feed.
func (l lifted) rss(f *rss.Feed) {
	if len(l.texts)+len(l.leaves) == 0 {
		return
	}
	for _, i := range f.Items {
		i.Description = l.inner(i.Description)
		i.Content = l.inner(i.Content)
		for name, text := range i.Custom {
			i.Custom[name] = l.inner(text)
		}
		l.extensions(i.Extensions)
	}
	l.leavesOf(f)
	for _, i := range f.Items {
		// These are copies of the extensions.
		if dc := i.Extensions["dc"]; dc != nil {
			i.DublinCoreExt = ext.NewDublinCoreExtension(dc)
		}
		if i.ITunesExt != nil {
			i.ITunesExt = ext.NewITunesItemExtension(i.Extensions["itunes"])
		}
	}
}

// atom puts the texts back into the entries of a feed.
func (l lifted) atom(f *atom.Feed) {
	if len(l.texts) == 0 {
		return
	}
	for _, e := range f.Entries {
		e.Summary = l.inner(e.Summary)
		if e.Content != nil {
			e.Content.Value = l.inner(e.Content.Value)
		}
		l.extensions(e.Extensions)
	}
}

func (l lifted) extensions(x ext.Extensions) {
	for _, elements := range x {
		for _, list := range elements {
			for i := range list {
				list[i].Value = l.value(list[i].Value)
			}
		}
	}
}

// raw returns the text that a mark stands for.
func (l lifted) raw(s string) ([]byte, bool) {
	digits, ok := strings.CutPrefix(s, textMark)
	if !ok {
		return nil, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n >= len(l.texts) {
		return nil, false
	}
	return l.texts[n], true
}

// inner returns what gofeed reads in an element of the format's own: the text
// as it is written, trimmed, then unescaped.
func (l lifted) inner(s string) string {
	raw, ok := l.raw(s)
	if !ok {
		return s
	}
	return text(bytes.TrimSpace(raw), false)
}

// value returns what gofeed reads in an element of another namespace: the text
// as a parser of XML has it, unescaped, then trimmed.
func (l lifted) value(s string) string {
	raw, ok := l.raw(s)
	if !ok {
		return s
	}
	return strings.TrimSpace(text(raw, true))
}

// date returns the date that a mark stands for.
func (l lifted) date(s string) string {
	if minute, ok := strings.CutPrefix(s, dateMark); ok {
		minute = strings.TrimSuffix(minute, dateMarkTail)
		if n, err := strconv.Atoi(minute); err == nil && n >= 0 && n < len(l.dates) {
			return l.dates[n]
		}
	}
	return s
}

// text resolves the sections and the references of a readable text. Where it is
// read as XML, the end of a line is one character.
func text(raw []byte, asXML bool) string {
	if asXML && bytes.IndexByte(raw, '\r') >= 0 {
		raw = oneLineEnd(raw)
	}
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '<') < 0 {
		return string(raw)
	}
	var b strings.Builder
	b.Grow(len(raw))
	for {
		before, section, found := bytes.Cut(raw, []byte(cdataStart))
		unescape(&b, before)
		if !found {
			return b.String()
		}
		section, raw, _ = bytes.Cut(section, []byte(cdataEnd))
		b.Write(section)
	}
}

// oneLineEnd makes one character of each end of a line. A section ends a line
// of its own.
func oneLineEnd(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i, c := range raw {
		switch {
		case c == '\r':
			out = append(out, '\n')
		case c == '\n' && i > 0 && raw[i-1] == '\r':
		default:
			out = append(out, c)
		}
	}
	return out
}

// unescape writes a text with its references resolved.
func unescape(b *strings.Builder, raw []byte) {
	for {
		before, rest, found := bytes.Cut(raw, []byte("&"))
		b.Write(before)
		if !found {
			return
		}
		c, n := reference(rest)
		if n == 0 {
			c = "&"
		}
		b.WriteString(c)
		raw = rest[n:]
	}
}

// readable reports whether all references of a text are such that gofeed and
// encoding/xml read them alike.
func readable(raw []byte) bool {
	for {
		before, section, found := bytes.Cut(raw, []byte(cdataStart))
		for {
			_, rest, more := bytes.Cut(before, []byte("&"))
			if !more {
				break
			}
			if _, n := reference(rest); n == 0 {
				return false
			}
			before = rest
		}
		if !found {
			return true
		}
		_, raw, _ = bytes.Cut(section, []byte(cdataEnd))
	}
}

// longestReference is the longest that reference knows, without its ampersand.
const longestReference = 10

// reference returns the text of the reference whose ampersand is before b, and
// its length: one of XML's five names, or a number that no reader maps to
// another character. The length of any other is 0.
func reference(b []byte) (text string, n int) {
	end := bytes.IndexByte(b[:min(len(b), longestReference)], ';')
	if end < 2 {
		return "", 0
	}
	switch name := string(b[:end]); name {
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "amp":
		return "&", end + 1
	case "quot":
		return `"`, end + 1
	case "apos":
		return "'", end + 1
	}
	if r, ok := character(b[:end]); ok {
		return string(r), end + 1
	}
	return "", 0
}

// character returns the character of a reference by number, if it is the same
// for every reader.
func character(name []byte) (rune, bool) {
	number, ok := strings.CutPrefix(string(name), "#")
	if !ok {
		return 0, false
	}
	base := 10
	if hex, ok := strings.CutPrefix(number, "x"); ok {
		number, base = hex, 16
	}
	n, err := strconv.ParseUint(number, base, 21)
	switch {
	case err != nil:
		return 0, false
	case n == '\t', n == '\n', n == '\r', ' ' <= n && n < 0x7f, 0xa0 <= n && n < 0xd800, 0xe000 <= n && n < 0xfffe, 0x10000 <= n && n < 0x110000:
		return rune(n), true
	}
	return 0, false
}
