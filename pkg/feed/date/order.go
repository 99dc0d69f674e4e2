package date

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
	if order, ok := known.orders[normalTag(language)]; ok {
		return order
	}
	return known.orders[primary(language)]
}
