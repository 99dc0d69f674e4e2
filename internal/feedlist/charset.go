package feedlist

import (
	"bytes"
	"fmt"
	"regexp"
	"unicode"

	"golang.org/x/text/encoding/htmlindex"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// declaration finds the encoding that an XML declaration names.
var declaration = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']`)

// toUTF8 decodes a list by its byte order mark or its XML declaration, and drops
// what XML does not allow, so that one bad byte in a title costs a character
// and not the list. All lines stay, unlike in package decode, as errors name them.
func toUTF8(data []byte) ([]byte, error) {
	text, err := decode(data)
	if err != nil {
		return nil, err
	}
	return bytes.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, text), nil
}

func decode(data []byte) ([]byte, error) {
	if hasBOM(data) {
		text, _, err := transform.Bytes(utf.BOMOverride(transform.Nop), data)
		return text, err
	}
	m := declaration.FindSubmatch(data[:min(len(data), 512)])
	if m == nil {
		return data, nil
	}
	charset, err := htmlindex.Get(string(m[1]))
	if err != nil {
		return nil, fmt.Errorf("encoding %q: not known: save the list as UTF-8", m[1])
	}
	return charset.NewDecoder().Bytes(data)
}

func hasBOM(data []byte) bool {
	for _, mark := range []string{"\xef\xbb\xbf", "\xfe\xff", "\xff\xfe"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return true
		}
	}
	return false
}
