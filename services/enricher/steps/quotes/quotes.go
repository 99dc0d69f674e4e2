// Package quotes finds the passages of direct speech of an article, who says them
// and the verb that introduces them. It would rather name no speaker than a wrong
// one.
package quotes

import (
	"context"
	"fmt"
	"slices"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/bounds"
)

// maxQuotes is the most quotes of an article. What is beyond them is left out, and
// told in the models of the article.
const maxQuotes = 500

// Step finds quotes. It needs the entities of the article, with their ids. It is
// safe for concurrent use.
type Step struct{}

// Name is quotes.
func (Step) Name() string { return "quotes" }

// Model names the rules and their version.
func (s Step) Model() schema.Model {
	return schema.Model{Step: s.Name(), Name: "dateline-quotes", Version: "1"}
}

// Enrich sets the quotes of the article, in reading order. A quote that goes on in
// the next paragraph is one there, too. In languages other than English quotes
// have no speaker and no cue.
func (s Step) Enrich(ctx context.Context, e *schema.Enriched) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d := newDocument(e)
	for i := range d.paragraphs {
		if d.english {
			d.attribute(i)
		}
	}
	d.sameWords()
	e.Quotes = d.quotes()
	if left := len(e.Quotes) - maxQuotes; left > 0 {
		e.Quotes = slices.Clip(e.Quotes[:maxQuotes])
		bounds.Tell(e, s.Name(), fmt.Sprintf("%d quotes", left))
	}
	return nil
}
