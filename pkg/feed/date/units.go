package date

// part is what a unit or a word says of a number beside it.
type part int

const (
	yearPart part = iota + 1
	monthPart
	dayPart
	hourPart
	minutePart
	secondPart
)

// unit is what a character behind a number says of it in Chinese, Japanese and
// Korean: 2022年1月10日.
func unit(s string) (part, bool) {
	switch s {
	case "年", "년":
		return yearPart, true
	case "月", "월":
		return monthPart, true
	case "日", "号", "號", "일":
		return dayPart, true
	case "时", "時", "点", "點", "시":
		return hourPart, true
	case "分", "분":
		return minutePart, true
	case "秒", "초":
		return secondPart, true
	}
	return 0, false
}

// units reads the numbers that have a unit, and the month after Vietnamese
// tháng.
func (r *reader) units() {
	for i := range r.tokens {
		if r.numberAt(i) == "" {
			continue
		}
		p, ok := unit(r.wordAt(i + 1))
		switch {
		case ok:
			r.set(p, r.tokens[i].value)
			r.use(i, i+2)
			r.tail = i + 2
		case r.wordAt(i-1) == "thang":
			r.set(monthPart, r.tokens[i].value)
			r.use(i-1, i+1)
		}
	}
}

func (r *reader) set(p part, value int) {
	switch p {
	case yearPart:
		r.year = value
	case monthPart:
		r.month = value
	case dayPart:
		r.day = value
	case hourPart:
		r.hour, r.hasTime = value, true
	case minutePart:
		r.minute = value
	case secondPart:
		r.second = value
	}
}
