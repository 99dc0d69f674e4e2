package date

// Order is the order of day and month in a date of three numbers.
type Order int

// The orders that feeds use where the year does not stand first.
const (
	AnyOrder Order = iota // not known
	DayFirst
	MonthFirst
)

// OrderOf finds the order that dates of one source share. It is AnyOrder when
// none of them proves one, by a number above 12 or by its weekday, or when they
// prove both.
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

// orderIn is the order that a language writes, and AnyOrder for those that are
// written with both or that are not known. Region tags go first.
func orderIn(language string) Order {
	language = normalTag(language)
	switch language {
	case "en-us", "en-ph", "en-fm", "en-gu", "en-mh", "en-pr", "en-vi", "fil-ph", "tl-ph", "es-pr":
		return MonthFirst
	case "en-ca", "":
		return AnyOrder
	}
	switch primary(language) {
	case "fil", "tl":
		return MonthFirst
	case "en":
		if language == "en" {
			return AnyOrder
		}
	case "zh", "ja", "ko", "hu", "mn", "und":
		return AnyOrder
	}
	return DayFirst
}

// yearFirst reports whether the language writes the year before the month.
func yearFirst(language string) bool {
	switch primary(language) {
	case "zh", "ja", "ko", "hu", "mn", "eu":
		return true
	}
	return false
}
