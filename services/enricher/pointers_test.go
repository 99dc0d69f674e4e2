package enricher_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

func TestPointers(t *testing.T) {
	inSwedish := harbour
	inSwedish.Language = "sv"
	e := schema.Enriched{Article: inSwedish, Entities: []schema.Entity{{ID: "malmo_se", Type: schema.Location, Name: "Malmö", Salience: 0.5}, {ID: "q34"}}}
	got := enricher.Pointers(e, 17)
	if len(got) != 2 {
		t.Fatalf("got %d pointers, want 2", len(got))
	}
	want := schema.Pointer{
		ArticleID: "a1", Revision: 2, Date: "2024-05-06", Headline: "Café in Malmö burns", Source: "example_org",
		URL: "https://example.org/a", EnrichedSeq: 17, EntityID: "malmo_se",
		Name: "Malmö", Type: schema.Location, Salience: 0.5, Language: "sv",
	}
	if got[0] != want {
		t.Errorf("got  %+v\nwant %+v", got[0], want)
	}
	if got := enricher.Pointers(schema.Enriched{Article: harbour}, 1); len(got) != 0 {
		t.Errorf("without entities: %v", got)
	}
}
