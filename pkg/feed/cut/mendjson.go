package cut

import (
	"bytes"

	"github.com/dateline-news/dateline/pkg/feed/internal/jsontext"
)

// mendJSON appends an item as valid JSON: as it is if it is so already, else
// with its strings escaped and what is open closed, which is all that is tried.
func mendJSON(out, item []byte) []byte {
	if jsontext.Valid(item) {
		return append(out, item...)
	}
	var open []byte
	for i := 0; i < len(item); i++ {
		switch c := item[i]; c {
		case '"':
			end, _ := jsontext.StringEnd(item, i)
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
