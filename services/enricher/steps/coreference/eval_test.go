package coreference_test

import (
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus/gum"
	"github.com/dateline-news/dateline/services/enricher/steps/coreference"
)

// shared is the folder of reference data, which is no part of the repository.
func shared(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("DATELINE_SHARED"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			dir = filepath.Join(filepath.Dir(dir), "shared")
			if _, err := os.Stat(dir); err == nil {
				return dir
			}
			break
		}
	}
	t.Skip("no folder of reference data: set DATELINE_SHARED")
	return ""
}

func readGum(t *testing.T) []gum.Document {
	t.Helper()
	docs, err := gum.Read(os.DirFS(filepath.Join(shared(t), "ner", "train", "gum_by")))
	if err != nil {
		t.Skip("no evaluation data: ", err)
	}
	return docs
}

// things numbers the entities by mention, of those that were given.
func things(e *schema.Enriched, given map[schema.Mention]int) map[schema.Mention]int {
	found := map[schema.Mention]int{}
	for i, entity := range e.Entities {
		for _, m := range entity.Mentions {
			if _, ok := given[m]; ok {
				found[m] = i
			}
		}
	}
	return found
}

// half is the half of the corpus that a document is in: the rules were made with
// the first in view.
func half(id string) int {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32() % 2)
}

// The least score over pairs that the step may have, with the names given: what
// was measured, less a margin.
func TestEvaluation(t *testing.T) {
	var step, same [2]coreference.Pairs
	for _, doc := range readGum(t) {
		e, h := doc.Enriched(), half(doc.ID)
		same[h] = same[h].Add(coreference.Score(bySpelling(&e), doc.Things()))
		if err := (coreference.Step{}).Enrich(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
		step[h] = step[h].Add(coreference.Score(things(&e, doc.Things()), doc.Things()))
		if os.Getenv("DATELINE_SHOW") != "" && h == 0 {
			show(t, &doc, &e)
		}
	}
	for h, name := range []string{"first half", "second half"} {
		if f1 := step[h].F1(); f1 < 0.90 {
			t.Errorf("%s: F1 %.3f, want 0.90", name, f1)
		}
		t.Logf("%s: precision %.3f, recall %.3f, F1 %.3f of %d pairs; the same spelling alone: F1 %.3f",
			name, step[h].Precision(), step[h].Recall(), step[h].F1(), step[h].Gold, same[h].F1())
	}
}

// bySpelling joins what is spelled the same: what any rule must beat.
func bySpelling(e *schema.Enriched) map[schema.Mention]int {
	names, found := map[string]int{}, map[schema.Mention]int{}
	for _, entity := range e.Entities {
		k := string(entity.Type) + entity.Name
		if _, ok := names[k]; !ok {
			names[k] = len(names)
		}
		found[entity.Mentions[0]] = names[k]
	}
	return found
}

// show prints what differs in a document.
func show(t *testing.T, doc *gum.Document, e *schema.Enriched) {
	gold := doc.Things()
	at := map[int]int{}
	for i, entity := range e.Entities {
		byGold := map[int][]string{}
		for _, m := range entity.Mentions {
			byGold[gold[m]] = append(byGold[gold[m]], m.Text)
		}
		if len(byGold) > 1 {
			t.Logf("%s: joined %v", doc.ID, byGold)
		}
		for g := range byGold {
			if other, ok := at[g]; ok && other != i {
				t.Logf("%s: apart %s, %v %v", doc.ID, e.Entities[other].Name, entity.Name, byGold[g])
			}
			at[g] = i
		}
	}
}
