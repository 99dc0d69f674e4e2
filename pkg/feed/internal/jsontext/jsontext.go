// Package jsontext finds its way in JSON by bytes, without decoding it, also where
// it is damaged.
package jsontext

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Skip returns the first position from i on that holds neither white space nor
// one of the bytes in more.
func Skip(doc []byte, i int, more string) int {
	for i < len(doc) {
		switch c := doc[i]; {
		case c == ' ', c == '\t', c == '\r', c == '\n', strings.IndexByte(more, c) >= 0:
			i++
		default:
			return i
		}
	}
	return i
}

// Key reads the key of a member at i, in its quotes, and returns where the value
// starts.
func Key(doc []byte, i int) (k []byte, value int, ok bool) {
	if i >= len(doc) || doc[i] != '"' {
		return nil, i, false
	}
	end, ok := StringEnd(doc, i)
	if !ok {
		return nil, i, false
	}
	colon := Skip(doc, end, "")
	if colon >= len(doc) || doc[colon] != ':' {
		return nil, i, false
	}
	return doc[i:end], Skip(doc, colon+1, ""), true
}

// StringEnd returns the position behind the string that starts at i; ok is
// false when it has no end.
func StringEnd(doc []byte, i int) (end int, ok bool) {
	for start := i; ; {
		n := bytes.IndexByte(doc[i+1:], '"')
		if n < 0 {
			return len(doc), false
		}
		i += 1 + n
		escapes := 0
		for start < i-1-escapes && doc[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1, true
		}
	}
}

// ValueEnd returns the position behind the value at i. Brackets are counted,
// whatever their kind. A number or a word at the very end may go on: not whole.
func ValueEnd(doc []byte, i int) (end int, whole bool) {
	for depth := 0; i < len(doc); {
		switch doc[i] {
		case '"':
			if i, whole = StringEnd(doc, i); !whole {
				return i, false
			}
		case '{', '[':
			depth++
			i++
		case '}', ']':
			if depth == 0 {
				return i, true
			}
			depth--
			i++
		case ',', ':', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i, true
			}
			i++
			continue
		default:
			i = wordEnd(doc, i)
			if depth == 0 {
				return i, i < len(doc)
			}
			continue
		}
		if depth == 0 {
			return i, true
		}
	}
	return len(doc), false
}

// wordEnd returns the position behind a number or a word.
func wordEnd(doc []byte, i int) int {
	for i < len(doc) && bytes.IndexByte([]byte("\"{}[],: \t\r\n"), doc[i]) < 0 {
		i++
	}
	return i
}

// Valid is json.Valid at a fraction of its cost: what is in strings, most of a
// feed, is looked at apart, and the rest is handed on with empty ones.
func Valid(value []byte) bool {
	rest := make([]byte, 0, 256)
	for {
		i := bytes.IndexByte(value, '"')
		if i < 0 {
			return json.Valid(append(rest, value...))
		}
		end := soundString(value[i:])
		if end == 0 {
			return false
		}
		rest = append(append(rest, value[:i]...), `""`...)
		value = value[i+end:]
	}
}

// soundString returns the length of the string that s starts with, 0 when that
// is not valid.
func soundString(s []byte) int {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return 0
		case c == '\\':
			n := escape(s[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		}
	}
	return 0
}

// escape returns the length of the escape that s starts with, 0 when that is
// not valid.
func escape(s []byte) int {
	switch {
	case len(s) < 2:
	case strings.IndexByte(`"\/bfnrt`, s[1]) >= 0:
		return 2
	case s[1] == 'u' && len(s) >= 6 && isHex(s[2]) && isHex(s[3]) && isHex(s[4]) && isHex(s[5]):
		return 6
	}
	return 0
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// Unquote returns what a string in its quotes says, as package json reads it;
// false when it is not valid.
func Unquote(s []byte) (text string, ok bool) {
	if len(s) < 2 || s[0] != '"' || soundString(s) != len(s) {
		return "", false
	}
	if !utf8.Valid(s) {
		err := json.Unmarshal(s, &text)
		return text, err == nil
	}
	s = s[1 : len(s)-1]
	if bytes.IndexByte(s, '\\') < 0 {
		return string(s), true
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		before, rest, found := bytes.Cut(s, []byte{'\\'})
		b.Write(before)
		if !found {
			return b.String(), true
		}
		r, n := unescape(rest)
		b.WriteRune(r)
		s = rest[n:]
	}
}

// unescape reads a valid escape, behind its backslash, and returns its length.
func unescape(s []byte) (r rune, n int) {
	switch s[0] {
	case 'b':
		return '\b', 1
	case 'f':
		return '\f', 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'u':
		return unescapeHex(s)
	}
	return rune(s[0]), 1
}

// unescapeHex reads a character by its number, or one of two halves. A half alone
// is no character.
func unescapeHex(s []byte) (r rune, n int) {
	r = hex(s[1:5])
	if !utf16.IsSurrogate(r) {
		return r, 5
	}
	if len(s) >= 11 && s[5] == '\\' && s[6] == 'u' {
		if r := utf16.DecodeRune(r, hex(s[7:11])); r != utf8.RuneError {
			return r, 11
		}
	}
	return utf8.RuneError, 5
}

func hex(digits []byte) (r rune) {
	for _, c := range digits {
		r <<= 4
		if c <= '9' {
			r += rune(c - '0')
		} else {
			r += rune(c|0x20-'a') + 10
		}
	}
	return r
}
