package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// minPopulation is the least population of a city that is no capital.
const minPopulation = 150_000

// unpeopled reports whether news hardly names what has this country code.
func unpeopled(code string) bool {
	return slices.Contains([]string{"AQ", "BQ", "BV", "HM", "IO", "SJ", "TF", "UM"}, code)
}

// divided reports whether the first-order divisions of a country are taken.
func divided(code string) bool {
	return slices.Contains([]string{"AU", "CA", "CN", "IN", "PK", "US", "ZA"}, code)
}

func (h hand) countries(raw fs.FS) ([]entity, error) {
	file, err := raw.Open("country-codes.csv")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("country-codes.csv: %w", err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var found []entity
	for _, row := range rows[1:] {
		field := func(name string) string { return strings.TrimSpace(row[column[name]]) }
		if code := field("ISO3166-1-Alpha-2"); code != "" && !unpeopled(code) {
			found = append(found, h.country(code, field))
		}
	}
	return found, nil
}

func (h hand) country(code string, field func(string) string) entity {
	o := h.overrides[code]
	e := entity{
		kind: "country", name: o.name, aliases: o.aliases, country: code,
		wikidata: o.wikidata, geonames: field("Geoname ID"), weight: countryWeight,
	}
	shown := strings.ReplaceAll(field("CLDR display name"), "&", "and")
	if e.name == "" {
		e.name = strings.Replace(shown, "St. ", "Saint ", 1)
	}
	if e.wikidata == "" && field("wikidata_id") != "" {
		e.wikidata = path.Base(field("wikidata_id"))
	}
	for _, name := range []string{
		shown, field("UNTERM English Short"), field("UNTERM English Formal"), field("official_name_en"),
	} {
		name = strings.TrimSuffix(strings.TrimSuffix(name, " *"), " (the)")
		name = strings.TrimPrefix(name, "the ")
		if name != "" && !strings.ContainsAny(name, "()*") && !strings.Contains(name, " - ") {
			e.aliases = append(e.aliases, name)
		}
	}
	return e
}

func (h hand) regions(raw fs.FS) ([]entity, error) {
	data, err := fs.ReadFile(raw, "admin1.json")
	if err != nil {
		return nil, err
	}
	var rows []struct{ Code, Name string }
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("admin1.json: %w", err)
	}
	kept := map[string]bool{}
	for _, e := range h.entities {
		kept[e.name] = true
	}
	var found []entity
	for _, row := range rows {
		country, admin, _ := strings.Cut(row.Code, ".")
		if !divided(country) || h.drop[row.Name] || kept[row.Name] {
			continue
		}
		found = append(found, entity{
			kind: "region", name: row.Name, country: country, admin: admin,
			weight: regionWeight, soft: h.soft[row.Name],
		})
	}
	slices.SortFunc(found, func(a, b entity) int {
		return strings.Compare(a.country+a.name, b.country+b.name)
	})
	return found, nil
}

func (h hand) cities(raw fs.FS) ([]entity, error) {
	rows, err := readRows(raw, "cities5000.tsv")
	if err != nil {
		return nil, err
	}
	var found []entity
	for _, row := range rows {
		if len(row) < 6 {
			return nil, fmt.Errorf("cities5000.tsv: %q has no population", row[0])
		}
		population, err := strconv.Atoi(row[5])
		if err != nil {
			return nil, fmt.Errorf("cities5000.tsv: %s: %w", row[1], err)
		}
		if e, ok := h.city(row, population); ok {
			found = append(found, e)
		}
	}
	return found, nil
}

func (h hand) city(row []string, population int) (entity, bool) {
	o, known := h.overrides[row[0]]
	e := entity{
		kind: "city", name: row[1], aliases: o.aliases, geonames: row[0],
		country: row[2], admin: row[4], weight: population,
	}
	if o.name != "" {
		e.name, e.aliases = o.name, append([]string{row[1]}, o.aliases...)
	}
	if known {
		return e, true
	}
	e.soft = h.soft[e.name]
	capital, quarter := row[3] == "PPLC", row[3] == "PPLX"
	large := population >= minPopulation && !quarter
	return e, (capital || large) && !h.drop[e.name] && len(e.name) > 2
}
