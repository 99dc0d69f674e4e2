package date

import (
	"strings"
	"time"
)

// maxUnknown is how many words of no known meaning a date may hold, such as
// "updated", "a las" or "Uhr".
const maxUnknown = 6

// reader collects the parts of a date from its tokens. Each pass marks the
// tokens that it understood as used, so that the next sees the rest.
type reader struct {
	tokens   []token
	language string

	year, month, day           int
	hour, minute, second, nano int
	hasTime, hasZone           bool
	ambiguous                  bool
	zone                       zone
	weekday                    time.Weekday
	hasWeekday                 bool
	tail                       int // the first token after the time, or else the date
}

func (r *reader) read() (Date, bool) {
	r.units()
	r.weekdays()
	if r.day == 0 {
		r.compact()
	}
	if r.day == 0 {
		r.numeric()
	}
	r.clock()
	r.zones()
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
	unknown := 0
	for i := range r.tokens {
		switch {
		case r.wordAt(i) != "":
			unknown++
		case r.numberAt(i) != "" && !r.place(r.tokens[i]):
			return false
		}
	}
	return unknown <= maxUnknown
}

// place finds the meaning of a number by its length: the first that may be the
// day is the day.
func (r *reader) place(t token) bool {
	switch n := len(t.text); {
	case n == 4 && r.year == 0:
		r.year = t.value
	case n == 4 && !r.hasTime:
		r.setCompactTime(t.text)
	case n <= 2 && r.day == 0:
		r.day = t.value
	case n == 2 && r.year == 0:
		r.year = century(t.value)
	default:
		return false
	}
	return true
}

// century completes a year of two digits as RFC 5322 does.
func century(year int) int {
	if year < 50 {
		return 2000 + year
	}
	return 1900 + year
}

// date checks the parts and puts them together. A leap second and the hour 24
// belong to the next minute and the next day.
func (r *reader) date() (Date, bool) {
	if r.year > 2400 && r.year < 2700 {
		r.year -= 543 // of the Buddhist era, as Thai feeds write it
	}
	if r.year < 1 || !valid(r.year, r.month, r.day) || !r.validTime() {
		return Date{}, false
	}
	civil := time.Date(r.year, time.Month(r.month), r.day, r.hour, r.minute, r.second, r.nano, time.UTC)
	d := Date{Time: civil, HasTime: r.hasTime, Ambiguous: r.ambiguous}
	if r.hasZone {
		d.setZone(r.zone)
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
		return
	}
	d.HasZone = true
	if seconds != 0 {
		d.Time = d.Time.Add(-time.Duration(seconds) * time.Second).In(time.FixedZone("", seconds))
	}
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// weekdays finds the day of the week. A word that is also a month (mar is
// Tuesday in Italian) is left alone unless another month follows.
func (r *reader) weekdays() {
	for i := range r.tokens {
		t := &r.tokens[i]
		if t.used || t.kind != word {
			continue
		}
		day, ok := weekdayNames.find(r.language, t.text)
		if !ok {
			continue
		}
		if _, month := monthNames.find(r.language, t.text); month && !r.monthAfter(i) {
			continue
		}
		r.weekday, r.hasWeekday = time.Weekday(day), true
		t.used = true
		return
	}
}

// monthAfter reports whether a month follows the token i: a name, or the second
// number of a date that is all numbers.
func (r *reader) monthAfter(i int) bool {
	for j := i + 1; j < len(r.tokens); j++ {
		if _, ok := monthNames.find(r.language, r.wordAt(j)); ok {
			return true
		}
		if _, ok := r.group(j); ok {
			return true
		}
	}
	return r.month != 0
}

// monthName finds the month as a word.
func (r *reader) monthName() {
	for i := range r.tokens {
		t := &r.tokens[i]
		if t.used || t.kind != word {
			continue
		}
		if month, ok := monthNames.find(r.language, t.text); ok {
			r.month, t.used = month+1, true
			return
		}
	}
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
