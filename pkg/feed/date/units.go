package date

// part is what a unit says of the number before it.
type part int

const (
	yearPart part = iota + 1
	monthPart
	dayPart
	hourPart
	minutePart
	secondPart
)

// units reads the numbers that have a unit (2022年1月10日, 18h30), a mark before
// them (Vietnamese tháng 1) or the name of an era (令和4年).
func (r *reader) units() {
	for i := range r.tokens {
		if r.numberAt(i) == "" {
			continue
		}
		if n, _ := r.says(i-1, numbered); n != 0 && r.short(i) {
			r.month = r.tokens[i].value
			r.use(i-1, i+1)
			r.tail = i + 1
			continue
		}
		if era, _ := r.says(i-1, eraName); era != 0 {
			r.year = r.tokens[i].value + known.eras[era]
			r.longYear = true
			r.use(i-1, i+1)
			if u, _ := r.says(i+1, unitName); part(u) == yearPart {
				r.use(i+1, i+2)
			}
			continue
		}
		r.unit(i)
	}
}

// unit reads the number at i with the unit behind it.
func (r *reader) unit(i int) {
	at := i + 1
	if r.signAt(at, "-.") != "" && !r.tokens[at].spaced {
		at++ // Mongolian 1-р сар
	}
	u, _ := r.says(at, unitName)
	p := part(u)
	if p == 0 || !r.set(p, i) {
		return
	}
	r.use(i, at+1)
	if p > dayPart || !r.hasTime {
		r.tail = at + 1
	}
	if p == hourPart {
		r.head = i
		r.minutes(at + 1)
	}
}

// minutes reads the 30 of 18h30, whatever unit it has or has not.
func (r *reader) minutes(i int) {
	if r.signAt(i, ".:") != "" {
		i++
	}
	if u, _ := r.says(i+1, unitName); r.short(i) && u == 0 && len(r.numberAt(i)) == 2 && (i+1 >= len(r.tokens) || r.signAt(i+1, "-/.") == "") {
		r.minute = r.tokens[i].value
		r.use(i, i+1)
		r.tail = i + 1
	}
}

// set gives the number at i to a part of the date, if it can be that part.
func (r *reader) set(p part, i int) bool {
	value := r.tokens[i].value
	if p != yearPart && !r.short(i) {
		return false
	}
	switch p {
	case yearPart:
		r.year, r.longYear = value, len(r.tokens[i].text) == 4
		if r.short(i) {
			r.year = r.century(value)
		}
	case monthPart:
		r.month = value
	case dayPart:
		r.day = value
	case hourPart:
		if r.hasTime || r.signAt(i-1, ":.") != "" && !r.tokens[i].spaced {
			return false // the 30 of 18.30 Uhr
		}
		r.hour, r.hasTime = value, true
	case minutePart:
		r.minute = value
	case secondPart:
		r.second = value
	}
	return p < minutePart || r.hasTime
}
