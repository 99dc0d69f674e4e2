package schedule

import (
	"math"
	"time"
)

const (
	// hourPrior and weekdayPrior are the items that each bin is thought to have
	// had if a feed had no rhythm: few items make no rhythm.
	hourPrior    = 1
	weekdayPrior = 4
)

// shape is how much more or less than on average a feed publishes in each hour
// of the day and on each day of the week, UTC. 1 is the average.
type shape struct {
	hours    [24]float64
	weekdays [7]float64
}

// shape is the rhythm's shape.
func (r rhythm) shape(now time.Time) shape {
	var s shape
	since := latest(earliest(r.since, now), now.Add(-recall)).UTC()
	length := now.Sub(since).Hours()
	into := time.Duration(since.Hour())*time.Hour + since.Sub(since.Truncate(time.Hour))
	factors(s.hours[:], r.hours[:], into.Hours(), length, hourPrior)
	into += time.Duration(since.Weekday()) * day
	factors(s.weekdays[:], r.weekdays[:], into.Hours()/24, length/24, weekdayPrior)
	return s
}

// factors compares what each bin has counted with what it would have without a
// rhythm. The counting began at the place begin and went on for length, both in
// bins; a bin that was passed more often is to have more.
func factors(out []float64, counts []uint8, begin, length, prior float64) {
	total := 0.0
	for _, n := range counts {
		total += float64(n)
	}
	rounds := math.Floor(length / float64(len(counts)))
	for i := range out {
		out[i] = rounds
	}
	left := length - rounds*float64(len(counts))
	for at := begin; left > 1e-9; {
		bin := math.Floor(at)
		passed := min(left, bin+1-at)
		out[int(bin)%len(out)] += passed
		left, at = left-passed, bin+1
	}
	mean := 0.0
	for i, passed := range out {
		expected := 0.0
		if length > 0 {
			expected = total * passed / length
		}
		out[i] = (float64(counts[i]) + prior) / (expected + prior)
		mean += out[i] / float64(len(out))
	}
	for i := range out {
		out[i] /= mean
	}
}

// walk calls visit for each stretch of time between from and to in which the
// factor is the same, until visit returns false.
func (s *shape) walk(from, to time.Time, visit func(seconds, factor float64) bool) {
	from = from.UTC()
	left := to.Sub(from).Seconds()
	hour, weekday := from.Hour(), int(from.Weekday())
	stretch := time.Hour.Seconds() - from.Sub(from.Truncate(time.Hour)).Seconds()
	for left > 0 {
		length := min(stretch, left)
		if !visit(length, s.hours[hour]*s.weekdays[weekday]) {
			return
		}
		left -= length
		stretch = time.Hour.Seconds()
		if hour++; hour == len(s.hours) {
			hour, weekday = 0, (weekday+1)%len(s.weekdays)
		}
	}
}

// days is how many average days the time between from and to is worth.
func (s *shape) days(from, to time.Time) float64 {
	sum := 0.0
	s.walk(from, to, func(seconds, factor float64) bool {
		sum += seconds * factor
		return true
	})
	return sum / day.Seconds()
}

// spread appends n times between from and to to seen, as far from one another
// as the shape has it. Chance, from 0 to 1, moves them all.
func (s *shape) spread(seen []time.Time, n int, from, to time.Time, chance float64) []time.Time {
	if n == 0 {
		return seen
	}
	step := s.days(from, to) * day.Seconds() / float64(n)
	next, passed, sum := step*chance, 0.0, 0.0
	s.walk(from, to, func(seconds, factor float64) bool {
		for ; n > 0 && next < sum+seconds*factor; n-- {
			seen = append(seen, from.Add(duration(passed+(next-sum)/factor)))
			next += step
		}
		passed += seconds
		sum += seconds * factor
		return n > 0
	})
	return seen
}

// duration is so many seconds.
func duration(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
