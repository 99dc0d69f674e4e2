package main

import (
	"context"
	"strings"

	"github.com/jdkato/prose/v2"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
	"github.com/dateline-news/dateline/services/enricher/recognizer/crf"
)

// system is one that is measured.
type system struct {
	name string
	load func() (recognizer.Recognizer, error)
}

func systems() []system {
	return []system{
		{"ours", func() (recognizer.Recognizer, error) { return crf.New() }},
		{"prose v2.0.0", loadOther},
	}
}

// other is prose.
type other struct{ model *prose.Model }

// loadOther loads the model of prose once: without being told to, it does so for
// each document.
func loadOther() (recognizer.Recognizer, error) {
	doc, err := prose.NewDocument("")
	if err != nil {
		return nil, err
	}
	return other{doc.Model}, nil
}

func (other) Model() schema.Model { return schema.Model{Name: "prose", Version: "2.0.0"} }

func (other) Knows(string) bool { return true }

func (o other) Recognize(_ context.Context, _ string, texts []string) ([][]recognizer.Span, error) {
	all := make([][]recognizer.Span, len(texts))
	for i, text := range texts {
		if text == "" {
			continue
		}
		doc, err := prose.NewDocument(text, prose.UsingModel(o.model))
		if err != nil {
			return nil, err
		}
		at := 0
		for _, e := range doc.Entities() {
			// It says what it has found, and not where: that is the next place.
			n := strings.Index(text[at:], e.Text)
			if n < 0 {
				continue
			}
			start := at + n
			at = start + len(e.Text)
			all[i] = append(all[i], recognizer.Span{Start: start, End: at, Type: typeOf(e.Label)})
		}
	}
	return all, nil
}

func typeOf(label string) schema.EntityType {
	switch label {
	case "PERSON":
		return schema.Person
	case "ORG", "ORGANIZATION":
		return schema.Organization
	}
	return schema.Location
}
