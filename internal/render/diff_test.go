package render_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/schema"
)

// diffs prints revisions one after another.
func diffs(t *testing.T, o render.Options, revisions ...schema.Article) string {
	t.Helper()
	var out bytes.Buffer
	p, err := render.New(render.FormatDiff, &out, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range revisions {
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Print(render.KindArticles, "s", data); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestDiffOfRevisions(t *testing.T) {
	at := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	first := schema.Article{
		ID: "1", Revision: 1, Event: schema.EventPublished, Date: "2026-03-12", Language: "en", Extent: schema.ExtentFull,
		Headline: "Ferry is late", Lead: "It was the tide.", Body: []string{"Nobody was hurt.", "The owner said so on Monday."},
		URL: "https://a.example/1", Provenance: schema.Provenance{FetchedAt: at},
	}
	second := first
	second.Revision, second.Event, second.Headline = 2, schema.EventRevised, "Ferry is very late"
	second.Body = []string{"One man was hurt.", "The owner said so on Monday.", "More follows."}
	second.Changed = []string{"headline", "body"}
	second.Provenance.FetchedAt = at.Add(time.Hour)
	third := second
	third.Revision, third.Event, third.Changed = 3, schema.EventWithdrawn, []string{"event"}
	want := strings.Join([]string{
		"revision 1  2026-03-12T09:00:00Z  published",
		"  date      2026-03-12",
		"  headline  Ferry is late",
		"  lead      It was the tide.",
		"  body      2 paragraphs; first: Nobody was hurt.",
		"revision 2  2026-03-12T10:00:00Z  revised  headline, body",
		"  headline  Ferry is {+very+} late",
		"  body      [-Nobody-] {+One man+} was hurt. ¶ The owner said so on Monday. {+¶ More follows.+}",
		"revision 3  2026-03-12T10:00:00Z  withdrawn  event",
		"",
	}, "\n")
	if diff := cmp.Diff(want, diffs(t, render.Options{}, first, second, third)); diff != "" {
		t.Error(diff)
	}
	if got := diffs(t, render.Options{Color: true}, first, second); !strings.Contains(got, "Ferry is \x1b[32m{+very+}\x1b[0m late") {
		t.Errorf("in colour: %q", got)
	}
}

// The difference between two articles is no difference.
func TestDiffOfOtherArticle(t *testing.T) {
	got := diffs(t, render.Options{}, schema.Article{ID: "1", Headline: "A"}, schema.Article{ID: "2", Headline: "B", Body: []string{"P"}})
	if strings.Contains(got, "{+") || !strings.Contains(got, "body      1 paragraph; first: P") {
		t.Error(got)
	}
}

func TestDiffIsSafe(t *testing.T) {
	evil := "a\x1b[2J\u202eb"
	got := diffs(t, render.Options{}, schema.Article{ID: "1", Headline: "x"}, schema.Article{ID: "1", Headline: evil, Event: schema.Event(evil), Changed: []string{evil}})
	if strings.ContainsAny(got, "\x1b\u202e") {
		t.Errorf("%q", got)
	}
}
