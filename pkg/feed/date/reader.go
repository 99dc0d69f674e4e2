package date

import (
	"strings"
	"time"
)

// maxUnknown is how many words of no known meaning a date may hold, such as
// the name of a place. A date whose year has two digits may hold none.
const maxUnknown = 3

// reader collects the parts of a date from its tokens. Each pass marks the
// tokens that it understood as used, so that the next sees the rest.
type reader struct {
	tokens   []token
	language string
	order    Order

	year, month, day           int
	hour, minute, second, nano int
	hasTime, hasZone           bool
	longYear                   bool // the year was written in full
	shortMonth                 bool // the month is a name of few letters, not an English one
	ambiguous                  bool
	proof                      Order // what the date shows by itself
	zone                       zone
	zoneUnsure, unknownZone    bool
	inverted                   bool // the offset counts west
	halved                     bool // the half of the day was written
	weekday                    time.Weekday
	hasWeekday                 bool
	head                       int // the token that the time starts at, or 0
	tail                       int // the first token after the time, or else the date
}

func (r *reader) read() (Date, bool) {
	r.weekdays()
	r.units()
	if r.day == 0 {
		r.compact()
	}
	if r.day == 0 {
		r.numeric()
	}
	r.clock()
	r.zones()
	r.lateHalf()
	if r.month == 0 {
		r.monthName()
	}
	if !r.leftovers() {
		return Date{}, false
	}
	return r.date()
}

// leftovers gives the numbers that nothing else explained to day and year.
// Anything else that is left must be few words.
func (r *reader) leftovers() bool {
	r.longNumbers()
	unknown := 0
	for i := range r.tokens {
		t := &r.tokens[i]
		switch {
		case t.used:
		case t.kind == number:
			if !r.place(i) {
				return false
			}
		case t.kind == sign && strings.Contains("%$€£#=<>&*^~", t.text):
			return false
		case t.kind == word && !r.mayMean(i, &unknown):
			return false
		}
	}
	// The word that is not known may be the month, and the short name none.
	r.ambiguous = r.ambiguous || unknown > 0 && r.shortMonth
	return unknown == 0 || r.longYear && unknown <= maxUnknown
}

// mayMean judges a word that is left: what may be a zone is noted, another
// month refused, and what is no known word counted.
func (r *reader) mayMean(i int, unknown *int) bool {
	month, _ := r.says(i, monthName)
	switch {
	case r.letterZone(i), r.mayBeHalf(i):
		r.unknownZone = true
	case r.saysAny(i, fillerName, weekdayName, unitName):
	case month != 0:
		return month == r.month
	case r.hasZone && r.saysAny(i, zoneName):
	case r.hasTime && (r.saysAny(i, halfName, zoneName) || !r.unknownZone && r.besideTime(i)):
		r.unknownZone = true
	default:
		*unknown++
	}
	return true
}

func (r *reader) saysAny(i int, sorts ...sort) bool {
	for _, s := range sorts {
		if value, _ := r.says(i, s); value != 0 {
			return true
		}
	}
	return false
}

// letterZone reports whether a date ends with one letter behind the time. RFC
// 822 has zones of one letter, which no two programs mean alike.
func (r *reader) letterZone(i int) bool {
	last := i == r.tail && i == len(r.tokens)-1 && len(r.tokens[i].text) == 1
	return last && r.hasTime && !r.hasZone && !r.saysAny(i, unitName)
}

// besideTime reports whether a word is where a zone or a half of the day may
// stand: right before or right behind the time, or anywhere behind it.
func (r *reader) besideTime(i int) bool {
	before := r.head - 1
	for r.signAt(before, ".,(") != "" || before > 0 && r.tokens[before].used && r.tokens[before].kind == word {
		before--
	}
	behind := r.tail
	for r.signAt(behind, ".,(") != "" {
		behind++
	}
	return i == before || i == behind || i > behind && !r.hasZone
}

