package normalizer

import (
	"testing"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Only what a poll has seen for the first time, with a date, tells how fresh feeds are.
func TestFirstSight(t *testing.T) {
	published := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fetched := published.Add(5 * time.Minute)
	for name, test := range map[string]struct {
		change func(*schema.Article)
		known  bool
	}{
		"new":          {func(*schema.Article) {}, true},
		"revised":      {func(a *schema.Article) { a.Event = schema.EventRevised }, false},
		"without date": {func(a *schema.Article) { a.Published = nil }, false},
		"of history":   {func(a *schema.Article) { a.Provenance.History = "job" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := schema.Article{Event: schema.EventPublished, Published: &published, Provenance: schema.Provenance{FetchedAt: fetched}}
			test.change(&a)
			if age, known := firstSight(a); known != test.known || known && age != 5*time.Minute {
				t.Errorf("got %s, %t", age, known)
			}
		})
	}
}
