package schedule

import (
	"strconv"
	"time"
)

// jitter moves a wait by up to a tenth, within the bounds, so that feeds
// registered together do not stay together. A first wait is moved by up to a
// half: thousands of feeds may have been registered at once.
func (in Input) jitter(p plan) time.Duration {
	spread := p.wait / 10
	if in.Polls <= 1 {
		spread = p.wait / 2
	}
	low, high := max(p.wait-spread, p.least), min(p.wait+spread, p.longest)
	return low + time.Duration(in.chance("")*float64(high-low))
}

// chance is a number from 0 to 1, 1 excluded: always the same for a feed, a poll
// and a use.
func (in Input) chance(use string) float64 {
	h := fnv(fnvOffset, in.FeedID)
	h = fnv(h, use)
	h = fnv(h, strconv.Itoa(in.Polls))
	// FNV leaves the upper bits of similar texts alike.
	h ^= h >> 32
	h *= 0x9E3779B97F4A7C15
	h ^= h >> 29
	return float64(h>>11) / (1 << 53)
}

// The offset and the prime of the hash FNV-1a.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func fnv(h uint64, text string) uint64 {
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * fnvPrime
	}
	return (h ^ ' ') * fnvPrime
}
