package date

// half is a half of the day.
type half int

const (
	beforeNoon half = iota + 1
	afterNoon
)

// halfOf knows the words for the halves of the day, and 0 for any other.
func halfOf(word string) half {
	switch word {
	case "am", "a", "오전", "上午", "午前", "πμ", "ص":
		return beforeNoon
	case "pm", "p", "오후", "下午", "午後", "μμ", "م":
		return afterNoon
	}
	return 0
}

// clock reads the time of day: 18:30[:00[.000]], 18h30, 6 pm, T183000, 18.30.
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
		if !r.short(i) || !r.short(i+2) || r.signAt(i+1, ":") == "" || r.signAt(i-1, "+") != "" {
			continue
		}
		end := i + 3
		if r.signAt(end, ":") != "" && r.short(end+1) {
			r.second = r.tokens[end+1].value
			end = r.fraction(end + 2)
		}
		r.setTime(i, i+2, end)
		return true
	}
	return false
}

// hours reads 18h30, 18h, 6 pm and the 18 of 2022-01-10T18Z.
func (r *reader) hours() bool {
	for i := range r.tokens {
		if !r.short(i) {
			continue
		}
		next := r.wordAt(i + 1)
		switch {
		case next == "h" && len(r.numberAt(i+2)) == 2:
			r.setTime(i, i+2, i+3)
		case next == "h":
			r.setTime(i, -1, i+2)
		case len(next) > 1 && halfOf(next) != 0, r.day > 0 && r.wordAt(i-1) == "t":
			r.setTime(i, -1, i+1)
		default:
			continue
		}
		return true
	}
	return false
}

// dots reads 18.30 and 18.30.00, from the end, as 10.01 before it may be a day.
func (r *reader) dots() bool {
	for i := len(r.tokens) - 3; i >= 0; i-- {
		if !r.short(i) || len(r.numberAt(i+2)) != 2 || r.signAt(i+1, ".") == "" || r.tokens[i+2].spaced {
			continue
		}
		if r.signAt(i-1, ".") != "" && r.short(i-2) {
			continue // the end of a longer group
		}
		end := i + 3
		if r.signAt(end, ".") != "" && len(r.numberAt(end+1)) == 2 {
			r.second = r.tokens[end+1].value
			end += 2
		}
		r.setTime(i, i+2, end)
		return true
	}
	return false
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
	r.tail = end
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

// halfDay reads am or pm, behind the time or (in East Asia) before it. One
// letter counts directly behind the time only.
func (r *reader) halfDay() {
	for i := range r.tokens {
		word := r.wordAt(i)
		h := halfOf(word)
		if h == 0 || len(word) == 1 && i != r.tail {
			continue
		}
		switch {
		case h == afterNoon && r.hour < 12:
			r.hour += 12
		case h == beforeNoon && r.hour == 12:
			r.hour = 0
		}
		r.use(i, i+1)
		r.tail = max(r.tail, i+1)
		return
	}
}
