package date

import (
	"slices"
	"strings"
)

// Order is the order of the numbers of a date.
type Order int

// The orders. With a year of four digits, YearFirst is read wherever it stands
// and says nothing of day and month elsewhere.
const (
	AnyOrder   Order = iota // not known
	DayFirst                // day, month, year
	MonthFirst              // month, day, year
	YearFirst               // year, month, day
)

// OrderOf finds whether dates of one source have the day or the month first. It
// is AnyOrder when none of them proves it, by a number above 12 or by its
// weekday, or when they prove both.
func OrderOf(dates ...string) Order {
	order := AnyOrder
	for _, s := range dates {
		_, proof, _ := Hint{}.parse(s)
		switch {
		case proof == AnyOrder || proof == order:
		case order != AnyOrder:
			return AnyOrder
		default:
			order = proof
		}
	}
	return order
}

// orderIn is the order of the numbers that a language writes; see orders.txt.
func orderIn(language string) Order {
	for _, tag := range tags(language) {
		if order, ok := known.orders[tag]; ok {
			return order
		}
	}
	return AnyOrder
}

// isMixed reports whether a language writes short years, or dots behind the year,
// in more than one order; see orders.txt.
func isMixed(language string) bool {
	t := tags(language)
	return slices.ContainsFunc(t[:], func(tag string) bool { return known.mixed[tag] })
}

// tags are what a language is looked up by, the closest first: its tag, the tag
// without a script (zh-sg for zh-hans-sg), the language alone.
func tags(language string) [3]string {
	tag := normalTag(language)
	primary, rest, _ := strings.Cut(tag, "-")
	if script, region, ok := strings.Cut(rest, "-"); ok && len(script) == len("hans") {
		return [3]string{tag, primary + "-" + region, primary}
	}
	return [3]string{tag, tag, primary}
}
