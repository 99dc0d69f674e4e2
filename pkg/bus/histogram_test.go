package bus

import (
	"math"
	"sync"
	"testing"
	"time"
)

// What is counted is in the first bucket whose bound it does not pass, and in all
// after that.
func TestHistogramBuckets(t *testing.T) {
	for name, test := range map[string]struct {
		times   []time.Duration
		count   uint64
		sum     float64
		buckets []uint64 // up to 1, 2, 4 and 8 seconds
	}{
		"none":          {nil, 0, 0, []uint64{0, 0, 0, 0}},
		"zero":          {[]time.Duration{0}, 1, 0, []uint64{1, 1, 1, 1}},
		"negative":      {[]time.Duration{-time.Hour}, 1, 0, []uint64{1, 1, 1, 1}},
		"at a bound":    {[]time.Duration{2 * time.Second}, 1, 2, []uint64{0, 1, 1, 1}},
		"above a bound": {[]time.Duration{2*time.Second + 1}, 1, 2, []uint64{0, 0, 1, 1}},
		"above all":     {[]time.Duration{9 * time.Second}, 1, 9, []uint64{0, 0, 0, 0}},
		"several":       {[]time.Duration{time.Second, 3 * time.Second, 3 * time.Second, time.Minute}, 4, 67, []uint64{1, 1, 3, 3}},
		"of any year":   {[]time.Duration{math.MaxInt64, math.MaxInt64}, 2, 2 * maxObserved.Seconds(), []uint64{0, 0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistogram(1, 2, 4)
			for _, d := range test.times {
				h.Observe(d)
			}
			count, sum, buckets := h.Snapshot()
			if count != test.count || math.Abs(sum-test.sum) > 1e-6 || len(buckets) != len(test.buckets) {
				t.Errorf("got %d, %g, %v", count, sum, buckets)
			}
			for i, want := range test.buckets {
				if bound := float64(int(1) << i); buckets[bound] != want {
					t.Errorf("up to %g s: %d, want %d", bound, buckets[bound], want)
				}
			}
		})
	}
}

// Counters are added up by many at once, and cost no memory.
func TestHistogramIsShared(t *testing.T) {
	h := newHistogram(0.001, 2, 10)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 1000 {
				h.Observe(time.Duration(i) * time.Millisecond)
			}
		})
	}
	all.Wait()
	if count, _, buckets := h.Snapshot(); count != 4000 || buckets[0.512] != 4*513 {
		t.Errorf("got %d, %v", count, buckets)
	}
	if n := testing.AllocsPerRun(100, func() { h.Observe(time.Second) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
	var none *Histogram
	none.Observe(time.Second)
}
