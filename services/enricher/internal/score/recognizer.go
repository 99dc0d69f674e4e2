package score

import (
	"context"
	"fmt"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/recognizer"
)

// Recognizer scores a recognizer on documents that are written in a case.
func Recognizer(ctx context.Context, r recognizer.Recognizer, docs []corpus.Document, c corpus.Case) (all Names, err error) {
	for _, d := range docs {
		d = d.Recase(c)
		spans, err := r.Recognize(ctx, "en", d.Texts)
		if err != nil {
			return Names{}, fmt.Errorf("document %s: %w", d.ID, err)
		}
		all.Add(Of(namesOf(spans), d))
	}
	return all, nil
}

func namesOf(spans [][]recognizer.Span) []Name {
	var all []Name
	for i, text := range spans {
		for _, s := range text {
			all = append(all, Name{Text: i, Start: s.Start, End: s.End, Type: TypeOf(s.Type)})
		}
	}
	return all
}

// TypeOf is the label of a type in the texts, empty for one that they do not have.
func TypeOf(typ schema.EntityType) string {
	switch typ {
	case schema.Person:
		return "PER"
	case schema.Organization:
		return "ORG"
	case schema.Location:
		return "LOC"
	}
	return ""
}
