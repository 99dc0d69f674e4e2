package gazetteer_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
)

// evaluation is a file of the evaluation data, which is no part of the repository.
func evaluation(t *testing.T, name string) []corpus.Document {
	t.Helper()
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared")
	}
	path := filepath.Join(dir, "ner", "eval", name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("no evaluation data: set DATELINE_SHARED")
	}
	docs, err := corpus.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// The least precision that the lists alone may have, over exact spans with their
// types: what was measured, less a margin. Recall is for a recognizer.
func TestEvaluation(t *testing.T) {
	types := map[string]schema.EntityType{"PER": schema.Person, "ORG": schema.Organization, "LOC": schema.Location}
	for name, least := range map[string]float64{
		"worldwide/test.conll": 0.88,
		"finer_ord/test.conll": 0.74,
		"uner_pud/test.conll":  0.70,
	} {
		t.Run(name, func(t *testing.T) {
			var hit, found, wanted float64
			for _, d := range evaluation(t, name) {
				type place struct {
					text, start, end int
					typ              schema.EntityType
				}
				gold := map[place]bool{}
				for _, s := range d.Spans {
					if typ := types[s.Type]; typ != "" {
						gold[place{s.Text, s.Start, s.End, typ}] = true
					}
				}
				wanted += float64(len(gold))
				for _, x := range enrich(t, schema.Article{Language: "en", Body: d.Texts}).Entities {
					found++
					if m := x.Mentions[0]; gold[place{m.Index, m.Start, m.End, x.Type}] {
						hit++
					}
				}
			}
			precision, recall := hit/found, hit/wanted
			t.Logf("precision %.3f, recall %.3f, F1 %.3f", precision, recall, 2*precision*recall/(precision+recall))
			if precision < least {
				t.Errorf("want precision %.2f", least)
			}
		})
	}
}
