// Package crf finds names with a model that is part of the program: a
// linear-chain conditional random field over words, clusters of words, lists of
// names, and what the whole article says about a word. MODEL.md describes the
// model.
package crf

import (
	"context"
	_ "embed"
	"fmt"
	"sync"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

//go:embed model.bin
var embedded []byte

// maxRoom is the most tokens of a tagger that is kept for the next article.
const maxRoom = 64 << 10

// Recognizer is a recognizer.Recognizer.
type Recognizer struct {
	model *tagger.Model
	room  sync.Pool // of *reader
}

// reader is the room for one article.
type reader struct {
	tagger *tagger.Tagger
	found  []tagger.Span
}

// New makes a recognizer with the model that is part of the program. It takes a
// millisecond: the model is read where it lies.
func New() (*Recognizer, error) { return Load(embedded) }

// Load makes a recognizer with another model, which cmd/train has made. Data must
// not change.
func Load(data []byte) (*Recognizer, error) {
	m, err := tagger.Load(data)
	if err != nil {
		return nil, fmt.Errorf("model of names: %w", err)
	}
	r := &Recognizer{model: m}
	r.room.New = func() any { return &reader{tagger: tagger.NewTagger(m)} }
	return r, nil
}

// Model is the name and the version of the model.
func (r *Recognizer) Model() schema.Model {
	return schema.Model{Name: r.model.Name, Version: r.model.Version}
}

// Knows reports whether the model was trained on the language.
func (r *Recognizer) Knows(language string) bool { return r.model.Knows(language) }

// Recognize finds the names in the texts of one article. It takes time linear in
// the texts; the error is that of ctx, which is looked at once.
func (r *Recognizer) Recognize(ctx context.Context, _ string, texts []string) ([][]recognizer.Span, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	room := r.room.Get().(*reader)
	room.found = room.tagger.Tag(room.found[:0], texts)
	spans := spansOf(room.found, len(texts))
	if room.tagger.Tokens() <= maxRoom {
		r.room.Put(room)
	}
	return spans, nil
}

// spansOf are the names of our types, by text.
func spansOf(found []tagger.Span, texts int) [][]recognizer.Span {
	all := make([]recognizer.Span, 0, len(found))
	spans := make([][]recognizer.Span, texts)
	next := 0
	for i := range spans {
		from := len(all)
		for ; next < len(found) && found[next].Text == i; next++ {
			if typ := typeOf(found[next].Label); typ != "" {
				all = append(all, recognizer.Span{Start: found[next].Start, End: found[next].End, Type: typ})
			}
		}
		spans[i] = all[from:len(all):len(all)]
	}
	return spans
}

// typeOf is the type that a label begins, empty for one that is not given out:
// other names are in the model so that it does not take them for ours.
func typeOf(l tagger.Label) schema.EntityType {
	switch l {
	case tagger.BeginPerson:
		return schema.Person
	case tagger.BeginOrganization:
		return schema.Organization
	case tagger.BeginLocation:
		return schema.Location
	}
	return ""
}
