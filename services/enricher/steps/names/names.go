// Package names makes entities of the names that a recognizer finds: one for each
// name, for later steps to join and to link.
package names

import (
	"context"
	"fmt"
	"sync/atomic"
	"unicode/utf8"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// maxText is the most bytes of an article that are read, over all fields. The
// paragraph that goes beyond it, and those after it, are left out.
const maxText = 1 << 20

// unsupported is why an article is left as it is.
const unsupported = "unsupported language"

// Step is the step names.
type Step struct {
	recognizer recognizer.Recognizer
	dropped    atomic.Int64
}

// New makes the step for a recognizer.
func New(r recognizer.Recognizer) *Step { return &Step{recognizer: r} }

// Name is names.
func (s *Step) Name() string { return "names" }

// Model is that of the recognizer.
func (s *Step) Model() schema.Model {
	m := s.recognizer.Model()
	m.Step = s.Name()
	return m
}

// Skip says that the language is none that the recognizer was made for. An
// article whose language nobody knows is skipped too: no output is better than a
// wrong one.
func (s *Step) Skip(a *schema.Article) string {
	if !s.recognizer.Knows(a.Language) {
		return unsupported
	}
	return ""
}

// Start looks whether what the recognizer needs is there.
func (s *Step) Start(ctx context.Context) error {
	if r, ok := s.recognizer.(recognizer.Starter); ok {
		return r.Start(ctx)
	}
	return nil
}

// Dropped is how many spans of the recognizer were left out since the start,
// because they are no stretch of their text.
func (s *Step) Dropped() int64 { return s.dropped.Load() }

// field is where a text is in the article.
type field struct {
	name  schema.Field
	index int
}

// Enrich adds an entity for each name, in the order of the text, with its type,
// its one mention, and no ID.
func (s *Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	texts, fields := textsOf(&e.Article)
	found, err := s.recognizer.Recognize(ctx, e.Language, texts)
	if err != nil {
		return fmt.Errorf("article %s: %w", e.ID, err)
	}
	for i, spans := range found[:min(len(found), len(texts))] {
		end := 0
		for _, span := range spans {
			if span.Start < end || !fits(texts[i], span) {
				s.dropped.Add(1)
				continue
			}
			end = span.End
			name := texts[i][span.Start:span.End]
			e.Entities = append(e.Entities, schema.Entity{Type: span.Type, Name: name, Mentions: []schema.Mention{
				{Field: fields[i].name, Index: fields[i].index, Start: span.Start, End: span.End, Text: name},
			}})
		}
	}
	return nil
}

// textsOf are the texts of an article within maxText, and where each is.
func textsOf(a *schema.Article) ([]string, []field) {
	texts := append([]string{a.Headline, a.Lead}, a.Body...)
	fields := make([]field, 0, len(texts))
	size := 0
	for i, text := range texts {
		if size += len(text); size > maxText {
			return texts[:i], fields
		}
		f := field{name: schema.FieldBody, index: i - 2}
		switch i {
		case 0:
			f = field{name: schema.FieldHeadline}
		case 1:
			f = field{name: schema.FieldLead}
		}
		fields = append(fields, f)
	}
	return texts, fields
}

// fits reports whether a span has a type of ours and is a stretch of characters of
// the text.
func fits(text string, s recognizer.Span) bool {
	switch s.Type {
	case schema.Person, schema.Organization, schema.Location:
	default:
		return false
	}
	if s.Start < 0 || s.Start >= s.End || s.End > len(text) || !utf8.RuneStart(text[s.Start]) {
		return false
	}
	return (s.End == len(text) || utf8.RuneStart(text[s.End])) && utf8.ValidString(text[s.Start:s.End])
}
