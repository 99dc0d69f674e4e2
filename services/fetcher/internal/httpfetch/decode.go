package httpfetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxWindow is how far back a Zstandard body may refer: the most that its
// content encoding may use (RFC 9659). That of Brotli is 16 MiB by its format;
// its larger kind is not read.
const maxWindow = 8 << 20

// expansion is how many times larger a body is taken to become, at first.
const expansion = 4

// decode undoes the content encoding. As many bodies at once as there are
// processors: a decoder's window can be larger than all that it is sent, so
// that many slow or hostile servers would make us hold many.
func (c *Client) decode(ctx context.Context, data []byte, encodings []string) ([]byte, error) {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(encodings, ",")))
	if encoding == "" || encoding == "identity" || len(data) == 0 {
		return data, nil
	}
	select {
	case c.decoding <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-c.decoding }()
	return decompress(data, encoding, c.config.MaxBody)
}

// decompress takes a body that lacks the mark of the encoding it claims as it
// is: servers do say gzip and send text. Brotli has no mark.
func decompress(data []byte, encoding string, limit int64) ([]byte, error) {
	r := bytes.NewReader(data)
	switch encoding {
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(data, []byte("\x1f\x8b")) {
			return data, nil
		}
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return readAll(z, limit, expansion*len(data))
	case "br":
		return readAll(brotli.NewReader(r), limit, expansion*len(data))
	case "zstd":
		if !bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd")) {
			return data, nil
		}
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		defer z.Close()
		return readAll(z, limit, expansion*len(data))
	}
	return nil, fmt.Errorf("encoding %.40q was not asked for", encoding)
}

// readAll reads to the end, or fails with errTooLong. expected is a guess at
// the length.
func readAll(r io.Reader, limit int64, expected int) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, min(int64(expected), limit)+bytes.MinRead))
	_, err := b.ReadFrom(io.LimitReader(r, limit+1))
	if int64(b.Len()) > limit {
		return nil, errTooLong
	}
	return b.Bytes(), err
}