// longNumbers gives the numbers of four digits to the year and to a time that
// is written without a colon: 26 Aug 76 1429.
func (r *reader) longNumbers() {
	if i := r.yearAt(); i >= 0 {
		r.year, r.longYear = r.tokens[i].value, !r.short(i)
		if r.short(i) {
			r.year = r.century(r.year)
		}
		r.named(i)
		r.use(i, i+1)
	}
	for i := range r.tokens {
		if len(r.numberAt(i)) == 4 && !r.hasTime && r.day+r.month > 0 {
			r.setCompactTime(r.tokens[i].text)
			r.use(i, i+1)
			r.head, r.tail = i, i+1
			r.halfDay()
			r.zones()
		}
	}
}

// yearAt finds the number of four digits that is the year, or -1: the first
// that may well be one, or else the first where no other number is left to be
// the year.
func (r *reader) yearAt() int {
	if r.year != 0 {
		return -1
	}
	first, short := -1, 0
	for i := range r.tokens {
		switch {
		case r.short(i) && r.signed(i, "'"):
			return i // '22
		case r.short(i):
			short++
		case len(r.numberAt(i)) != 4 || r.beforeChrist(i):
			// no year of ours
		case r.mayBeYear(r.tokens[i].value):
			return i
		case first < 0:
			first = i
		}
	}
	if short > 1 {
		return -1
	}
	return first
}

// signed reports whether a sign belongs to the number at i alone: a space, or
// nothing, is before the sign and none behind it.
func (r *reader) signed(i int, sign string) bool {
	return r.signAt(i-1, sign) != "" && !r.tokens[i].spaced && (i == 1 || r.tokens[i-1].spaced)
}

func (r *reader) beforeChrist(i int) bool { return i > 1 && r.signed(i, "-") }

func (r *reader) mayBeYear(n int) bool {
	return n >= 1900 && n < 2200 || n > buddhistFirst && n < buddhistLast || r.month > 12
}

// named marks a date as ambiguous where a word that is not known stands right
// before a number: the number of Issue 10, January 2022 may be its own.
func (r *reader) named(i int) {
	if r.wordAt(i-1) == "" {
		return
	}
	if r.saysAny(i-1, monthName, weekdayName, halfName, unitName, eraName, zoneName, fillerName, numbered) {
		return
	}
	r.ambiguous = true
}

// place finds the meaning of a short number: the first that may be the day is
// the day.
func (r *reader) place(i int) bool {
	t := &r.tokens[i]
	switch n := len(t.text); {
	case n <= 2 && r.day == 0:
		if r.signAt(i-1, "(") != "" && r.signAt(i+1, ")") != "" {
			return false // January 2022 (10)
		}
		r.day = t.value
		r.named(i)
	case n == 2 && r.year == 0:
		r.year = r.century(t.value)
	default:
		return false
	}
	return true
}

// date checks the parts and puts them together. A leap second and the hour 24
// belong to the next minute and the next day.
func (r *reader) date() (Date, bool) {
	r.toGregorian()
	if r.year < 1 || r.year > 9999 || !valid(r.year, r.month, r.day) || !r.validTime() {
		return Date{}, false
	}
	civil := time.Date(r.year, time.Month(r.month), r.day, r.hour, r.minute, r.second, r.nano, time.UTC)
	d := Date{Time: civil, HasTime: r.hasTime, Ambiguous: r.ambiguous, UnknownZone: r.unknownZone}
	if r.hasZone {
		d.setZone(r.zone)
		d.AmbiguousZone = r.zoneUnsure
	}
	return d, true
}

func (r *reader) validTime() bool {
	midnight := r.hour == 24 && r.minute == 0 && r.second == 0
	return (r.hour < 24 || midnight) && r.minute < 60 && r.second <= 60
}

