package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/linkscore"
	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/pack"
	"github.com/dateline-news/dateline/services/enricher/steps/link"
)

func evaluatePlaces(_ context.Context, out io.Writer, s settings) error {
	return eachLinked(out, s, []string{"geo_trnews", "geo_lgl"}, func(step *link.Step, _ *kb.Set, docs []corpus.Document) fmt.Stringer {
		return linkscore.ScorePlaces(step, docs)
	})
}

func evaluateLinks(_ context.Context, out io.Writer, s settings) error {
	return eachLinked(out, s, []string{"el_voxel", "el_kore50", "el_rss500"}, func(step *link.Step, base *kb.Set, docs []corpus.Document) fmt.Stringer {
		return linkscore.ScoreLinks(step, base, docs)
	})
}

// eachLinked prints the score of each set, with the knowledge base in the program.
func eachLinked(out io.Writer, s settings, sets []string, scored func(*link.Step, *kb.Set, []corpus.Document) fmt.Stringer) error {
	program, err := pack.Load()
	if err != nil {
		return err
	}
	base := kb.NewSet(program)
	for _, set := range sets {
		docs, err := corpus.Open(filepath.Join(s.data, "eval", set, "test.jsonl"))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%-12s %s\n", set, scored(link.New(base), base, docs))
	}
	return nil
}
