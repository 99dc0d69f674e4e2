package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Document is an article that was found in a file.
type Document struct {
	// Path is the file, Number which of its documents, from 1.
	Path   string
	Number int
	// Text is the article in the dated format, as it is written; nil when it
	// cannot be read, and Err says why.
	Text []byte
	Err  error
	// Fixes are what was mended in it.
	Fixes []schema.Fix
	// Given is what the manifest and the file's name say of it.
	Given schema.Given
}

// Read yields the articles of a file, or of the files of a folder that end in
// .txt, by name: a file holds one, or a stream of them. Files whose names begin
// with a dot are left out, and so are links. An error is the last thing it
// yields.
func Read(name string) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		if err := read(name, func(d Document) bool { return yield(d, nil) }); err != nil {
			yield(Document{}, err)
		}
	}
}

func read(name string, yield func(Document) bool) error {
	info, err := os.Stat(name)
	if err != nil {
		return fmt.Errorf("read articles: %w", err)
	}
	if !info.IsDir() {
		dir, base := filepath.Split(filepath.Clean(name))
		_, err := readFile(os.DirFS(filepath.Clean(dir+".")), base, dir, schema.Given{GUID: guid(base)}, yield)
		return err
	}
	return readFolder(name, yield)
}

// readFolder yields the articles of the files of a folder.
func readFolder(name string, yield func(Document) bool) error {
	dir := os.DirFS(name)
	given, err := readGiven(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	err = fs.WalkDir(dir, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && file != "."
		if hidden && entry.IsDir() {
			return fs.SkipDir
		}
		if hidden || !entry.Type().IsRegular() || path.Ext(file) != ".txt" {
			return nil
		}
		known, found := given[file]
		if !found {
			known.GUID = guid(file)
		}
		more, err := readFile(dir, file, name, known, yield)
		if err == nil && !more {
			return fs.SkipAll
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read articles: %w", err)
	}
	return nil
}

// readGiven is what the manifest of a folder says of its files, by their names.
func readGiven(dir fs.FS) (map[string]schema.Given, error) {
	manifest, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	given := make(map[string]schema.Given, len(manifest))
	for _, e := range manifest {
		given[e.File] = schema.Given{GUID: guid(e.File), URL: e.URL, Language: e.Language}
	}
	return given, nil
}

// guid is what identifies the article of a file by its name: the hex digits that
// a folder gives it.
func guid(file string) string {
	_, _, digits, _ := parseName(path.Base(file))
	return digits
}

// readFile yields the articles of a file. It returns false when no more are
// wanted.
func readFile(dir fs.FS, file, shown string, given schema.Given, yield func(Document) bool) (more bool, err error) {
	f, err := dir.Open(file)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // it is only read
	start, err := io.ReadAll(io.LimitReader(f, schema.MaxDatedBytes+1))
	if err != nil {
		return false, err
	}
	shown = filepath.Join(shown, filepath.FromSlash(file))
	if len(start) <= schema.MaxDatedBytes {
		if one := document(start); !isStream(start, one) {
			one.Path, one.Number, one.Given = shown, 1, given
			return yield(one), nil
		}
	}
	return stream(io.MultiReader(bytes.NewReader(start), f), shown, yield)
}

// isStream reports whether the bytes of a file are several articles: no single
// one as it is written, but more than one when cut, each of them readable.
func isStream(data []byte, one Document) bool {
	if one.Err == nil && len(one.Fixes) == 0 {
		return false
	}
	parts, err := schema.SplitDated(data)
	unreadable := func(part []byte) bool { return document(part).Err != nil }
	return err == nil && len(parts) > 1 && !slices.ContainsFunc(parts, unreadable)
}

// document reads one article.
func document(data []byte) Document {
	read, fixes, err := schema.ParseDatedLenient(data)
	if err != nil {
		return Document{Err: err}
	}
	text, err := read.Render()
	return Document{Text: text, Err: err, Fixes: fixes}
}

// stream yields the articles of a stream one by one. What cannot be cut into
// articles any further is the last, with its error.
func stream(r io.Reader, shown string, yield func(Document) bool) (more bool, err error) {
	documents := schema.NewDatedReader(r)
	for n := 1; ; n++ {
		data, err := documents.Next()
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		d := Document{Err: err}
		if err == nil {
			d = document(data)
		}
		d.Path, d.Number = shown, n
		if !yield(d) {
			return false, nil
		}
		if err != nil {
			return true, nil
		}
	}
}
