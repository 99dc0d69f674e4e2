package pack_test

import (
	"testing"

	"github.com/dateline-news/dateline/services/enricher/kb"
	"github.com/dateline-news/dateline/services/enricher/kb/pack"
)

func load(t testing.TB) *kb.Base {
	t.Helper()
	b, err := pack.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestInfo(t *testing.T) {
	info := load(t).Info()
	for kind, least := range map[kb.Kind]int{
		kb.Country: 240, kb.Region: 3900, kb.City: 48_000, kb.Organization: 600, kb.Person: 500, kb.Figure: 30,
	} {
		if info.Kinds[kind] < least {
			t.Errorf("%d of kind %s, want %d", info.Kinds[kind], kind, least)
		}
	}
}

// Ids are a contract: people subscribe to them. These have been given out.
func TestIDs(t *testing.T) {
	b := load(t)
	for name, id := range map[string]string{
		"Russia": "q159", "Geneva": "geneva_ch", "New York": "new_york_us", "London": "london_gb", "Paris": "paris_fr",
		"Springfield": "springfield_us", "Birmingham": "birmingham_gb", "Washington": "washington_us", "Hyderabad": "hyderabad_in",
		"Kyiv": "kyiv_ua", "São Paulo": "sao_paulo_br", "Saint-Denis": "saint-denis_re_re", "Cayenne": "cayenne_gf_gf", "Texas": "texas_us",
		"NATO": "q7184", "Arab League": "arab_league", "Putin": "q7747", "Crimea": "q7835", "Namibia": "q1030", "Zurich": "zurich_ch",
	} {
		got := ""
		for _, c := range b.Find(nil, kb.Key(nil, name)) {
			if got == "" && c.Written&kb.Marked == 0 {
				got = c.ID()
			}
		}
		if got != id {
			t.Errorf("%s: got %s, want %s", name, got, id)
		}
	}
	second := map[string]string{"New York": "new_york_us_ny", "Springfield": "springfield_us_ma", "London": "london_ca", "Birmingham": "birmingham_us", "Hyderabad": "hyderabad_pk"}
	for name, id := range second {
		if found := b.Find(nil, kb.Key(nil, name)); len(found) < 2 || found[1].ID() != id {
			t.Errorf("%s: want %s second, got %+v", name, id, found)
		}
	}
}

// Every place lies somewhere on earth, and every country has its ids.
func TestCountries(t *testing.T) {
	b := load(t)
	codes := b.Countries()
	if len(codes) < 240 || codes[159] != "RU" || codes[30] != "US" || codes[55] != "NL" {
		t.Errorf("%d countries", len(codes))
	}
	for _, name := range []string{"Russia", "Peru", "US", "Deutschland", "Kenya", "Alberta", "Texas", "Lima", "Europe"} {
		for _, c := range b.Find(nil, kb.Key(nil, name)) {
			if !c.Located() || c.Kind == kb.Country && (c.QID == 0 || c.GeoNamesID == 0) {
				t.Errorf("%s: got %+v", name, c)
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		load(b)
	}
}

func BenchmarkFind(b *testing.B) {
	base := load(b)
	for _, name := range []string{"Peru", "Springfield", "Zorkville"} {
		b.Run(name, func(b *testing.B) {
			key := kb.Key(nil, name)
			found := base.Find(nil, key)
			b.ReportAllocs()
			for b.Loop() {
				found = base.Find(found[:0], key)
			}
		})
	}
}
