package date

// half is a half of the day.
type half int

const (
	beforeNoon half = iota + 1
	afterNoon
)

// clock reads the time of day: 18:30[:00[.000]], 6 pm, T183000, 18.30.
func (r *reader) clock() {
	if r.hasTime || r.colons() || r.hours() || r.compactTime() || r.dots() {
		r.halfDay()
	}
}

// colons reads hh:mm[:ss[.fraction]]. A number of four digits is no hour, but
// the year before one (10/Jan/2022:18:30:00), and a number behind a plus is an
// offset (2022-01-10+01:00).
func (r *reader) colons() bool {
	for i := range r.tokens {
		if !r.short(i) || !r.short(i+2) || r.signAt(i+1, ":") == "" || r.afterZone(i) || r.dayOffset(i) || r.tokens[i+2].spaced && !r.tokens[i+1].spaced {
			continue
		}
		end := i + 3
		if r.signAt(end, ":.") != "" && r.short(end+1) && !r.tokens[end+1].spaced {
			r.second = r.tokens[end+1].value
			end = r.fraction(end + 2)
		}
		r.setTime(i, i+2, end)
		return true
	}
	return false
}

// afterZone reports whether the number at i is an offset: GMT+01.00.
func (r *reader) afterZone(i int) bool {
	zone, _ := r.says(i-2, zoneName)
	return r.signAt(i-1, "+") != "" || r.signAt(i-1, "-") != "" && zone != 0
}

// dayOffset reports whether the numbers at i are an offset behind a date, as XML
// Schema writes it (2002-05-30-06:00), and not a time.
func (r *reader) dayOffset(i int) bool {
	if r.signAt(i-1, "-") == "" || r.tokens[i-1].spaced || i-1 != r.tail || r.day == 0 {
		return false
	}
	minutes := r.tokens[i+2].value
	return r.tokens[i].value <= 12 && (minutes == 0 || minutes == 30) && r.signAt(i+3, ":") == ""
}

// hours reads 6 pm and the 18 of 2022-01-10T18Z.
func (r *reader) hours() bool {
	for i := range r.tokens {
		if !r.short(i) || r.signAt(i-1, ".:") != "" && !r.tokens[i].spaced {
			continue
		}
		next := r.wordAt(i + 1)
		h, _ := r.says(i+1, halfName)
		if h != 0 && len(next) > 1 && r.tokens[i].value <= 12 || r.day > 0 && r.wordAt(i-1) == "t" && !r.tokens[i].spaced {
			r.setTime(i, -1, i+1)
			return true
		}
	}
	return false
}

// dots reads 18.30 and 18.30.00, from the end, as 10.01 before it may be a day,
// and 18-30-00 behind a date.
func (r *reader) dots() bool {
	for i := len(r.tokens) - 3; i >= 0; i-- {
		if !r.dotted(i) {
			continue
		}
		separator, end := r.signAt(i+1, ".-"), i+3
		if r.signAt(end, separator) != "" && len(r.numberAt(end+1)) == 2 {
			r.second = r.tokens[end+1].value
			end = r.fraction(end + 2)
		}
		if separator == "-" && (end != i+5 || r.day == 0) || r.opensSpan(i, end) {
			continue
		}
		r.setTime(i, i+2, end)
		return true
	}
	return false
}

// opensSpan reports whether the numbers from i to end are the first day of a span:
// 10.01.-12.01.2022.
func (r *reader) opensSpan(i, end int) bool {
	return (r.day == 0 || i < r.tail) && r.signAt(end, ".-") != ""
}

// dotted reports whether two numbers that may be hour and minute begin at i, and
// are neither the end of a longer group nor an offset.
func (r *reader) dotted(i int) bool {
	separator := r.signAt(i+1, ".-")
	if separator == "" || !r.short(i) || len(r.numberAt(i+2)) != 2 || r.tokens[i+2].spaced {
		return false
	}
	return (r.signAt(i-1, separator) == "" || !r.short(i-2)) && !r.afterZone(i)
}

// short reports whether the token i is a number of one or two digits.
func (r *reader) short(i int) bool {
	n := len(r.numberAt(i))
	return n == 1 || n == 2
}

// setTime takes the hour from one token and the minute from another, if there
// is one, and marks all up to end as used.
func (r *reader) setTime(hour, minute, end int) {
	r.hasTime = true
	r.hour = r.tokens[hour].value
	if minute >= 0 {
		r.minute = r.tokens[minute].value
	}
	r.use(hour, end)
	r.head, r.tail = hour, end
}

// fraction reads the digits of a fraction of a second, if they come next, and
// returns the token after them.
func (r *reader) fraction(i int) int {
	digits := r.numberAt(i + 1)
	if r.signAt(i, ".,:") == "" || digits == "" || r.tokens[i].spaced || r.tokens[i+1].spaced {
		return i
	}
	r.nano = nanoseconds(digits)
	r.use(i, i+2)
	return i + 2
}

// nanoseconds reads the digits behind a decimal point, the first nine of them.
func nanoseconds(digits string) int {
	digits = digits[:min(len(digits), 9)]
	n := parseNumber(digits)
	for range 9 - len(digits) {
		n *= 10
	}
	return n
}

// halfDay reads am or pm, right behind the time or right before it. A Latin
// letter alone counts only where no space stands before it, or where the language
// has it.
func (r *reader) halfDay() {
	behind := r.tail
	for r.signAt(behind, ".,(") != "" {
		behind++
	}
	for _, i := range []int{behind, r.head - 1, r.head - 2} {
		h, _ := r.says(i, halfName)
		if h == 0 {
			continue
		}
		if t := r.tokens[i]; len(t.text) == 1 && (i != r.tail || t.spaced) && !t.meaning[halfName].shared {
			continue
		}
		// In Welsh am says nothing before a time.
		language := primary(r.language)
		r.unknownZone = i < r.head && r.hour == 12 && r.tokens[i].text == "am" && (language == "" || language == "cy")
		r.setHalf(i, half(h))
		return
	}
}

// lateHalf reads am or pm further behind the time, as in 6:30 o'clock PM UTC and
// 6:30 UTC PM. In German a day follows the word am.
func (r *reader) lateHalf() {
	if !r.hasTime || r.halved || r.hour > 12 {
		return
	}
	for i := r.tail; i < len(r.tokens) && r.numberAt(i) == ""; i++ {
		if h, _ := r.says(i, halfName); h != 0 && len(r.tokens[i].text) > 1 && r.numberAt(i+1) == "" {
			r.setHalf(i, half(h))
			return
		}
	}
}

// setHalf takes the half of the day from the token i.
func (r *reader) setHalf(i int, h half) {
	switch {
	case h == afterNoon && r.hour < 12:
		r.hour += 12
	case h == beforeNoon && r.hour == 12:
		r.hour = 0
	}
	r.use(i, i+1)
	r.tail = max(r.tail, i+1)
	r.halved = true
}

// mayBeHalf reports whether a word right behind the time may be a half of the day
// in a language that is not known: some other has it for one, or it is so short
// that it says nothing else.
func (r *reader) mayBeHalf(i int) bool {
	t := &r.tokens[i]
	switch {
	case !r.hasTime || r.halved || r.hour > 12 || i != r.tail || t.meaning == nil || r.numberAt(i+1) != "" || r.signAt(i+1, "'") != "":
		return false
	case t.meaning[halfName].shared, len(t.text) > 1 && t.meaning[halfName].value != 0:
		return true
	}
	return len(t.text) <= 2 && isASCII(t.text) && t.meaning[fillerName].value != 0 && t.meaning[unitName] == (sense{})
}
