package gazetteer

import (
	"slices"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
)

func TestSalience(t *testing.T) {
	const h, l, b = schema.FieldHeadline, schema.FieldLead, schema.FieldBody
	for name, test := range map[string]struct {
		fields []schema.Field
		want   float64
	}{
		"body":                 {[]schema.Field{b}, 0.17},
		"body twice":           {[]schema.Field{b, b}, 0.29},
		"lead":                 {[]schema.Field{l}, 0.38},
		"headline":             {[]schema.Field{h}, 0.5},
		"headline twice":       {[]schema.Field{h, h}, 0.55},
		"headline and lead":    {[]schema.Field{h, l}, 0.62},
		"all and one more":     {[]schema.Field{h, l, b, b}, 0.67},
		"never more than 1":    {slices.Repeat([]schema.Field{h}, maxMentions), 0.98},
		"lead after the body?": {[]schema.Field{b, l}, 0.44},
	} {
		t.Run(name, func(t *testing.T) {
			mentions := make([]schema.Mention, len(test.fields))
			for i, field := range test.fields {
				mentions[i].Field = field
			}
			if got := salience(mentions); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestComparePosition(t *testing.T) {
	ordered := []schema.Mention{
		{Field: schema.FieldHeadline, Start: 0}, {Field: schema.FieldHeadline, Start: 9},
		{Field: schema.FieldLead, Start: 0}, {Field: schema.FieldLead, Start: 3},
		{Field: schema.FieldBody, Index: 0, Start: 7}, {Field: schema.FieldBody, Index: 1, Start: 0},
	}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := comparePosition(a, b); got < 0 != (i < j) || got > 0 != (i > j) {
				t.Errorf("%+v and %+v: got %d", a, b, got)
			}
		}
	}
}

func TestDistinguish(t *testing.T) {
	const p, o, l = schema.Person, schema.Organization, schema.Location
	for name, test := range map[string]struct{ in, want []schema.Entity }{
		"nothing": {nil, nil},
		"apart":   {[]schema.Entity{{ID: "a", Type: p}, {ID: "b", Type: p}}, []schema.Entity{{ID: "a"}, {ID: "b"}}},
		"two": {
			[]schema.Entity{{ID: "a", Type: p}, {ID: "a", Type: o}},
			[]schema.Entity{{ID: "a"}, {ID: "a_organization"}},
		},
		"three": {
			[]schema.Entity{{ID: "a", Type: p}, {ID: "a", Type: o}, {ID: "a", Type: l}},
			[]schema.Entity{{ID: "a"}, {ID: "a_organization"}, {ID: "a_location"}},
		},
		"the new id is taken": {
			[]schema.Entity{{ID: "a_organization", Type: o}, {ID: "a", Type: p}, {ID: "a", Type: o}},
			[]schema.Entity{{ID: "a_organization"}, {ID: "a"}, {ID: "a_organization_organization"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			distinguish(test.in)
			for i, want := range test.want {
				if test.in[i].ID != want.ID {
					t.Errorf("%d: got %s, want %s", i, test.in[i].ID, want.ID)
				}
			}
		})
	}
}

func TestCountriesOf(t *testing.T) {
	place := func(country string, salience float64) schema.Entity {
		return schema.Entity{Type: schema.Location, Country: country, Salience: salience}
	}
	for name, test := range map[string]struct {
		entities []schema.Entity
		want     []string
	}{
		"none":            {nil, nil},
		"by salience":     {[]schema.Entity{place("PE", 0.2), place("KE", 0.5)}, []string{"KE", "PE"}},
		"summed":          {[]schema.Entity{place("KE", 0.5), place("PE", 0.3), place("PE", 0.3)}, []string{"PE", "KE"}},
		"equal":           {[]schema.Entity{place("PE", 0.2), place("KE", 0.2)}, []string{"KE", "PE"}},
		"no country":      {[]schema.Entity{place("", 0.2)}, nil},
		"no place":        {[]schema.Entity{{Type: schema.Organization, Country: "PE", Salience: 1}}, nil},
		"place of a land": {[]schema.Entity{place("PE", 0.2), place("PE", 0.2)}, []string{"PE"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := countriesOf(test.entities); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// The most salient come first, of equal ones the first that is named.
func TestOrder(t *testing.T) {
	e := enriched(t, "Togo, Peru and Kenya met.", "Kenya left.")
	var got []string
	for _, x := range e.Entities {
		got = append(got, x.Name)
	}
	if want := []string{"Kenya", "Togo", "Peru"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// What steps before it found is kept, and counts for the countries.
func TestAddsToOtherSteps(t *testing.T) {
	step := &Step{lexicon: lexiconOf(t)}
	e := schema.Enriched{
		Article:  schema.Article{Language: "en", Headline: "Rain in Peru"},
		Entities: []schema.Entity{{ID: "q114", Type: schema.Location, Country: "KE", Salience: 1}},
	}
	if err := step.Enrich(t.Context(), &e); err != nil {
		t.Fatal(err)
	}
	if len(e.Entities) != 2 || e.Entities[0].ID != "q114" || !slices.Equal(e.Countries, []string{"KE", "PE"}) {
		t.Errorf("got %+v, %v", e.Entities, e.Countries)
	}
}
