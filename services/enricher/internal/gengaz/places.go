package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// minPopulation is the least population of a city that is no capital and that is
// looked for by its name alone.
const minPopulation = 150_000

// unpeopled reports whether news hardly names what has this country code.
func unpeopled(code string) bool {
	return slices.Contains([]string{"AQ", "BQ", "BV", "HM", "IO", "SJ", "TF", "UM"}, code)
}

// divided reports whether the first-order divisions of a country are looked for by
// their names alone.
func divided(code string) bool {
	return slices.Contains([]string{"AU", "CA", "CN", "IN", "PK", "US", "ZA"}, code)
}

func (h *hand) countries(raw fs.FS) ([]entity, error) {
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
		field := func(name string) string {
			if at, ok := column[name]; ok {
				return strings.TrimSpace(row[at])
			}
			return ""
		}
		if code := field("ISO3166-1-Alpha-2"); code != "" && !unpeopled(code) {
			found = append(found, h.country(code, field))
		}
	}
	return found, nil
}

func (h *hand) country(code string, field func(string) string) entity {
	o := h.overrides[code]
	e := entity{
		kind: kb.Country, name: o.name, aliases: o.aliases, country: code, marked: h.marked[code],
		wikidata: o.wikidata, geonames: field("Geoname ID"), weight: countryWeight,
	}
	shown := strings.ReplaceAll(field("CLDR display name"), "&", "and")
	if e.name == "" {
		e.name = strings.Replace(shown, "St. ", "Saint ", 1)
	}
	if e.wikidata == "" && field("wikidata_id") != "" {
		e.wikidata = path.Base(field("wikidata_id"))
	}
	e.aliases = append(append(slices.Clone(e.aliases), shown), nativeNames(field)...)
	return e
}

// nativeNames are the names of a country in English and in the other languages of
// the United Nations.
func nativeNames(field func(string) string) []string {
	columns := []string{"UNTERM English Short", "UNTERM English Formal", "official_name_en"}
	for _, language := range []string{"Arabic", "Chinese", "French", "Russian", "Spanish"} {
		columns = append(columns, "UNTERM "+language+" Short", "UNTERM "+language+" Formal")
	}
	columns = append(columns, "official_name_ar", "official_name_cn", "official_name_es", "official_name_fr", "official_name_ru")
	var names []string
	for _, column := range columns {
		switch name := bareName(field(column)); name {
		case "", "Maurice", "Dominique", "Granada": // The others are people, and a city.
		default:
			names = append(names, name)
		}
	}
	return names
}

// bareName is a name without its article, "United Kingdom (the)" or "the Republic",
// or nothing when it has remarks.
func bareName(name string) string {
	name = strings.TrimSuffix(name, " *")
	if at := strings.LastIndex(name, " ("); at > 0 && len(name)-at <= len(" (les)") {
		name = name[:at]
	}
	for _, article := range []string{"the ", "la ", "le ", "les ", "el ", "los ", "las ", "l'", "l’"} {
		name = strings.TrimPrefix(name, article)
	}
	if strings.ContainsAny(name, "()*[]（,") || strings.Contains(name, " - ") || len([]rune(name)) < 2 {
		return ""
	}
	return name
}

func (h *hand) regions(raw fs.FS) ([]entity, error) {
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
		if kept[row.Name] || len(row.Name) < 3 {
			continue
		}
		e := entity{
			kind: kb.Region, name: row.Name, country: country, admin: admin,
			weight: regionWeight, soft: h.soft[row.Name], marked: h.marked[row.Code],
		}
		if !divided(country) {
			e.weight = smallRegionWeight
		}
		e.quiet = !divided(country) || h.drop[row.Name]
		found = append(found, e)
	}
	slices.SortFunc(found, func(a, b entity) int { return strings.Compare(a.country+a.name, b.country+b.name) })
	return found, nil
}

func (h *hand) cities(raw fs.FS) ([]entity, error) {
	rows, err := readRows(raw, "cities5000.tsv")
	if err != nil {
		return nil, err
	}
	var found []entity
	for _, row := range rows {
		e, err := h.city(row)
		if err != nil {
			return nil, fmt.Errorf("cities5000.tsv: %s: %w", row[0], err)
		}
		if len(e.name) > 2 {
			found = append(found, e)
		}
	}
	return found, nil
}

func (h *hand) city(row []string) (entity, error) {
	if len(row) < 8 {
		return entity{}, fmt.Errorf("%d columns, want 8", len(row))
	}
	var numbers [3]float64
	for i, column := range row[5:8] {
		var err error
		if numbers[i], err = strconv.ParseFloat(column, 64); err != nil {
			return entity{}, err
		}
	}
	o, known := h.overrides[row[0]]
	e := entity{
		kind: kb.City, name: row[1], aliases: o.aliases, geonames: row[0],
		country: row[2], admin: row[4], weight: numbers[0], lat: numbers[1], lon: numbers[2], located: true,
	}
	if o.name != "" {
		e.name, e.aliases = o.name, append([]string{row[1]}, o.aliases...)
	}
	if !known {
		e.soft = h.soft[e.name]
		capital, quarter := row[3] == "PPLC", row[3] == "PPLX"
		large := numbers[0] >= minPopulation && !quarter
		e.quiet = !capital && !large || h.drop[e.name]
	}
	e.aliases = append(slices.Clone(e.aliases), shortened(e.name)...)
	return e, nil
}

// shortened are the other ways to write Saint, Mount and Fort.
func shortened(name string) []string {
	var names []string
	for _, pair := range [][2]string{{"Saint ", "St. "}, {"St. ", "Saint "}, {"Mount ", "Mt. "}, {"Fort ", "Ft. "}} {
		if rest, ok := strings.CutPrefix(name, pair[0]); ok {
			names = append(names, pair[1]+rest)
		}
	}
	return names
}

// locate gives countries and divisions the place that is kept by hand, or the
// middle of their cities.
func (h *hand) locate(all []entity) {
	boxes := map[string]*box{}
	for _, e := range all {
		if e.kind == kb.City {
			for _, code := range []string{e.country, e.country + "." + e.admin} {
				if boxes[code] == nil {
					boxes[code] = &box{e.lat, e.lat, e.lon, e.lon}
				}
				boxes[code].add(e.lat, e.lon)
			}
		}
	}
	for i := range all {
		e := &all[i]
		if e.kind != kb.Country && e.kind != kb.Region {
			continue
		}
		code := e.country
		if e.kind == kb.Region {
			code += "." + e.admin
		}
		for _, key := range []string{code, e.name} {
			if at, ok := h.places[key]; ok && !e.located {
				e.lat, e.lon, e.located = at[0], at[1], true
			}
		}
		if b := boxes[code]; b != nil && !e.located {
			e.lat, e.lon, e.located = (b.south+b.north)/2, (b.west+b.east)/2, true
		}
	}
}

// box is what places lie in.
type box struct{ south, north, west, east float64 }

func (b *box) add(lat, lon float64) {
	b.south, b.north = math.Min(b.south, lat), math.Max(b.north, lat)
	b.west, b.east = math.Min(b.west, lon), math.Max(b.east, lon)
}
