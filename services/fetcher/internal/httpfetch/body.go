package httpfetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// readBody reads a body to its end, decompressed. A body that is longer than it
// may be, on the wire or after, that comes too slowly or that ends early, is an
// error.
func (c *Client) readBody(ctx context.Context, cut context.CancelCauseFunc, answer *http.Response) ([]byte, error) {
	w := &wire{body: answer.Body, left: c.config.MaxBody + 1}
	stop := w.watch(c.config.RateWindow, c.config.MinRate, cut)
	data, err := c.decode(ctx, w, answer.Header.Values("Content-Encoding"))
	stop()
	tooLong := w.left == 0 || errors.Is(err, errTooLong)
	switch {
	case err == nil && ctx.Err() != nil:
		// Of a connection that we are closing a server may see the end first, and
		// end the body in good order where it just is.
		return nil, ctx.Err()
	case err == nil && !tooLong:
		return data, nil
	case tooLong:
		return nil, &Error{Code: CodeBodyLimit, Status: answer.StatusCode,
			Err: fmt.Errorf("more than %d bytes", c.config.MaxBody)}
	case w.err != nil:
		// What the decompressor makes of a torn connection does not matter.
		return nil, fmt.Errorf("read body: %w", w.err)
	case ctx.Err() != nil:
		return nil, err
	}
	return nil, &Error{Code: CodeBadEncoding, Status: answer.StatusCode, Err: err}
}

// wire reads what comes over the connection and remembers how that ended. It
// is bounded as well, because a compressed body can be endless and yet empty.
type wire struct {
	body  io.Reader
	left  int64
	err   error
	got   atomic.Int64 // bytes since watch last looked
	ended atomic.Bool
}

func (w *wire) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, errTooLong
	}
	n, err := w.body.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	w.got.Add(int64(n))
	if err != nil && err != io.EOF {
		w.err = err
	}
	w.ended.Store(err != nil)
	return n, err
}

// watch cuts the body off after a window that brought less than rate bytes a
// second. stop ends it.
func (w *wire) watch(window time.Duration, rate int64, cut context.CancelCauseFunc) (stop func()) {
	if rate == 0 {
		return func() {}
	}
	least := int64(window.Seconds() * float64(rate))
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		// No ticker: when we are late for one tick the next comes too early.
		timer := time.NewTimer(window)
		defer timer.Stop()
		for {
			select {
			case <-done:
				return
			case <-timer.C:
			}
			if w.got.Swap(0) < least && !w.ended.Load() {
				cut(errSlow)
				return
			}
			timer.Reset(window)
		}
	})
	return func() {
		close(done)
		watching.Wait()
	}
}
