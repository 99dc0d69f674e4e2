// Package dump reads the entities of a knowledge base from files that others made:
// a dump of Wikidata, or a table. It streams: it holds one line at a time.
package dump

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// ErrMalformed says why a line is not used.
var ErrMalformed = errors.New("malformed line")

// Options say what is taken.
type Options struct {
	// Languages are those whose labels and aliases are taken; the first that an
	// entity has is its name. Tables have none.
	Languages []string
	// MinSitelinks is how many pages of Wikimedia must be about an entity.
	MinSitelinks int
	// Kinds are those that are taken; all when it is empty.
	Kinds []kb.Kind
	// Countries are ISO codes by Wikidata number, for the P17 of a dump.
	Countries map[uint32]string
	// Progress is called now and then, if it is set.
	Progress func(Counts)
}

// Counts say how a dump was read.
type Counts struct {
	// Lines are all that were read. Kept are the entities that were taken.
	Lines, Kept int
	// Malformed lines were skipped; First says what was wrong with the first.
	Malformed int
	First     error
}

// maxLine is the most bytes of a line. The largest entities of Wikidata have a tenth.
const maxLine = 64 << 20

// Read adds the entities of a dump of Wikidata, a line each within [ and ], or of a
// table; it tells them apart by how they begin. Lines that are neither are counted
// and skipped. It ends early when ctx does, when r fails or when add does.
func Read(ctx context.Context, r io.Reader, o Options, add func(e kb.Entity, names []kb.Name) error) (Counts, error) {
	lines := bufio.NewReaderSize(r, 1<<20)
	var counts Counts
	in, err := newReader(lines, &o, add)
	if err != nil {
		return counts, err
	}
	var line []byte
	for ctx.Err() == nil {
		var tooLong bool
		line, tooLong, err = readLine(lines, line[:0])
		if err != nil && !errors.Is(err, io.EOF) {
			return counts, fmt.Errorf("line %d: %w", counts.Lines+1, err)
		}
		if len(line) > 0 || tooLong {
			if err := counts.take(in, line, tooLong); err != nil {
				return counts, err
			}
			if o.Progress != nil && counts.Lines%1000 == 0 {
				o.Progress(counts)
			}
		}
		if err != nil {
			kept, err := in.end()
			counts.Kept += kept
			return counts, err
		}
	}
	return counts, ctx.Err()
}

// reader makes entities of lines.
type reader interface {
	// line takes a line, and returns how many entities it has added.
	line(line []byte) (kept int, err error)
	// end adds what is left after the last.
	end() (kept int, err error)
}

// newReader looks at how the text begins.
func newReader(lines *bufio.Reader, o *Options, add func(kb.Entity, []kb.Name) error) (reader, error) {
	begin, err := lines.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	switch begin = bytes.TrimLeft(begin, " \r\n\t\ufeff"); {
	case len(begin) == 0:
		return nil, errors.New("it is empty")
	case begin[0] == '[' || begin[0] == '{':
		return &wikidata{options: o, add: add}, nil
	}
	return &table{options: o, add: add}, nil
}

// take gives a line to the reader, and counts what became of it.
func (c *Counts) take(in reader, line []byte, tooLong bool) error {
	c.Lines++
	var kept int
	err := fmt.Errorf("%w: more than %d MiB", ErrMalformed, maxLine>>20)
	if !tooLong {
		kept, err = in.line(line)
	}
	c.Kept += kept
	if !errors.Is(err, ErrMalformed) {
		return err
	}
	if c.Malformed++; c.First == nil {
		c.First = fmt.Errorf("line %d: %w", c.Lines, err)
	}
	return nil
}

// readLine reads a line without its end. One that is too long is read over.
func readLine(r *bufio.Reader, line []byte) (_ []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > maxLine; !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.Trim(line, " \r\n"), tooLong, err
		}
	}
}

// Decompress is the text of a file that may be compressed by gzip, bzip2 or zstd:
// its first bytes say so. Close releases what it takes, not r.
func Decompress(r io.Reader) (io.ReadCloser, error) {
	in := bufio.NewReaderSize(r, 1<<20)
	begin, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(begin, []byte{0x1f, 0x8b}):
		return gzip.NewReader(in)
	case bytes.HasPrefix(begin, []byte("BZh")):
		return io.NopCloser(bzip2.NewReader(in)), nil
	case bytes.HasPrefix(begin, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(in, zstd.WithDecoderMaxWindow(256<<20))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(in), nil
}

// takes reports whether entities of a kind are wanted.
func (o *Options) takes(k kb.Kind) bool {
	if len(o.Kinds) == 0 {
		return k != 0
	}
	for _, wanted := range o.Kinds {
		if wanted == k {
			return true
		}
	}
	return false
}
