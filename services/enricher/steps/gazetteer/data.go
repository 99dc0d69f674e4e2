package gazetteer

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed" // for the data
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

//go:embed data/entities.tsv
var entitiesTSV []byte

//go:embed data/words.tsv
var wordsTSV []byte

// kind is what an entity of the data is.
type kind string

const (
	country kind = "country"
	region  kind = "region"
	city    kind = "city"
	org     kind = "org"
	person  kind = "person" // linked only in texts on politics of the United States
	figure  kind = "figure" // a person whose name alone is enough to link
)

// entry is an entity of the data, without mentions.
type entry struct {
	schema.Entity
	kind   kind
	admin  string // the first-order division that it lies in
	weight float64
	soft   bool // a place that is taken only where the text says so
}

// load builds the lexicon from the two tables.
func load(entities, words []byte) (*lexicon, error) {
	l := newLexicon()
	err := lines(words, func(row []string) error {
		k, ok := kindNames[row[0]]
		if !ok || len(row) != 2 {
			return fmt.Errorf("no such kind of word")
		}
		for _, word := range strings.Fields(row[1]) {
			l.kinds[l.intern(string(fold(nil, word)))] |= k
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("words.tsv: %w", err)
	}
	ids := map[string]bool{}
	err = lines(entities, func(row []string) error {
		e, err := parseEntry(row, ids)
		if err != nil {
			return err
		}
		at := int32(len(l.entries))
		l.entries = append(l.entries, e)
		for _, name := range append(strings.Split(row[2], "|"), row[1]) {
			if name == "" {
				continue
			}
			if last := l.addName(name, at); !strings.Contains(name, " ") && (e.kind == country || e.kind == org) {
				l.kinds[last] |= listed
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("entities.tsv: %w", err)
	}
	return l, nil
}

func parseEntry(row []string, ids map[string]bool) (entry, error) {
	if len(row) != 9 {
		return entry{}, fmt.Errorf("%d columns, want 9", len(row))
	}
	weight, err := strconv.ParseFloat(row[7], 64)
	if err != nil {
		return entry{}, fmt.Errorf("weight: %w", err)
	}
	e := entry{kind: kind(row[0]), admin: row[6], weight: weight, soft: row[8] != ""}
	switch e.kind {
	case country, region, city:
		e.Type = schema.Location
	case org:
		e.Type = schema.Organization
	case person, figure:
		e.Type = schema.Person
	default:
		return entry{}, fmt.Errorf("no such kind: %q", row[0])
	}
	e.Name, e.Wikidata, e.GeoNames, e.Country = row[1], row[3], row[4], row[5]
	e.ID = dataID(e, ids)
	return e, nil
}

// dataID is the id of an entity of the data: its Wikidata item, or its name with
// its country, as places share names (london_gb, london_ca, springfield_us_mo).
func dataID(e entry, taken map[string]bool) string {
	if e.Wikidata != "" {
		return strings.ToLower(e.Wikidata)
	}
	id := slug(e.Name)
	for _, part := range []string{e.Country, e.admin, e.GeoNames} {
		if part != "" && (taken[id] || part == e.Country) {
			id += "_" + slug(part)
		}
	}
	taken[id] = true
	return id
}

// slug makes a subject token of a name: folded, with _ between its words and
// without its points and apostrophes.
func slug(name string) string {
	return schema.Token(slugger.Replace(string(fold(nil, name))))
}

var slugger = strings.NewReplacer(" ", "_", ".", "", ",", "", "'", "", "\"", "")

// lines calls each with the columns of the lines of table that are no comments.
func lines(table []byte, each func(row []string) error) error {
	scan := bufio.NewScanner(bytes.NewReader(table))
	scan.Buffer(nil, 1<<20)
	for n := 1; scan.Scan(); n++ {
		if line := scan.Text(); !strings.HasPrefix(line, "#") {
			if err := each(strings.Split(line, "\t")); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	return scan.Err()
}

// dataVersion names the data by its content.
func dataVersion() string {
	h := sha256.New()
	h.Write(entitiesTSV)
	h.Write(wordsTSV)
	return hex.EncodeToString(h.Sum(nil)[:4])
}
