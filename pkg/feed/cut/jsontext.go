package cut

import (
	"bytes"
	"encoding/json"
	"strings"
)

// skip returns the first position from i on that holds neither white space nor
// one of the bytes in more.
func skip(doc []byte, i int, more string) int {
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

// key reads the key of a member at i, in its quotes, and returns where the value
// starts.
func key(doc []byte, i int) (k []byte, value int, ok bool) {
	if i >= len(doc) || doc[i] != '"' {
		return nil, i, false
	}
	end, ok := stringEnd(doc, i)
	if !ok {
		return nil, i, false
	}
	colon := skip(doc, end, "")
	if colon >= len(doc) || doc[colon] != ':' {
		return nil, i, false
	}
	return doc[i:end], skip(doc, colon+1, ""), true
}

// stringEnd returns the position behind the string that starts at i; ok is
// false when it has no end.
func stringEnd(doc []byte, i int) (end int, ok bool) {
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

// valueEnd returns the position behind the value at i. Brackets are counted,
// whatever their kind. A number or a word at the very end may go on: not whole.
func valueEnd(doc []byte, i int) (end int, whole bool) {
	for depth := 0; i < len(doc); {
		switch doc[i] {
		case '"':
			if i, whole = stringEnd(doc, i); !whole {
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

// mendJSON appends an item as valid JSON: as it is if it is so already, else
// with its strings escaped and what is open closed, which is all that is tried.
func mendJSON(out, item []byte) []byte {
	if json.Valid(item) {
		return append(out, item...)
	}
	var open []byte
	for i := 0; i < len(item); i++ {
		switch c := item[i]; c {
		case '"':
			end, _ := stringEnd(item, i)
			out = appendString(out, item[i:end])
			i = end - 1
			continue
		case '{', '[':
			open = append(open, c+2) // ASCII has the closing one there.
		case '}', ']':
			if len(open) == 0 || open[len(open)-1] != c {
				continue
			}
			open = open[:len(open)-1]
		}
		out = append(out, item[i])
	}
	for i := len(open) - 1; i >= 0; i-- {
		out = append(out, open[i])
	}
	return out
}

// appendString appends a string in its quotes, with what must be escaped
// escaped; s may lack its end.
func appendString(out, s []byte) []byte {
	const hex = "0123456789abcdef"
	ended := len(s) > 1 && s[len(s)-1] == '"'
	if ended {
		s = s[:len(s)-1]
	}
	out = append(out, '"')
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c == '\\' && (i+1 == len(s) || bytes.IndexByte([]byte(`"\/bfnrtu`), s[i+1]) < 0):
			out = append(out, '\\', '\\')
		case c == '\\':
			out = append(out, c, s[i+1])
			i++
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
