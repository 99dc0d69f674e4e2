package archive

import (
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Format is how messages become files.
type Format struct {
	// Name is its name, in manifests.
	Name string
	// Tables are the files of a part.
	Tables []Table
	// New returns an encoder that writes to a file for each table.
	New func(files []io.Writer) (Encoder, error)
}

// Table is one file of each part.
type Table struct {
	// Name begins the names of its files, Suffix ends them, with its dot.
	Name, Suffix string
}

// Encoder writes the messages of a part. It keeps no more than a bounded number
// of bytes of them in memory.
type Encoder interface {
	// Add writes a message. When the message cannot be written in the format, and
	// all others can, the error is an ErrLeftOut.
	Add(d bus.Delivery) error
	// Close writes what is left. It does not close the files.
	Close() error
}

// ErrLeftOut says that a message has no place in a format.
var ErrLeftOut = errors.New("left out")

// LeaveOut is the error of an Encoder that leaves a message out.
func LeaveOut(d bus.Delivery, err error) error {
	return fmt.Errorf("message %d of %s is %w: %w", d.Sequence, d.Stream, ErrLeftOut, err)
}

// FormatJSONL is the name of the format that archives have and a Reader reads.
const FormatJSONL = "jsonl"

// JSONL is the format of whole messages, a line of JSON each, compressed with
// Zstandard. kind is what the messages are, such as articles.
func JSONL(kind string) Format {
	return Format{Name: FormatJSONL, Tables: []Table{{kind, ".jsonl.zst"}}, New: func(files []io.Writer) (Encoder, error) {
		lines, err := NewLines(files[0])
		return &jsonl{lines: lines}, err
	}}
}

type jsonl struct {
	lines *Lines
	line  []byte
}

func (j *jsonl) Add(d bus.Delivery) (err error) {
	if j.line, err = appendRecord(j.line[:0], d); err != nil {
		return LeaveOut(d, err)
	}
	_, err = j.lines.Write(j.line)
	return err
}

func (j *jsonl) Close() error { return j.lines.Close() }

// Lines compresses lines, the same lines always to the same bytes.
type Lines struct{ *zstd.Encoder }

// window is how far back a compressed file refers, and so what its reader needs
// of memory.
const window = 4 << 20

// NewLines returns a compressor that writes to w.
func NewLines(w io.Writer) (*Lines, error) {
	encoder, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	return &Lines{encoder}, nil
}
