package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// entity is one row of the pack.
type entity struct {
	kind     kb.Kind
	name     string
	aliases  []string
	marked   []string // aliases that only count where something else says so
	wikidata string
	geonames string
	country  string
	admin    string  // the first-order division within the country
	weight   float64 // how likely the name means this one, against its namesakes
	soft     bool    // taken only where the text says that a place is meant
	quiet    bool    // not looked for by its name alone
	parts    uint8   // of its id
	lat, lon float64
	located  bool
}

// The weight of an entity that has no population: a country outweighs any city,
// and the cities New York and Washington outweigh the states of that name.
const (
	countryWeight     = 20_000_000
	regionWeight      = 500_000
	smallRegionWeight = 100_000
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
	places    map[string][2]float64 // by code or name
	marked    map[string][]string   // by code: words of a country, short forms of a division
	drop      map[string]bool
	soft      map[string]bool
}

func readOwn() (*hand, error) {
	h := &hand{overrides: map[string]override{}, places: map[string][2]float64{}, marked: map[string][]string{}}
	sub, err := fs.Sub(own, "own")
	if err != nil {
		return nil, err
	}
	for _, table := range []struct {
		name string
		add  func(row []string) error
	}{
		{"entities.tsv", h.addEntity}, {"aliases.tsv", h.addOverride}, {"coordinates.tsv", h.addPlace},
		{"demonyms.tsv", h.addMarked}, {"abbreviations.tsv", h.addMarked},
	} {
		rows, err := readRows(sub, table.name)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if err := table.add(row); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", table.name, row[0], err)
			}
		}
	}
	for i := range h.entities {
		h.entities[i].marked = h.marked[h.entities[i].name]
	}
	return h, h.readLists(sub)
}

func (h *hand) readLists(files fs.FS) error {
	for name, list := range map[string]*map[string]bool{"drop.txt": &h.drop, "soft.txt": &h.soft} {
		rows, err := readRows(files, name)
		if err != nil {
			return err
		}
		*list = map[string]bool{}
		for _, row := range rows {
			(*list)[row[0]] = true
		}
	}
	return nil
}

func (h *hand) addEntity(row []string) error {
	row = append(row, make([]string, 8)...)
	kind, ok := kb.KindOf(row[0])
	if !ok {
		return fmt.Errorf("no such kind")
	}
	e := entity{
		kind: kind, name: row[1], aliases: list(row[2]),
		wikidata: row[3], geonames: row[4], country: row[5], admin: row[6],
	}
	e.weight, _ = strconv.ParseFloat(row[7], 64) // Absent is 0.
	if e.kind == kb.Region && e.weight == 0 {
		e.weight = regionWeight
	}
	h.entities = append(h.entities, e)
	return nil
}

func (h *hand) addOverride(row []string) error {
	row = append(row, "", "", "")
	h.overrides[row[0]] = override{row[1], list(row[2]), row[3]}
	return nil
}

func (h *hand) addPlace(row []string) error {
	if len(row) != 3 {
		return fmt.Errorf("%d columns, want 3", len(row))
	}
	var at [2]float64
	for i := range at {
		var err error
		if at[i], err = strconv.ParseFloat(row[i+1], 64); err != nil {
			return err
		}
	}
	h.places[row[0]] = at
	return nil
}

func (h *hand) addMarked(row []string) error {
	if len(row) != 2 {
		return fmt.Errorf("no words")
	}
	for _, word := range strings.Fields(row[1]) {
		h.marked[row[0]] = append(h.marked[row[0]], strings.ReplaceAll(word, "_", " "))
	}
	return nil
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
