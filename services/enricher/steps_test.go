package enricher_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

// enriched is what the default steps make of an article.
func enriched(t *testing.T, c enricher.Config, a schema.Article) schema.Enriched {
	t.Helper()
	steps, err := enricher.Steps(c)
	if err != nil {
		t.Fatal(err)
	}
	e, err := enricher.Enrich(t.Context(), steps, a)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// The knowledge base of the user is asked beside the one of the program.
func TestOwnKnowledgeBase(t *testing.T) {
	dir := t.TempDir()
	b, err := kb.NewBuilder(dir)
	if err != nil {
		t.Fatal(err)
	}
	zork := kb.Entity{Kind: kb.City, Name: "Zorkville", QID: 900001, Country: "PE"}
	if err := errors.Join(b.Add(zork, kb.Name{Text: "Zorkville"}), b.WriteFile(filepath.Join(dir, "own.kb")), b.Close()); err != nil {
		t.Fatal(err)
	}
	c := enricher.DefaultConfig()
	a := schema.Article{Language: "pt", Lead: "Zorkville e Genebra, Geneva."}
	if e := enriched(t, c, a); len(e.Entities) != 1 || e.Entities[0].ID != "geneva_ch" {
		t.Errorf("without it: got %+v", e.Entities)
	}
	c.KB = filepath.Join(dir, "own.kb")
	e := enriched(t, c, a)
	if len(e.Entities) != 2 || e.Entities[0].Wikidata != "Q900001" || !slices.Equal(e.Countries, []string{"PE", "CH"}) {
		t.Errorf("with it: got %+v", e.Entities)
	}
}

func TestStepsRefuseABadBase(t *testing.T) {
	c := enricher.DefaultConfig()
	c.KB = filepath.Join(t.TempDir(), "torn.kb")
	if _, err := enricher.Steps(c); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "--kb: ") {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(c.KB, []byte("datelkb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := enricher.Steps(c); !errors.Is(err, kb.ErrFormat) || !strings.Contains(err.Error(), c.KB) {
		t.Errorf("got %v", err)
	}
}

// The seed article, if it is at hand: all that is to be found in it.
func TestSeed(t *testing.T) {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(dir, "seed", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("no seed article: set DATELINE_SHARED")
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "\n\n")
	e := enriched(t, enricher.DefaultConfig(), schema.Article{
		Event: schema.EventPublished, Language: "en", Lead: strings.TrimPrefix(blocks[0], " date 2022-01-10 "),
		Body: blocks[1 : len(blocks)-1], Headline: blocks[len(blocks)-1],
		Attribution: &schema.Attribution{Section: "UK", Source: "Infosurhoy"},
	})
	found, all := map[string]int{}, 0
	for _, x := range e.Entities {
		found[x.ID], all = len(x.Mentions), all+len(x.Mentions)
	}
	if all != 52 {
		t.Errorf("%d mentions, want 52: %v", all, found)
	}
	if len(e.Quotes) != 8 {
		t.Errorf("%d quotes, want 8", len(e.Quotes))
	}
	for id, mentions := range map[string]int{
		"q30": 11, "q159": 12, "q212": 7, "q145": 1, "q7835": 1, "geneva_ch": 2, "moscow_ru": 2, "washington_us": 1, "kyiv_ua": 1,
		"q7184": 7, "infosurhoy": 1, "sergei_ryabkov": 3, "wendy_sherman": 3,
	} {
		if found[id] != mentions {
			t.Errorf("%s has %d mentions, want %d", id, found[id], mentions)
		}
	}
	if len(e.Countries) != 5 {
		t.Errorf("countries are %v", e.Countries)
	}
}
