package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus/polnear"
	"github.com/dateline-news/dateline/services/enricher/steps/quotes"
)

// evaluateQuotes scores direct speech. The rules were made with dev in view.
func evaluateQuotes(ctx context.Context, out io.Writer, s settings) error {
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		return err
	}
	for _, part := range []string{"dev", "test"} {
		docs, err := polnear.Read(os.DirFS(filepath.Join(s.data, "eval", "quotes_polnear", part)))
		if err != nil {
			return err
		}
		var all quotes.Figures
		for i := range docs {
			article := docs[i].Article()
			article.Language = "en"
			e, err := enricher.Enrich(ctx, steps, article)
			if err != nil {
				return err
			}
			var said []quotes.Said
			for _, one := range docs[i].Direct() {
				said = append(said, quotes.Said(one))
			}
			all = all.Add(quotes.Score(&e, said))
		}
		exact, near := all.ExactScores(), all.NearScores()
		fmt.Fprintf(out, "%-5s exact: precision %.3f, recall %.3f, F1 %.3f; near: F1 %.3f; verbs %.3f; speakers: right of those given %.3f, of all with a name %.3f\n",
			part, exact.Precision, exact.Recall, exact.F1, near.F1, portion(all.CuesRight, all.Cues),
			portion(all.NamedRight, all.NamedGiven), portion(all.NamedRight, all.Named))
	}
	return nil
}

func portion(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }
