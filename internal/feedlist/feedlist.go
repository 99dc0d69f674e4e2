// Package feedlist reads and writes lists of feeds: one address, OPML, CSV, or
// plain text with an address a line. A list is somebody's file: what is wrong with it
// is said with its name and line, all lines at once, and nothing of it is used
// until it is right.
package feedlist

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// The bounds of what is read.
const (
	MaxBytes = 8 << 20 // of one list
	MaxFeeds = 100_000 // of all lists together
	MaxURL   = 2048    // bytes of an address
	MaxText  = 512     // bytes of a title, a folder or another label

	maxLists    = 10_000 // lists in one folder
	maxProblems = 10     // wrong lines named in one error
)

// ErrTooMany says that the lists hold more than MaxFeeds feeds.
var ErrTooMany = errors.New("more than 100000 feeds: register them in parts")

// Read reads the feeds that the arguments name, in order, each feed once. An
// argument is the address of a feed, an OPML file (.opml or .xml), a CSV file
// (.csv), a text file (.txt), or a folder of such lists (*.opml, *.csv and *.txt
// in the order of their names, without its sub-folders). The feeds have their ID; Added is left to
// the caller.
func Read(args ...string) ([]schema.Feed, error) {
	var l list
	for _, arg := range args {
		if err := l.read(arg); err != nil {
			return nil, err
		}
	}
	feeds, err := l.result()
	if err == nil && len(feeds) == 0 && len(args) > 0 {
		return nil, fmt.Errorf("%s: no feeds in it", strings.Join(args, ", "))
	}
	return feeds, err
}

// ParseOPML reads an OPML document; name stands for it in errors.
func ParseOPML(name string, data []byte) ([]schema.Feed, error) {
	l := list{name: name}
	if err := l.opml(data); err != nil {
		return nil, err
	}
	return l.result()
}

// ParseTXT reads a text list: an address a line, with a title after a space or
// a tab, and # before a comment; name stands for it in errors.
func ParseTXT(name string, data []byte) ([]schema.Feed, error) {
	l := list{name: name}
	if err := l.text(data); err != nil {
		return nil, err
	}
	return l.result()
}

// ParseCSV reads a CSV list (RFC 4180), whose first line names its columns: url,
// and any of title, section, source, language, interval and folder. An interval
// is a number of seconds, or a duration such as 15m; name stands for the list in
// errors.
func ParseCSV(name string, data []byte) ([]schema.Feed, error) {
	l := list{name: name}
	if err := l.csv(data); err != nil {
		return nil, err
	}
	return l.result()
}

// list is what has been read so far.
type list struct {
	name     string // of the file being read
	feeds    []schema.Feed
	seen     map[string]bool
	problems []error
	wrong    int // problems met, those beyond maxProblems too
}

func (l *list) read(arg string) error {
	if IsAddress(arg) {
		l.name = ""
		return l.add(0, schema.Feed{URL: arg})
	}
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such file; a feed's address begins with https:// or http://", arg)
	case err != nil:
		return fmt.Errorf("%s: %w", arg, plain(err))
	case info.IsDir():
		return l.readFolder(arg)
	default:
		return l.readFile(arg)
	}
}

func (l *list) readFolder(path string) error {
	lists, err := listsIn(path)
	if err != nil {
		return err
	}
	for _, file := range lists {
		if err := l.readFile(file); err != nil {
			return err
		}
	}
	return nil
}

// listsIn names the feed lists in a folder. Links are followed, because a
// mounted configuration is made of links.
func listsIn(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plain(err))
	}
	var lists []string
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if strings.HasPrefix(e.Name(), ".") || ext != ".opml" && ext != ".csv" && ext != ".txt" {
			continue
		}
		file := filepath.Join(path, e.Name())
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			lists = append(lists, file)
		}
	}
	switch {
	case len(lists) == 0:
		return nil, fmt.Errorf("%s: no feed lists in this folder: want *.opml, *.csv or *.txt", path)
	case len(lists) > maxLists:
		return nil, fmt.Errorf("%s: more than %d feed lists in this folder", path, maxLists)
	}
	return lists, nil
}

func (l *list) readFile(path string) error {
	l.name = path
	parse := l.opml
	switch strings.ToLower(filepath.Ext(path)) {
	case ".opml", ".xml":
	case ".csv":
		parse = l.csv
	case ".txt":
		parse = l.text
	default:
		return fmt.Errorf("%s: not a feed list: want the address of a feed, an .opml, .xml, .csv or .txt file, or a folder", path)
	}
	data, err := readBounded(path)
	if err != nil {
		return err
	}
	return parse(data)
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plain(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, plain(err))
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%s: larger than %d MiB: split the list", path, MaxBytes>>20)
	}
	return data, nil
}

// add takes a feed that stands on a line of the current file, unless it is
// there already. Line 0 is an argument.
func (l *list) add(line int, f schema.Feed) error {
	address, err := cleanURL(f.URL)
	if err != nil {
		l.problem(line, err)
		return nil
	}
	f.URL, f.ID = address, schema.FeedID(address)
	if l.seen[f.ID] {
		return nil
	}
	if len(l.feeds) == MaxFeeds {
		return l.at(line, ErrTooMany)
	}
	if l.seen == nil {
		l.seen = make(map[string]bool)
	}
	l.seen[f.ID] = true
	l.feeds = append(l.feeds, f)
	return nil
}

func (l *list) problem(line int, err error) {
	l.wrong++
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, l.at(line, err))
	}
}

// at puts the place before an error.
func (l *list) at(line int, err error) error {
	if line == 0 {
		return err
	}
	return fmt.Errorf("%s:%d: %w", l.name, line, err)
}

// result is the feeds, or every line that is wrong with them.
func (l *list) result() ([]schema.Feed, error) {
	if l.wrong == 0 {
		return l.feeds, nil
	}
	if more := l.wrong - len(l.problems); more > 0 {
		l.problems = append(l.problems, fmt.Errorf("and %d more", more))
	}
	return nil, errors.Join(l.problems...)
}

// plain is the cause of a failed file operation, without the operation and the
// path, which the caller says.
func plain(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
