package gazetteer

import (
	"crypto/sha256"
	_ "embed" // for the data
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/dateline-news/dateline/pkg/schema"
)

//go:embed data/entities.tsv
var entitiesTSV string

//go:embed data/words.tsv
var wordsTSV string

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

// entityType is the type of the entities of a kind, empty for a kind that is none.
func (k kind) entityType() schema.EntityType {
	switch k {
	case country, region, city:
		return schema.Location
	case org:
		return schema.Organization
	case person, figure:
		return schema.Person
	}
	return ""
}

// entry is an entity of the data, without mentions.
type entry struct {
	schema.Entity
	kind    kind
	aliases []string
	admin   string  // the first-order division that it lies in
	weight  float64 // how likely a name means it, against its namesakes
	soft    bool    // a place that is taken only where the text says so
}

// load builds the lexicon from the two tables.
func load(entities, words string) (*lexicon, error) {
	l := newLexicon()
	if err := eachRow(words, l.addWords); err != nil {
		return nil, fmt.Errorf("words.tsv: %w", err)
	}
	entries, err := parseEntries(entities)
	if err != nil {
		return nil, fmt.Errorf("entities.tsv: %w", err)
	}
	for i := range entries {
		l.addEntry(&entries[i])
	}
	return l, nil
}

func parseEntries(table string) ([]entry, error) {
	var entries []entry
	ids := map[string]bool{}
	err := eachRow(table, func(row []string) error {
		e, err := parseEntry(row)
		if err != nil {
			return err
		}
		e.ID = dataID(e, ids)
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

func parseEntry(row []string) (entry, error) {
	if len(row) != 9 {
		return entry{}, fmt.Errorf("%d columns, want 9", len(row))
	}
	e := entry{
		Entity:  schema.Entity{Name: row[1], Wikidata: row[3], GeoNames: row[4], Country: row[5]},
		kind:    kind(row[0]),
		aliases: strings.FieldsFunc(row[2], func(r rune) bool { return r == '|' }),
		admin:   row[6],
		soft:    row[8] != "",
	}
	if e.Name == "" {
		return entry{}, fmt.Errorf("no name")
	}
	if e.Type = e.kind.entityType(); e.Type == "" {
		return entry{}, fmt.Errorf("no such kind: %q", row[0])
	}
	var err error
	if e.weight, err = strconv.ParseFloat(row[7], 64); err != nil {
		return entry{}, fmt.Errorf("weight: %w", err)
	}
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
	var buf [64]byte
	folded := fold(buf[:0], name)
	kept := folded[:0]
	for _, c := range folded {
		switch c {
		case ' ':
			kept = append(kept, '_')
		case '.', ',', '\'', '"':
		default:
			kept = append(kept, c)
		}
	}
	return schema.Token(string(kept))
}

// eachRow calls do with the columns of the lines of table that are no comments.
func eachRow(table string, do func(row []string) error) error {
	n := 0
	for line := range strings.Lines(table) {
		n++
		if strings.HasPrefix(line, "#") {
			continue
		}
		if err := do(strings.Split(strings.TrimSuffix(line, "\n"), "\t")); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}

// dataVersion names the data by its content.
func dataVersion() string {
	sum := sha256.Sum256([]byte(entitiesTSV + wordsTSV))
	return hex.EncodeToString(sum[:4])
}
