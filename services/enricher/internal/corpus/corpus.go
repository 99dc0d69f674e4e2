// Package corpus reads texts in which names are marked: what a recognizer is
// trained on and scored with.
package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Document is a text with its marks.
type Document struct {
	ID string
	// Texts are its paragraphs: for a .conll file the sentences, for a .jsonl file
	// the whole text, which may have several lines.
	Texts []string
	// Spans are in no certain order, and may overlap in a .jsonl file.
	Spans []Span
}

// Span is a mark: Texts[Text][Start:End], in bytes.
type Span struct {
	Text  int    `json:"-"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Type  string `json:"type"` // PER, ORG, LOC, MISC
	// Link is what the name stands for, as its file writes it, such as
	// "geonames:298795" or a title of Wikipedia; empty when it is not known.
	Link string `json:"link"`
	// Entity is the same for all names of one thing in the document.
	Entity string `json:"entity"`
	// Kind is a finer type, Mention how the thing is named, Overlap whether the
	// span is in another.
	Kind     string  `json:"etype"`
	Mention  string  `json:"mention"`
	Overlap  string  `json:"overlap"`
	Salience float64 `json:"salience"`
	Lat      float64 `json:"lat"`
	Lon      float64 `json:"lon"`
}

// Of is the text of s in d.
func (d *Document) Of(s Span) string { return d.Texts[s.Text][s.Start:s.End] }

// Open reads a file by the end of its name: .conll or .jsonl.
func Open(name string) ([]Document, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	read := ReadCoNLL
	if strings.HasSuffix(name, ".jsonl") {
		read = ReadJSONL
	}
	docs, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return docs, nil
}

// Files are the files of a folder that end in ext, by name.
func Files(dir, ext string) ([]string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*"+ext))
	slices.Sort(names)
	return names, err
}
