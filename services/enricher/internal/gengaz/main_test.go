package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// raw is a small folder of raw data in the formats of the real one.
var raw = fstest.MapFS{
	"country-codes.csv": file(
		"ISO3166-1-Alpha-2,CLDR display name,UNTERM English Short,UNTERM English Formal,official_name_en,Geoname ID,wikidata_id\n" +
			"RR,Ruritania,Ruritania (the),the Kingdom of Ruritania,Ruritania,5,https://www.wikidata.org/wiki/Q1\n" +
			"NL,Netherlands,Netherlands (the),,,6,https://www.wikidata.org/wiki/Q2\n" +
			"AQ,Antarctica,,,,7,\n"),
	"admin1.json": file(`[{"code":"US.XX","name":"Hentzau"},{"code":"RR.01","name":"Zenda"},{"code":"US.GA","name":"Texas"}]`),
	"cities5000.tsv": file(
		"1\tStrelsau\tRR\tPPLC\t01\t9000\t0\t0\t\n" +
			"2\tLargetown\tRR\tPPL\t01\t200000\t0\t0\t\n" +
			"3\tSmalltown\tRR\tPPL\t01\t20000\t0\t0\t\n" +
			"4\tReading\tRR\tPPL\t01\t300000\t0\t0\t\n" +
			"5\tAustin\tRR\tPPL\t01\t300000\t0\t0\t\n" +
			"2660646\tGenève\tCH\tPPLA\tGE\t183981\t0\t0\t\n"),
	"sp500.csv":        file("Symbol,Security\nA,Zorbex Holdings Inc.\nB,Target Corporation\nC,The Qwop Company (The)\nD,ZorBex\n"),
	"names-male.txt":   file("Rudolf\nWill\nKing\n"),
	"names-female.txt": file("Flavia\nAntoinette-Marie\n"),
	"us-legislators-current.yaml": file("- id:\n    wikidata: Q9\n  name:\n    first: Ann\n    last: 'Zed'\n    official_full: Ann B. Zed\n" +
		"- id:\n    bioguide: X\n  name:\n    first: No\n    last: Item\n"),
	"us-executive.yaml": file("- id:\n    wikidata: Q9\n  name:\n    first: Ann\n    last: Zed\n"),
}

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestRun(t *testing.T) {
	entities, words := generate(t)
	for _, want := range []string{
		"country\tRuritania\tKingdom of Ruritania\tQ1\t5\tRR\t\t20000000\t\n",
		"country\tNetherlands\tHolland\tQ55\t6\tNL\t",
		"region\tHentzau\t\t\t\tUS\tXX\t500000\t\n",
		"city\tStrelsau\t\t\t1\tRR\t01\t9000\t\n",
		"city\tLargetown\t",
		"city\tAustin\t\t\t5\tRR\t01\t300000\t1\n",
		"city\tGeneva\tGenève\t\t2660646\tCH\tGE\t183981\t\n",
		"org\tZorbex Holdings\tZorbex Holdings Inc.\t",
		"org\tTarget Corporation\t\t",
		"org\tThe Qwop\tThe Qwop Company\t",
		"org\tZorBex\t\t",
		"person\tAnn B. Zed\tAnn Zed\tQ9\t",
	} {
		if strings.Count(entities, "\n"+want) != 1 {
			t.Errorf("%q is not there once", want)
		}
	}
	for _, not := range []string{"Antarctica\t\t\t7", "Zenda", "Smalltown", "city\tReading", "org\tTarget\t", "No Item"} {
		if strings.Contains(entities, not) {
			t.Errorf("%q is there", not)
		}
	}
	first := words[strings.Index(words, "\nfirst\t"):]
	first, _, _ = strings.Cut(first[1:], "\n")
	names := strings.Fields(first)
	for name, want := range map[string]bool{"Rudolf": true, "Flavia": true, "Will": true, "King": false, "Antoinette-Marie": false} {
		got := false
		for _, n := range names {
			got = got || n == name
		}
		if got != want {
			t.Errorf("first name %s: %t, want %t", name, got, want)
		}
	}
}

func TestRunIsRepeatable(t *testing.T) {
	entities, words := generate(t)
	for range 3 {
		again, wordsAgain := generate(t)
		if again != entities || wordsAgain != words {
			t.Fatal("the same input gave other bytes")
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
			if err := run(broken, t.TempDir()); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v", err)
			}
			delete(broken, name)
			if err := run(broken, t.TempDir()); err == nil {
				t.Error("no error without the file")
			}
		})
	}
}

// The committed data is what the committed tables and the raw data give.
func TestDataIsCurrent(t *testing.T) {
	dir := os.Getenv("DATELINE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "ner", "gaz")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no raw data: set DATELINE_SHARED")
	}
	out := t.TempDir()
	if err := run(os.DirFS(dir), out); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"entities.tsv", "words.tsv"} {
		want, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", "..", "steps", "gazetteer", "data", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what gengaz makes: run gengaz", name)
		}
	}
}

func generate(t *testing.T) (entities, words string) {
	t.Helper()
	out := t.TempDir()
	if err := run(raw, out); err != nil {
		t.Fatal(err)
	}
	var texts [2]string
	for i, name := range []string{"entities.tsv", "words.tsv"} {
		data, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(data)
	}
	return texts[0], texts[1]
}
