package guard

import "bytes"

// checkJSON counts brackets and commas outside of strings.
func checkJSON(doc []byte, l Limits) *Error {
	depth, values, items := 0, 1, 0
	for i := 0; i < len(doc); i++ {
		switch doc[i] {
		case '"':
			i = stringEnd(doc, i)
			continue
		case '{', '[':
			if doc[i] == '{' && depth == 2 {
				items++ // An object in an array of the document: what items are.
			}
			depth++
			values++
		case '}', ']':
			depth = max(depth-1, 0)
		case ',':
			values++
		default:
			continue
		}
		if e := first(
			over("json_depth", l.JSONDepth, depth),
			over("tokens", l.Tokens, values),
			over("items", l.Items, items),
		); e != nil {
			return e
		}
	}
	return nil
}

// stringEnd returns where the quote is that ends the string that starts at i.
func stringEnd(doc []byte, i int) int {
	for i++; i < len(doc); i++ {
		n := bytes.IndexAny(doc[i:], `"\`)
		if n < 0 {
			return len(doc)
		}
		i += n
		if doc[i] == '"' {
			return i
		}
		i++ // what the backslash escapes
	}
	return len(doc)
}
