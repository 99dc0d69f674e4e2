package date

import "time"

// parseOrdinal rewrites the dates of ISO 8601 that count days of a year
// (2022-010) or weeks (2022-W02-1) as calendar dates.
func parseOrdinal(s string) (string, bool) {
	if len(s) < 7 || digits(s) != 4 && digits(s) != 7 {
		return s, false
	}
	year, rest := parseNumber(s[:4]), s[4:]
	hyphen := rest[0] == '-'
	if hyphen {
		rest = rest[1:]
	}
	if rest[0] == 'w' {
		return parseWeek(year, rest[1:], hyphen)
	}
	if digits(rest) != 3 || len(rest) > 3 && rest[3] == '-' {
		return s, false
	}
	day := parseNumber(rest[:3])
	if day < 1 || day > 366 {
		return s, false
	}
	t := time.Date(year, time.January, day, 0, 0, 0, 0, time.UTC)
	return t.Format(time.DateOnly) + rest[3:], t.Year() == year
}

func parseWeek(year int, s string, hyphen bool) (string, bool) {
	if hyphen && len(s) > 2 && s[2] == '-' {
		s = s[:2] + s[3:]
	}
	if len(s) < 3 || digits(s) != 3 {
		return s, false
	}
	week, day := parseNumber(s[:2]), int(s[2]-'0')
	if week < 1 || week > 53 || day < 1 || day > 7 {
		return s, false
	}
	// The 4th of January is always in the first week.
	fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC)
	monday := 4 - (int(fourth.Weekday())+6)%7
	t := time.Date(year, time.January, monday+(week-1)*7+day-1, 0, 0, 0, 0, time.UTC)
	return t.Format(time.DateOnly) + s[3:], true
}

// compact reads dates without separators: 20220110, 202201101830,
// 20220110183000, 20220110183000123. Only years from 1900 to 2099 count, as
// other numbers have these lengths too.
func (r *reader) compact() {
	for i := range r.tokens {
		t := &r.tokens[i]
		n := len(r.numberAt(i))
		if n != 8 && n != 12 && n != 14 && n != 17 || !t.spaced && i > 0 && r.signAt(i-1, ":(") == "" {
			continue // the latter is a part of something
		}
		if c := t.text[:2]; c != "19" && c != "20" {
			continue
		}
		r.setDay(parseNumber(t.text[:4]), parseNumber(t.text[4:6]), parseNumber(t.text[6:8]))
		t.used, r.longYear, r.tail = true, true, i+1
		if n > 8 {
			r.setCompactTime(t.text[8:])
			r.head, r.tail = i, r.fraction(i+1)
		}
		return
	}
}

// compactTime reads hhmm, hhmmss or hhmmssSSS behind a date of numbers.
func (r *reader) compactTime() bool {
	i := r.tail
	if w := r.wordAt(i); w == "t" || r.signAt(i, "-_") != "" {
		i++
	}
	if n := len(r.numberAt(i)); r.year == 0 || n != 4 && n != 6 && n != 9 || r.signAt(i-1, "+") != "" {
		return false
	}
	if r.signAt(i-1, "-") != "" && len(r.numberAt(i)) == 4 {
		return false // an offset
	}
	r.setCompactTime(r.tokens[i].text)
	r.use(r.tail, i+1)
	r.head, r.tail = i, r.fraction(i+1)
	return true
}

func (r *reader) setCompactTime(s string) {
	r.hasTime = true
	r.hour, r.minute = parseNumber(s[:2]), parseNumber(s[2:4])
	if len(s) >= 6 {
		r.second = parseNumber(s[4:6])
	}
	if len(s) > 6 {
		r.nano = nanoseconds(s[6:])
	}
}
