// Package date reads dates as feeds write them: RFC 822 and RFC 3339 with all
// the sloppiness seen in practice, epochs, and the forms that people write in
// the languages that news is written in.
//
// It is pure: it knows no clock, no local zone and no zone database, so the
// same text gives the same date everywhere. What it knows by name stands in the
// folder tables. What it is not sure of it marks, and what it does not
// understand it does not read.
package date

import (
	"strings"
	"time"
	"unicode/utf8"
)

// A date is not longer than this, in bytes and in characters.
const (
	maxBytes      = 320
	maxCharacters = 120
)

// Date is a date as a feed wrote it and, when it could be read, what it says.
type Date struct {
	// Time is the instant, in the offset that the publisher wrote. Without an
	// offset it is the civil date and time, in UTC. It is zero when the date
	// could not be read.
	Time time.Time
	// HasZone says that an offset, or a zone that has one, was written.
	HasZone bool
	// HasTime says that a time of day was written.
	HasTime bool
	// Ambiguous says that nothing settled which number is the day, the month or
	// the year, or which month a name is.
	Ambiguous bool
	// UnknownZone says that a word beside the time is not known. It may be a
	// zone, or a half of the day.
	UnknownZone bool
	// AmbiguousZone says that several zones have the name that was written and
	// that the language chose none of them; tables/zones.txt says which holds.
	AmbiguousZone bool
	// Implausible says that no feed can mean the date: it lies before feeds kept
	// time (1970 and before) or far ahead (2100 and later), is the end of 32 bit
	// time, or is a bare number that is more likely no time at all.
	Implausible bool
	// Raw is the date as written.
	Raw string
}

// Parse reads a date. When it cannot, it returns false and a Date that has Raw
// alone. A month or a year without a day is not read.
func Parse(s string) (Date, bool) {
	return Hint{}.Parse(s)
}

// ParseIn reads a date in a text of the language, a BCP 47 tag. The language
// settles what nothing else does: 1/2/2022 is in January in en-US and in
// February elsewhere, and some names of months and zones differ.
func ParseIn(s, language string) (Date, bool) {
	return Hint{Language: language}.Parse(s)
}

// Hint is what is known of a date beside its text. Its zero value is nothing.
type Hint struct {
	// Language is a BCP 47 tag.
	Language string
	// Order is that of other dates of the same source, see OrderOf. It counts
	// for more than the language.
	Order Order
}

// Parse reads a date, like the function Parse.
func (h Hint) Parse(s string) (Date, bool) {
	d, _, ok := h.parse(s)
	return d, ok
}

// parse also returns the order of day and month, where the date proves it.
func (h Hint) parse(s string) (Date, Order, bool) {
	raw := strings.TrimSpace(s)
	unread := Date{Raw: raw}
	if len(raw) > maxBytes || utf8.RuneCountInString(raw) > maxCharacters {
		return unread, AnyOrder, false
	}
	text := fold(raw)
	if t, ok := parseEpoch(text); ok {
		d := Date{Time: t, HasZone: true, HasTime: true, Raw: raw}
		d.Implausible = implausible(t) || !plausibleEpoch(t)
		return d, AnyOrder, true
	}
	if c, ok := parseOrdinal(text); ok {
		text = c
	}
	r := reader{language: strings.ToLower(h.Language), order: h.Order}
	var buffer [24]token // the usual date has fewer
	r.tokens = lex(buffer[:0], text)
	d, ok := r.read()
	if !ok {
		return unread, AnyOrder, false
	}
	d.Raw, d.Implausible = raw, implausible(d.Time)
	return d, r.proof, true
}

// implausible knows the values that machines write where they have no date.
func implausible(t time.Time) bool {
	const end32 = 1<<31 - 1
	return t.Unix() < 86400 || t.Year() >= 2100 || t.Unix() == end32
}
