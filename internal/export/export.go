// Package export turns messages into the files of other tools: ninjs, Parquet and
// WARC, beside the whole messages that internal/archive keeps.
package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
)

// The names of the formats.
const (
	FormatJSONL   = archive.FormatJSONL
	FormatNinjs   = "ninjs"
	FormatParquet = "parquet"
	FormatWARC    = "warc"
)

// ErrKind says that messages of a kind cannot be written in a format.
var ErrKind = errors.New("these messages have no such format")

// New is the format by its name, for messages of a kind of package render.
func New(format, kind string) (archive.Format, error) {
	articles := kind == render.KindArticles || kind == render.KindEnriched
	switch {
	case format == FormatJSONL:
		return archive.JSONL(kind), nil
	case format == FormatNinjs && articles:
		return ninjs(kind), nil
	case format == FormatParquet && articles:
		return parquetTables(kind), nil
	case format == FormatWARC && kind == render.KindItems:
		return warcFormat(), nil
	case slices.Contains([]string{FormatNinjs, FormatParquet}, format):
		return archive.Format{}, fmt.Errorf("%s as %s: %w: only articles and enriched have it", kind, format, ErrKind)
	default:
		return archive.Format{}, fmt.Errorf("%s as %s: %w: only items have it", kind, format, ErrKind)
	}
}

// ninjs is a ninjs document a line, compressed with Zstandard.
func ninjs(kind string) archive.Format {
	return archive.Format{Name: FormatNinjs, Tables: []archive.Table{{Name: kind, Suffix: ".ninjs.jsonl.zst"}}, New: func(files []io.Writer) (archive.Encoder, error) {
		lines, err := archive.NewLines(files[0])
		if err != nil {
			return nil, err
		}
		e := &ninjsEncoder{kind: kind, lines: lines}
		e.print, err = render.New(render.FormatNinjs, &e.line, render.Options{})
		return e, err
	}}
}

type ninjsEncoder struct {
	kind  string
	lines *archive.Lines
	print *render.Printer
	line  bytes.Buffer
}

func (e *ninjsEncoder) Add(d bus.Delivery) error {
	e.line.Reset()
	if err := e.print.Print(e.kind, d.Subject, d.Data); err != nil {
		return archive.LeaveOut(d, err)
	}
	_, err := e.lines.Write(e.line.Bytes())
	return err
}

func (e *ninjsEncoder) Close() error { return e.lines.Close() }
