package coreference_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/coreference"
	"github.com/dateline-news/dateline/services/enricher/steps/gazetteer"
)

// The names of the seed article, each taken alone, are joined again: all but
// those that only a knowledge base knows for one thing.
func TestSeed(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "seed", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("no seed article")
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "\n\n")
	e := schema.Enriched{Article: schema.Article{Language: "en", Lead: blocks[0], Body: blocks[1 : len(blocks)-1], Headline: blocks[len(blocks)-1]}}
	step, err := gazetteer.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := step.Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	e.Entities = apart(e.Entities)
	if err := (coreference.Step{}).Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"Sergei Ryabkov": 3, "Wendy Sherman": 3, "Nato": 7, "United States": 11, "Russia": 12, "Ukraine": 7, "Geneva": 2, "Moscow": 2,
		"Washington": 1, "Kyiv": 1,
	}
	for _, entity := range e.Entities {
		n, ok := want[entity.Name]
		if ok && len(entity.Mentions) != n {
			t.Errorf("%s has %d mentions, want %d", entity.Name, len(entity.Mentions), n)
		}
		delete(want, entity.Name)
	}
	for name := range want {
		t.Errorf("%s is not found", name)
	}
}

// apart makes an entity of each mention, as the steps before give them.
func apart(entities []schema.Entity) []schema.Entity {
	var all []schema.Entity
	for _, e := range entities {
		for _, m := range e.Mentions {
			all = append(all, schema.Entity{Type: e.Type, Name: m.Text, Mentions: []schema.Mention{m}})
		}
	}
	return all
}
