package cut

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/feed/internal/markup"
)

// sound reports whether an item, in clean UTF-8, is balanced XML to a strict
// parser, and so simple that this is plain without one: most items are, and a
// parser takes fifty times as long. False says nothing.
func sound(item []byte) bool {
	open := make([][]byte, 0, 16)
	last := 0
	s := markup.NewScanner(item)
	for t, ok := s.Next(); ok; t, ok = s.Next() {
		if !plainText(item[last:t.Pos]) {
			return false
		}
		last = t.Stop
		switch t.Kind {
		case markup.CDATA:
		case markup.Start:
			if !plainName(t.Name) || !plainAttributes(item[t.Pos+1+len(t.Name):t.Stop], t) {
				return false
			}
			if !t.Empty {
				open = append(open, t.Name)
			}
		case markup.End:
			top := len(open) - 1
			if top < 0 || t.Stop != t.Pos+len(t.Name)+3 || !bytes.Equal(open[top], t.Name) {
				return false
			}
			open = open[:top]
		default:
			return false
		}
	}
	return len(open) == 0 && plainText(item[last:])
}

// plainText reports whether b is character data, or the value of an attribute.
func plainText(b []byte) bool {
	if bytes.IndexByte(b, '<') >= 0 || bytes.Contains(b, []byte("]]>")) {
		return false
	}
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return true
		}
		n := plainReference(b[i:])
		if n == 0 {
			return false
		}
		b = b[i+n:]
	}
}

// plainReference returns the length of the reference that b starts with, when it
// is one that XML knows, else 0.
func plainReference(b []byte) int {
	const longest = 10 // such as &#x1F600;
	end := bytes.IndexByte(b[:min(len(b), longest)], ';')
	if end < 0 {
		return 0
	}
	switch string(b[:end+1]) {
	case "&lt;", "&gt;", "&amp;", "&quot;", "&apos;":
		return end + 1
	}
	if end < 3 || b[1] != '#' {
		return 0
	}
	digits, base := b[2:end], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || v < ' ' || v >= 0xd800 && v < 0x10000 || v > utf8.MaxRune {
		return 0
	}
	return end + 1
}

func plainName(name []byte) bool {
	colon := bytes.IndexByte(name, ':')
	return validName(name) && colon != 0 && colon != len(name)-1
}

// plainAttributes reports whether rest, the part of a start tag behind its name,
// has nothing but attributes in quotes.
func plainAttributes(rest []byte, t markup.Token) bool {
	if t.Cut {
		return false
	}
	rest = rest[:len(rest)-1]
	if t.Empty {
		rest = rest[:len(rest)-1]
	}
	for {
		trimmed := bytes.TrimLeft(rest, " \t\r\n")
		if len(trimmed) == 0 {
			return true
		}
		eq := bytes.IndexByte(trimmed, '=')
		if len(trimmed) == len(rest) || eq <= 0 || eq+1 >= len(trimmed) || !attributeName(trimmed[:eq]) {
			return false
		}
		quote := trimmed[eq+1]
		trimmed = trimmed[eq+2:]
		end := bytes.IndexByte(trimmed, quote)
		if quote != '"' && quote != '\'' || end < 0 || !plainText(trimmed[:end]) {
			return false
		}
		rest = trimmed[end+1:]
	}
}

// attributeName reports whether name is one of letters and digits, with at most
// one prefix.
func attributeName(name []byte) bool {
	for i, c := range name {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '-' && c != ':' && c != '.') {
			return false
		}
	}
	return plainName(name)
}
