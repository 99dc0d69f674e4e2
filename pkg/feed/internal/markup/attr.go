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
	for len(a.rest) > 0 {
		n := 0
		for n < len(a.rest) && nameByte(a.rest[n], n == 0) {
			n++
		}
		if n == 0 {
			a.rest = a.rest[1:]
			continue
		}
		attr.Name = a.rest[:n]
		a.rest = a.rest[n:]
		if eq := bytes.TrimLeft(a.rest, space); len(eq) > 0 && eq[0] == '=' {
			attr.Value, a.rest = value(bytes.TrimLeft(eq[1:], space))
		}
		return attr, true
	}
	return Attr{}, false
}

const space = " \t\r\n"

// value splits the value that rest starts with from what follows it.
func value(rest []byte) (value, after []byte) {
	if len(rest) == 0 {
		return nil, nil
	}
	if q := rest[0]; q == '"' || q == '\'' {
		if i := bytes.IndexByte(rest[1:], q); i >= 0 {
			return rest[1 : 1+i], rest[2+i:]
		}
		rest = rest[1:]
	}
	if i := bytes.IndexAny(rest, space); i >= 0 {
		return rest[:i], rest[i:]
	}
	return rest, nil
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
