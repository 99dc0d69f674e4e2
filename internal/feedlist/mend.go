package feedlist

import (
	"bytes"
	"regexp"
)

const (
	outlineTag = "<outline"
	comment    = "<!--"
	commentEnd = "-->"
)

var (
	// attribute is the start of an attribute up to its quote.
	attribute = regexp.MustCompile(`^\s+[A-Za-z_][\w:.-]{0,99}\s*=\s*["']`)
	// after is what follows the quote that ends an attribute: another attribute,
	// or the end of the tag with no text behind it, as outlines hold none.
	after = regexp.MustCompile(`^(?:\s+[A-Za-z_][\w:.-]{0,99}\s*=\s*["']|\s*/?>\s*(?:<|$))`)
)

// mend escapes the quotes and angle brackets that stand bare in the attributes
// of outlines, which many exports have in titles and descriptions:
//
//	<outline text="The "Daily" Post" description="<b>News</b>" xmlUrl="..."/>
//
// It adds and drops no line, and takes time linear in the document: what after
// looks at holds no quote, so no byte is looked at for two quotes.
func mend(data []byte) []byte {
	var out bytes.Buffer
	for len(data) > 0 {
		start := bytes.IndexByte(data, '<')
		if start < 0 {
			break
		}
		out.Write(data[:start])
		data = data[start:]
		var n int
		switch {
		case bytes.HasPrefix(data, []byte(comment)):
			n = endOfComment(data)
			out.Write(data[:n])
		case bytes.HasPrefix(data, []byte(outlineTag)):
			n = mendTag(&out, data)
		default:
			n = 1
			out.WriteByte('<')
		}
		data = data[n:]
	}
	out.Write(data)
	return out.Bytes()
}

func endOfComment(data []byte) int {
	if end := bytes.Index(data, []byte(commentEnd)); end >= 0 {
		return end + len(commentEnd)
	}
	return len(data)
}

// mendTag writes an outline's tag as far as it reads like one, and returns its
// length.
func mendTag(out *bytes.Buffer, data []byte) int {
	n := len(outlineTag)
	out.WriteString(outlineTag)
	for {
		name := attribute.Find(data[n:])
		if name == nil {
			return n
		}
		out.Write(name)
		n += len(name)
		n += mendValue(out, data[n:], name[len(name)-1])
	}
}

// mendValue writes the value of an attribute with the quote that ends it, and
// returns the length of both.
func mendValue(out *bytes.Buffer, data []byte, quote byte) int {
	for i, c := range data {
		switch {
		case c == '<':
			out.WriteString("&lt;")
		case c != quote:
			out.WriteByte(c)
		case after.Match(data[i+1:]):
			out.WriteByte(c)
			return i + 1
		case c == '"':
			out.WriteString("&quot;")
		default:
			out.WriteString("&apos;")
		}
	}
	return len(data)
}
