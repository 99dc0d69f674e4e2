package schedule

import (
	"math"
	"time"
)

const (
	// worth is what a poll is worth: the seconds that a feed's items together
	// may wait to be seen. So a feed of one item an hour is polled hourly, one of
	// four items an hour twice in it, and one of an item a day five times a day:
	// the interval that costs least when delay and requests both count goes with
	// the square root of the rate.
	worth = 1800.0
	// horizon is how far ahead a forecast looks.
	horizon = recall
	// mostPerDay bounds a rate: above it every interval is the shortest.
	mostPerDay = 1e11
)

// forecast is what a feed is expected to publish.
type forecast struct {
	shape
	rhythm
	perDay float64 // items on an average day
}

func (r rhythm) forecast(now time.Time) forecast {
	f := forecast{shape: r.shape(now), rhythm: r}
	if r.days > 0 {
		f.perDay = min(r.items/r.days, mostPerDay)
	}
	return f
}

// expected is the number of items between from and to.
func (f *forecast) expected(from, to time.Time) float64 { return f.perDay * f.shape.days(from, to) }

// due is how long after now the items that are expected have waited for as long
// as a poll is worth, longest if they will not have by then.
func (f *forecast) due(now time.Time, longest time.Duration) time.Duration {
	due, items, waited, passed := longest, 0.0, 0.0, 0.0
	perSecond := f.perDay / day.Seconds()
	if perSecond <= 0 {
		return due
	}
	f.walk(now, now.Add(min(longest, horizon)), func(seconds, factor float64) bool {
		rate := perSecond * factor
		by := waited + items*seconds + rate*seconds*seconds/2
		if by >= worth {
			// The root of rate/2·t² + items·t = worth - waited.
			missing := worth - waited
			due = duration(passed + 2*missing/(items+math.Sqrt(items*items+2*rate*missing)))
			return false
		}
		items, waited, passed = items+rate*seconds, by, passed+seconds
		return true
	})
	return due
}
