package date

import (
	"time"
	"unicode"
	"unicode/utf8"
)

// Years of other eras that are written like those of ours: no feed is of a
// year that far from today.
const (
	buddhist      = 543  // what the Buddhist era of Thailand is ahead
	buddhistFirst = 2400 // years from here on are of it
	buddhistLast  = 2700
	jalaliFirst   = 1300 // years of the calendar of Iran, in texts of its languages
	jalaliLast    = 1499
)

// century completes a year of two digits as RFC 5322 does, and in Thai, where
// 65 is 2565.
func (r *reader) century(year int) int {
	switch {
	case r.inThai() && year > 42:
		return 2500 + year - buddhist
	case year < 50:
		return 2000 + year
	}
	return 1900 + year
}

// inThai reports whether the language or a word of the date is Thai.
func (r *reader) inThai() bool {
	if primary(r.language) == "th" {
		return true
	}
	for i := range r.tokens {
		first, _ := utf8.DecodeRuneInString(r.tokens[i].text)
		if first >= 0x0e00 && unicode.Is(unicode.Thai, first) {
			return true
		}
	}
	return false
}

// toGregorian brings year, month and day to our calendar.
func (r *reader) toGregorian() {
	r.year = fromBuddhist(r.year)
	named := r.month > 12
	if named {
		r.month -= 12
	}
	iranian := primary(r.language) == "fa" || primary(r.language) == "ps" || primary(r.language) == "ckb"
	if named || iranian && r.year >= jalaliFirst && r.year <= jalaliLast {
		r.setDay(fromJalali(r.year, r.month, r.day))
	}
}

// fromBuddhist turns a year that can only be of the Buddhist era into ours.
func fromBuddhist(year int) int {
	if year > buddhistFirst && year < buddhistLast {
		return year - buddhist
	}
	return year
}

// fromJalali converts a date of the Solar Hijri calendar, and returns a day 0
// for one that does not exist. Leap years follow a cycle of 33 years, which
// agrees with the astronomical calendar from 1343 to 1502 (1964 to 2123).
func fromJalali(year, month, day int) (y, m, d int) {
	if year < 1343 || year > 1502 || month < 1 || month > 12 || day < 1 || day > jalaliDays(year, month) {
		return year, month, 0
	}
	days := day - 1 + 31*(month-1) - max(0, month-7)
	for past := 1343; past < year; past++ {
		days += 365
		if jalaliLeap(past) {
			days++
		}
	}
	t := time.Date(1964, time.March, 21+days, 0, 0, 0, 0, time.UTC) // from the new year of 1343
	return t.Year(), int(t.Month()), t.Day()
}

func jalaliLeap(year int) bool { return (25*year+11)%33 < 8 }

func jalaliDays(year, month int) int {
	switch {
	case month < 7:
		return 31
	case month < 12 || jalaliLeap(year):
		return 30
	}
	return 29
}
