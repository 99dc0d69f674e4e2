package gazetteer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
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

// seedArticle reads the seed. Its line of attribution is kept as a paragraph, as
// the names in it count.
func seedArticle(t *testing.T) schema.Article {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t), "seed", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("no seed article")
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "\n\n")
	return schema.Article{
		Event:       schema.EventPublished,
		Language:    "en",
		Lead:        strings.TrimPrefix(blocks[0], " date 2022-01-10 "),
		Body:        blocks[1 : len(blocks)-1],
		Headline:    blocks[len(blocks)-1],
		Attribution: &schema.Attribution{Section: "UK", Source: "Infosurhoy"},
	}
}

func TestSeed(t *testing.T) {
	e := enrich(t, seedArticle(t))
	want := map[string]struct {
		typ      schema.EntityType
		mentions int
	}{
		"q30":            {schema.Location, 11}, // United States
		"q159":           {schema.Location, 12}, // Russia
		"q212":           {schema.Location, 7},  // Ukraine
		"q145":           {schema.Location, 1},  // United Kingdom
		"q7835":          {schema.Location, 1},  // Crimea
		"geneva_ch":      {schema.Location, 2},
		"moscow_ru":      {schema.Location, 2},
		"washington_us":  {schema.Location, 1},
		"kyiv_ua":        {schema.Location, 1},
		"sergei_ryabkov": {schema.Person, 3},
		"wendy_sherman":  {schema.Person, 3},
		"q7184":          {schema.Organization, 7}, // NATO
		"infosurhoy":     {schema.Organization, 1},
	}
	found := 0
	for _, entity := range e.Entities {
		w, ok := want[entity.ID]
		if !ok || entity.Type != w.typ || len(entity.Mentions) != w.mentions {
			t.Errorf("got %s %s with %d mentions, want %d", entity.Type, entity.ID, len(entity.Mentions), w.mentions)
			continue
		}
		found += len(entity.Mentions)
		delete(want, entity.ID)
	}
	for id := range want {
		t.Errorf("%s is not found", id)
	}
	t.Logf("%d of 52 mentions", found)
}
