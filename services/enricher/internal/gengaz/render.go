package main

import (
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// allEntities are the rows of the pack: those that are looked for by their names,
// then the quiet ones. The order makes the ids.
func (h *hand) allEntities(raw fs.FS) ([]entity, error) {
	all := slices.Clone(h.entities)
	for _, read := range []func(fs.FS) ([]entity, error){
		h.countries, h.cities, h.regions, h.companies,
		func(raw fs.FS) ([]entity, error) { return legislators(raw, "us-legislators-current.yaml") },
		func(raw fs.FS) ([]entity, error) { return legislators(raw, "us-executive.yaml") },
	} {
		found, err := read(raw)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	all = unique(all)
	h.locate(all)
	slices.SortStableFunc(all, func(a, b entity) int {
		switch {
		case a.quiet == b.quiet:
			return 0
		case a.quiet:
			return 1
		}
		return -1
	})
	number(all)
	return all, nil
}

// unique drops the second and later entity of one Wikidata item.
func unique(all []entity) []entity {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(e entity) bool {
		again := e.wikidata != "" && seen[e.wikidata]
		seen[e.wikidata] = true
		return again
	})
}

// number finds out how many parts each id needs, so that no two are alike.
func number(all []entity) {
	taken := map[string]bool{}
	for i := range all {
		e := all[i].entity()
		if e.QID != 0 {
			continue
		}
		if e.Parts = 1; e.Admin == e.Country {
			e.Parts = 2 // These ids have been given out so: cayenne_gf_gf.
		}
		for e.Parts < 3 && taken[e.ID()] {
			e.Parts++
		}
		taken[e.ID()] = true
		all[i].parts = e.Parts
	}
}

// entity is the row as the base has it.
func (e entity) entity() kb.Entity {
	x := kb.Entity{
		Kind: e.kind, Name: e.name, Country: e.country, Admin: e.admin, Prior: e.weight, Soft: e.soft, Parts: e.parts,
		QID: number32(strings.TrimPrefix(e.wikidata, "Q")), GeoNamesID: number32(e.geonames), Lat: math.NaN(), Lon: math.NaN(),
	}
	if e.located {
		x.Lat, x.Lon = e.lat, e.lon
	}
	return x
}

// number32 is the number that s is, or 0.
func number32(s string) uint32 {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// writePack builds the base at path.
func writePack(all []entity, dir, path string) error {
	b, err := kb.NewBuilder(dir)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, e := range all {
		names := []kb.Name{{Text: e.name, Marked: e.quiet}}
		for _, alias := range e.aliases {
			names = append(names, kb.Name{Text: alias, Marked: e.quiet})
		}
		for _, alias := range e.marked {
			names = append(names, kb.Name{Text: alias, Marked: true})
		}
		if err := b.Add(e.entity(), names...); err != nil {
			return err
		}
	}
	return b.WriteFile(path)
}
