package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// wordKind is one row of words.tsv: words, and what they are.
type wordKind struct {
	kind  string
	words []string
}

func (h hand) allEntities(raw fs.FS) ([]entity, error) {
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
	return unique(all), nil
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

func (h hand) allWords(raw fs.FS) ([]wordKind, error) {
	first := set(h.names)
	for _, name := range []string{"names-male.txt", "names-female.txt"} {
		rows, err := readRows(raw, name)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if name := strings.TrimSpace(row[0]); !h.noNames[strings.ToLower(name)] && len(name) > 1 {
				first[name] = true
			}
		}
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(first)), func(name string) bool {
		return strings.ContainsAny(name, " -'")
	})
	return append(slices.Clone(h.words), wordKind{"first", names}, wordKind{"family", h.families}), nil
}

func renderEntities(all []entity) []byte {
	var b bytes.Buffer
	b.WriteString("# Made by internal/gengaz. Columns: kind, name, aliases, wikidata, geonames, country, admin, weight, soft.\n")
	for _, e := range all {
		soft := ""
		if e.soft {
			soft = "1"
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", e.kind, e.name,
			strings.Join(otherNames(e), "|"), e.wikidata, e.geonames, e.country, e.admin, e.weight, soft)
	}
	return b.Bytes()
}

// otherNames are the aliases of e that differ from its name and from each other.
func otherNames(e entity) []string {
	seen := map[string]bool{e.name: true, "": true}
	return slices.DeleteFunc(slices.Clone(e.aliases), func(alias string) bool {
		again := seen[alias]
		seen[alias] = true
		return again
	})
}

func renderWords(all []wordKind) []byte {
	var b bytes.Buffer
	b.WriteString("# Made by internal/gengaz: what words are, then the words.\n")
	for _, w := range all {
		fmt.Fprintf(&b, "%s\t%s\n", w.kind, strings.Join(w.words, " "))
	}
	return b.Bytes()
}
