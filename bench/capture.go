package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/pkg/bus"
)

// A captured message is a row of texts, each with its length before it: the
// subject, the number of headers, their names and values, and the payload.

// maxText bounds one of them; the server takes no message above 1 MiB.
const maxText = 2 << 20

// capturing writes all messages of a stream to a file, in their order.
func capturing(ctx context.Context, b *bus.Bus, stream, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("capture: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	for d, err := range b.Read(ctx, bus.ReadOptions{Stream: stream}) {
		if err != nil {
			return err
		}
		if err := writeMessage(w, &nats.Msg{Subject: d.Subject, Header: d.Header, Data: d.Data}); err != nil {
			return fmt.Errorf("capture: %w", err)
		}
	}
	return w.Flush()
}

// writeMessage writes one message, without the headers of the batch that it
// was stored in.
func writeMessage(w *bufio.Writer, m *nats.Msg) error {
	var headers []string
	for name, values := range m.Header {
		if !strings.HasPrefix(name, "Nats-Batch-") {
			headers = append(headers, name, values[0])
		}
	}
	_, err := w.Write(appendText(nil, m.Subject))
	if err == nil {
		_, err = w.Write(binary.AppendUvarint(nil, uint64(len(headers)/2)))
	}
	for _, text := range append(headers, string(m.Data)) {
		if err == nil {
			_, err = w.Write(appendText(nil, text))
		}
	}
	return err
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// capture is a file of messages.
type capture struct {
	io.Closer
	r *bufio.Reader
}

func openCapture(path string) (*capture, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("capture: %w", err)
	}
	return &capture{Closer: f, r: bufio.NewReaderSize(f, 1<<20)}, nil
}

// Next returns up to n messages, and io.EOF with the last of them or after.
func (c *capture) Next(n int) ([]*nats.Msg, error) {
	batch := make([]*nats.Msg, 0, n)
	for range n {
		m, err := c.message()
		if err != nil {
			return batch, err
		}
		batch = append(batch, m)
	}
	return batch, nil
}

func (c *capture) message() (*nats.Msg, error) {
	if _, err := c.r.Peek(1); err != nil {
		return nil, err
	}
	subject, err := c.text()
	if err != nil {
		return nil, err
	}
	n, err := binary.ReadUvarint(c.r)
	if err != nil {
		return nil, torn(err)
	}
	m := &nats.Msg{Subject: string(subject), Header: nats.Header{}}
	for range n {
		name, err := c.text()
		if err != nil {
			return nil, err
		}
		value, err := c.text()
		if err != nil {
			return nil, err
		}
		m.Header[string(name)] = []string{string(value)}
	}
	m.Data, err = c.text()
	return m, err
}

func (c *capture) text() ([]byte, error) {
	n, err := binary.ReadUvarint(c.r)
	if err != nil {
		return nil, torn(err)
	}
	if n > maxText {
		return nil, fmt.Errorf("capture: text of %d bytes", n)
	}
	text := make([]byte, n)
	_, err = io.ReadFull(c.r, text)
	return text, torn(err)
}

// torn tells the end of a file amid a message from the end after one.
func torn(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
