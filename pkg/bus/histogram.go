package bus

import (
	"math"
	"sort"
	"sync/atomic"
	"time"
)

// Histogram counts times in fixed steps. It is safe for concurrent use; nil
// counts nothing.
type Histogram struct {
	bounds []float64 // seconds, rising
	counts []atomic.Uint64
	nanos  atomic.Int64
}

// newHistogram is one whose steps rise by the factor, from first seconds on. A step
// is fixed, so that any two processes and versions can be added up.
func newHistogram(first, factor float64, steps int) *Histogram {
	h := &Histogram{bounds: make([]float64, steps), counts: make([]atomic.Uint64, steps+1)}
	for i := range h.bounds {
		h.bounds[i] = first * math.Pow(factor, float64(i))
	}
	return h
}

// Observe counts a time. One below zero, of clocks that differ, counts as none.
func (h *Histogram) Observe(d time.Duration) {
	if h == nil {
		return
	}
	d = max(d, 0)
	h.counts[sort.SearchFloat64s(h.bounds, d.Seconds())].Add(1)
	h.nanos.Add(int64(min(d, maxObserved)))
}

// maxObserved bounds what one time adds to the sum: a feed may hold dates of any year.
const maxObserved = 30 * 24 * time.Hour

// Snapshot is how many times there were, their sum in seconds, and for each bound in
// seconds how many were not above it.
func (h *Histogram) Snapshot() (count uint64, sum float64, buckets map[float64]uint64) {
	buckets = make(map[float64]uint64, len(h.bounds))
	for i, bound := range h.bounds {
		count += h.counts[i].Load()
		buckets[bound] = count
	}
	return count + h.counts[len(h.bounds)].Load(), time.Duration(h.nanos.Load()).Seconds(), buckets
}
