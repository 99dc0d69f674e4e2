package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"text/tabwriter"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/score"
)

// evaluateSteps prints, for the steps that find names, those that are there after it: what a
// step adds to those of the recognizer, and takes from them.
func evaluateSteps(ctx context.Context, out io.Writer, s settings) error {
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	if _, err := fmt.Fprint(table, "set\tafter\tP\tR\tF1\tPER\tORG\tLOC\tuntyped\t\n"); err != nil {
		return err
	}
	for _, set := range nameSets() {
		docs, err := corpus.Open(filepath.Join(s.data, set+".conll"))
		if err != nil {
			return err
		}
		after, err := scoreSteps(ctx, steps, docs)
		if err != nil {
			return err
		}
		for i, n := range after[:3] {
			printNames(table, set+"\t"+steps[i].Name(), n)
		}
	}
	return table.Flush()
}

// scoreSteps is the score of the names that are there after each step.
func scoreSteps(ctx context.Context, steps []enricher.Step, docs []corpus.Document) ([]score.Names, error) {
	after := make([]score.Names, len(steps))
	for _, doc := range docs {
		e := schema.Enriched{Article: schema.Article{Language: "en", Body: doc.Texts}}
		for i, step := range steps {
			if err := step.Enrich(ctx, &e); err != nil {
				return nil, fmt.Errorf("step %s: %w", step.Name(), err)
			}
			after[i].Add(score.Of(mentioned(&e), doc))
		}
	}
	return after, nil
}

// mentioned are the names of an article whose texts are all in its body.
func mentioned(e *schema.Enriched) (names []score.Name) {
	for _, entity := range e.Entities {
		for _, m := range entity.Mentions {
			names = append(names, score.Name{Text: m.Index, Start: m.Start, End: m.End, Type: score.TypeOf(entity.Type)})
		}
	}
	return names
}
