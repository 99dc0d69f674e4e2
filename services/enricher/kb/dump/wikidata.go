package dump

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/dateline-news/dateline/services/enricher/kb"
)

// wikidata reads items of a JSON dump, one a line.
type wikidata struct {
	options *Options
	add     func(kb.Entity, []kb.Name) error
}

func (w *wikidata) end() (int, error) { return 0, nil }

func (w *wikidata) line(line []byte) (int, error) {
	line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("\ufeff")), []byte(","))
	if string(line) == "[" || string(line) == "]" {
		return 0, nil
	}
	if !bytes.Contains(line, []byte(`"P31"`)) && !bytes.Contains(line, []byte(`"P625"`)) {
		if line[0] != '{' {
			return 0, fmt.Errorf("%w: no object", ErrMalformed)
		}
		return 0, nil // It says of nothing what it is.
	}
	var i item
	if err := json.Unmarshal(line, &i); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if i.Type != "" && i.Type != "item" {
		return 0, nil
	}
	e, err := i.entity(w.options)
	if err != nil || !w.options.takes(e.Kind) || len(i.Sitelinks.value) < w.options.MinSitelinks {
		return 0, err
	}
	names := i.names(w.options.Languages)
	if len(names) == 0 {
		return 0, nil
	}
	e.Name = names[0].Text
	return 1, w.add(e, names)
}

// item is the part of an item that is read.
type item struct {
	Type      string
	ID        string
	Labels    object[map[string]text]
	Aliases   object[map[string][]text]
	Claims    object[claims]
	Sitelinks object[map[string]struct{}]
}

// object is a JSON object, which a dump writes as [] when it is empty.
type object[T any] struct{ value T }

// UnmarshalJSON reads an object, or an empty array.
func (o *object[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return nil
	}
	return json.Unmarshal(data, &o.value)
}

type text struct{ Value string }

// claims are those that say what an item is, and where.
type claims struct {
	InstanceOf  []claim `json:"P31"`
	Coordinates []claim `json:"P625"`
	Country     []claim `json:"P17"`
	Division    []claim `json:"P131"`
	ISO         []claim `json:"P297"`
	GeoNames    []claim `json:"P1566"`
}

type claim struct {
	Rank     string
	Mainsnak struct {
		Datavalue struct{ Value json.RawMessage }
	}
}

// values are what the claims say that are not deprecated, as T.
func values[T any](all []claim) []T {
	var found []T
	for _, c := range all {
		var v T
		if c.Rank != "deprecated" && json.Unmarshal(c.Mainsnak.Datavalue.Value, &v) == nil {
			found = append(found, v)
		}
	}
	return found
}

// first is the first of values, if there is one.
func first[T any](all []claim) (v T) {
	if found := values[T](all); len(found) > 0 {
		v = found[0]
	}
	return v
}

// itemID is a value that is an item.
type itemID struct{ ID string }

// point is a value that is a place on a globe.
type point struct{ Latitude, Longitude *float64 }

// entity is what the item is, without its name. It has no kind when it is nothing
// that news names.
func (i *item) entity(o *Options) (kb.Entity, error) {
	e := kb.Entity{Prior: float64(len(i.Sitelinks.value)), Lat: math.NaN(), Lon: math.NaN()}
	var ok bool
	if e.QID, ok = itemNumber(i.ID); !ok {
		if _, err := strconv.ParseUint(i.ID[min(1, len(i.ID)):], 10, 32); err == nil && i.ID[0] == 'P' {
			return e, nil // A property.
		}
		return e, fmt.Errorf("%w: item %.40q", ErrMalformed, i.ID)
	}
	c := &i.Claims.value
	if p := first[point](c.Coordinates); p.Latitude != nil && p.Longitude != nil {
		e.Lat, e.Lon = *p.Latitude, *p.Longitude
	}
	e.Kind = i.kind()
	if e.Kind.Type() != kb.Place.Type() {
		return e, nil
	}
	if id, err := strconv.ParseUint(first[string](c.GeoNames), 10, 32); err == nil {
		e.GeoNamesID = uint32(id)
	}
	if id := first[itemID](c.Division).ID; isItem(id) {
		e.Admin = id
	}
	if code := first[string](c.ISO); e.Kind == kb.Country && isCountry(code) {
		e.Country, e.Admin = code, ""
	} else if n, ok := itemNumber(first[itemID](c.Country).ID); ok {
		e.Country = o.Countries[n]
	}
	return e, nil
}

func isItem(id string) bool {
	_, ok := itemNumber(id)
	return ok
}

// kind is what the classes of the item say, or that it has a place.
func (i *item) kind() kb.Kind {
	c := &i.Claims.value
	if len(c.ISO) > 0 {
		return kb.Country
	}
	var kind kb.Kind
	for _, class := range values[itemID](c.InstanceOf) {
		if n, ok := itemNumber(class.ID); ok {
			if k := classKind(n); k != 0 && (kind == 0 || k < kind) {
				kind = k
			}
		}
	}
	if kind == 0 && len(c.Coordinates) > 0 {
		return kb.Place
	}
	return kind
}

// maxNames is the most names of one item.
const maxNames = 200

// names are the labels and aliases in the languages, the label of the first of them
// that there is before the others, each once.
func (i *item) names(languages []string) []kb.Name {
	var names []kb.Name
	seen := map[string]bool{}
	links := len(i.Sitelinks.value)
	add := func(t text) {
		if t.Value != "" && !seen[t.Value] && len(names) < maxNames && len(t.Value) <= kb.MaxName && utf8.ValidString(t.Value) {
			seen[t.Value] = true
			names = append(names, kb.Name{Text: t.Value, Marked: unsure(t.Value, links)})
		}
	}
	for _, language := range languages {
		add(i.Labels.value[language])
	}
	add(i.Labels.value["mul"])
	for _, language := range languages {
		for _, alias := range i.Aliases.value[language] {
			add(alias)
		}
	}
	return names
}

// wellKnown is how many pages must be about an entity for a single word to mean it
// wherever it stands.
const wellKnown = 40

// unsure reports whether a name only counts where a recognizer has marked it: it is
// one word, of something that is not well known, or it is written like no name.
func unsure(name string, links int) bool {
	r, _ := utf8.DecodeRuneInString(name)
	if unicode.IsLower(r) || unicode.IsDigit(r) {
		return true
	}
	oneWord := !bytes.ContainsAny([]byte(name), " -·・")
	return oneWord && (links < wellKnown || utf8.RuneCountInString(name) < 3)
}
