package kb_test

import (
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/kb"
)

func TestKinds(t *testing.T) {
	types := map[kb.Kind]schema.EntityType{
		kb.Country: schema.Location, kb.Region: schema.Location, kb.City: schema.Location, kb.Place: schema.Location,
		kb.Organization: schema.Organization, kb.Person: schema.Person, kb.Figure: schema.Person, 0: "", 99: "",
	}
	for kind, want := range types {
		if got := kind.Type(); got != want {
			t.Errorf("%s: got %s, want %s", kind, got, want)
		}
		if again, ok := kb.KindOf(kind.String()); ok != (want != "") || ok && again != kind {
			t.Errorf("%s: got %s, %t", kind, again, ok)
		}
	}
}

func TestID(t *testing.T) {
	for want, e := range map[string]kb.Entity{
		"q159":                 {QID: 159, Name: "Russia", Country: "RU", Parts: 3},
		"geneva_ch":            {Name: "Geneva", Country: "CH", Admin: "GE", GeoNamesID: 1, Parts: 1},
		"new_york_us_ny":       {Name: "New York", Country: "US", Admin: "NY", Parts: 2},
		"zork_us_17_123":       {Name: "Zork", Country: "US", Admin: "17", GeoNamesID: 123, Parts: 3},
		"zork_us":              {Name: "Zork", Country: "US", Parts: 3},
		"arab_league":          {Name: "Arab League", Parts: 1},
		"sao_paulo_br":         {Name: "São Paulo", Country: "BR", Parts: 1},
		"st_louis_us":          {Name: "St. Louis", Country: "US", Parts: 1},
		"cote_divoire":         {Name: "Côte d’Ivoire"},
		"=E4=B8=AD":            {Name: "中"},
		"jack_henry_=26_assoc": {Name: "Jack Henry & Assoc"},
	} {
		if got := e.ID(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestSame(t *testing.T) {
	for name, test := range map[string]struct {
		a, b kb.Entity
		want bool
	}{
		"item":             {kb.Entity{QID: 1, GeoNamesID: 2}, kb.Entity{QID: 1}, true},
		"other item":       {kb.Entity{QID: 1, GeoNamesID: 2}, kb.Entity{QID: 2, GeoNamesID: 2}, false},
		"place":            {kb.Entity{GeoNamesID: 2}, kb.Entity{QID: 2, GeoNamesID: 2}, true},
		"other place":      {kb.Entity{GeoNamesID: 2}, kb.Entity{GeoNamesID: 3}, false},
		"neither has both": {kb.Entity{QID: 1}, kb.Entity{GeoNamesID: 1}, false},
		"nothing known":    {kb.Entity{Name: "x"}, kb.Entity{Name: "x"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if test.a.Same(test.b) != test.want || test.b.Same(test.a) != test.want {
				t.Errorf("want %t", test.want)
			}
		})
	}
}

func TestContains(t *testing.T) {
	lima := kb.Entity{Kind: kb.City, Country: "PE", Admin: "15"}
	zork := kb.Entity{Kind: kb.City, Country: "PE", Admin: "Q77"}
	for name, test := range map[string]struct {
		where, what kb.Entity
		want        bool
	}{
		"country":         {kb.Entity{Kind: kb.Country, Country: "PE"}, lima, true},
		"other country":   {kb.Entity{Kind: kb.Country, Country: "KE"}, lima, false},
		"region":          {kb.Entity{Kind: kb.Region, Country: "PE", Admin: "15"}, lima, true},
		"other region":    {kb.Entity{Kind: kb.Region, Country: "PE", Admin: "14"}, lima, false},
		"region abroad":   {kb.Entity{Kind: kb.Region, Country: "KE", Admin: "15"}, lima, false},
		"region by item":  {kb.Entity{Kind: kb.Region, Country: "PE", QID: 77}, zork, true},
		"region of none":  {kb.Entity{Kind: kb.Region}, kb.Entity{Kind: kb.City}, false},
		"itself":          {lima, lima, false},
		"country, region": {kb.Entity{Kind: kb.Country, Country: "PE"}, kb.Entity{Kind: kb.Region, Country: "PE"}, true},
		"region, country": {kb.Entity{Kind: kb.Region, Country: "PE"}, kb.Entity{Kind: kb.Country, Country: "PE"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.where.Contains(&test.what); got != test.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestKey(t *testing.T) {
	for name, want := range map[string]string{
		"United States": "united states", "U.S.": "us", "US": "us", "Guinea-Bissau": "guinea bissau",
		"Côte d’Ivoire": "cote divoire", "Cote d'Ivoire": "cote divoire", "  two  spaces ": "two spaces",
		"St. Louis": "st louis", "AT&T": "at t", "3M": "3m", "中国": "中 国", "กรุงเทพ": "ก รุ ง เ ท พ",
		"Российская Федерация": "россииская федерация", "ألمانيا": "المانيا", "": "", "—": "", "İzmir": "izmir",
		"McDonald's": "mcdonald s", "a b c d e f g h": "a b c d e f g h", "a b c d e f g h i": "",
	} {
		if got := string(kb.Key(nil, name)); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Sergei Ryabkov": "sergei_ryabkov", "O’Brien": "obrien", "J.R. Zork, Jr.": "jr_zork_jr", "": "_", "\xff": "=EF=BF=BD",
	} {
		if got := kb.Slug(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
