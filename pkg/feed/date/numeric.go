package date

import (
	"strings"
	"time"
)

// group is three numbers with two equal separators between them.
type group struct {
	a, b, c   int
	separator string
	yearFirst bool
	longYear  bool // the year has four digits
	end       int  // the first token after it
}

// group reads the three numbers that start at token i.
func (r *reader) group(i int) (group, bool) {
	separator := r.signAt(i+1, "-/.")
	if separator == "" || r.signAt(i+3, separator) == "" {
		return group{}, false
	}
	a, c := len(r.numberAt(i)), len(r.numberAt(i+4))
	g := group{separator: separator, end: i + 5, yearFirst: a == 4 && r.short(i+4)}
	g.longYear = g.yearFirst || r.short(i) && c == 4
	if !r.short(i+2) || !g.longYear && !(r.short(i) && c == 2) {
		return group{}, false
	}
	g.a, g.b, g.c = r.tokens[i].value, r.tokens[i+2].value, r.tokens[i+4].value
	return g, true
}

// numeric reads a date of three numbers. Without a year of four digits it
// counts only where no month is written out: 18.30.00 may be a time.
func (r *reader) numeric() {
	for i := range r.tokens {
		g, ok := r.group(i)
		if !ok || !g.longYear && r.hasMonthName() || !r.settle(g) {
			continue
		}
		r.use(i, g.end)
		r.tail = g.end
		return
	}
}

func (r *reader) hasMonthName() bool {
	for i := range r.tokens {
		if _, ok := monthNames.find(r.language, r.wordAt(i)); ok {
			return true
		}
	}
	return false
}

// settle decides which number is what.
func (r *reader) settle(g group) bool {
	if g.yearFirst {
		r.year, r.month, r.day = g.a, g.b, g.c
		if r.month > 12 {
			r.month, r.day = r.day, r.month
		}
		return true
	}
	if !g.longYear {
		g.c = century(g.c)
	}
	dayFirst := valid(g.c, g.b, g.a)
	monthFirst := valid(g.c, g.a, g.b)
	if !dayFirst && !monthFirst {
		return false
	}
	if dayFirst && monthFirst && g.a != g.b {
		dayFirst = r.dayFirst(g)
	}
	r.year, r.month, r.day = g.c, g.a, g.b
	if dayFirst {
		r.month, r.day = g.b, g.a
	}
	return true
}

// dayFirst chooses between two dates that both exist: by the separator, as
// dots stand only where the day comes first, by the weekday, by the language.
func (r *reader) dayFirst(g group) bool {
	if g.separator == "." {
		return true
	}
	if r.hasWeekday {
		day := weekdayOf(g.c, g.b, g.a) == r.weekday
		month := weekdayOf(g.c, g.a, g.b) == r.weekday
		if day != month {
			return day
		}
	}
	if strings.ReplaceAll(r.language, "_", "-") == "en-us" {
		return false
	}
	r.ambiguous = r.language == "" || r.language == "en"
	return true
}

func valid(year, month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

func weekdayOf(year, month, day int) time.Weekday {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday()
}
