package date

import (
	_ "embed" // the tables
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// The tables say what words mean; their first lines say how to read them.
var (
	//go:embed tables/months.txt
	monthTable string
	//go:embed tables/jalali.txt
	jalaliTable string
	//go:embed tables/weekdays.txt
	weekdayTable string
	//go:embed tables/words.txt
	wordTable string
	//go:embed tables/zones.txt
	zoneTable string
	//go:embed tables/places.txt
	placeTable string
	//go:embed tables/orders.txt
	orderTable string
)

// sort is a sort of meaning that a word may have.
type sort int

const (
	monthName   sort = iota // 1 is January, 13 the first month of the Jalali calendar
	weekdayName             // 1 is Sunday
	halfName                // a half of the day
	unitName                // a unit behind a number
	eraName                 // an index of eras
	zoneName                // an index of zones
	fillerName              // 1, says nothing
	numbered                // 1, a month stands behind it as a number
	sorts
)

// sense is what a word says as a word of one sort. A value of 0 is nothing.
type sense struct {
	value  int16
	shared bool // a language may make something else of it
	firm   bool // all others make this of it
	common bool // it is English too
}

// meaning is all that a word may say.
type meaning [sorts]sense

// vocabulary is what is known by name. The keys of words are folded words, and
// a language, a bar and a word where that language differs from others.
type vocabulary struct {
	words   map[string]*meaning
	phrases map[string]bool // first words of names of several words
	zones   []zone
	eras    []int            // what to add to a year
	orders  map[string]Order // by language
	mixed   map[string]bool  // languages of more than one order
	named   map[string]bool  // languages whose months are known
}

var known = newVocabulary()

// entry is a name of a table.
type entry struct {
	name, language string
	sort           sort
	value          int
	firm           bool
	only           bool // its languages alone have it
}

func newVocabulary() vocabulary {
	v := vocabulary{phrases: map[string]bool{}, zones: make([]zone, 1), eras: make([]int, 1), orders: map[string]Order{}, mixed: map[string]bool{}, named: map[string]bool{}}
	entries := positions(monthTable, monthName, 1)
	entries = append(entries, positions(jalaliTable, monthName, 13)...)
	entries = append(entries, positions(weekdayTable, weekdayName, 1)...)
	entries = append(entries, v.wordEntries(wordTable)...)
	entries = append(entries, v.zoneEntries(zoneTable)...)
	entries = append(entries, v.zoneEntries(placeTable)...)
	rows(orderTable, func(head, list string) {
		order := map[string]Order{"day": DayFirst, "month": MonthFirst, "year": YearFirst}[head]
		for language := range strings.FieldsSeq(list) {
			if head == "mixed" {
				v.mixed[language] = true
			} else {
				v.orders[language] = order
			}
		}
	})
	v.words = make(map[string]*meaning, len(entries))
	for _, e := range entries {
		v.add(e)
	}
	for _, e := range entries {
		v.addIn(e)
		if e.sort == monthName {
			for language := range strings.FieldsSeq(e.language) {
				v.named[language] = true
			}
		}
	}
	return v
}

// add takes a name for all languages. The first meaning of a sort holds.
func (v *vocabulary) add(e entry) {
	if first, _, ok := strings.Cut(e.name, " "); ok {
		v.phrases[first] = true
	}
	s := &v.word(e.name)[e.sort]
	s.common = s.common || e.language == "en"
	switch {
	case e.only:
		// A rare language takes nothing from the one that has a month's name.
		s.firm = s.firm || e.sort == monthName && s.value != 0 && !s.shared
		s.shared = true
	case s.value == 0 && !s.shared:
		s.value, s.firm = int16(e.value), e.firm
	case int(s.value) != e.value:
		s.shared = true
	}
}

// word returns the meaning of a word to be filled in.
func (v *vocabulary) word(name string) *meaning {
	m := v.words[name]
	if m == nil {
		m = &meaning{}
		v.words[name] = m
	}
	return m
}

// addIn takes a name that languages share for its own languages.
func (v *vocabulary) addIn(e entry) {
	if !v.words[e.name][e.sort].shared {
		return
	}
	for language := range strings.FieldsSeq(e.language) {
		s := &v.word(language + "|" + e.name)[e.sort]
		if s.value == 0 {
			s.value = int16(e.value)
		}
	}
}

// find returns what a word of a meaning says in a language, and whether that is
// sure. It is 0 when it says nothing.
func (v *vocabulary) find(m *meaning, word string, s sort, language string) (value int, sure bool) {
	if !m[s].shared {
		return int(m[s].value), true
	}
	for _, l := range tags(language) {
		if in := v.words[l+"|"+word]; in != nil && in[s].value != 0 {
			if m[s].common && in[s].value != m[s].value {
				return int(m[s].value), false
			}
			return int(in[s].value), true
		}
	}
	return int(m[s].value), m[s].firm
}

func normalTag(language string) string { return strings.ReplaceAll(language, "_", "-") }

// primary is the language of a tag, without region and script.
func primary(language string) string {
	language, _, _ = strings.Cut(normalTag(language), "-")
	return language
}

// rows calls f with the parts of the lines of a table that are no comments.
func rows(table string, f func(head, list string)) {
	for line := range strings.Lines(table) {
		head, list, ok := strings.Cut(line, ": ")
		if ok && line[0] != '#' {
			f(head, list)
		}
	}
}

// spell folds a name of a table as lex folds a text.
func spell(name string) string {
	return strings.Join(strings.FieldsFunc(fold(name), func(r rune) bool {
		return r == '_' || r == '-' || r == '\'' || unicode.IsSpace(r)
	}), " ")
}

// positions reads a table whose names count from first.
func positions(table string, s sort, first int) []entry {
	var entries []entry
	rows(table, func(head, list string) {
		language, isRare := strings.CutPrefix(head, "only ")
		for i, names := range strings.Fields(list) {
			for name := range strings.SplitSeq(names, "|") {
				if name != "-" {
					entries = append(entries, entry{name: spell(name), language: language, sort: s, value: first + i, only: isRare})
				}
			}
		}
	})
	return entries
}

// wordSorts are the meanings of words.txt, besides era.
var wordSorts = map[string]struct {
	sort  sort
	value int
}{
	"am": {halfName, int(beforeNoon)}, "pm": {halfName, int(afterNoon)},
	"year": {unitName, int(yearPart)}, "month": {unitName, int(monthPart)}, "day": {unitName, int(dayPart)},
	"hour": {unitName, int(hourPart)}, "minute": {unitName, int(minutePart)}, "second": {unitName, int(secondPart)},
	"numbered": {numbered, 1}, "filler": {fillerName, 1},
}

func (v *vocabulary) wordEntries(table string) []entry {
	var entries []entry
	rows(table, func(head, list string) {
		what, rest, _ := strings.Cut(head, " ")
		e := entry{language: rest, sort: wordSorts[what].sort, value: wordSorts[what].value, only: rest != ""}
		if what == "era" {
			years, _ := strconv.Atoi(rest)
			e = entry{sort: eraName, value: len(v.eras)}
			v.eras = append(v.eras, years)
		}
		for name := range strings.FieldsSeq(list) {
			e.name = spell(name)
			entries = append(entries, e)
		}
	})
	return entries
}

// zoneEntries reads lines such as "-05:00 us 2007 en-us en-ca: names".
func (v *vocabulary) zoneEntries(table string) []entry {
	var entries []entry
	rows(table, func(head, list string) {
		z, e := readZone(head)
		e.sort, e.value = zoneName, len(v.zones)
		for name := range strings.FieldsSeq(list) {
			e.name = strings.ToLower(name)
			if !strings.Contains(name, "/") {
				e.name = spell(name)
			}
			entries = append(entries, e)
		}
		v.zones = append(v.zones, z)
	})
	return entries
}

// readZone reads the head of a line of zones.
func readZone(head string) (zone, entry) {
	offset, rest, _ := strings.Cut(head, " ")
	z, e := zone{seconds: readOffset(offset)}, entry{}
	for field := range strings.FieldsSeq(rest) {
		year, err := strconv.Atoi(field)
		switch rule, isRule := summers[field]; {
		case err == nil:
			z.since = year
		case isRule:
			z.summer = rule
		case field == "firm":
			e.firm = true
		case field == "only":
			e.only = true
		default:
			e.language += " " + field
		}
	}
	return z, e
}

// readOffset reads an offset of a table, +05:30, as seconds.
func readOffset(s string) int {
	var hours, minutes int
	fmt.Sscanf(s[1:], "%d:%d", &hours, &minutes)
	if s[0] == '-' {
		return -(hours*hour + minutes*minute)
	}
	return hours*hour + minutes*minute
}
