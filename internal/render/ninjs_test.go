package render_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/render"
	"github.com/dateline-news/dateline/pkg/schema"
)

func TestNinjs(t *testing.T) {
	for _, kind := range []string{"enriched", "articles"} {
		t.Run(kind, func(t *testing.T) {
			got, err := printed(t, render.FormatNinjs, render.Options{}, kind)
			if err != nil {
				t.Fatal(err)
			}
			var indented bytes.Buffer
			if err := json.Indent(&indented, []byte(got), "", "  "); err != nil {
				t.Fatal(err)
			}
			golden(t, kind+".ninjs.golden", indented.String())
		})
	}
}

// TestNinjsValues changes one thing of the article in testdata at a time.
func TestNinjsValues(t *testing.T) {
	day := time.Date(2026, 3, 12, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		change func(*schema.Enriched)
		field  string
		want   any
	}{
		"summary":             {func(e *schema.Enriched) { e.Extent = schema.ExtentSummary }, "representationType", "partial"},
		"withdrawn":           {func(e *schema.Enriched) { e.Event = schema.EventWithdrawn }, "pubStatus", "canceled"},
		"language unknown":    {func(e *schema.Enriched) { e.Language = schema.LanguageUndetermined }, "language", nil},
		"first revision":      {func(e *schema.Enriched) { e.Revision = 1 }, "firstCreated", "2026-03-12T09:00:00Z"},
		"later revision":      {func(e *schema.Enriched) { e.Revision = 3 }, "firstCreated", nil},
		"never fetched":       {func(e *schema.Enriched) { e.Provenance.FetchedAt = time.Time{} }, "versionCreated", nil},
		"day alone":           {func(e *schema.Enriched) { e.Published = nil }, "contentCreated", day.Format(time.RFC3339)},
		"no day":              {func(e *schema.Enriched) { e.Published, e.Date = nil, "12.3.2026" }, "contentCreated", nil},
		"no place":            {func(e *schema.Enriched) { e.DatelinePlace = "" }, "located", nil},
		"place not found":     {func(e *schema.Enriched) { e.DatelinePlace = "bergen" }, "located", nil},
		"no text":             {func(e *schema.Enriched) { e.Lead, e.Body = "", nil }, "bodies", nil},
		"no lead":             {func(e *schema.Enriched) { e.Lead = "" }, "descriptions", nil},
		"no headline":         {func(e *schema.Enriched) { e.Headline = "" }, "headlines", nil},
		"no authors":          {func(e *schema.Enriched) { e.Authors = nil }, "by", nil},
		"rights, no address":  {func(e *schema.Enriched) { e.Rights.License = "see below" }, "rightsInfo", nil},
		"no rights":           {func(e *schema.Enriched) { e.Rights = nil }, "usageTerms", nil},
		"no entities":         {func(e *schema.Enriched) { e.Entities = nil }, "places", nil},
		"address as id":       {func(e *schema.Enriched) { e.ID = "a b/c" }, "uri", "tag:dateline.news,2026:article/a%20b%2Fc"},
		"media, no address":   {func(e *schema.Enriched) { e.Media = e.Media[1:] }, "associations", nil},
		"no source, no feed":  {func(e *schema.Enriched) { e.Attribution, e.Source = nil, schema.Source{} }, "infoSources", nil},
		"no labels of a kind": {func(e *schema.Enriched) { e.Attribution, e.Categories, e.Topics = nil, nil, nil }, "subjects", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var e schema.Enriched
			if err := json.Unmarshal(message(t, render.KindEnriched), &e); err != nil {
				t.Fatal(err)
			}
			test.change(&e)
			if got := ninjs(t, e)[test.field]; got != test.want {
				t.Errorf("%s: got %v, want %v", test.field, got, test.want)
			}
		})
	}
}

// TestNinjsMediaTypes maps media types to the types of news objects.
func TestNinjsMediaTypes(t *testing.T) {
	for mediaType, want := range map[string]any{
		"image/png": "picture", "video/mp4": "video", "audio/mpeg": "audio", "application/pdf": nil, "": nil,
	} {
		t.Run(mediaType, func(t *testing.T) {
			var e schema.Enriched
			e.Media = []schema.Media{{URL: "https://a.example/b", Type: mediaType}}
			parts, ok := ninjs(t, e)["associations"].([]any)
			if !ok || len(parts) != 1 {
				t.Fatalf("got %v", parts)
			}
			part, ok := parts[0].(map[string]any)
			if !ok || part["type"] != want || part["uri"] != "https://a.example/b" {
				t.Errorf("got %v, want %v", part, want)
			}
		})
	}
}

// ninjs prints an article and reads it back.
func ninjs(t *testing.T, e schema.Enriched) map[string]any {
	t.Helper()
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p, err := render.New(render.FormatNinjs, &out, render.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Print(render.KindEnriched, "s", data); err != nil {
		t.Fatal(err)
	}
	var value map[string]any
	if err := json.Unmarshal(out.Bytes(), &value); err != nil {
		t.Fatal(err)
	}
	return value
}
