package feedlist

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"github.com/dateline-news/dateline/pkg/schema"
)

// columns are those that a CSV list may have, in the order in which they are
// written.
const columns = "url,title,section,source,language,interval,folder"

// csv reads a list line by line. A line with too few or too many values, or a
// wrong one, does not keep the others from being looked at; a quote out of place
// does, as nobody knows where its line ends.
func (l *list) csv(data []byte) error {
	text, err := toUTF8(data)
	if err != nil {
		return l.at(1, err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	head, err := r.Read()
	if err != nil {
		return l.at(1, csvError(err))
	}
	names, err := header(head)
	if err != nil {
		line, _ := r.FieldPos(0)
		return l.at(line, err)
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if torn := (*csv.ParseError)(nil); errors.As(err, &torn) {
			if torn.Err != csv.ErrFieldCount {
				return l.at(torn.StartLine, csvError(err))
			}
			l.problem(torn.StartLine, fmt.Errorf("%d values for %d columns: a value with a comma in it stands in quotes", len(row), len(names)))
			continue
		}
		line, _ := r.FieldPos(0)
		if err := l.row(line, names, row); err != nil {
			return err
		}
	}
}

// header is the columns that the first line names.
func header(row []string) ([]string, error) {
	names := make([]string, len(row))
	for i, written := range row {
		name := strings.ToLower(strings.TrimSpace(written))
		if !slices.Contains(strings.Split(columns, ","), name) {
			return nil, fmt.Errorf("column %s: not known: the first line names the columns, which are %s", shown(written), columns)
		}
		if slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("column %s: named twice", name)
		}
		names[i] = name
	}
	if !slices.Contains(names, "url") {
		return nil, errors.New("no column url: it holds the addresses of the feeds")
	}
	return names, nil
}

// row takes the feed of one line. A line without any value is left out.
func (l *list) row(line int, names, row []string) error {
	var f schema.Feed
	said := false
	for i, value := range row {
		value = strings.TrimSpace(value)
		said = said || value != ""
		if err := set(&f, names[i], value); err != nil {
			l.problem(line, err)
			return nil
		}
	}
	if !said {
		return nil
	}
	return l.add(line, f)
}

// set sets what a column says of a feed.
func set(f *schema.Feed, column, value string) (err error) {
	switch column {
	case "url":
		f.URL = value
	case "title":
		f.Title = label(value)
	case "section":
		f.Section = label(value)
	case "source":
		f.Source = label(value)
	case "folder":
		f.Folder = label(value)
	case "language":
		f.Language, err = tag(value)
	case "interval":
		f.Interval, err = parseInterval(value)
	}
	return err
}

// maxTag bounds a language tag; the longest in use are a third of that.
const maxTag = 100

// tag is a language tag, as it was written.
func tag(value string) (string, error) {
	if value == "" {
		return "", nil
	}
	if _, err := language.Parse(value[:min(len(value), maxTag)]); err != nil || len(value) > maxTag {
		return "", fmt.Errorf("language %s: want a BCP 47 tag such as en or pt-BR", shown(value))
	}
	return value, nil
}

// csvError is what is wrong with a line, without its place, which the caller
// says.
func csvError(err error) error {
	if err == io.EOF {
		return errors.New("the file is empty: its first line names the columns, such as url,title,section")
	}
	var torn *csv.ParseError
	if errors.As(err, &torn) {
		err = torn.Err
	}
	return fmt.Errorf("not CSV (%w): a value with a quote in it stands in quotes, and the quote twice", err)
}

// WriteCSV writes feeds as CSV with all columns that ParseCSV knows.
func WriteCSV(w io.Writer, feeds []schema.Feed) error {
	b := bufio.NewWriter(w)
	table := csv.NewWriter(b)
	_ = table.Write(strings.Split(columns, ",")) // flushing reports what fails
	for _, f := range feeds {
		f = asRead(f)
		_ = table.Write([]string{inert(f.URL), inert(f.Title), inert(f.Section), inert(f.Source), inert(f.Language), writtenInterval(f.Interval), inert(f.Folder)})
	}
	table.Flush()
	return errors.Join(table.Error(), b.Flush())
}

// inert is a text that no spreadsheet takes for a formula, whatever it trims before
// it looks, and in characters of full width too. Reading drops what it puts before.
func inert(text string) string {
	if r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, isBlank)); strings.ContainsRune("=+-@＝＋－＠", r) {
		return "\t" + text
	}
	return text
}

// isBlank reports whether nobody sees a character.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}
