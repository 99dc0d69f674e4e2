package quotes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
	"github.com/dateline-news/dateline/services/enricher/internal/corpus/polnear"
	"github.com/dateline-news/dateline/services/enricher/steps/quotes"
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

// enrich takes an article through all steps of the enricher.
func enrich(t *testing.T, a schema.Article) schema.Enriched {
	t.Helper()
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	a.Language = "en"
	e, err := enricher.Enrich(t.Context(), steps, a)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func goldOf(doc *polnear.Document) []quotes.Said {
	var all []quotes.Said
	for _, said := range doc.Direct() {
		all = append(all, quotes.Said(said))
	}
	return all
}

// What the step must reach, less a margin. The rules were made with dev in view.
func TestEvaluation(t *testing.T) {
	for part, least := range map[string]struct{ near, speakers float64 }{
		"dev": {0.92, 0.96}, "test": {0.92, 0.95},
	} {
		t.Run(part, func(t *testing.T) {
			docs, err := polnear.Read(os.DirFS(filepath.Join(shared(t), "ner", "eval", "quotes_polnear", part)))
			if err != nil {
				t.Skip("no evaluation data: ", err)
			}
			var all quotes.Figures
			for i := range docs {
				e, gold := enrich(t, docs[i].Article()), goldOf(&docs[i])
				all = all.Add(quotes.Score(&e, gold))
				if os.Getenv("DATELINE_SHOW") != "" && part == "dev" {
					show(t, &e, gold)
				}
			}
			exact, near := all.ExactScores(), all.NearScores()
			t.Logf("%d documents, %+v\nexact %.3f\nnear  %.3f", len(docs), all, exact, near)
			speakers := share(all.NamedRight, all.NamedGiven)
			t.Logf("whole %.3f, cues %.3f, speakers: right %.3f, of all that have names %.3f, none for those without names %.3f, pronouns given %.3f",
				share(all.WholeNear, all.Whole), share(all.CuesRight, all.Cues), speakers, share(all.NamedRight, all.Named),
				1-share(all.UnnamedGiven, all.Unnamed), share(all.PronounsGiven, all.Pronouns))
			if near.F1 < least.near || speakers < least.speakers {
				t.Errorf("want F1 %.2f, speakers %.2f", least.near, least.speakers)
			}
		})
	}
}

func share(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

// show prints what is missed and wrong.
func show(t *testing.T, e *schema.Enriched, gold []quotes.Said) {
	found := map[[2]int]schema.Quote{}
	for _, q := range e.Quotes {
		found[[2]int{q.Index, q.Start}] = q
	}
	for _, s := range gold {
		q, ok := found[[2]int{s.Index, s.Start}]
		delete(found, [2]int{s.Index, s.Start})
		around := e.Body[s.Index][max(0, s.Start-90):s.Start] + "<<<" + s.Text + ">>>" + e.Body[s.Index][s.End:min(len(e.Body[s.Index]), s.End+70)]
		switch {
		case !ok && (s.Whole || len(strings.Fields(s.Text)) >= quotes.MinWords):
			t.Logf("MISSED %s", around)
		case ok && q.Speaker == "" && named(e, s.Source) || ok && q.Speaker != "" && !named(e, s.Source) && !strings.EqualFold(s.Source.Text, "he") && !strings.EqualFold(s.Source.Text, "she"):
			t.Logf("SPEAKER %q is %q cue %q: %s", s.Source.Text, q.Speaker, q.Cue, around)
		}
	}
	for _, q := range found {
		t.Logf("WRONG by %q %q: %s<<<%s>>>%s", q.Speaker, q.Cue, e.Body[q.Index][max(0, q.Start-90):q.Start], q.Text, e.Body[q.Index][q.End:min(len(e.Body[q.Index]), q.End+50)])
	}
}

func named(e *schema.Enriched, span schema.Mention) bool {
	for _, entity := range e.Entities {
		for _, m := range entity.Mentions {
			if m.Index == span.Index && m.Start >= span.Start && m.End <= span.End {
				return true
			}
		}
	}
	return false
}
