package gazetteer_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dateline-news/dateline/pkg/schema"
	"github.com/dateline-news/dateline/services/enricher/steps/gazetteer"
)

// load makes the step once for all tests: it is safe for concurrent use.
var load = sync.OnceValues(gazetteer.New)

func enrich(t testing.TB, a schema.Article) schema.Enriched {
	t.Helper()
	step, err := load()
	if err != nil {
		t.Fatal(err)
	}
	e := schema.Enriched{Article: a}
	if err := step.Enrich(context.Background(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// mentions are "id:text" of all mentions, in reading order.
func mentions(e schema.Enriched) []string {
	type at struct {
		field schema.Field
		index int
		start int
		what  string
	}
	var all []at
	for _, entity := range e.Entities {
		for _, m := range entity.Mentions {
			all = append(all, at{m.Field, m.Index, m.Start, entity.ID + ":" + m.Text})
		}
	}
	slices.SortFunc(all, func(a, b at) int {
		if a.field != b.field {
			return -strings.Compare(string(a.field), string(b.field)) // lead, headline, body
		}
		return (a.index-b.index)*1_000_000 + a.start - b.start
	})
	var texts []string
	for _, m := range all {
		texts = append(texts, m.what)
	}
	return texts
}

func body(paragraphs ...string) schema.Article {
	return schema.Article{Language: "en", Body: paragraphs}
}

func TestNames(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		// Places.
		"country":           {"Farmers in Kenya and Peru agreed.", []string{"q114:Kenya", "q419:Peru"}},
		"aliases":           {"The U.S., the UK, Britain and the UAE.", []string{"q30:U.S.", "q145:UK", "q145:Britain", "q878:UAE"}},
		"word us":           {"They told us of it.", nil},
		"dollar":            {"It costs US$5.", nil},
		"compound":          {"A US-led plan for Guinea-Bissau.", []string{"q30:US", "q1007:Guinea-Bissau"}},
		"possessive":        {"France’s ports and Spain's ports.", []string{"q142:France", "q29:Spain"}},
		"demonym":           {"The French and Kenyan teams met.", nil},
		"city":              {"Ferries from Geneva to Zürich.", []string{"geneva_ch:Geneva", "zurich_ch:Zürich"}},
		"most populous":     {"It rained in Birmingham.", []string{"birmingham_gb:Birmingham"}},
		"said after":        {"It rained in Birmingham, Alabama.", []string{"birmingham_us:Birmingham", "alabama_us:Alabama"}},
		"country context":   {"Canada won. London is in the province.", []string{"q16:Canada", "london_ca:London"}},
		"city before state": {"New York and Washington met.", []string{"new_york_us:New York", "washington_us:Washington"}},
		"common word":       {"Nice people like Reading and Mobile phones.", nil},
		"soft place":        {"Austin is kind. She lives in Austin.", []string{"austin_us:Austin"}},
		"part of a name":    {"The Baltimore Orioles won.", nil},
		"region":            {"Storms in Texas and the Middle East.", []string{"texas_us:Texas", "q7204:Middle East"}},
		"place by its word": {"Boats on Lake Kivu and in Borama District.", []string{"lake_kivu:Lake Kivu", "borama_district:Borama District"}},
		"gulf of":           {"Piracy in the Gulf of Guinea.", []string{"gulf_of_guinea:Gulf of Guinea"}},
		"address":           {"See www.example.org/France-and-Kenya now.", nil},
		// People.
		"first name":         {"Then Maria Okello spoke.", []string{"maria_okello:Maria Okello"}},
		"particle":           {"Then Pieter van der Merwe spoke.", []string{"pieter_van_der_merwe:Pieter van der Merwe"}},
		"initial":            {"Then Maria J. Okello met Maria Okello.", []string{"maria_j_okello:Maria J. Okello", "maria_j_okello:Maria Okello"}},
		"title":              {"Mr Zzyx met Dr. Qwop.", []string{"zzyx:Zzyx", "qwop:Qwop"}},
		"role":               {"It was spokesman Zork Blix who spoke.", []string{"zork_blix:Zork Blix"}},
		"later by surname":   {"Maria Okello came. Ms Okello sat. Okello spoke.", []string{"maria_okello:Maria Okello", "maria_okello:Okello", "maria_okello:Okello"}},
		"earlier by surname": {"Okello wins. Maria Okello came.", []string{"maria_okello:Okello", "maria_okello:Maria Okello"}},
		"family name first":  {"Li Keqing came. Li spoke.", []string{"li_keqing:Li Keqing", "li_keqing:Li"}},
		"given name joined":  {"Ban Ki-moon came.", []string{"ban_ki-moon:Ban Ki-moon"}},
		"well known":         {"Angela Merkel came. Merkel spoke.", []string{"q567:Angela Merkel", "q567:Merkel"}},
		"namesake":           {"Petra Merkel came. Merkel spoke.", []string{"petra_merkel:Petra Merkel", "petra_merkel:Merkel"}},
		"no person":          {"The Davis Cup and the Roman Empire ended in March.", nil},
		"month":              {"Theresa May met Mrs May in May.", []string{"theresa_may:Theresa May", "may:May"}},
		"apostrophe":         {"Then Brian O’Hara spoke.", []string{"brian_ohara:Brian O’Hara"}},
		"person not place":   {"George Washington came. Washington spoke.", []string{"george_washington:George Washington", "george_washington:Washington"}},
		// Organizations.
		"listed":            {"Talks at the UN and NATO.", []string{"q1065:UN", "q7184:NATO"}},
		"by its last word":  {"Kampala Science Institute paid Zorbex Holdings Ltd.", []string{"kampala_science_institute:Kampala Science Institute", "zorbex_holdings_ltd:Zorbex Holdings Ltd."}},
		"by its first word": {"The Ministry of Public Works and the Bank of Zambia agreed.", []string{"ministry_of_public_works:Ministry of Public Works", "bank_of_zambia:Bank of Zambia"}},
		"no name":           {"The Bank and the University agreed.", nil},
		"acronym":           {"The Lake Fishers Association (LFA) met. LFA voted.", []string{"lake_fishers_association:Lake Fishers Association", "lake_fishers_association:LFA", "lake_fishers_association:LFA"}},
		"other acronym":     {"Gross Domestic Product (GDP) rose. GDP fell.", nil},
		"place in its name": {"Students of Lagos State University came.", []string{"lagos_state_university:Lagos State University"}},
		// Nothing.
		"empty":  {"", nil},
		"spaces": {"  \t ", nil},
		"marks":  {"(-) ... “” '’ & -", nil},
		"handle": {"@Reuters wrote to @France.", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mentions(enrich(t, body(test.text))); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestLink(t *testing.T) {
	e := enrich(t, body("Rains reached Geneva, and later Russia."))
	for i, want := range []schema.Entity{
		{ID: "geneva_ch", Type: schema.Location, Name: "Geneva", GeoNames: "2660646", Country: "CH"},
		{ID: "q159", Type: schema.Location, Name: "Russia", Wikidata: "Q159", GeoNames: "2017370", Country: "RU"},
	} {
		got := e.Entities[i]
		got.Salience, got.Mentions = 0, nil
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

// A legislator of the United States is linked where the text is on politics there.
func TestLinkLegislator(t *testing.T) {
	for text, want := range map[string]string{
		"Maria Cantwell opened the shop.":                                   "maria_cantwell",
		"Republicans in the U.S. objected. Maria Cantwell opened the shop.": "q22250",
	} {
		e := enrich(t, body(text))
		if !slices.ContainsFunc(e.Entities, func(x schema.Entity) bool { return x.ID == want }) {
			t.Errorf("%q: got %q, want %s", text, mentions(e), want)
		}
	}
}

func TestFields(t *testing.T) {
	e := enrich(t, schema.Article{
		Language: "en", Headline: "Okello visits Peru", Lead: "Maria Okello flew.", Body: []string{"Rain.", "Peru it was."},
	})
	want := []schema.Mention{
		{Field: schema.FieldHeadline, Start: 14, End: 18, Text: "Peru"},
		{Field: schema.FieldBody, Index: 1, Start: 0, End: 4, Text: "Peru"},
	}
	i := slices.IndexFunc(e.Entities, func(x schema.Entity) bool { return x.ID == "q419" })
	if i < 0 || !slices.Equal(e.Entities[i].Mentions, want) {
		t.Errorf("got %+v", e.Entities)
	}
}

func TestCapitals(t *testing.T) {
	for name, test := range map[string]struct {
		headline string
		want     []string
	}{
		"sentence":                    {"Ministers of Peru meet Maria Okello", []string{"q419:Peru", "maria_okello:Maria Okello"}},
		"title case":                  {"Ministers From Peru Meet Grant Money Board", []string{"q419:Peru"}},
		"capitals":                    {"PERU TELLS US WHO WILL PAY", []string{"q419:PERU"}},
		"acronym":                     {"UN Tells Peru To Share Its Fish Again", []string{"q1065:UN", "q419:Peru"}},
		"no first name in title case": {"Grace Under Fire As Maria Storms Out", nil},
		"no title in title case":      {"Mr Zork Goes To Lima With Blix", []string{"lima_pe:Lima"}},
		"person of the list":          {"Angela Merkel Visits Peru With Many People", []string{"q567:Angela Merkel", "q419:Peru"}},
		"capitals with points":        {"U.S. TELLS KENYA TO PAY", []string{"q30:U.S.", "q114:KENYA"}},
		"acronym in capitals":         {"NATO MEETS IN GENEVA", []string{"q7184:NATO", "geneva_ch:GENEVA"}},
		"company in capitals":         {"ZORK HOLDINGS PAYS PERU", []string{"q419:PERU"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mentions(enrich(t, schema.Article{Language: "en", Headline: test.headline})); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// What the article explains, its headline may use, however it is written.
func TestHeadlineUsesTheBody(t *testing.T) {
	for headline, want := range map[string]string{
		"Okello leaves the LFA":                     "maria_okello:Okello lake_fishers_association:LFA",
		"Okello Leaves The LFA After Many Years":    "maria_okello:Okello lake_fishers_association:LFA",
		"OKELLO LEAVES THE LFA":                     "maria_okello:OKELLO lake_fishers_association:LFA",
		"Okello’s LFA-led plan":                     "maria_okello:Okello lake_fishers_association:LFA",
		"Fishers leave the association with regret": "",
	} {
		e := enrich(t, schema.Article{
			Language: "en", Headline: headline,
			Body: []string{"Maria Okello led the Lake Fishers Association (LFA)."},
		})
		all := mentions(e)
		if got := strings.Join(all[:len(all)-3], " "); got != want {
			t.Errorf("%q: got %q, want %q", headline, got, want)
		}
	}
}

// The rules are for English: in other languages the lists alone count.
func TestLanguage(t *testing.T) {
	for language, want := range map[string]int{"en": 2, "en-GB": 2, "und": 2, "": 2, "de": 1, "pt-BR": 1} {
		a := body("Maria Okello, Peru.")
		a.Language = language
		if got := mentions(enrich(t, a)); len(got) != want {
			t.Errorf("%q: got %q, want %d", language, got, want)
		}
	}
}

// In other languages, and other scripts, the lists find what they have.
func TestOtherLanguages(t *testing.T) {
	for name, test := range map[string]struct {
		language, text string
		want           []string
	}{
		"german":     {"de", "Frau Okello reist nach Genf und Zürich.", []string{"zurich_ch:Zürich"}},
		"spanish":    {"es", "El señor Pérez vive en Bogotá y en México.", []string{"bogota_co:Bogotá", "q96:México"}},
		"french":     {"fr", "C’est à Genève, pas à N’Djamena.", []string{"geneva_ch:Genève", "ndjamena_td:N’Djamena"}},
		"portuguese": {"pt-BR", "A ONU vai a São Paulo.", []string{"sao_paulo_br:São Paulo"}},
		"russian":    {"ru", "NATO и ООН молчат.", []string{"q7184:NATO"}},
		"arabic":     {"ar", "قالت NATO في Geneva إن.", []string{"q7184:NATO", "geneva_ch:Geneva"}},
		"chinese":    {"zh", "北京（Reuters）— Kenya。", []string{"q130879:Reuters", "q114:Kenya"}},
		"no rules":   {"de", "Maria Okello und Mr Zork von Zork Holdings.", nil},
		"dateline":   {"de", "BERLIN (Zork) - Es regnet.", []string{"berlin_de:BERLIN"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := body(test.text)
			a.Language = test.language
			if got := mentions(enrich(t, a)); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestDateline(t *testing.T) {
	for text, want := range map[string]string{
		"GENEVA (Reuters) - Talks began.":          "geneva_ch",
		"GENEVA, May 3 (Newswire) — Talks began.":  "geneva_ch",
		"KAMPALA, Uganda - Talks began.":           "kampala_ug",
		"Lima – Talks began.":                      "lima_pe",
		"Geneva talks began.":                      "",
		"Geneva-based talks began.":                "",
		"Geneva, where talks began - at last.":     "",
		"Talks in Geneva - they began.":            "",
		"Maria Okello - who leads - came to Lima.": "",
	} {
		if got := enrich(t, schema.Article{Language: "en", Lead: text}).DatelinePlace; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if got := enrich(t, body(text)).DatelinePlace; got != want {
			t.Errorf("%q in the body: got %q, want %q", text, got, want)
		}
	}
}

func TestCountriesAndSalience(t *testing.T) {
	e := enrich(t, schema.Article{
		Language: "en", Headline: "Peru floods", Lead: "Peru is under water.", Body: []string{"Lima is dry.", "Kenya helps."},
	})
	if !slices.Equal(e.Countries, []string{"PE", "KE"}) {
		t.Errorf("countries are %v", e.Countries)
	}
	if e.Entities[0].ID != "q419" || e.Entities[0].Salience != 0.62 {
		t.Errorf("the first is %s, %v", e.Entities[0].ID, e.Entities[0].Salience)
	}
}

func TestPublisher(t *testing.T) {
	a := body("He told the Zanzi Gazetteer so.")
	if got := mentions(enrich(t, a)); got != nil {
		t.Errorf("unknown publisher: %q", got)
	}
	a.Source.Name = "The Zanzi Gazetteer"
	if got := mentions(enrich(t, a)); !slices.Equal(got, []string{"zanzi_gazetteer:Zanzi Gazetteer"}) {
		t.Errorf("got %q", got)
	}
}

func TestIDsAreUnique(t *testing.T) {
	e := enrich(t, body("Mr Lima flew to the Bank of Lima in Lima."))
	seen := map[string]bool{}
	for _, x := range e.Entities {
		if seen[x.ID] || schema.Token(x.ID) == "" {
			t.Errorf("%s is there twice", x.ID)
		}
		seen[x.ID] = true
	}
}
