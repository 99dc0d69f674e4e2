package dump

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// table reads rows of a name, a Wikidata item, a type, and where they are known a
// country and a prior. Rows of one item that stand together are one entity, whose
// name is the first.
type table struct {
	options *Options
	add     func(kb.Entity, []kb.Name) error

	entity  kb.Entity
	names   []kb.Name
	waiting bool
}

func (t *table) line(line []byte) (int, error) {
	if line[0] == '#' {
		return 0, nil
	}
	e, err := parseRow(string(line))
	if err != nil {
		return 0, err
	}
	if t.waiting && e.QID == t.entity.QID {
		t.names = append(t.names, kb.Name{Text: e.Name})
		return 0, nil
	}
	kept, err := t.end()
	t.entity, t.names, t.waiting = e, append(t.names[:0], kb.Name{Text: e.Name}), true
	return kept, err
}

func (t *table) end() (int, error) {
	if !t.waiting || !t.options.takes(t.entity.Kind) {
		return 0, nil
	}
	t.waiting = false
	return 1, t.add(t.entity, t.names)
}

func parseRow(line string) (kb.Entity, error) {
	e := kb.Entity{Lat: math.NaN(), Lon: math.NaN()}
	row := append(strings.Split(line, "\t"), "", "", "", "")
	e.Name, e.Country = strings.TrimSpace(row[0]), strings.ToUpper(row[3])
	var ok bool
	switch {
	case e.Name == "" || len(e.Name) > kb.MaxName || !utf8.ValidString(e.Name):
		return e, fmt.Errorf("%w: name %.40q, want 1 to %d bytes", ErrMalformed, row[0], kb.MaxName)
	case e.Country != "" && !isCountry(e.Country):
		return e, fmt.Errorf("%w: country %.40q, want two letters", ErrMalformed, row[3])
	}
	if e.QID, ok = itemNumber(row[1]); !ok {
		return e, fmt.Errorf("%w: item %.40q, want one such as Q42", ErrMalformed, row[1])
	}
	if e.Kind, ok = KindOf(row[2]); !ok {
		return e, fmt.Errorf("%w: type %.40q, want person, organization, location or a kind", ErrMalformed, row[2])
	}
	if row[4] == "" {
		return e, nil
	}
	prior, err := strconv.ParseFloat(row[4], 32)
	if err != nil || prior < 0 || math.IsInf(prior, 0) || math.IsNaN(prior) {
		return e, fmt.Errorf("%w: prior %.40q, want a number from 0", ErrMalformed, row[4])
	}
	e.Prior = prior
	return e, nil
}

// KindOf is the kind of a type (person, organization, location) or of a kind as the
// knowledge base calls it (city, figure).
func KindOf(name string) (kb.Kind, bool) {
	switch name {
	case "location":
		return kb.Place, true
	case "organization":
		return kb.Organization, true
	}
	return kb.KindOf(name)
}

func isCountry(code string) bool {
	return len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z'
}

// itemNumber is the number of a Wikidata item.
func itemNumber(id string) (uint32, bool) {
	digits, ok := strings.CutPrefix(id, "Q")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	return uint32(n), err == nil && n > 0 && digits[0] != '+' && digits[0] != '0'
}
