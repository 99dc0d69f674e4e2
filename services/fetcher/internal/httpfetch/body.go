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

// readBody reads a body to its end, and then decompresses it. A body that is
// longer than it may be, on the wire or after, that comes too slowly or that
// ends early, is an error.
func (c *Client) readBody(ctx context.Context, cut context.CancelCauseFunc, answer *http.Response) ([]byte, error) {
	wire := &pace{body: answer.Body}
	stop := wire.watch(c.config.RateWindow, c.config.MinRate, cut)
	data, err := readAll(wire, c.config.MaxBody, 0)
	stop()
	if err != nil && !errors.Is(err, errTooLong) {
		return nil, fmt.Errorf("read body: %w", err)
	}
	if err == nil {
		data, err = c.decode(ctx, data, answer.Header.Values("Content-Encoding"))
	}
	switch {
	case err == nil:
		return data, nil
	case errors.Is(err, errTooLong):
		return nil, &Error{Code: CodeBodyLimit, Status: answer.StatusCode,
			Err: fmt.Errorf("more than %d bytes", c.config.MaxBody)}
	case ctx.Err() != nil:
		return nil, err
	}
	return nil, &Error{Code: CodeBadEncoding, Status: answer.StatusCode, Err: err}
}

// pace counts what comes of a body, to cut off one that comes too slowly.
type pace struct {
	body io.Reader
	got  atomic.Int64
}

func (p *pace) Read(b []byte) (int, error) {
	n, err := p.body.Read(b)
	p.got.Add(int64(n))
	return n, err
}

// watch cuts the body off after a window that brought less than rate bytes a
// second. stop ends it.
func (p *pace) watch(window time.Duration, rate int64, cut context.CancelCauseFunc) (stop func()) {
	if rate == 0 {
		return func() {}
	}
	least := int64(window.Seconds() * float64(rate))
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(window)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			if p.got.Swap(0) < least {
				cut(errSlow)
				return
			}
		}
	})
	return func() {
		close(done)
		watching.Wait()
	}
}
