package page

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/feed/decode"
)

// maxHead is where in a page the declaration of its charset is looked for. It
// stands within the first kilobyte only where publishers keep to the rules.
const maxHead = 64 << 10

// decodePage is a page in UTF-8. What its bytes say for certain comes first, then
// the server's header, then its own declaration.
func decodePage(source []byte, contentType string) ([]byte, error) {
	if len(source) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(source))
	}
	if !mayBeHTML(contentType) {
		return nil, fmt.Errorf("%w: served as %.100q", ErrNotHTML, contentType)
	}
	if !strings.Contains(strings.ToLower(contentType), "charset") {
		if declared := declaredCharset(source[:min(len(source), maxHead)]); declared != "" {
			contentType = "text/html; charset=" + declared
		}
	}
	decoded, err := decode.UTF8(source, contentType, maxBytes)
	switch {
	case errors.Is(err, decode.ErrTooLarge):
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotHTML, err)
	}
	if !hasTag(decoded.Bytes) {
		return nil, fmt.Errorf("%w: no element in it", ErrNotHTML)
	}
	return decoded.Bytes, nil
}

// mayBeHTML reports whether a document may be a page by its media type. Servers
// that know none say text or bytes.
func mayBeHTML(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && media == "" {
		return true
	}
	return slices.Contains([]string{"text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml",
		"application/octet-stream"}, media)
}

// declaredCharset is the charset of the first <meta> that declares one.
func declaredCharset(head []byte) string {
	head = bytes.ToLower(head)
	for {
		_, after, found := bytes.Cut(head, []byte("<meta"))
		if !found {
			return ""
		}
		tag, rest, _ := bytes.Cut(after, []byte(">"))
		head = rest
		_, value, found := bytes.Cut(tag, []byte("charset="))
		if !found {
			continue
		}
		value = bytes.TrimLeft(value, `"' `)
		if end := bytes.IndexAny(value, "\"' \t\r\n;/"); end >= 0 {
			value = value[:end]
		}
		return string(value)
	}
}

// hasTag reports whether there is anything like a tag in a document.
func hasTag(document []byte) bool {
	for i, c := range document {
		if c == '<' && i+1 < len(document) && (document[i+1] == '!' || document[i+1]|0x20 >= 'a' && document[i+1]|0x20 <= 'z') {
			return true
		}
	}
	return false
}
