// Package date reads dates as feeds write them: RFC 822 and RFC 3339 with all
// the sloppiness seen in practice, epochs, and the forms that people write in
// the languages of the larger news markets.
//
// It is pure: it knows no clock, no local zone and no zone database, so the
// same text gives the same date everywhere. Whether a date is plausible is for
// the caller to judge.
package date

import (
	"strings"
	"time"
)

// maxLength bounds what is looked at: no date is longer, in bytes.
const maxLength = 100

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
	// Ambiguous says that nothing settled which number is the day and which the
	// month; the first was taken for the day.
	Ambiguous bool
	// Raw is the date as written.
	Raw string
}

// Parse reads a date. When it cannot, it returns false and a Date that has Raw
// alone.
func Parse(s string) (Date, bool) {
	return ParseIn(s, "")
}

// ParseIn reads a date in a text of the language, a BCP 47 tag. The language
// settles what nothing else does: 1/2/2022 is in January in en-US and in
// February elsewhere, and some month names differ between languages.
func ParseIn(s, language string) (Date, bool) {
	raw := strings.TrimSpace(s)
	if len(raw) > maxLength {
		return Date{Raw: raw}, false
	}
	text := fold(raw)
	if t, ok := parseEpoch(text); ok {
		return Date{Time: t, HasZone: true, HasTime: true, Raw: raw}, true
	}
	if c, ok := parseOrdinal(text); ok {
		text = c
	}
	r := reader{tokens: lex(text), language: strings.ToLower(language)}
	d, ok := r.read()
	d.Raw = raw
	if !ok {
		return Date{Raw: raw}, false
	}
	return d, true
}
