package kb

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Kind is what an entity is.
type Kind uint8

// The kinds. Place is a location that is none of the others.
const (
	Country Kind = iota + 1
	Region
	City
	Place
	Organization
	Person // of a common name: linked only where the text speaks for it
	Figure // a person who is known by the name alone
)

// kindNames are the kinds as tables and people write them.
func kindNames() []string {
	return []string{"", "country", "region", "city", "place", "org", "person", "figure"}
}

// String is the name of k.
func (k Kind) String() string {
	if names := kindNames(); int(k) < len(names) {
		return names[k]
	}
	return ""
}

// KindOf is the kind of this name, and whether there is one.
func KindOf(name string) (Kind, bool) {
	for k, n := range kindNames() {
		if n == name && n != "" {
			return Kind(k), true
		}
	}
	return 0, false
}

// Type is the type of the entities of a kind.
func (k Kind) Type() schema.EntityType {
	switch {
	case k >= Country && k <= Place:
		return schema.Location
	case k == Organization:
		return schema.Organization
	case k == Person || k == Figure:
		return schema.Person
	}
	return ""
}

// Entity is a person, an organization or a place.
type Entity struct {
	Kind Kind
	Name string
	// QID is the number of its Wikidata item, GeoNamesID its number in GeoNames; 0
	// is none.
	QID, GeoNamesID uint32
	// Country is the ISO 3166-1 alpha-2 code of the country that it is or lies in.
	Country string
	// Admin is the first-order division that it is or lies in: the code of GeoNames
	// within the country, or a Wikidata item.
	Admin string
	// Lat and Lon are degrees north and east, NaN when they are not known.
	Lat, Lon float64
	// Prior is how likely a name means it, against its namesakes of the same base:
	// the people who live there, or the pages of Wikipedia about it.
	Prior float64
	// Soft is a name that is also a word or the name of people: as a place it is
	// taken only where the text says so.
	Soft bool
	// Parts is how many of country, division and GeoNames id its ID needs beside the
	// name, from 1; without a Wikidata item only.
	Parts uint8
}

// Wikidata is the item, such as Q159, or empty.
func (e *Entity) Wikidata() string { return numbered("Q", e.QID) }

// GeoNames is the GeoNames id, or empty.
func (e *Entity) GeoNames() string { return numbered("", e.GeoNamesID) }

func numbered(prefix string, n uint32) string {
	if n == 0 {
		return ""
	}
	return prefix + strconv.FormatUint(uint64(n), 10)
}

// Located reports whether it is known where e is.
func (e *Entity) Located() bool { return !math.IsNaN(e.Lat) }

// Same reports whether e and other are one thing: they have one Wikidata item, or
// without that one GeoNames id.
func (e *Entity) Same(other Entity) bool {
	if e.QID != 0 && other.QID != 0 {
		return e.QID == other.QID
	}
	return e.GeoNamesID != 0 && e.GeoNamesID == other.GeoNamesID
}

// Contains reports whether e is the country or the division that a place lies in.
func (e *Entity) Contains(place *Entity) bool {
	if e.Country == "" || e.Country != place.Country || place.Kind <= e.Kind {
		return false
	}
	switch e.Kind {
	case Country:
		return true
	case Region:
		return e.Admin != "" && e.Admin == place.Admin || e.QID != 0 && place.Admin == e.Wikidata()
	}
	return false
}

// ID is the subject token of e: its Wikidata item (q159), or its name with so much
// of where it is that it has no namesake (london_gb, london_ca, springfield_us_mo).
func (e *Entity) ID() string {
	if e.QID != 0 {
		return numbered("q", e.QID)
	}
	id := Slug(e.Name)
	for i, part := range [...]string{e.Country, e.Admin, e.GeoNames()} {
		if part != "" && i < int(e.Parts) {
			id += "_" + Slug(part)
		}
	}
	return id
}

// Slug makes a subject token of a name: folded, with _ between its words and
// without its points and apostrophes.
func Slug(name string) string {
	folded := string(fold(nil, name, false))
	return schema.Token(strings.Map(func(r rune) rune {
		switch r {
		case ' ':
			return '_'
		case '.', ',', '\'', '"':
			return -1
		}
		return r
	}, folded))
}

// fold appends s in lower case, without accents, with ' for ’; bare drops points
// and apostrophes, too.
func fold(buf []byte, s string, bare bool) []byte {
	from := len(buf)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return foldRunes(buf[:from], s, bare)
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case bare && (c == '.' || c == '\''):
			continue
		}
		buf = append(buf, c)
	}
	return buf
}

func foldRunes(buf []byte, s string, bare bool) []byte {
	for _, r := range norm.NFD.String(s) {
		switch {
		case accent(r):
			continue
		case r == '’' || r == 'ʼ' || r == '‘':
			r = '\''
		}
		if bare && (r == '.' || r == '\'') {
			continue
		}
		buf = utf8.AppendRune(buf, unicode.ToLower(r))
	}
	return buf
}

// accent reports whether r is a mark that names are written with and without: those
// of Latin, Greek and Cyrillic letters, and the vowels of Arabic and Hebrew. The
// marks of other scripts are letters.
func accent(r rune) bool {
	return r >= 0x300 && r <= 0x36f || r >= 0x591 && r <= 0x5c7 || r >= 0x64b && r <= 0x65f || r == 0x670
}
