package date

import "time"

// summer is a rule of summer time.
type summer int

const (
	never    summer = iota
	european        // the European Union's since 1996
	american        // that of the USA and Canada since 2007
)

// zone is what a name or an offset says of the time.
type zone struct {
	seconds int // east of UTC, in winter
	summer  summer
	since   int // the first year that it holds for, 0 for always
}

// offset returns the seconds east of UTC at a civil time, and false for years
// that the zone is not known for.
func (z zone) offset(civil time.Time) (int, bool) {
	year, since := civil.Year(), z.since
	var from, to time.Time
	switch z.summer {
	case european: // at 01:00 UTC
		since = max(since, 1996)
		from = lastSunday(year, time.March).Add(time.Hour + time.Duration(z.seconds)*time.Second)
		to = lastSunday(year, time.October).Add(2*time.Hour + time.Duration(z.seconds)*time.Second)
	case american: // at 02:00 on the clock
		since = max(since, 2007)
		from = sunday(year, time.March, 8).Add(2 * time.Hour)
		to = sunday(year, time.November, 1).Add(2 * time.Hour)
	}
	if !civil.Before(from) && civil.Before(to) {
		return z.seconds + hour, year >= since
	}
	return z.seconds, year >= since
}

// sunday is the first Sunday on or after a day.
func sunday(year int, month time.Month, day int) time.Time {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, (7-int(t.Weekday()))%7)
}

func lastSunday(year int, month time.Month) time.Time {
	return sunday(year, month, daysIn(year, int(month))-6)
}

// zones finds the offset from UTC behind the time. Digits win over a name: the
// offset of GMT+2 and of EST-0500 is the number.
func (r *reader) zones() {
	if r.tail == 0 {
		return
	}
	for i := r.tail; i < len(r.tokens); i++ {
		if end, ok := r.offset(i); ok {
			r.use(i, end)
			r.comments(end)
			return
		}
		if z, ok := zoneNames[r.wordAt(i)]; ok && !r.hasZone {
			r.zone, r.hasZone = z, true
			r.use(i, i+1)
		}
	}
}

// offset reads +hh, +hhmm, +hmm or +hh:mm at token i and returns the token
// after it.
func (r *reader) offset(i int) (end int, ok bool) {
	if !r.offsetStarts(i) {
		return 0, false
	}
	digits := r.numberAt(i + 1)
	hours, minutes := r.tokens[i+1].value, 0
	end = i + 2
	if len(digits) > 2 {
		hours, minutes = hours/100, hours%100
	} else if m := r.numberAt(end + 1); len(m) == 2 && r.signAt(end, ":") != "" {
		minutes = r.tokens[end+1].value
		end += 2
	}
	if len(digits) > 4 || hours > 14 || minutes > 59 {
		return 0, false
	}
	r.zone, r.hasZone = zone{seconds: hours*hour + minutes*minute}, true
	if r.tokens[i].is("-") {
		r.zone.seconds *= -1
	}
	return end, true
}

// offsetStarts reports whether a sign stands before a number, and apart or
// behind the time or a zone: the hyphens of 10-Jan-2022 do not.
func (r *reader) offsetStarts(i int) bool {
	if r.signAt(i, "+-") == "" || r.tokens[i].used || r.numberAt(i+1) == "" {
		return false
	}
	apart := r.tokens[i].spaced || r.tokens[i-1].used
	return apart && (r.hasZone || !r.tokens[i+1].spaced)
}

// comments passes over what stands in parentheses behind an offset.
func (r *reader) comments(i int) {
	inside := false
	for ; i < len(r.tokens); i++ {
		inside = inside || r.tokens[i].is("(")
		if inside {
			r.use(i, i+1)
		}
		inside = inside && !r.tokens[i].is(")")
	}
}
