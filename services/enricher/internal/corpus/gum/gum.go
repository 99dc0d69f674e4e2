// Package gum reads names with what they name from a folder of the GUM corpus:
// links.jsonl has the phrases of each thing, train.conll the names in them.
package gum

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Document is one text, with the names in it.
type Document struct {
	ID    string
	Text  string
	Names []Name
}

// Name is text[Start:End], in bytes. Names with the same Thing name one thing.
// Salience is in how many of five summaries of the text that is.
type Name struct {
	Start, End int
	Type       schema.EntityType
	Thing      int
	Salience   int
}

// phrase is a phrase of links.jsonl.
type phrase struct {
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Type     string `json:"type"`
	Entity   string `json:"entity"`
	Salience int    `json:"salience"`
}

// Read reads the documents of a folder.
func Read(dir fs.FS) ([]Document, error) {
	links, err := dir.Open("links.jsonl")
	if err != nil {
		return nil, fmt.Errorf("gum: %w", err)
	}
	defer links.Close()
	labels, err := readLabels(dir)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bufio.NewReader(links))
	var docs []Document
	for {
		var line struct {
			ID    string   `json:"id"`
			Text  string   `json:"text"`
			Spans []phrase `json:"spans"`
		}
		if err := decoder.Decode(&line); errors.Is(err, io.EOF) {
			return docs, nil
		} else if err != nil {
			return nil, fmt.Errorf("gum: document %d: %w", len(docs), err)
		}
		if len(docs) >= len(labels) {
			return nil, fmt.Errorf("gum: document %s has no labels", line.ID)
		}
		doc := Document{ID: line.ID, Text: line.Text, Names: align(line.Text, labels[len(docs)])}
		doc.Names = withThings(doc.Names, line.Spans)
		docs = append(docs, doc)
	}
}

// labelled is a word with its BIO label.
type labelled struct{ word, label string }

func readLabels(dir fs.FS) ([][]labelled, error) {
	file, err := dir.Open("train.conll")
	if err != nil {
		return nil, fmt.Errorf("gum: %w", err)
	}
	defer file.Close()
	var docs [][]labelled
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		word, label, ok := strings.Cut(lines.Text(), "\t")
		switch {
		case word == "-DOCSTART-":
			docs = append(docs, nil)
		case ok && len(docs) > 0:
			docs[len(docs)-1] = append(docs[len(docs)-1], labelled{word, label})
		}
	}
	return docs, lines.Err()
}

// maxGap is the most bytes between two words.
const maxGap = 8

// align finds the words of a text in it, and so where its names are.
func align(text string, words []labelled) []Name {
	var names []Name
	at, open := 0, false
	for _, w := range words {
		i := strings.Index(text[at:min(len(text), at+maxGap+len(w.word))], w.word)
		if i < 0 {
			open = false
			continue
		}
		start := at + i
		at = start + len(w.word)
		typ := entityType(w.label)
		switch {
		case strings.HasPrefix(w.label, "B-") && typ != "":
			names, open = append(names, Name{Start: start, End: at, Type: typ}), true
		case strings.HasPrefix(w.label, "I-") && open:
			names[len(names)-1].End = at
		default:
			open = false
		}
	}
	return names
}

func entityType(label string) schema.EntityType {
	switch _, typ, _ := strings.Cut(label, "-"); typ {
	case "PER":
		return schema.Person
	case "ORG":
		return schema.Organization
	case "LOC":
		return schema.Location
	}
	return ""
}

// withThings gives each name the thing of the smallest phrase of its type around
// it, and leaves out those that are in none.
func withThings(names []Name, phrases []phrase) []Name {
	things := map[string]int{}
	kept := names[:0]
	for _, n := range names {
		best := -1
		for i, p := range phrases {
			around := p.Start <= n.Start && n.End <= p.End && entityType("B-"+p.Type) == n.Type
			if around && (best < 0 || p.End-p.Start < phrases[best].End-phrases[best].Start) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		thing, ok := things[phrases[best].Entity]
		if !ok {
			thing = len(things)
			things[phrases[best].Entity] = thing
		}
		n.Thing, n.Salience = thing, phrases[best].Salience
		kept = append(kept, n)
	}
	return kept
}

// Enriched is the document as an article of one paragraph, with an entity for
// each name.
func (d *Document) Enriched() schema.Enriched {
	e := schema.Enriched{Article: schema.Article{ID: d.ID, Language: "en", Body: []string{d.Text}}}
	for _, n := range d.Names {
		text := d.Text[n.Start:n.End]
		e.Entities = append(e.Entities, schema.Entity{Type: n.Type, Name: text, Mentions: []schema.Mention{
			{Field: schema.FieldBody, Start: n.Start, End: n.End, Text: text},
		}})
	}
	return e
}

// Things is the thing of each mention.
func (d *Document) Things() map[schema.Mention]int {
	things := make(map[schema.Mention]int, len(d.Names))
	for _, n := range d.Names {
		things[schema.Mention{Field: schema.FieldBody, Start: n.Start, End: n.End, Text: d.Text[n.Start:n.End]}] = n.Thing
	}
	return things
}
