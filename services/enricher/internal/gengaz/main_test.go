package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// raw is a small folder of raw data in the formats of the real one.
var raw = fstest.MapFS{
	"country-codes.csv": file(
		"ISO3166-1-Alpha-2,CLDR display name,UNTERM English Short,UNTERM English Formal,official_name_en,UNTERM French Short,UNTERM Chinese Short,Geoname ID,wikidata_id\n" +
			"RR,Ruritania,Ruritania (the),the Kingdom of Ruritania,Ruritania,Ruritanie (la),鲁里,5,https://www.wikidata.org/wiki/Q1\n" +
			"NL,Netherlands,Netherlands (the),,,\"Pays-Bas (les)\",,6,https://www.wikidata.org/wiki/Q2\n" +
			"RU,Russia,,,,Maurice,,8,https://www.wikidata.org/wiki/Q159\n" +
			"AQ,Antarctica,,,,,,7,\n"),
	"admin1.json": file(`[{"code":"US.XX","name":"Hentzau"},{"code":"RR.01","name":"Zenda"},{"code":"US.GA","name":"Texas"},{"code":"US.TX","name":"Mobile"}]`),
	"cities5000.tsv": file(
		"1\tStrelsau\tRR\tPPLC\t01\t9000\t10\t20\t\n" +
			"2\tLargetown\tRR\tPPL\t01\t200000\t12\t30\t\n" +
			"3\tSmalltown\tRR\tPPL\t01\t20000\t11\t25\t\n" +
			"4\tReading\tRR\tPPL\t02\t300000\t0\t0\t\n" +
			"5\tAustin\tRR\tPPL\t01\t300000\t0\t0\t\n" +
			"6\tSmalltown\tRR\tPPL\t01\t10000\t11\t26\t\n" +
			"7\tSaint Zork\tRR\tPPL\t01\t400000\t11\t26\t\n" +
			"8\tEu\tRR\tPPL\t01\t400000\t11\t26\t\n" +
			"2660646\tGenève\tCH\tPPLA\tGE\t183981\t46.2\t6.1\t\n"),
	"sp500.csv": file("Symbol,Security\nA,Zorbex Holdings Inc.\nB,Target Corporation\nC,The Qwop Company (The)\nD,ZorBex\n"),
	"us-legislators-current.yaml": file("- id:\n    wikidata: Q9\n  name:\n    first: Ann\n    last: 'Zed'\n    official_full: Ann B. Zed\n" +
		"- id:\n    bioguide: X\n  name:\n    first: No\n    last: Item\n"),
	"us-executive.yaml": file("- id:\n    wikidata: Q9\n  name:\n    first: Ann\n    last: Zed\n"),
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestRun(t *testing.T) {
	b := generate(t)
	for name, want := range map[string]string{
		"Ruritania":            "q1",
		"Kingdom of Ruritania": "q1",
		"Ruritanie":            "q1",
		"鲁里":                   "q1",
		"Pays-Bas":             "q55",
		"Holland":              "q55",
		"Maurice":              "",
		"Russian":              "?q159",
		"Antarctica":           "q51",
		"Hentzau":              "hentzau_us",
		"Zenda":                "?zenda_rr",
		"Mobile":               "?mobile_us",
		"Strelsau":             "strelsau_rr",
		"Largetown":            "largetown_rr",
		"Smalltown":            "?smalltown_rr ?smalltown_rr_01",
		"Reading":              "?reading_rr",
		"Austin":               "austin_rr",
		"St. Zork":             "saint_zork_rr",
		"Eu":                   "q458",
		"Geneva":               "geneva_ch",
		"Genève":               "geneva_ch",
		"Zorbex Holdings":      "zorbex_holdings",
		"Zorbex Holdings Inc.": "zorbex_holdings",
		"Target":               "",
		"Target Corporation":   "target_corporation",
		"The Qwop Company":     "the_qwop",
		"ZorBex":               "zorbex",
		"Ann Zed":              "q9",
		"Ann B. Zed":           "q9",
		"No Item":              "",
	} {
		var ids []string
		for _, c := range b.Find(nil, kb.Key(nil, name)) {
			mark := ""
			if c.Written&kb.Marked != 0 {
				mark = "?"
			}
			ids = append(ids, mark+c.ID())
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// A country lies where the table says, or in the middle of its cities.
func TestLocate(t *testing.T) {
	b := generate(t)
	for name, want := range map[string][2]float64{"Strelsau": {10, 20}, "Russia": {60, 100}, "Zenda": {6, 15}, "Africa": {7, 21}} {
		c := b.Find(nil, kb.Key(nil, name))
		if len(c) != 1 || math.Abs(c[0].Lat-want[0]) > 0.1 || math.Abs(c[0].Lon-want[1]) > 0.1 {
			t.Errorf("%s: got %+v", name, c)
		}
	}
	if c := b.Find(nil, kb.Key(nil, "Hentzau")); c[0].Located() {
		t.Errorf("got %+v", c)
	}
	if c := b.Find(nil, kb.Key(nil, "Austin")); !c[0].Soft {
		t.Errorf("got %+v", c)
	}
}

func TestBareName(t *testing.T) {
	for name, want := range map[string]string{
		"Ruritania (the)": "Ruritania", "the Kingdom": "Kingdom", "Pays-Bas (les)": "Pays-Bas", "l'Inde": "Inde", "la República": "República",
		"Zork (Islands of)": "", "Zork [a]": "", "Zork, Republic of": "", "Zork - Blix": "", "": "", "Zork *": "Zork", "Z": "",
	} {
		if got := bareName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for name, bad := range map[string]string{
		"country-codes.csv": "a,b\n\"",
		"admin1.json":       "{",
		"cities5000.tsv":    "1\tStrelsau\tRR\tPPLC\t01\tmany\t0\t0\t\n",
		"sp500.csv":         "a,b\n\"",
	} {
		t.Run(name, func(t *testing.T) {
			broken := fstest.MapFS{}
			for n, f := range raw {
				broken[n] = f
			}
			broken[name] = file(bad)
			out := filepath.Join(t.TempDir(), "pack.kb")
			if err := run(broken, out); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v", err)
			}
			delete(broken, name)
			if err := run(broken, out); err == nil {
				t.Error("no error without the file")
			}
		})
	}
}

// The committed base is what the tables kept by hand and the raw data give.
func TestPackIsCurrent(t *testing.T) {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "ner", "gaz")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no raw data: set DATELINE_SHARED")
	}
	out := filepath.Join(t.TempDir(), "pack.kb")
	if err := run(os.DirFS(dir), out); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join("..", "..", "kb", "pack", "pack.kb"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("pack.kb is not what gengaz makes: run gengaz")
	}
	if len(got) > 4<<20 {
		t.Errorf("%d bytes are too many for a program", len(got))
	}
}

func generate(t *testing.T) *kb.Base {
	t.Helper()
	out := filepath.Join(t.TempDir(), "pack.kb")
	if err := run(raw, out); err != nil {
		t.Fatal(err)
	}
	b, err := kb.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
