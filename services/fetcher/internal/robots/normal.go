package robots

import (
	"strconv"
	"strings"
)

const digits = "0123456789ABCDEF"

// normal is a path, or a rule's pattern, in the form in which both are compared
// (RFC 9309, section 2.2.2): characters that need no escape are plain, others
// escaped, in capitals. In a query, where : and / mean nothing, escaped ones are
// plain as well. Stars and a last dollar are the pattern's own; others are
// escaped, so that they mean themselves.
func normal(path string, pattern bool) string {
	if strings.Trim(path, plain) == "" {
		return path
	}
	var b strings.Builder
	b.Grow(len(path))
	query := false
	for i := 0; i < len(path); i++ {
		c := path[i]
		escaped := false
		if c == '%' {
			if value, ok := unhex(path[i+1:]); ok {
				c, escaped = value, true
				i += 2
			}
		}
		own := pattern && !escaped && (c == '*' || c == '$' && i == len(path)-1)
		query = query || c == '?' && !escaped
		switch {
		case own, isUnreserved(c), query && isDelimiter(c), !escaped && isReserved(c):
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// plain are the characters that stay as they are, wherever they stand.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/?&=:"

// isUnreserved is RFC 3986, section 2.3.
func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func isDelimiter(c byte) bool { return strings.IndexByte(":/?@[]", c) >= 0 }

// isReserved is RFC 3986, section 2.2, without the star and the dollar, which a
// pattern has for itself, and the number sign, which ends a path.
func isReserved(c byte) bool { return strings.IndexByte(":/?[]@!&'()+,;=", c) >= 0 }

// unhex reads the two digits of an escape.
func unhex(s string) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	value, err := strconv.ParseUint(s[:2], 16, 8)
	return byte(value), err == nil
}
