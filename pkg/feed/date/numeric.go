package date

import "time"

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
	g := group{separator: r.separator(i), end: i + 5}
	if g.separator == "" || !r.short(i+2) {
		return group{}, false
	}
	a, c := len(r.numberAt(i)), len(r.numberAt(i+4))
	g.yearFirst = a == 4 && r.short(i+4)
	g.longYear = g.yearFirst || r.short(i) && c == 4
	shortYear := r.short(i) && c == 2 || a == 2 && c == 1 && orderIn(r.language) == YearFirst
	if !g.longYear && !shortYear || r.otherNumbers(i, g) {
		return group{}, false
	}
	g.a, g.b, g.c = r.tokens[i].value, r.tokens[i+2].value, r.tokens[i+4].value
	if g.longYear && !g.yearFirst {
		g.c = fromBuddhist(g.c)
	}
	return g, true
}

// separator is the sign between the numbers at i, i+2 and i+4.
func (r *reader) separator(i int) string {
	first, second := r.signAt(i+1, "-/.:"), r.signAt(i+3, "-/.:")
	switch {
	case first == second:
		return first
	case first == "/" && second == "-" && r.short(i) && len(r.numberAt(i+4)) == 4:
		return "." // 10/1-2022, as in Scandinavia, where the day is first
	}
	return ""
}

// otherNumbers reports whether the numbers at i are something else than a date:
// a year before Christ, a time (2022:18:30), a version (v2.1.10, 1.2.10.12).
func (r *reader) otherNumbers(i int, g group) bool {
	switch {
	case g.separator == ":":
		return !g.yearFirst || r.signAt(i-1, "/-") != ""
	case g.yearFirst:
		return i == 1 && r.signAt(0, "-") != "" && !r.tokens[1].spaced
	case r.continues(g.end, g.separator), r.numberAt(i-2) != "" && r.continues(i-1, g.separator):
		return true
	}
	named := i > 0 && r.tokens[i-1].kind == word && !r.tokens[i].spaced && isASCII(r.tokens[i-1].text)
	return named && !g.longYear
}

// continues reports whether a separator and a number follow directly.
func (r *reader) continues(i int, separator string) bool {
	return r.signAt(i, separator) != "" && i+1 < len(r.tokens) && r.tokens[i+1].kind == number &&
		!r.tokens[i].spaced && !r.tokens[i+1].spaced
}

// numeric reads a date of three numbers. Without a year of four digits, or where
// only some have a space before them, it counts only where no month is written out:
// 18.30.00 may be a time, and so may the end of 10. januar 2022. 18.30.
func (r *reader) numeric() {
	for i := range r.tokens {
		g, ok := r.group(i)
		if !ok || (!g.longYear || r.uneven(i)) && r.hasMonthName() || !r.settle(g) {
			continue
		}
		r.longYear = g.longYear
		r.use(i, g.end)
		r.tail = g.end
		return
	}
}

// uneven reports whether of the three numbers from i on the last two are not alike in
// having a space before them.
func (r *reader) uneven(i int) bool { return r.tokens[i+2].spaced != r.tokens[i+4].spaced }

func (r *reader) hasMonthName() bool {
	for i := range r.tokens {
		if m, _ := r.says(i, monthName); m != 0 {
			return true
		}
	}
	return false
}

// settle decides which number is what.
func (r *reader) settle(g group) bool {
	if g.yearFirst {
		r.settleYearFirst(g)
		return true
	}
	if !g.longYear {
		return r.settleShort(g)
	}
	dayFirst, monthFirst := valid(g.c, g.b, g.a), valid(g.c, g.a, g.b)
	if !dayFirst && !monthFirst {
		return false
	}
	if dayFirst && monthFirst && g.a != g.b {
		dayFirst = r.dayFirst(g)
	} else if g.a != g.b {
		r.prove(dayFirst)
	}
	r.setDay(g.c, g.a, g.b)
	if dayFirst {
		r.setDay(g.c, g.b, g.a)
	}
	return true
}

// settleYearFirst decides where the year of four digits stands first: the month
// follows, unless it can be none.
func (r *reader) settleYearFirst(g group) {
	r.setDay(g.a, g.b, g.c)
	if r.month > 12 {
		r.setDay(g.a, g.c, g.b)
	} else if g.separator == "." && g.b != g.c && g.c <= 12 {
		r.ambiguous = isMixed(r.language)
	}
}

// settleShort decides where the year has two digits: it stands last, or first
// where no date has it last or in the languages that write it so. Where both
// would do it is ambiguous, unless the date or others of the source prove it, or
// the language writes that order, and not with hyphens, which are used for both.
func (r *reader) settleShort(g group) bool {
	year, order := r.century(g.a), orderIn(r.language)
	last := g
	last.c, last.longYear = r.century(g.c), true
	first := valid(year, g.b, g.c)
	if first && (order == YearFirst || !valid(last.c, g.b, g.a) && !valid(last.c, g.a, g.b)) {
		r.setDay(year, g.b, g.c)
		return true
	}
	if !r.settle(last) {
		return false
	}
	if first && g.a != g.c {
		r.ambiguous = r.ambiguous || !r.sureOf(g, order)
	}
	if g.separator == "." && r.day != g.a {
		r.ambiguous = true
	}
	return true
}

// sureOf reports whether the date, other dates or the language prove that the
// year stands last.
func (r *reader) sureOf(g group, order Order) bool {
	read := MonthFirst
	if r.day == g.a {
		read = DayFirst
	}
	return r.proven() || r.order == read || order == read && g.separator != "-" && !isMixed(r.language)
}

func (r *reader) setDay(year, month, day int) { r.year, r.month, r.day = year, month, day }

// dayFirst chooses between two dates that both exist: by the weekday, by the
// separator, as dots stand only where the day comes first, by the order of
// other dates, by the language.
func (r *reader) dayFirst(g group) bool {
	if r.hasWeekday {
		day := weekdayOf(g.c, g.b, g.a) == r.weekday
		if month := weekdayOf(g.c, g.a, g.b) == r.weekday; day != month {
			r.prove(day)
			return day
		}
	}
	if g.separator == "." {
		return true
	}
	order := r.order
	if order == AnyOrder {
		order = orderIn(r.language)
	}
	r.ambiguous = order != DayFirst && order != MonthFirst
	return order != MonthFirst
}

// prove notes that the date itself shows its order.
func (r *reader) prove(dayFirst bool) {
	r.proof = MonthFirst
	if dayFirst {
		r.proof = DayFirst
	}
}

// proven reports whether the weekday agrees with what was read.
func (r *reader) proven() bool {
	return r.hasWeekday && weekdayOf(r.year, r.month, r.day) == r.weekday
}

func valid(year, month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

func weekdayOf(year, month, day int) time.Weekday {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Weekday()
}
