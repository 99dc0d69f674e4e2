package date

import "time"

// hour and minute are in seconds.
const (
	hour   = 3600
	minute = 60
)

// zone is what a name or an offset says of the time.
type zone struct {
	seconds int    // east of UTC, in winter
	summer  summer // when the clock is an hour ahead
	since   int    // the first year that it holds for, 0 for always
}

// summer is a rule of summer time: an hour from one moment of the year to
// another, since the year that introduced the rule. In the south the first
// comes after the second.
type summer struct {
	from, to moment
	since    int
}

// moment is a second of the first such weekday on or after a day of each year,
// on the clock as it stands then or in UTC.
type moment struct {
	month   time.Month
	day     int
	weekday time.Weekday
	seconds int
	utc     bool
}

// summers are the rules of summer time, by their name in the tables.
var summers = map[string]summer{
	"eu": {moment{time.March, 25, time.Sunday, 1 * hour, true}, moment{time.October, 25, time.Sunday, 1 * hour, true}, 1996},
	"us": {moment{time.March, 8, time.Sunday, 2 * hour, false}, moment{time.November, 1, time.Sunday, 2 * hour, false}, 2007},
	"au": {moment{time.October, 1, time.Sunday, 2 * hour, false}, moment{time.April, 1, time.Sunday, 3 * hour, false}, 2008},
	"nz": {moment{time.September, 24, time.Sunday, 2 * hour, false}, moment{time.April, 1, time.Sunday, 3 * hour, false}, 2008},
	"il": {moment{time.March, 23, time.Friday, 2 * hour, false}, moment{time.October, 25, time.Sunday, 2 * hour, false}, 2013},
	"eg": {moment{time.April, 24, time.Friday, 0, false}, moment{time.October, 25, time.Thursday, 24 * hour, false}, 2023},
	"cl": {moment{time.September, 2, time.Sunday, 4 * hour, true}, moment{time.April, 2, time.Sunday, 3 * hour, true}, 2023},
	"lb": {moment{time.March, 25, time.Sunday, 0, false}, moment{time.October, 25, time.Sunday, 0, false}, 1993},
}

// offset returns the seconds east of UTC at a civil time, and false for years
// that the zone is not known for. Of an hour that the clock shows twice it
// takes the first.
func (z zone) offset(civil time.Time) (int, bool) {
	year := civil.Year()
	if z.summer.since == 0 {
		return z.seconds, year >= z.since
	}
	from := z.summer.from.in(year, z.seconds)
	to := z.summer.to.in(year, z.seconds+hour)
	summer := !civil.Before(from) && civil.Before(to)
	if to.Before(from) {
		summer = !civil.Before(from) || civil.Before(to)
	}
	if summer {
		return z.seconds + hour, year >= max(z.since, z.summer.since)
	}
	return z.seconds, year >= max(z.since, z.summer.since)
}

// in is the civil time of a moment in a year, on a clock that is some seconds
// ahead of UTC.
func (m moment) in(year, ahead int) time.Time {
	t := time.Date(year, m.month, m.day, 0, 0, m.seconds, 0, time.UTC)
	if m.utc {
		t = t.Add(time.Duration(ahead) * time.Second)
	}
	first := time.Date(year, m.month, m.day, 0, 0, 0, 0, time.UTC).Weekday()
	return t.AddDate(0, 0, (int(m.weekday)-int(first)+7)%7)
}

// zones finds the offset from UTC behind the time. Digits win over a name: the
// offset of GMT+2 and of EST-0500 is the number.
func (r *reader) zones() {
	if r.tail == 0 {
		return
	}
	if r.zonesFrom(r.tail, len(r.tokens)) || r.hasZone {
		return
	}
	for i := range r.head { // GMT 18:30, GMT+01:00 18:30
		if i == r.head-1 || r.signAt(i+1, "+") != "" {
			r.zonesFrom(i, min(i+2, r.head))
		}
	}
}

// zonesFrom reads the zones from token i up to j, and reports whether there was
// an offset.
func (r *reader) zonesFrom(i, j int) bool {
	for ; i < j; i++ {
		if end, ok := r.offset(i); ok {
			r.use(i, end)
			r.repeated(end)
			r.comments(end)
			r.zoneUnsure = false
			return true
		}
		r.namedZone(i)
	}
	return false
}

// repeated passes over the same offset again, which Go prints in the place of a
// name: +0100 +0100.
func (r *reader) repeated(i int) {
	first := r.zone
	if end, ok := r.offset(i); ok && r.zone == first {
		r.use(i, end)
	}
	r.zone = first
}

func (r *reader) namedZone(i int) {
	z, sure := r.says(i, zoneName)
	if z == 0 || r.hasZone {
		return
	}
	r.zone, r.hasZone, r.zoneUnsure = known.zones[z], true, !sure
	r.inverted = r.tokens[i].text == "etc/gmt" // where west is positive
	r.use(i, i+1)
	if r.signAt(i+1, "([") != "" && r.signAt(i+2, "+-") == "" {
		r.comments(i + 1)
	}
}

// offset reads +hh, +hhmm, +hmm, +hh:mm or +hh:mm:ss at token i and returns the
// token after it.
func (r *reader) offset(i int) (end int, ok bool) {
	if !r.offsetStarts(i) {
		return 0, false
	}
	digits := r.numberAt(i + 1)
	hours, minutes, seconds := r.tokens[i+1].value, 0, 0
	end = i + 2
	switch m := r.numberAt(end + 1); {
	case len(digits) == 6:
		hours, minutes, seconds = hours/10000, hours/100%100, hours%100
	case len(digits) > 2:
		hours, minutes = hours/100, hours%100
	case len(m) == 2 && r.signAt(end, ":'.") != "":
		minutes = r.tokens[end+1].value
		end += 2
	}
	if len(digits) > 6 || len(digits) == 5 || hours > 14 || minutes > 59 || seconds > 59 || len(digits) == 3 && minutes%15 != 0 {
		return 0, false
	}
	r.zone, r.hasZone = zone{seconds: hours*hour + minutes*minute + seconds}, true
	if r.tokens[i].is("-") != r.inverted {
		r.zone.seconds *= -1
	}
	return end, true
}

// offsetStarts reports whether a sign stands before a number, and apart or
// behind the time or a zone: the hyphens of 10-Jan-2022 do not.
func (r *reader) offsetStarts(i int) bool {
	digits := len(r.numberAt(i + 1))
	if r.signAt(i, "+-") == "" || r.tokens[i].used || digits == 0 {
		return false
	}
	apart := r.tokens[i].spaced || r.tokens[i-1].used || r.signAt(i-1, "(") != ""
	return apart && (r.hasZone || digits == 4 || !r.tokens[i+1].spaced)
}

// comments passes over what stands in parentheses at token i.
func (r *reader) comments(i int) {
	if r.signAt(i, "([") == "" {
		return
	}
	for ; i < len(r.tokens) && r.signAt(i, ")]") == ""; i++ {
		r.use(i, i+1)
	}
	r.comments(i + 1)
}
