package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
)

// output is for commands whose result a program may want to read.
type output struct {
	Output string `help:"Format of the output: text, or json, one line each." default:"text" enum:"text,json"`
}

func (o output) json() bool { return o.Output == "json" }

// printJSON prints a value as one line of JSON that cannot steer a terminal.
func printJSON(w io.Writer, v any) error {
	data, err := bus.Encode(v)
	if err != nil {
		return err
	}
	p, err := render.New(render.FormatJSON, w, render.Options{})
	if err != nil {
		return err
	}
	return p.Print("", "", data)
}

// table prints rows in columns that are as wide as they need to be. Its cells
// may hold outside text.
type table struct{ w *tabwriter.Writer }

func newTable(w io.Writer) table { return table{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)} }

// maxCell is how many characters of a cell are shown, but for a row's last.
const maxCell = 60

func (t table) row(cells ...any) {
	texts := make([]string, len(cells))
	for i, c := range cells {
		text := render.Safe(fmt.Sprint(c))
		if runes := []rune(text); len(runes) > maxCell && i < len(cells)-1 {
			text = string(runes[:maxCell-1]) + "…"
		}
		texts[i] = text
	}
	fmt.Fprintln(t.w, strings.Join(texts, "\t")) // flush reports what fails
}

func (t table) flush() error {
	if err := t.w.Flush(); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}

// date is a time for a table, empty when it is not known.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// printer prints messages, and tells those that cannot be printed from an
// output that takes no more.
type printer struct {
	*render.Printer
	terminal terminal
	out      *failing
	dated    bool
	printed  int // messages that were
	skipped  int // messages that could not be
}

// failing is a writer that keeps its error.
type failing struct {
	io.Writer
	err error
}

// Write implements io.Writer.
func (f *failing) Write(p []byte) (n int, err error) {
	n, f.err = f.Writer.Write(p)
	return n, f.err
}

func newPrinter(t terminal, format string) (*printer, error) {
	out := &failing{Writer: t.Out}
	p, err := render.New(format, out, render.Options{Color: boot.IsTerminal(t.Out) && os.Getenv("NO_COLOR") == ""})
	if err != nil {
		return nil, boot.ConfigError(fmt.Errorf("--format: %w", err))
	}
	return &printer{Printer: p, terminal: t, out: out, dated: format == render.FormatDated}, nil
}

// message prints a message of a kind. One that is not of its kind is reported
// and skipped.
func (p *printer) message(kind string, d bus.Delivery) error {
	err := p.Print(kind, d.Subject, d.Data)
	if p.out.err != nil {
		return err
	}
	if err != nil {
		p.skipped++
		fmt.Fprintf(p.terminal.Err, "dateline: message %d of %s cannot be printed: %s\n", d.Sequence, d.Stream, render.Safe(err.Error()))
		return nil
	}
	p.printed++
	return nil
}

// end ends what was printed: the last of the dated documents has no line end,
// which a terminal needs and a file must not have.
func (p *printer) end() {
	if p.dated && p.printed > 0 && boot.IsTerminal(p.terminal.Out) {
		fmt.Fprintln(p.terminal.Out)
	}
}
