package enricher_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher"
)

// fake is a step that runs a function.
type fake struct {
	name string
	do   func(*schema.Enriched) error
}

func (f fake) Name() string { return f.name }

func (f fake) Enrich(_ context.Context, e *schema.Enriched) error { return f.do(e) }

// modeled is a fake with a model.
type modeled struct {
	fake
	version string
}

func (m modeled) Model() schema.Model {
	return schema.Model{Step: m.name, Name: "toy", Version: m.version}
}

func adds(m schema.Mention) fake {
	return fake{"adds", func(e *schema.Enriched) error {
		e.Entities = append(e.Entities, schema.Entity{ID: "x", Mentions: []schema.Mention{m}})
		return nil
	}}
}

var harbour = schema.Article{
	ID: "a1", Revision: 2, Event: schema.EventRevised, Date: "2024-05-06",
	Headline: "Café in Malmö burns", Lead: "A fire.", Body: []string{"First.", "Second."},
	URL: "https://example.org/a", Source: schema.Source{Token: "example_org"},
}

func TestEnrichRunsStepsInOrder(t *testing.T) {
	var seen []int
	see := fake{"see", func(e *schema.Enriched) error {
		seen = append(seen, len(e.Entities))
		return nil
	}}
	m := schema.Mention{Field: schema.FieldHeadline, Start: 0, End: 5, Text: "Café"}
	e, err := enricher.Enrich(t.Context(), []enricher.Step{see, adds(m), see}, harbour)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen, []int{0, 1}) {
		t.Errorf("the steps saw %v entities, want [0 1]", seen)
	}
	if e.ID != harbour.ID || len(e.Entities) != 1 {
		t.Errorf("got article %q with %d entities", e.ID, len(e.Entities))
	}
}

func TestEnrichChecksMentions(t *testing.T) {
	for name, test := range map[string]struct {
		mention schema.Mention
		want    error
	}{
		"headline":         {schema.Mention{Field: schema.FieldHeadline, Start: 9, End: 15, Text: "Malmö"}, nil},
		"to the end":       {schema.Mention{Field: schema.FieldLead, Start: 2, End: 7, Text: "fire."}, nil},
		"body":             {schema.Mention{Field: schema.FieldBody, Index: 1, Start: 0, End: 6, Text: "Second"}, nil},
		"other text":       {schema.Mention{Field: schema.FieldBody, Index: 1, Start: 0, End: 5, Text: "First"}, enricher.ErrMention},
		"no paragraph":     {schema.Mention{Field: schema.FieldBody, Index: 2, Start: 0, End: 1, Text: "x"}, enricher.ErrMention},
		"before the first": {schema.Mention{Field: schema.FieldBody, Index: -1, Start: 0, End: 1, Text: "x"}, enricher.ErrMention},
		"no field":         {schema.Mention{Field: "footer", Start: 0, End: 1, Text: "x"}, enricher.ErrMention},
		"negative":         {schema.Mention{Field: schema.FieldLead, Start: -1, End: 1, Text: "A"}, enricher.ErrMention},
		"empty":            {schema.Mention{Field: schema.FieldLead, Start: 1, End: 1}, enricher.ErrMention},
		"beyond the end":   {schema.Mention{Field: schema.FieldLead, Start: 0, End: 99, Text: "A fire."}, enricher.ErrMention},
		"cut character":    {schema.Mention{Field: schema.FieldHeadline, Start: 0, End: 4, Text: "Caf\xc3"}, enricher.ErrMention},
		"within character": {schema.Mention{Field: schema.FieldHeadline, Start: 4, End: 6, Text: "\xa9 "}, enricher.ErrMention},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := enricher.Enrich(t.Context(), []enricher.Step{adds(test.mention)}, harbour); !errors.Is(err, test.want) {
				t.Errorf("entity: got %v, want %v", err, test.want)
			}
			quote := fake{"quote", func(e *schema.Enriched) error {
				e.Quotes = append(e.Quotes, schema.Quote{Mention: test.mention})
				return nil
			}}
			if _, err := enricher.Enrich(t.Context(), []enricher.Step{quote}, harbour); !errors.Is(err, test.want) {
				t.Errorf("quote: got %v, want %v", err, test.want)
			}
		})
	}
}

func TestEnrichNamesTheStepThatFails(t *testing.T) {
	broken := errors.New("broken")
	bad := fake{"bad", func(*schema.Enriched) error { return broken }}
	_, err := enricher.Enrich(t.Context(), []enricher.Step{bad}, harbour)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "step bad") {
		t.Errorf("got %v", err)
	}
}

func TestEnrichPassesOnWhatIsWithdrawn(t *testing.T) {
	never := fake{"never", func(*schema.Enriched) error { return errors.New("ran") }}
	article := harbour
	article.Event = schema.EventWithdrawn
	e, err := enricher.Enrich(t.Context(), []enricher.Step{never}, article)
	if err != nil || e.ID != article.ID || len(e.Entities) > 0 || len(e.Models) != 1 {
		t.Errorf("got %+v, %v", e, err)
	}
}

// english is a step that leaves articles in other languages alone.
type english struct{ fake }

func (english) Skip(a *schema.Article) string {
	if a.Language != "en" {
		return "unsupported language"
	}
	return ""
}

func TestEnrichRecordsWhatIsSkipped(t *testing.T) {
	runs := 0
	step := english{fake{"names", func(*schema.Enriched) error { runs++; return nil }}}
	for language, want := range map[string]string{"en": "", "ru": "unsupported language"} {
		article := harbour
		article.Language = language
		e, err := enricher.Enrich(t.Context(), []enricher.Step{step}, article)
		if err != nil || e.Models[0].Skipped != want {
			t.Errorf("%s: %+v, %v", language, e.Models, err)
		}
	}
	if runs != 1 {
		t.Errorf("ran %d times", runs)
	}
}

func TestModels(t *testing.T) {
	nothing := func(*schema.Enriched) error { return nil }
	steps := []enricher.Step{modeled{fake{"names", nothing}, "3"}, fake{"plain", nothing}}
	e, err := enricher.Enrich(t.Context(), steps, harbour)
	if err != nil {
		t.Fatal(err)
	}
	want := []schema.Model{{Step: "names", Name: "toy", Version: "3"}, {Step: "plain", Name: "plain"}}
	if !slices.Equal(e.Models, want) {
		t.Errorf("got %v, want %v", e.Models, want)
	}
}

func TestStepsAreModeled(t *testing.T) {
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		m, ok := step.(enricher.Modeled)
		if !ok || m.Model().Step != step.Name() || m.Model().Version == "" {
			t.Errorf("step %s does not say what it runs on", step.Name())
		}
	}
}

// The default steps hold the contract that Enrich checks, on articles of many shapes.
func TestStepsPointAtTheText(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("steps", "gazetteer", "testdata", "articles.json"))
	if err != nil {
		t.Fatal(err)
	}
	var articles []schema.Article
	if err := json.Unmarshal(data, &articles); err != nil {
		t.Fatal(err)
	}
	steps, err := enricher.Steps(enricher.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range articles {
		t.Run(a.ID, func(t *testing.T) {
			e, err := enricher.Enrich(t.Context(), steps, a)
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Models) != len(steps) || len(enricher.Pointers(e, 1)) != len(e.Entities) {
				t.Errorf("%d models, %d entities", len(e.Models), len(e.Entities))
			}
		})
	}
}
