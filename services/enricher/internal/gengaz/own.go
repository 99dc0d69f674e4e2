package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// entity is one row of entities.tsv.
type entity struct {
	kind     string // country, region, city, org, person, figure
	name     string
	aliases  []string
	wikidata string
	geonames string
	country  string
	admin    string // the first-order division within the country
	weight   int    // how likely the name means this one, against its namesakes
	soft     bool   // taken only where the text says that a place is meant
}

// The weight of an entity that has no population: a country outweighs any city,
// and the cities New York and Washington outweigh the states of that name.
const (
	countryWeight = 20_000_000
	regionWeight  = 500_000
)

// override is what aliases.tsv says of one country or city.
type override struct {
	name     string
	aliases  []string
	wikidata string
}

// hand is the tables kept by hand.
type hand struct {
	entities  []entity
	overrides map[string]override
	drop      map[string]bool
	soft      map[string]bool
	words     []wordKind
	noNames   map[string]bool
	names     []string
	families  []string
}

func readOwn() (hand, error) {
	h := hand{overrides: map[string]override{}}
	sub, err := fs.Sub(own, "own")
	if err != nil {
		return h, err
	}
	rows, err := readRows(sub, "entities.tsv")
	if err != nil {
		return h, err
	}
	for _, row := range rows {
		h.entities = append(h.entities, entityOf(row))
	}
	if rows, err = readRows(sub, "aliases.tsv"); err != nil {
		return h, err
	}
	for _, row := range rows {
		row = append(row, "", "", "")
		h.overrides[row[0]] = override{row[1], list(row[2]), row[3]}
	}
	if rows, err = readRows(sub, "words.tsv"); err != nil {
		return h, err
	}
	for _, row := range rows {
		if len(row) != 2 {
			return h, fmt.Errorf("words.tsv: %q has no words", row[0])
		}
		h.words = append(h.words, wordKind{row[0], strings.Fields(row[1])})
	}
	return h, h.readLists(sub)
}

func (h *hand) readLists(files fs.FS) error {
	lists := map[string][]string{}
	for _, name := range []string{"drop.txt", "soft.txt", "nonames.txt", "firstnames.txt", "familynames.txt"} {
		rows, err := readRows(files, name)
		if err != nil {
			return err
		}
		for _, row := range rows {
			lists[name] = append(lists[name], row[0])
		}
	}
	h.drop = set(lists["drop.txt"])
	h.soft = set(lists["soft.txt"])
	h.noNames = set(strings.Fields(strings.Join(lists["nonames.txt"], " ")))
	h.names = strings.Fields(strings.Join(lists["firstnames.txt"], " "))
	h.families = strings.Fields(strings.Join(lists["familynames.txt"], " "))
	return nil
}

func entityOf(row []string) entity {
	row = append(row, make([]string, 8)...)
	e := entity{
		kind: row[0], name: row[1], aliases: list(row[2]),
		wikidata: row[3], geonames: row[4], country: row[5], admin: row[6],
	}
	e.weight, _ = strconv.Atoi(row[7]) // Absent is 0.
	if e.kind == "region" && e.weight == 0 {
		e.weight = regionWeight
	}
	return e
}

// readRows reads the lines of a file that are not comments, cut at tabs.
func readRows(files fs.FS, name string) ([][]string, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if line := strings.TrimRight(lines.Text(), " \t"); line != "" && line[0] != '#' {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows, lines.Err()
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func set(items []string) map[string]bool {
	m := make(map[string]bool, len(items))
	for _, item := range items {
		m[item] = true
	}
	return m
}
