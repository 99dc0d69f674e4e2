package gazetteer

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const toyWords = "title\tmr\nstop\tus\n"

const toyEntities = "# kind, name, ...\n" +
	"country\tRuritania\tRU|Kingdom of Ruritania\tQ1\t5\tRR\t\t9\t\n" +
	"city\tStrelsau\t\t\t6\tRR\t01\t8\t\n" +
	"city\tStrelsau\t\t\t7\tRR\t02\t7\t\n" +
	"city\tBo\t\t\t8\tRR\t01\t1\t1\n" +
	"org\tUS\t\t\t\t\t\t0\t\n"

func TestParseEntries(t *testing.T) {
	entries, err := parseEntries(toyEntities)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	if got := strings.Join(ids, " "); got != "q1 strelsau_rr strelsau_rr_02 bo_rr us" {
		t.Errorf("ids are %s", got)
	}
	e := entries[0]
	if e.kind != country || e.Country != "RR" || e.GeoNames != "5" || e.weight != 9 || e.soft ||
		!slices.Equal(e.aliases, []string{"RU", "Kingdom of Ruritania"}) {
		t.Errorf("got %+v", e)
	}
	if bo := entries[3]; !bo.soft || bo.admin != "01" || len(bo.aliases) != 0 {
		t.Errorf("got %+v", bo)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, test := range map[string]struct{ entities, words, want string }{
		"kind of word":   {"", "noun\tdog", "words.tsv: line 1: no such kind"},
		"no words":       {"", "title", "words.tsv: line 1"},
		"columns":        {"city\tStrelsau", "", "entities.tsv: line 1: 2 columns"},
		"no name":        {"city\t\t\t\t6\tRR\t01\t8\t", "", "entities.tsv: line 1: no name"},
		"weight":         {"city\tStrelsau\t\t\t6\tRR\t01\tmany\t", "", "entities.tsv: line 1: weight"},
		"kind of entity": {"# one\nmoon\tStrelsau\t\t\t6\tRR\t01\t8\t", "", "entities.tsv: line 2: no such kind"},
		"empty line":     {"\n", "", "entities.tsv: line 1: 1 columns"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(test.entities, test.words)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestDataID(t *testing.T) {
	taken := map[string]bool{}
	for _, test := range []struct{ wikidata, name, country, admin, geonames, want string }{
		{"Q30", "United States", "US", "", "", "q30"},
		{"", "Arab League", "", "", "", "arab_league"},
		{"", "Springfield", "US", "MO", "1", "springfield_us"},
		{"", "Springfield", "US", "MA", "2", "springfield_us_ma"},
		{"", "Springfield", "US", "MA", "3", "springfield_us_ma_3"},
		{"", "Springfield", "CA", "ON", "4", "springfield_ca"},
		{"", "St. John's, N’Zork", "CA", "", "", "st_johns_nzork_ca"},
	} {
		e := entry{admin: test.admin}
		e.Wikidata, e.Name, e.Country, e.GeoNames = test.wikidata, test.name, test.country, test.geonames
		if got := dataID(e, taken); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Maria Okello": "maria_okello", "Brian O’Hara": "brian_ohara", "J. K. Zork": "j_k_zork", "Zürich": "zurich",
		"Grimbold, Inc.": "grimbold_inc", "A&B": "a=26b", `"Zork"`: "zork", "Ki-moon": "ki-moon", "": "_", "...": "_",
	} {
		if got := slug(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// What every row of the data that is built in must be.
func TestData(t *testing.T) {
	entries, err := parseEntries(entitiesTSV)
	if err != nil {
		t.Fatal(err)
	}
	var (
		wikidata = regexp.MustCompile(`^(Q[1-9][0-9]*)?$`)
		geonames = regexp.MustCompile(`^([1-9][0-9]*)?$`)
		code     = regexp.MustCompile(`^([A-Z]{2})?$`)
		seen     = map[string]string{}
		count    = map[kind]int{}
	)
	for _, e := range entries {
		if other, ok := seen[e.ID]; ok || e.ID == "" {
			t.Errorf("%s and %s are both %q", e.Name, other, e.ID)
		}
		seen[e.ID] = e.Name
		count[e.kind]++
		if !wikidata.MatchString(e.Wikidata) || !geonames.MatchString(e.GeoNames) || !code.MatchString(e.Country) {
			t.Errorf("%s has the ids %q, %q, %q", e.Name, e.Wikidata, e.GeoNames, e.Country)
		}
		if e.kind == country && (e.Wikidata == "" || e.GeoNames == "" || e.Country == "") {
			t.Errorf("country %s lacks an id", e.Name)
		}
		if e.kind == city && (e.GeoNames == "" || e.Country == "" || e.weight == 0) {
			t.Errorf("city %s lacks an id or its population", e.Name)
		}
		if e.soft && e.Type != "location" {
			t.Errorf("%s is soft, but no place", e.Name)
		}
	}
	for k, least := range map[kind]int{country: 240, city: 2500, region: 250, org: 500, person: 500, figure: 20} {
		if count[k] < least {
			t.Errorf("%d of %s, want %d", count[k], k, least)
		}
	}
	if size := len(entitiesTSV) + len(wordsTSV); size > 1<<20 {
		t.Errorf("the data has %d bytes", size)
	}
}

// Items that are easy to get wrong: countries whose names are alike or disputed,
// and what news names most.
func TestDataLinks(t *testing.T) {
	for name, want := range map[string]struct{ wikidata, geonames, code string }{
		"Russia": {"Q159", "2017370", "RU"}, "Ukraine": {"Q212", "690791", "UA"},
		"US": {"Q30", "6252001", "US"}, "Britain": {"Q145", "2635167", "GB"},
		"France": {"Q142", "3017382", "FR"}, "Germany": {"Q183", "2921044", "DE"},
		"China": {"Q148", "1814991", "CN"}, "Taiwan": {"Q865", "1668284", "TW"}, "Hong Kong": {"Q8646", "1819730", "HK"},
		"North Korea": {"Q423", "1873107", "KP"}, "South Korea": {"Q884", "1835841", "KR"},
		"DR Congo": {"Q974", "203312", "CD"}, "Congo-Brazzaville": {"Q971", "2260494", "CG"},
		"Niger": {"Q1032", "2440476", "NE"}, "Nigeria": {"Q1033", "2328926", "NG"},
		"Dominica": {"Q784", "3575830", "DM"}, "Dominican Republic": {"Q786", "3508796", "DO"},
		"Guinea": {"Q1006", "2420477", "GN"}, "Guinea-Bissau": {"Q1007", "2372248", "GW"},
		"Equatorial Guinea": {"Q983", "2309096", "GQ"}, "Papua New Guinea": {"Q691", "2088628", "PG"},
		"Sudan": {"Q1049", "366755", "SD"}, "South Sudan": {"Q958", "7909807", "SS"},
		"Namibia": {"Q1030", "3355338", "NA"}, "Ireland": {"Q27", "2963597", "IE"},
		"Netherlands": {"Q55", "2750405", "NL"}, "Czechia": {"Q213", "3077311", "CZ"},
		"Kosovo": {"Q1246", "", ""}, "UN": {"Q1065", "", ""}, "Nato": {"Q7184", "", ""}, "EU": {"Q458", "", ""},
		"Geneva": {"", "2660646", "CH"}, "Kyiv": {"", "703448", "UA"}, "Moscow": {"", "524901", "RU"},
	} {
		text := english(t, name)
		found, n := text.match(0)
		if n != len(text.toks) {
			t.Errorf("%s is not in the data", name)
			continue
		}
		if e := found[0]; e.Wikidata != want.wikidata || e.GeoNames != want.geonames || e.Country != want.code {
			t.Errorf("%s: got %q, %q, %q", name, e.Wikidata, e.GeoNames, e.Country)
		}
	}
}

// Every country has the ids of the raw data, save two that are mended by hand.
func TestCountriesAsInTheRawData(t *testing.T) {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(dir, "ner", "gaz", "country-codes.csv"))
	if err != nil {
		t.Skip("no raw data: set DATELINE_SHARED")
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	code, geonames := slices.Index(rows[0], "ISO3166-1-Alpha-2"), slices.Index(rows[0], "Geoname ID")
	item := slices.Index(rows[0], "wikidata_id")
	raw := map[string][2]string{}
	for _, row := range rows[1:] {
		raw[row[code]] = [2]string{filepath.Base(row[item]), row[geonames]}
	}
	raw["NA"] = [2]string{"Q1030", raw["NA"][1]} // The raw data has none.
	raw["NL"] = [2]string{"Q55", raw["NL"][1]}   // It has the kingdom.
	entries, err := parseEntries(entitiesTSV)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if got := [2]string{e.Wikidata, e.GeoNames}; e.kind == country && got != raw[e.Country] {
			t.Errorf("%s: got %v, want %v", e.Name, got, raw[e.Country])
		}
	}
}

func TestDataVersion(t *testing.T) {
	if got := dataVersion(); !regexp.MustCompile(`^[0-9a-f]{8}$`).MatchString(got) || got != dataVersion() {
		t.Errorf("got %q", got)
	}
}
