package decode

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// found is the charset of a document.
type found struct {
	encoding  encoding.Encoding // encoding.Nop for UTF-8
	name      string
	overruled bool // another charset was declared
	look      look // at the body, when it is in UTF-8
}

func utf8Charset() found { return found{encoding: encoding.Nop, name: "utf-8"} }

// detect finds the charset of body. What the bytes say for certain comes first:
// a byte order mark, the zeros of UTF-16 and UTF-32, text that is valid UTF-8.
// Then what the server and the document declare, then the habits of the
// document's language.
func detect(body []byte, contentType string) found {
	if f, ok := wide(body); ok {
		return f
	}
	declared := labels(body, contentType)
	l := lookAt(body)
	f := utf8Charset()
	f.look = l
	switch {
	case l.ascii && !l.legal && bytes.IndexByte(body, 0x1b) >= 0:
		f = escaped(declared, f)
	case !l.valid && !mostlyUTF8(body):
		f = legacy(body, declared, f)
	}
	f.overruled = len(declared) > 0 && declared[0] != f.name && !l.ascii
	return f
}

// wide knows UTF-16 and UTF-32 by their byte order mark, or by the zeros of the
// first two characters, which are ASCII in any feed.
func wide(b []byte) (found, bool) {
	utf32le := found{encoding: utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), name: "utf-32le"}
	utf32be := found{encoding: utf32.UTF32(utf32.BigEndian, utf32.UseBOM), name: "utf-32be"}
	utf16le := found{encoding: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), name: "utf-16le"}
	utf16be := found{encoding: unicode.UTF16(unicode.BigEndian, unicode.UseBOM), name: "utf-16be"}
	for _, mark := range []struct {
		bytes string
		found
	}{
		{"\xff\xfe\x00\x00", utf32le}, {"\x00\x00\xfe\xff", utf32be},
		{"\xff\xfe", utf16le}, {"\xfe\xff", utf16be}, {"\xef\xbb\xbf", utf8Charset()},
	} {
		if bytes.HasPrefix(b, []byte(mark.bytes)) {
			if mark.encoding == encoding.Nop {
				mark.look = lookAt(b)
			}
			return mark.found, true
		}
	}
	if len(b) < 4 {
		return found{}, false
	}
	switch [4]bool{b[0] == 0, b[1] == 0, b[2] == 0, b[3] == 0} {
	case [4]bool{false, true, true, true}:
		return utf32le, true
	case [4]bool{true, true, true, false}:
		return utf32be, true
	case [4]bool{false, true, false, true}:
		return utf16le, true
	case [4]bool{true, false, true, false}:
		return utf16be, true
	}
	return found{}, false
}

// mostlyUTF8 reports whether at least half of what is above ASCII is UTF-8.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good >= bad
}

// labels returns the names of the charsets that are declared, the more credible
// one first: that is the server's, unless it says ISO 8859-1 or ASCII, which it
// says by default.
func labels(body []byte, contentType string) []string {
	var names []string
	for _, label := range []string{parameter(contentType, "charset"), declaration(body, "<?xml", "encoding"), declaration(body, "<meta", "charset")} {
		if label == "" {
			continue
		}
		if _, name := charset.Lookup(label); name != "" && name != "replacement" && name != "x-user-defined" {
			names = append(names, name)
		}
	}
	if len(names) > 1 && names[0] == "windows-1252" {
		names[0], names[1] = names[1], names[0]
	}
	return names
}

// declaration returns the parameter of a tag near the start, such as the encoding
// of the XML declaration, wherever among junk it is.
func declaration(body []byte, tag, name string) string {
	head := body[:min(len(body), 4096)]
	i := bytes.Index(head, []byte(tag))
	if i < 0 {
		return ""
	}
	head = head[i:]
	if i := bytes.IndexByte(head, '>'); i >= 0 {
		head = head[:i]
	}
	return parameter(string(head), name)
}

// parameter returns the value of name=value in s, with or without quotes.
func parameter(s, name string) string {
	_, after, ok := strings.Cut(strings.ToLower(s), name)
	if !ok {
		return ""
	}
	after, ok = strings.CutPrefix(strings.TrimSpace(after), "=")
	if !ok {
		return ""
	}
	after = strings.TrimLeft(after, " \t\"'")
	if i := strings.IndexAny(after, " \t\r\n\"';,?"); i >= 0 {
		after = after[:i]
	}
	return after
}

// escaped is the charset of ASCII with escape sequences.
func escaped(declared []string, ascii found) found {
	for _, name := range declared {
		if name == "iso-2022-jp" {
			return lookup(name)
		}
	}
	return ascii
}

// legacy is the charset of a document that is no UTF-8: what is declared, if it
// fits, else what is usual in its language, if that does.
func legacy(body []byte, declared []string, damaged found) found {
	declared = slices.DeleteFunc(declared, func(name string) bool { return strings.HasPrefix(name, "utf-") })
	for _, name := range declared {
		if fits(body, name) {
			return lookup(name)
		}
	}
	if name := habit(language(body)); name != "" && fits(body, name) {
		return lookup(name)
	}
	switch {
	case len(declared) > 0:
		return lookup(declared[0])
	case western(body):
		return lookup("windows-1252")
	}
	return damaged // Every bad byte becomes one U+FFFD.
}

func lookup(name string) found {
	e, name := charset.Lookup(name)
	if name == "gbk" {
		e = simplifiedchinese.GB18030 // It holds all of GBK, and feeds that say so use more.
	}
	return found{encoding: e, name: name}
}
