package httpfetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is how far back a Zstandard body may refer: what RFC 8878 asks
// every decoder to support.
const maxWindow = 8 << 20

// readBody reads a body to its end and decompresses it. A body that is longer
// than limit, on the wire or after, or that ends early, is an error.
func readBody(answer *http.Response, limit int64) ([]byte, error) {
	w := &wire{body: answer.Body, left: limit + 1}
	body, err := decompress(w, answer.Header.Values("Content-Encoding"), limit)
	tooLong := w.left == 0 || errors.Is(err, errTooLong)
	switch {
	case err == nil && !tooLong:
		return body, nil
	case tooLong:
		return nil, &Error{Code: CodeBodyLimit, Status: answer.StatusCode,
			Err: fmt.Errorf("more than %d bytes", limit)}
	case w.err != nil:
		// What the decompressor makes of a torn connection does not matter.
		return nil, fmt.Errorf("read body: %w", w.err)
	}
	return nil, &Error{Code: CodeBadEncoding, Status: answer.StatusCode, Err: err}
}

// wire reads what comes over the connection and remembers how that ended. It
// is bounded as well, because a compressed body can be endless and yet empty.
type wire struct {
	body io.Reader
	left int64
	err  error
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, errTooLong
	}
	n, err := w.body.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// decompress undoes the content encoding. A body that lacks the mark of the
// encoding it claims is taken as it is: servers do say gzip and send text.
func decompress(r io.Reader, encodings []string, limit int64) ([]byte, error) {
	buffered := bufio.NewReader(r)
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(encodings, ",")))
	switch encoding {
	case "", "identity":
		return readAll(buffered, limit)
	case "gzip", "x-gzip":
		if !startsWith(buffered, "\x1f\x8b") {
			return readAll(buffered, limit)
		}
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return readAll(z, limit)
	case "zstd":
		if !startsWith(buffered, "\x28\xb5\x2f\xfd") {
			return readAll(buffered, limit)
		}
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", err)
		}
		defer z.Close()
		return readAll(z, limit)
	}
	return nil, fmt.Errorf("encoding %.40q was not asked for", encoding)
}

func startsWith(r *bufio.Reader, mark string) bool {
	start, _ := r.Peek(len(mark)) // an error comes again with the first read
	return bytes.Equal(start, []byte(mark))
}

// readAll reads to the end, or fails with errTooLong.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(data)) > limit {
		return nil, errTooLong
	}
	return data, err
}
