package identity_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/normalizer/identity"
)

// What Again makes of a version whose fetch is stored, and of all others.
func TestAgain(t *testing.T) {
	const full = schema.ExtentFull
	was := func(revision int) *schema.Article {
		a := stored(version("f", 10, "A", full), schema.EventPublished, revision)
		if revision > 1 {
			a.Event, a.PreviousHash, a.Changed = schema.EventRevised, "before", []string{"body"}
		}
		return a
	}
	change := func(a schema.Article, change func(*schema.Article)) schema.Article {
		change(&a)
		a.ContentHash = a.Hash()
		return a
	}
	categories := func(a *schema.Article) { a.Categories = []string{"Sport"} }
	dated := func(a *schema.Article) { a.Date = "2024-04-30" }
	versions := func(a *schema.Article) { a.Provenance.Versions = map[string]string{"normalizer": "2"} }
	withdrawn := stored(version("f", 10, "A", full), schema.EventWithdrawn, 2)
	for name, test := range map[string]struct {
		previous *schema.Article
		next     schema.Article
		want     identity.Verdict
		revision int
		changed  []string
	}{
		"nothing stored":          {nil, version("f", 10, "A", full), identity.New, 1, nil},
		"the same":                {was(1), version("f", 10, "A", full), identity.Stored, 1, nil},
		"the same, later":         {was(3), version("f", 10, "A", full), identity.Stored, 3, []string{"body"}},
		"other versions":          {was(1), change(version("f", 10, "A", full), versions), identity.Stored, 1, nil},
		"other categories":        {was(1), change(version("f", 10, "A", full), categories), identity.Remade, 1, nil},
		"other categories, later": {was(3), change(version("f", 10, "A", full), categories), identity.Remade, 3, []string{"body"}},
		"other headline":          {was(3), version("f", 10, "B", full), identity.Revised, 4, []string{"headline"}},
		"other date":              {was(1), change(version("f", 10, "A", full), dated), identity.Revised, 2, []string{"date"}},
		"the first date stays":    {was(2), change(version("f", 10, "A", full), dated), identity.Stored, 2, []string{"body"}},
		"fetched before":          {was(1), version("f", 9, "B", full), identity.Superseded, 1, nil},
		"fetched after":           {was(1), version("f", 11, "B", full), identity.Revised, 2, []string{"headline"}},
		"a duplicate":             {was(1), version("f", 11, "A", full), identity.Duplicate, 1, nil},
		"another feed":            {was(1), version("g", 10, "B", full), identity.Duplicate, 1, nil},
		"withdrawn":               {withdrawn, version("f", 10, "A", full), identity.Stored, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, verdict := identity.Again(test.previous, test.next)
			if verdict != test.want || got.Revision != test.revision || !slices.Equal(got.Changed, test.changed) {
				t.Errorf("%s, revision %d, changed %v; want %s, %d, %v", verdict, got.Revision, got.Changed, test.want, test.revision, test.changed)
			}
			if got.ContentHash != got.Hash() && verdict.Publishes() {
				t.Error("the hash is not that of the content")
			}
			// What it has published is there when the message comes again.
			if verdict.Publishes() {
				if _, again := identity.Again(&got, test.next); again != identity.Stored {
					t.Errorf("once more: %s", again)
				}
			}
		})
	}
}

// Of all revisions of an article, in any order and each any number of times, the
// last one's fetch alone makes anything anew, and unchanged code nothing.
func TestAgainIsQuiet(t *testing.T) {
	history := []schema.Article{version("f", 1, "A", schema.ExtentFull), version("f", 2, "B", schema.ExtentFull), version("f", 3, "C", schema.ExtentFull)}
	var last *schema.Article
	for _, next := range history {
		a, _ := identity.Decide(last, next)
		last = &a
	}
	for _, next := range slices.Concat(history, history) {
		got, verdict := identity.Again(last, next)
		if verdict.Publishes() || !cmp.Equal(got, *last) {
			t.Errorf("fetched at %s: %s", next.Provenance.FetchedAt.Format(time.TimeOnly), verdict)
		}
	}
}
