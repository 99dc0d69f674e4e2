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
		if !plainText(item[last:t.Pos]) || !plainToken(item, t) {
			return false
		}
		last = t.Stop
		top := len(open) - 1
		switch {
		case t.Kind == markup.Start && !t.Empty:
			open = append(open, t.Name)
		case t.Kind == markup.End:
			if top < 0 || !bytes.Equal(open[top], t.Name) {
				return false
			}
			open = open[:top]
		}
	}
	return len(open) == 0 && plainText(item[last:])
}

// plainToken reports whether t is a section, or a tag without anything odd.
func plainToken(item []byte, t markup.Token) bool {
	switch t.Kind {
	case markup.CDATA:
		return true
	case markup.Start:
		return plainName(t.Name) && plainAttributes(item[t.Pos+1+len(t.Name):t.Stop], t)
	case markup.End:
		return t.Stop == t.Pos+len(t.Name)+3
	}
	return false
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
	if end < 3 || b[1] != '#' || !plainNumber(b[2:end]) {
		return 0
	}
	return end + 1
}

// plainNumber reports whether digits are the number of a character, which is no
// control character.
func plainNumber(digits []byte) bool {
	base := 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(string(digits), base, 32)
	return err == nil && v >= ' ' && (v < 0xd800 || v >= 0x10000) && v <= utf8.MaxRune
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
		n := plainAttribute(trimmed)
		if n == 0 || len(trimmed) == len(rest) {
			return false
		}
		rest = trimmed[n:]
	}
}

// plainAttribute returns the length of the attribute that b starts with, when it
// is one in quotes, else 0.
func plainAttribute(b []byte) int {
	eq := bytes.IndexByte(b, '=')
	if eq <= 0 || eq+1 >= len(b) || !attributeName(b[:eq]) {
		return 0
	}
	quote, value := b[eq+1], b[eq+2:]
	if quote != '"' && quote != '\'' {
		return 0
	}
	end := bytes.IndexByte(value, quote)
	if end < 0 || !plainText(value[:end]) {
		return 0
	}
	return eq + 2 + end + 1
}

// attributeName reports whether name is one of letters and digits, with at most
// one prefix.
func attributeName(name []byte) bool {
	for i, c := range name {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || bytes.IndexByte([]byte("0123456789-.:"), c) < 0) {
			return false
		}
	}
	return plainName(name)
}
