package httpfetch

import (
	"bufio"
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

// decode reads a body and undoes its content encoding. gzip is read as it
// comes, so that a bomb ends early. The windows of the others can be larger
// than all that is sent, and many slow servers would make us hold many; so
// those bodies are decompressed when they are whole, as many at once as there
// are processors.
func (c *Client) decode(ctx context.Context, w io.Reader, encodings []string) ([]byte, error) {
	limit := c.config.MaxBody
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(encodings, ",")))
	switch encoding {
	case "", "identity":
		return readAll(w, limit, 0)
	case "gzip", "x-gzip":
		return gunzip(w, limit)
	case "br", "zstd":
	default:
		return nil, fmt.Errorf("encoding %.40q was not asked for", encoding)
	}
	data, err := readAll(w, limit, 0)
	if err != nil || len(data) == 0 {
		return nil, err
	}
	select {
	case c.decoding <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-c.decoding }()
	if encoding == "br" {
		return readAll(brotli.NewReader(bytes.NewReader(data)), limit, expansion*len(data))
	}
	return unzstd(data, limit)
}

// gunzip, like unzstd, takes a body that lacks the mark of the encoding it
// claims as it is: servers do say gzip and send text. Brotli has no mark.
func gunzip(r io.Reader, limit int64) ([]byte, error) {
	buffered := bufio.NewReader(r)
	mark, _ := buffered.Peek(2) // an error comes again with the first read
	if string(mark) != "\x1f\x8b" {
		return readAll(buffered, limit, 0)
	}
	z, err := gzip.NewReader(buffered)
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return readAll(z, limit, 0)
}

func unzstd(data []byte, limit int64) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd")) {
		return data, nil
	}
	z, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	defer z.Close()
	return readAll(z, limit, expansion*len(data))
}

// readAll reads to the end, or fails with errTooLong. expected is a guess at
// the length. The buffer is never larger than the limit.
func readAll(r io.Reader, limit int64, expected int) ([]byte, error) {
	data := make([]byte, 0, min(int64(expected)+1024, limit+1))
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return nil, errTooLong
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, err
		}
		if len(data) == cap(data) {
			data = append(make([]byte, 0, min(2*int64(cap(data)), limit+1)), data...)
		}
	}
}
