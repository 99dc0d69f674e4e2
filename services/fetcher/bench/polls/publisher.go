package main

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"
)

// What feeds are like. The shares of items, the sizes of documents and the
// answers 304 are measured ones of real feeds; the rest is assumed.
const (
	// active is the share of feeds that publish activeItems of all items.
	active, activeItems = 0.17, 0.97
	// perDay is the items a day of the average feed (assumed).
	perDay = 5.0
	// rateSpread is the deviation of the logarithm of the rate within the active
	// feeds and within the others (assumed); mostPerDay bounds it.
	rateSpread, mostPerDay = 1.0, 500.0
	// documents have 10, 25, 55 items and 11, 33, 154 KB (p10, p50, p90).
	// Below and Above are the deviation of the logarithm on either side of it.
	itemsMedian, itemsBelow, itemsAbove, itemsMost  = 25, 0.715, 0.615, 200
	bytesMedian, bytesBelow, bytesAbove, bytesLeast = 33e3, 0.857, 1.2, 2e3
	// validators is the share of servers that answer 304 when nothing is new,
	// so that an hourly poll gets it about as often as published figures have it.
	validators = 0.6
	// undated is the share of feeds whose items have no date.
	undated = 0.085
	// byDay is the share of feeds that publish mostly in 12 hours, at set hours
	// that of those which publish batches in one to three hours a day; the others
	// publish at all hours (assumed).
	byDay, atSetHours = 0.5, 0.25
	// batch is the mean number of items of a batch.
	batch = 4
)

const hoursOfWeek = 7 * 24

// publisher is a feed as its publisher has it.
type publisher struct {
	index      int
	active     bool
	perDay     float64
	batches    bool
	items      int // that a document has, at most
	bytes      int // of a document
	validators bool
	undated    bool
	hub        bool
	// until has the share of a week's items that is out by the end of each hour
	// of it, from Monday 00:00 UTC.
	until [hoursOfWeek]float64
}

// newPublisher draws a feed.
func newPublisher(c config, index int, chance *rand.Rand) publisher {
	p := publisher{index: index, active: chance.Float64() < active}
	mean := perDay * (1 - activeItems) / (1 - active)
	if p.active {
		mean = perDay * activeItems / active
	}
	p.perDay = min(mean*math.Exp(rateSpread*chance.NormFloat64()-rateSpread*rateSpread/2), mostPerDay)
	p.items = min(max(1, int(skewed(itemsMedian, itemsBelow, itemsAbove, chance))), itemsMost)
	p.bytes = max(bytesLeast, int(skewed(bytesMedian, bytesBelow, bytesAbove, chance)))
	p.validators = chance.Float64() < validators
	p.undated = chance.Float64() < undated
	p.hub = chance.Float64() < c.hubs
	p.drawRhythm(chance)
	return p
}

// skewed draws a value around a median, the logarithm of which deviates by other
// amounts below and above.
func skewed(median, below, above float64, chance *rand.Rand) float64 {
	z := chance.NormFloat64()
	if z < 0 {
		return median * math.Exp(below*z)
	}
	return median * math.Exp(above*z)
}

// drawHours draws how much the feed publishes in each hour of a day.
func (p *publisher) drawHours(chance *rand.Rand) (hours [24]float64) {
	noon := []int{5, 12, 19}[chance.IntN(3)] + chance.IntN(4) // of Asia, Europe and Africa, America
	switch kind := chance.Float64(); {
	case kind < byDay:
		for h := range 24 {
			hours[h] = 0.1
		}
		for h := range 12 {
			hours[(noon+h+24-6)%24] = 1
		}
	case kind < byDay+atSetHours:
		p.batches = true
		for h := range 24 {
			hours[h] = 0.01
		}
		for range 1 + chance.IntN(3) {
			hours[(noon+chance.IntN(12)+24-6)%24] = 1
		}
	default:
		for h := range 24 {
			hours[h] = 1
		}
	}
	return hours
}

// drawRhythm draws when in the week the feed publishes.
func (p *publisher) drawRhythm(chance *rand.Rand) {
	hours := p.drawHours(chance)
	weekend := 0.2 + 0.8*chance.Float64()
	total := 0.0
	for h := range p.until {
		weight := hours[h%24]
		if h >= 5*24 {
			weight *= weekend
		}
		total += weight
		p.until[h] = total
	}
	for h := range p.until {
		p.until[h] /= total
	}
}

// publish appends the times at which items come up from from to to, ascending,
// as times since a Monday 00:00 UTC.
func (p *publisher) publish(times []time.Duration, from, to time.Duration, chance *rand.Rand) []time.Duration {
	const week = hoursOfWeek * time.Hour
	gap := 1 / (7 * p.perDay) // in weeks of items
	if p.batches {
		gap *= batch
	}
	end := p.share(to)
	for at := p.share(from) + gap*chance.ExpFloat64(); at < end; at += gap * chance.ExpFloat64() {
		whole := math.Floor(at)
		next := time.Duration(whole)*week + p.when(at-whole)
		times = append(times, next)
		for p.batches && chance.Float64() > 1./batch {
			next += time.Duration(chance.Int64N(int64(time.Minute)))
			times = append(times, next)
		}
	}
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return times
}

// share is the time at, counted in weeks of items.
func (p *publisher) share(at time.Duration) float64 {
	const week = hoursOfWeek * time.Hour
	whole := math.Floor(float64(at) / float64(week))
	into := at - time.Duration(whole)*week
	h := min(int(into/time.Hour), hoursOfWeek-1)
	before := 0.0
	if h > 0 {
		before = p.until[h-1]
	}
	part := float64(into-time.Duration(h)*time.Hour) / float64(time.Hour)
	return whole + before + part*(p.until[h]-before)
}

// when is the time in the week at which a share of its items is out.
func (p *publisher) when(share float64) time.Duration {
	h := min(sort.SearchFloat64s(p.until[:], share), hoursOfWeek-1)
	before := 0.0
	if h > 0 {
		before = p.until[h-1]
	}
	part := (share - before) / (p.until[h] - before)
	return time.Duration((float64(h) + part) * float64(time.Hour))
}
