package markup

import "bytes"

// Attr is an attribute as written: references are not resolved.
type Attr struct{ Name, Value []byte }

// Attrs walks over the attributes of a tag.
type Attrs struct{ rest []byte }

// Attrs returns the attributes of t, a token of doc.
func (t Token) Attrs(doc []byte) Attrs {
	if t.Kind != Start {
		return Attrs{}
	}
	rest := bytes.TrimSuffix(doc[t.Pos+1+len(t.Name):t.Stop], []byte(">"))
	if t.Empty {
		rest = bytes.TrimSuffix(rest, []byte("/"))
	}
	return Attrs{rest: rest}
}

// Next returns the next attribute; ok is false after the last. An attribute
// without a value has an empty one, and what can't be a name is passed over.
func (a *Attrs) Next() (attr Attr, ok bool) {
	rest := a.rest
	i := 0
	for i < len(rest) && classes[rest[i]]&nameStart == 0 {
		i++
	}
	if i == len(rest) {
		a.rest = nil
		return Attr{}, false
	}
	from := i
	for i < len(rest) && classes[rest[i]]&namePart != 0 {
		i++
	}
	attr.Name = rest[from:i]
	if eq := skip(rest, i); eq < len(rest) && rest[eq] == '=' {
		attr.Value, i = value(rest, skip(rest, eq+1))
	}
	a.rest = rest[i:]
	return attr, true
}

// skip returns the first position from i on that holds no white space.
func skip(b []byte, i int) int {
	for i < len(b) && classes[b[i]]&blank != 0 {
		i++
	}
	return i
}

// value returns the value at i and where it ends. One without its other quote
// goes on up to white space.
func value(b []byte, i int) (value []byte, end int) {
	if i >= len(b) {
		return nil, i
	}
	if q := b[i]; q == '"' || q == '\'' {
		i++
		if n := bytes.IndexByte(b[i:], q); n >= 0 {
			return b[i : i+n], i + n + 1
		}
	}
	end = i
	for end < len(b) && classes[b[end]]&blank == 0 {
		end++
	}
	return b[i:end], end
}

// Split returns the prefix and the local part of a name; the prefix is empty
// when there is none.
func Split(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return nil, name
}

// Void reports whether an element never has content, so that a <br> without an
// end is no nesting. These are the ones of HTML that turn up in feeds.
func Void(name []byte) bool {
	switch string(name) {
	case "br", "BR", "img", "IMG", "hr", "HR", "input", "INPUT", "wbr", "WBR":
		return true
	}
	return false
}
