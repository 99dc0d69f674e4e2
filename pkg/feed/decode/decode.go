// Package decode turns the body of an answer into clean UTF-8: unpacked, out of
// whatever charset it is really in, free of what no XML parser reads, and
// without what a server put before the feed.
package decode

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/text/encoding"

	"github.com/dateline-news/dateline/pkg/feed/internal/root"
)

// DefaultLimit is the greatest number of bytes of a document, 8 MiB.
const DefaultLimit = 8 << 20

// ErrGzip says that a body that starts as gzip has nothing that can be unpacked.
var ErrGzip = errors.New("decode: damaged gzip")

// ErrTooLarge says that a document is larger than it may be. Every *LimitError
// is one.
var ErrTooLarge = errors.New("document too large")

// LimitError says that a document is larger than it may be.
type LimitError struct {
	// Bound is the stage that met the limit: body, unpacked or text.
	Bound string
	// Limit is the limit in bytes.
	Limit int
}

// Error names the stage and the limit.
func (e *LimitError) Error() string {
	return fmt.Sprintf("decode: %s larger than %d bytes", e.Bound, e.Limit)
}

// Unwrap says that the document is too large.
func (e *LimitError) Unwrap() error { return ErrTooLarge }

// The repairs that Text.Repairs may name.
const (
	RepairGzip      = "gzip"                 // unpacked, though no header said so
	RepairTornGzip  = "torn_gzip"            // unpacked as far as it goes
	RepairCharset   = "charset"              // the declared charset was not the real one
	RepairBytes     = "invalid_bytes"        // bytes outside the charset became U+FFFD
	RepairCharacter = "illegal_characters"   // characters that XML forbids, removed
	RepairReference = "illegal_references"   // references to such characters, removed
	RepairJunk      = "junk_before_document" // what stood before the feed, removed
)

// Text is a document in clean UTF-8.
type Text struct {
	// Bytes has no byte order mark and no XML declaration. When it holds a feed
	// it starts with it. It may share memory with the body.
	Bytes []byte
	// Charset is the name (WHATWG Encoding) of the charset that the body was in.
	Charset string
	// Repairs names what had to be mended, each once.
	Repairs []string
}

// UTF8 decodes a body that was served as contentType, the value of that header.
// No stage of it may be larger than limit bytes; 0 means DefaultLimit. It takes
// time linear to limit, and fails with a *LimitError or ErrGzip only.
func UTF8(body []byte, contentType string, limit int) (Text, error) {
	if limit <= 0 {
		limit = DefaultLimit
	}
	if len(body) > limit {
		return Text{}, &LimitError{Bound: "body", Limit: limit}
	}
	var t Text
	body, err := t.unpack(body, limit)
	if err != nil {
		return Text{}, err
	}
	l, err := t.transcode(body, contentType, limit)
	if err != nil {
		return Text{}, err
	}
	t.clean(l)
	t.trim()
	if len(t.Bytes) > limit {
		return Text{}, &LimitError{Bound: "text", Limit: limit}
	}
	return t, nil
}

func (t *Text) repaired(what string) {
	if !slices.Contains(t.Repairs, what) {
		t.Repairs = append(t.Repairs, what)
	}
}

// unpack undoes gzip that no header told of.
func (t *Text) unpack(body []byte, limit int) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b, 8}) {
		return body, nil
	}
	t.repaired(RepairGzip)
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGzip, err)
	}
	out, err := read(r, "unpacked", limit)
	var over *LimitError
	switch {
	case errors.As(err, &over):
		return nil, err
	case errors.Is(err, gzip.ErrHeader) && len(out) > 0:
		return out, nil // Something that is no gzip follows the last member.
	case len(out) > 0 && err != nil:
		t.repaired(RepairTornGzip)
		return out, nil // What there is of it shows what is missing.
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrGzip, err)
	}
	return out, nil
}

// transcode decodes body from the charset that it is in.
func (t *Text) transcode(body []byte, contentType string, limit int) (look, error) {
	c := detect(body, contentType)
	t.Charset = c.name
	if c.overruled {
		t.repaired(RepairCharset)
	}
	if c.encoding == encoding.Nop {
		t.Bytes = body
		return c.look, nil
	}
	var err error
	t.Bytes, err = read(c.encoding.NewDecoder().Reader(bytes.NewReader(body)), "text", limit)
	return lookAt(t.Bytes), err
}

// read reads all of r, up to limit.
func read(r io.Reader, bound string, limit int) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if len(out) > limit {
		return nil, &LimitError{Bound: bound, Limit: limit}
	}
	return out, err
}

// trim removes what stands before the document, so that a parser that looks for
// the root near the start finds it there. When there is no feed all is kept but
// white space: it may show what the document is instead.
func (t *Text) trim() {
	b := bytes.TrimLeft(t.Bytes, "\ufeff \t\r\n")
	if r := root.Find(b); r.Format != "" {
		if r.Pos > 0 && !bytes.HasPrefix(b, []byte("<?xml")) && !bytes.HasPrefix(b, []byte("<!")) {
			t.repaired(RepairJunk)
		}
		b = b[r.Pos:]
	} else if bytes.HasPrefix(b, []byte("<?xml")) {
		if i := bytes.Index(b, []byte("?>")); i >= 0 {
			b = bytes.TrimLeft(b[i+2:], " \t\r\n")
		}
	}
	t.Bytes = b
}
