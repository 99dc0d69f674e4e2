package schedule

import (
	"math"
	"time"

	"github.com/dateline-news/dateline/pkg/schema"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
	// recall is how long items count in the shape of a rhythm, at most.
	recall = 4 * week
	// halfLife is when an item counts half in the rate.
	halfLife = 3 * day
	// longestGap is the longest time between two polls that items are counted
	// over: a document rarely reaches back further.
	longestGap = week
	// late is how much older than the poll before an item may be. One still
	// older is a changed or dug out one, and says nothing of the rhythm.
	late = day
	// fullest is the most that a bin of a shape counts.
	fullest = 255
)

// rhythm is schema.Rhythm to reckon with.
type rhythm struct {
	items, days  float64
	hours        [24]uint8
	weekdays     [7]uint8
	since, until time.Time
}

func readRhythm(r schema.Rhythm) rhythm {
	known := rhythm{items: bounded(r.Items), days: bounded(r.Days), since: r.Since, until: r.Until}
	copy(known.hours[:], r.Hours)
	copy(known.weekdays[:], r.Weekdays)
	return known
}

func (r rhythm) schema() schema.Rhythm {
	if r.until.IsZero() {
		return schema.Rhythm{}
	}
	return schema.Rhythm{
		Items: digits(r.items), Days: digits(r.days), Hours: r.hours[:], Weekdays: r.weekdays[:],
		Since: r.since.UTC().Truncate(time.Millisecond), Until: r.until.UTC().Truncate(time.Millisecond),
	}
}

// observe counts the items of a poll that read the feed.
func (r rhythm) observe(in Input) rhythm {
	if r.until.Sub(in.Now) > late { // the clock was put back: what comes counts from here on
		r.until, r.since = in.Now, earliest(r.since, in.Now)
	}
	if in.Outcome >= Failed || !in.Now.After(r.until) && !r.until.IsZero() {
		return r
	}
	if r.until.IsZero() {
		return r.begin(in)
	}
	from := latest(r.until, in.Now.Add(-longestGap))
	shape := r.shape(in.Now)
	seen := r.place(in, from, shape)
	faded := fade(in.Now.Sub(r.until))
	r.items = r.items*faded + float64(len(seen))
	r.days = r.days*faded + shape.days(from, in.Now)
	r.age(in.Now)
	for _, at := range seen {
		r.count(at)
	}
	r.until = in.Now
	return r
}

// begin learns from a feed's first document: the dates of its items are what
// polls would have seen until now. To them comes one item, in the time after
// which Config.Base would suit, so that nothing known is no silence.
func (r rhythm) begin(in Input) rhythm {
	r.since, r.until = in.Now, in.Now
	oldest := in.Now.Add(-recall)
	for _, at := range in.Items {
		if at.IsZero() || at.After(in.Now) {
			continue
		}
		r.since = earliest(r.since, latest(at, oldest))
		if at.After(oldest) {
			r.items += fade(in.Now.Sub(at))
			r.count(at)
		}
	}
	base := in.Config.Base.Seconds()
	r.items++
	r.days = fadedDays(in.Now.Sub(r.since)) + base*base/(2*worth*day.Seconds())
	return r
}

// place is when the items of a poll came up, as far as can be told. A date
// before the poll before is not when: such items, and those without a date, are
// put where the feed is likely to have published them.
func (r rhythm) place(in Input, from time.Time, s shape) []time.Time {
	var seen []time.Time
	unknown := 0
	for _, at := range in.Items {
		switch {
		case at.After(from) && !at.After(in.Now):
			seen = append(seen, at)
		case at.IsZero(), at.After(in.Now), from.Equal(r.until) && at.After(from.Add(-late)):
			unknown++
		}
	}
	return s.spread(seen, unknown, from, in.Now, in.chance("place"))
}

// count adds an item to the shape.
func (r *rhythm) count(at time.Time) {
	at = at.UTC()
	add(r.hours[:], at.Hour())
	add(r.weekdays[:], int(at.Weekday()))
}

// counted says whether any item was dated or seen to come up.
func (r rhythm) counted() bool { return r.hours != [24]uint8{} }

func add(bins []uint8, i int) {
	if bins[i] == fullest {
		halve(bins)
	}
	bins[i]++
}

// age halves the shape when it has grown old.
func (r *rhythm) age(now time.Time) {
	if now.Sub(r.since) < recall {
		return
	}
	halve(r.hours[:])
	halve(r.weekdays[:])
	r.since = now.Add(-recall / 2)
}

// halve halves bins. What one loses by rounding, the next odd one keeps.
func halve(bins []uint8) {
	rest := uint8(0)
	for i, n := range bins {
		bins[i] = (n + rest) / 2
		rest = (n + rest) % 2
	}
}

// fade is what is left of an item in the rate after a time.
func fade(age time.Duration) float64 { return math.Exp2(-age.Seconds() / halfLife.Seconds()) }

// fadedDays is what is left of days without a gap.
func fadedDays(length time.Duration) float64 {
	return halfLife.Hours() / 24 / math.Ln2 * (1 - fade(length))
}

// Numbers of items and days below least are none, and there are never more than
// most of them.
const least, most = 1e-12, 1e9

func bounded(x float64) float64 {
	if !(x > least) {
		return 0
	}
	return min(x, most)
}

// digits keeps five digits of a number, enough for any rate.
func digits(x float64) float64 {
	if x = bounded(x); x == 0 {
		return 0
	}
	unit := math.Pow(10, 4-math.Floor(math.Log10(x)))
	return math.Round(x*unit) / unit
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
