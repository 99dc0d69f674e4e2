package sse

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/dateline-news/dateline/pkg/bus"
)

// again is how soon a client comes back that has lost its connection.
const again = 3 * time.Second

// stream sends events until ctx ends, the client has left or is too slow, or the
// reading fails. In each case the client comes again where it was.
func (h *handler) stream(ctx context.Context, w http.ResponseWriter, q query) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep events back
	out := client{w: w, control: http.NewResponseController(w), timeout: h.config.WriteTimeout}
	// The id is told before there is an event, so that one who loses the connection
	// until then resumes here.
	if out.send(fmt.Appendf(nil, "retry: %d\nid: %d\n\n", again.Milliseconds(), q.after)) != nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	messages := make(chan bus.Delivery)
	var reading sync.WaitGroup
	reading.Go(func() { h.read(ctx, q, messages) })
	defer reading.Wait()
	defer cancel() // before waiting
	if err := h.pass(ctx, out, q, messages); err != nil {
		h.stats.Add("cut-off", 1)
	}
}

// read gives the messages of the stretch, and closes the channel when there will be
// no more.
func (h *handler) read(ctx context.Context, q query, messages chan<- bus.Delivery) {
	defer close(messages)
	for d, err := range h.bus.Read(ctx, q.reading()) {
		if err != nil {
			if ctx.Err() == nil {
				h.bus.Logger().Warn("read for a client", zap.Error(err))
			}
			return
		}
		select {
		case messages <- d:
		case <-ctx.Done():
			return
		}
	}
}

// pass sends what is wanted of the messages. A quiet connection gets a comment, with
// the sequence up to which there was nothing for this client: it resumes there.
func (h *handler) pass(ctx context.Context, out client, q query, messages <-chan bus.Delivery) error {
	ticker := time.NewTicker(h.config.Heartbeat)
	defer ticker.Stop()
	passed := uint64(0) // not told to the client yet
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			err = out.send(heartbeat(passed))
			passed = 0
		case d, ok := <-messages:
			switch {
			case !ok:
				return nil
			case !q.wants(d):
				passed = d.Sequence
			default:
				passed = 0
				err = out.send(event(d))
				h.stats.Add("sent", 1)
				ticker.Reset(h.config.Heartbeat)
			}
		}
		if err != nil {
			return err
		}
	}
}

// event is a message as it is sent.
func event(d bus.Delivery) []byte {
	out := make([]byte, 0, len(d.Data)+32)
	out = append(out, "id: "...)
	out = strconv.AppendUint(out, d.Sequence, 10)
	for line := range bytes.SplitSeq(bytes.ReplaceAll(d.Data, []byte{'\r'}, []byte{'\n'}), []byte{'\n'}) {
		out = append(append(out, "\ndata: "...), line...)
	}
	return append(out, "\n\n"...)
}

// heartbeat is a comment. With a sequence it has an id and no data, which makes no
// event of it, but is where the client resumes.
func heartbeat(sequence uint64) []byte {
	if sequence == 0 {
		return []byte(": here\n\n")
	}
	return fmt.Appendf(nil, ": here\nid: %d\n\n", sequence)
}

// client is who gets the events.
type client struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
}

// send sends bytes at once, and fails for a client that does not take them in time.
func (c client) send(data []byte) error {
	if err := c.control.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return err
	}
	if _, err := c.w.Write(data); err != nil {
		return err
	}
	return c.control.Flush()
}
