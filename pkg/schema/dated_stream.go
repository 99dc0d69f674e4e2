package schema

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// JoinDated joins documents in the dated format into one stream. SplitDated and
// DatedReader take it apart: of all blocks the header alone begins with a space.
func JoinDated(docs [][]byte) []byte {
	return bytes.Join(docs, []byte(datedSeparator))
}

// SplitDated cuts a stream into its documents. It does not look into them, but
// fails as DatedReader does.
func SplitDated(data []byte) ([][]byte, error) {
	var docs [][]byte
	r := NewDatedReader(bytes.NewReader(data))
	for {
		doc, err := r.Next()
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
}

// DatedReader reads the documents of a stream one by one, holding one at a time.
type DatedReader struct {
	r   *bufio.Reader
	err error
}

// NewDatedReader returns a reader of the documents in r.
func NewDatedReader(r io.Reader) *DatedReader {
	return &DatedReader{r: bufio.NewReader(r)}
}

// Next returns the bytes of the next document, for ParseDated to read, and
// io.EOF after the last. It fails with ErrDatedInvalid when the stream does not
// begin with a space, with ErrDatedTooLarge at a document beyond MaxDatedBytes,
// and as its reader does; after an error it returns that error.
func (d *DatedReader) Next() ([]byte, error) {
	if d.err != nil {
		return nil, d.err
	}
	doc, err := d.next()
	if err != nil {
		d.err = err
		return nil, err
	}
	return doc, nil
}

// next reads up to the next separator that a space follows, and leaves the space.
func (d *DatedReader) next() ([]byte, error) {
	boundary := []byte(datedSeparator + " ")
	var doc []byte
	for len(doc) < MaxDatedBytes+len(boundary) {
		c, err := d.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF) && len(doc) > MaxDatedBytes:
			return nil, tooManyBytes()
		case errors.Is(err, io.EOF) && len(doc) > 0:
			return doc, nil
		case err != nil:
			return nil, err
		}
		if len(doc) == 0 && c != ' ' {
			return nil, invalid("header", "does not begin with a space")
		}
		doc = append(doc, c)
		if c == ' ' && bytes.HasSuffix(doc, boundary) {
			return doc[:len(doc)-len(boundary)], d.r.UnreadByte()
		}
	}
	return nil, tooManyBytes()
}
