package places_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/places"
)

func enrich(t testing.TB, e schema.Enriched) schema.Enriched {
	t.Helper()
	if err := places.New().Enrich(context.Background(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func location(country string, salience float64) schema.Entity {
	return schema.Entity{ID: "x", Type: schema.Location, Country: country, Salience: salience}
}

func TestCountries(t *testing.T) {
	org := location("PE", 1)
	org.Type = schema.Organization
	for name, test := range map[string]struct {
		entities []schema.Entity
		want     string
	}{
		"none":               {nil, ""},
		"one":                {[]schema.Entity{location("PE", 0.2)}, "PE"},
		"most salient":       {[]schema.Entity{location("PE", 0.2), location("KE", 0.3)}, "KE PE"},
		"sum":                {[]schema.Entity{location("PE", 0.2), location("KE", 0.3), location("PE", 0.2)}, "PE KE"},
		"as salient":         {[]schema.Entity{location("PE", 0.2), location("KE", 0.2)}, "KE PE"},
		"without salience":   {[]schema.Entity{location("PE", 0), location("KE", 0)}, "KE PE"},
		"place of none":      {[]schema.Entity{location("", 0.9), location("KE", 0.2)}, "KE"},
		"places alone count": {[]schema.Entity{org, location("KE", 0.2)}, "KE"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(enrich(t, schema.Enriched{Entities: test.entities}).Countries, " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// inLead is an article whose lead begins with a place, and has another later.
func inLead(lead string) schema.Enriched {
	first := strings.IndexAny(lead, " ,-–—/:(?")
	if strings.HasPrefix(lead, "NEW YORK") {
		first = len("NEW YORK")
	}
	if first < 0 {
		first = len(lead)
	}
	e := schema.Enriched{Article: schema.Article{Lead: lead}}
	e.Entities = []schema.Entity{{ID: "place", Type: schema.Location, Mentions: []schema.Mention{
		{Field: schema.FieldLead, Start: 0, End: first, Text: lead[:first]},
	}}}
	return e
}

func TestDateline(t *testing.T) {
	for text, want := range map[string]bool{
		"GENEVA (Reuters) - Talks began.":                       true,
		"GENEVA (Reuters)- Talks began.":                        true,
		"GENEVA (Reuters)-Talks began.":                         true,
		"GENEVA, March 3 (Zork Newswire) — Talks began.":        true,
		"GENEVA, 3 March 2024 – Talks began.":                   true,
		"GENEVA/LIMA - Talks began.":                            true,
		"NEW YORK, N.Y. - Talks began.":                         true,
		"Geneva - Talks began.":                                 true,
		"Geneva –Talks began.":                                  true,
		"Geneva—Talks began.":                                   true,
		"GENEVA (the last of the agencies) - Talks began.":      true,
		"Geneva-based talks began.":                             false,
		"Geneva talks - they began.":                            false,
		"Geneva: talks - they began.":                           false,
		"Geneva? Talks - they began.":                           false,
		"Geneva":                                                false,
		"Geneva (Reuters) Talks began.":                         false,
		"GENEVA, A, B, C, D, E, F, G, H, I - Talks began again": false,
		"Geneva\n- a list":                                      false,
		"日内瓦 - 会谈开始":                                            true,
	} {
		if got := enrich(t, inLead(text)).DatelinePlace == "place"; got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

// Where the dateline stands, and what it needs.
func TestDatelinePlace(t *testing.T) {
	const line = "GENEVA (Reuters) - Talks began."
	mention := func(field schema.Field, index, start, end int) schema.Mention {
		return schema.Mention{Field: field, Index: index, Start: start, End: end}
	}
	for name, test := range map[string]struct {
		article schema.Article
		typ     schema.EntityType
		mention schema.Mention
		want    string
	}{
		"lead":             {schema.Article{Lead: line}, schema.Location, mention(schema.FieldLead, 0, 0, 6), "geneva"},
		"first paragraph":  {schema.Article{Lead: "Zork.", Body: []string{line}}, schema.Location, mention(schema.FieldBody, 0, 0, 6), "geneva"},
		"second paragraph": {schema.Article{Body: []string{"Zork.", line}}, schema.Location, mention(schema.FieldBody, 1, 0, 6), ""},
		"headline":         {schema.Article{Headline: line}, schema.Location, mention(schema.FieldHeadline, 0, 0, 6), ""},
		"after a space":    {schema.Article{Lead: " " + line}, schema.Location, mention(schema.FieldLead, 0, 1, 7), "geneva"},
		"not at the start": {schema.Article{Lead: "In " + line}, schema.Location, mention(schema.FieldLead, 0, 3, 9), ""},
		"no place":         {schema.Article{Lead: line}, schema.Organization, mention(schema.FieldLead, 0, 0, 6), ""},
		"other mention":    {schema.Article{Lead: line}, schema.Location, mention(schema.FieldBody, 0, 0, 6), ""},
		"beyond the text":  {schema.Article{Lead: line}, schema.Location, mention(schema.FieldLead, 0, 0, 600), ""},
		"no text":          {schema.Article{}, schema.Location, mention(schema.FieldLead, 0, 0, 6), ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := schema.Enriched{Article: test.article, Entities: []schema.Entity{
				{ID: "geneva", Type: test.typ, Mentions: []schema.Mention{test.mention}},
			}}
			if got := enrich(t, e).DatelinePlace; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestStep(t *testing.T) {
	s := places.New()
	if s.Name() != "places" || s.Model().Step != "places" || s.Model().Version == "" {
		t.Errorf("got %s, %+v", s.Name(), s.Model())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Enrich(ctx, &schema.Enriched{}); err == nil {
		t.Error("no error")
	}
}

func FuzzEnrich(f *testing.F) {
	f.Add("GENEVA (Reuters) - Talks", 0, 6)
	f.Add("\xff - ", 0, 1)
	f.Fuzz(func(t *testing.T, lead string, start, end int) {
		if end < 0 || start < 0 {
			return // No step makes such a mention.
		}
		e := schema.Enriched{Article: schema.Article{Lead: lead, Body: []string{lead}}, Entities: []schema.Entity{
			{ID: "x", Type: schema.Location, Country: lead, Mentions: []schema.Mention{{Field: schema.FieldLead, Start: start, End: end}}},
		}}
		if got := enrich(t, e).DatelinePlace; got != "" && got != "x" {
			t.Errorf("got %q", got)
		}
	})
}