// setZone moves a civil time to its zone, when the zone is known for its year.
func (d *Date) setZone(z zone) {
	seconds, ok := z.offset(d.Time)
	if !ok {
		d.UnknownZone = true
		return
	}
	d.HasZone = true
	if seconds != 0 {
		d.Time = d.Time.Add(-time.Duration(seconds) * time.Second).In(time.FixedZone("", seconds))
	}
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// weekdays finds the day of the week. A word that may be something else is one
// only at the start: a month (mar is Tuesday in Italian, where another month
// follows), a zone, or a word that says nothing.
func (r *reader) weekdays() {
	for i := range r.tokens {
		day, sure := r.says(i, weekdayName)
		if day == 0 {
			continue
		}
		if month, _ := r.says(i, monthName); month != 0 && !r.monthAfter(i) {
			continue
		}
		if m := r.tokens[i].meaning; i > 0 && ((m[zoneName].value|m[fillerName].value|m[unitName].value) != 0 || m[halfName] != (sense{})) {
			continue
		} else if m[zoneName].value != 0 && r.signAt(i+2, ":") != "" {
			continue // CET 18:30, and Croatian čet
		}
		r.weekday, r.hasWeekday = time.Weekday(day-1), sure
		r.use(i, i+1)
		return
	}
}

// monthAfter reports whether a month follows the token i: a name, or the second
// number of a date that is all numbers.
func (r *reader) monthAfter(i int) bool {
	for j := i + 1; j < len(r.tokens); j++ {
		if month, _ := r.says(j, monthName); month != 0 {
			return true
		}
		if g, ok := r.group(j); ok && (g.longYear || g.separator != ".") {
			return true // and no time such as 18.30.00
		}
	}
	return false
}

// monthName finds the month as a word. One that also says nothing (med, du)
// counts only where there is no other.
func (r *reader) monthName() {
	found := -1
	for i := range r.tokens {
		if month, _ := r.says(i, monthName); month == 0 {
			continue
		}
		if found < 0 || r.tokens[found].meaning[fillerName].value != 0 {
			found = i
		}
	}
	if found >= 0 {
		month, sure := r.says(found, monthName)
		r.month = month
		t := r.tokens[found]
		r.ambiguous = r.ambiguous || !sure || r.isForeign(found)
		r.shortMonth = len(t.text) <= 3 && !t.meaning[monthName].common
		r.use(found, found+1)
	}
}

// isForeign reports whether the name of a month is that of some language other than
// English, while the language of the text is one whose months are not known.
func (r *reader) isForeign(i int) bool {
	language := primary(r.language)
	return language != "" && !known.named[language] && !r.tokens[i].meaning[monthName].common
}

// says returns what an unused word says as a word of a sort, and whether that
// is sure. It is 0 for anything else.
func (r *reader) says(i int, s sort) (value int, sure bool) {
	if i < 0 || i >= len(r.tokens) {
		return 0, false
	}
	t := &r.tokens[i]
	if t.used || t.kind != word || t.meaning == nil || t.meaning[s] == (sense{}) {
		return 0, false
	}
	return known.find(t.meaning, t.text, s, r.language)
}

// numberAt returns the digits of an unused number token, or nothing.
func (r *reader) numberAt(i int) string {
	if i < 0 || i >= len(r.tokens) || r.tokens[i].used || r.tokens[i].kind != number {
		return ""
	}
	return r.tokens[i].text
}

// wordAt returns an unused word token, or nothing.
func (r *reader) wordAt(i int) string {
	if i < 0 || i >= len(r.tokens) || r.tokens[i].used || r.tokens[i].kind != word {
		return ""
	}
	return r.tokens[i].text
}

// signAt returns a sign token that is one of those in signs, or nothing.
func (r *reader) signAt(i int, signs string) string {
	if i < 0 || i >= len(r.tokens) || r.tokens[i].kind != sign || !strings.Contains(signs, r.tokens[i].text) {
		return ""
	}
	return r.tokens[i].text
}

// use marks the tokens from i up to j.
func (r *reader) use(i, j int) {
	for ; i < j; i++ {
		r.tokens[i].used = true
	}
}
