// Package render prints the messages of a pipeline for people and programs: a
// line each, JSON, the dated text format, or ninjs.
package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The formats that New takes.
const (
	FormatLine  = "line"  // one line for a terminal
	FormatJSON  = "json"  // the message as it is, one line of JSON
	FormatDated = "dated" // the article as dated text, a stream of documents
	FormatNinjs = "ninjs" // the article as ninjs 3.1, one line of JSON
	FormatDiff  = "diff"  // what a revision changes in the one printed before it
)

// The kinds of messages that Print takes.
const (
	KindItems    = "items"
	KindArticles = "articles"
	KindEnriched = "enriched"
	KindMentions = "mentions"
	KindDead     = "dead"
	KindOps      = "ops"
	KindStories  = "stories"
)

// ErrNoArticle says that a message of this kind cannot be printed as an article.
var ErrNoArticle = errors.New("only articles and enriched have this format")

// Formats are the names of the formats.
func Formats() []string {
	return []string{FormatLine, FormatJSON, FormatDated, FormatNinjs, FormatDiff}
}

// Options are how a Printer prints.
type Options struct {
	// Color sets off parts of a line with the colours of a terminal.
	Color bool
	// Continues says that documents were printed before, which those to come are
	// separated from.
	Continues bool
}

// Printer prints messages in one format. It is for one goroutine at a time.
type Printer struct {
	format string
	w      io.Writer
	color  bool
	begun  bool           // a dated document was printed
	last   schema.Article // the one before, in diff
}

// New returns a printer that writes to w, each message with one Write.
func New(format string, w io.Writer, o Options) (*Printer, error) {
	if !slices.Contains(Formats(), format) {
		return nil, fmt.Errorf("format %q: want %s", format, strings.Join(Formats(), ", "))
	}
	return &Printer{format: format, w: w, color: o.Color, begun: o.Continues}, nil
}

// Print prints the data of a message of a kind. In all formats but dated no
// control character of the message reaches w. In dated the documents are to the
// byte what Article.Dated returns, with an empty line between two of them and
// nothing after the last; a withdrawn article is printed as its last text.
func (p *Printer) Print(kind, subject string, data []byte) error {
	text, err := p.text(kind, subject, data)
	if err != nil {
		return fmt.Errorf("%s: %w", Safe(subject), err)
	}
	if _, err := p.w.Write(text); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	p.begun = true
	return nil
}

func (p *Printer) text(kind, subject string, data []byte) ([]byte, error) {
	switch p.format {
	case FormatLine:
		return p.line(kind, subject, data)
	case FormatJSON:
		return compact(kind, subject, data)
	}
	if kind != KindArticles && kind != KindEnriched {
		return nil, fmt.Errorf("%s as %s: %w", kind, p.format, ErrNoArticle)
	}
	var e schema.Enriched // An article is an enriched one with nothing found.
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("not an article: %w", err)
	}
	switch p.format {
	case FormatNinjs:
		return encode(newNinjs(e))
	case FormatDiff:
		return p.diff(e.Article), nil
	default:
		return p.dated(e.Article)
	}
}

func (p *Printer) dated(a schema.Article) ([]byte, error) {
	text, err := a.Dated()
	if err != nil {
		return nil, err
	}
	if p.begun {
		text = append([]byte("\n\n"), text...)
	}
	return text, nil
}
