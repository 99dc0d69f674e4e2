package bus

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strconv"

	"github.com/dateline-news/dateline/pkg/schema"
)

// DeadLetter is something that a stage sets aside by itself, without its
// message being at fault.
type DeadLetter struct {
	Root   schema.Root
	Stage  string
	Source string
	ID     string
	Reason string
	// Subject, Stream and Sequence are of the message that led to it.
	Subject  string
	Stream   string
	Sequence uint64
}

// headerEncoding says that the data is compressed, headerTruncated how long it
// was before it was cut.
const (
	headerEncoding  = "content-encoding"
	headerTruncated = "dateline-dead-truncated"
)

// Compressed is the dead letter with data compressed by gzip, and cut when even
// that is above limit.
func (d DeadLetter) Compressed(data []byte, limit int) (Message, error) {
	var buf bytes.Buffer
	zip := gzip.NewWriter(&buf)
	if _, err := zip.Write(data); err != nil {
		return Message{}, fmt.Errorf("compress dead letter: %w", err)
	}
	if err := zip.Close(); err != nil {
		return Message{}, fmt.Errorf("compress dead letter: %w", err)
	}
	h := deadHeader(d.Stage, headerText(d.Reason, maxReason), 1, Delivery{Subject: d.Subject, Stream: d.Stream, Sequence: d.Sequence})
	h[headerEncoding] = "gzip"
	packed := buf.Bytes()
	if len(packed) > limit {
		h[headerTruncated] = strconv.Itoa(len(packed))
		packed = packed[:limit]
	}
	return Message{Subject: d.Root.Dead(d.Stage, d.Source), Data: packed, ID: "dead:" + d.ID, Dedup: true, Header: h}, nil
}
