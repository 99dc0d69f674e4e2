package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus/gum"
	"github.com/dateline-news/dateline/services/enricher/steps/coreference"
)

// evaluateMentions scores which names are of one thing: with the names of the
// corpus given, and with those that the steps find, of which the others are missed
// pairs.
func evaluateMentions(ctx context.Context, out io.Writer, s settings) error {
	docs, err := gum.Read(os.DirFS(filepath.Join(s.data, "train", "gum_by")))
	if err != nil {
		return err
	}
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		return err
	}
	var given, found coreference.Pairs
	for i := range docs {
		e := docs[i].Enriched()
		if err := (coreference.Step{}).Enrich(ctx, &e); err != nil {
			return err
		}
		given = given.Add(coreference.Score(thingsIn(&e, docs[i].Things()), docs[i].Things()))
		article := docs[i].Enriched().Article
		article.Language = "en"
		if e, err = enricher.Enrich(ctx, steps, article); err != nil {
			return err
		}
		found = found.Add(coreference.Score(thingsIn(&e, nil), docs[i].Things()))
	}
	for _, line := range []struct {
		what  string
		pairs coreference.Pairs
	}{{"names given", given}, {"names found", found}} {
		fmt.Fprintf(out, "%s: precision %.3f, recall %.3f, F1 %.3f of %d pairs in %d documents\n",
			line.what, line.pairs.Precision(), line.pairs.Recall(), line.pairs.F1(), line.pairs.Gold, len(docs))
	}
	return nil
}

// thingsIn numbers the entities by mention: of those that are in only, if that is
// not nil.
func thingsIn(e *schema.Enriched, only map[schema.Mention]int) map[schema.Mention]int {
	things := map[schema.Mention]int{}
	for i, entity := range e.Entities {
		for _, m := range entity.Mentions {
			if _, ok := only[m]; ok || only == nil {
				things[m] = i
			}
		}
	}
	return things
}
