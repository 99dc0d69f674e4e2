package remote

import (
	"hash/maphash"
	"sync"
)

// suspects counts the texts with which a server went down that had just answered
// another one. They cannot be told from texts that an outage has hit until that
// happens again.
type suspects struct {
	seed  maphash.Seed
	mu    sync.Mutex
	times map[uint64]int
}

const (
	// maxDowns is how often a server may go down with a text before that is at fault.
	maxDowns = 3
	// maxSuspects bounds the memory; more are forgotten, and begin anew.
	maxSuspects = 10_000
)

func newSuspects() *suspects {
	return &suspects{seed: maphash.MakeSeed(), times: map[uint64]int{}}
}

// has reports whether a server went down with a question.
func (s *suspects) has(q question) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times[maphash.Bytes(s.seed, q.body)] > 0
}

// add counts one more time, and reports whether the question is at fault.
func (s *suspects) add(q question) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.times) >= maxSuspects {
		clear(s.times)
	}
	h := maphash.Bytes(s.seed, q.body)
	s.times[h]++
	return s.times[h] > maxDowns
}

// drop forgets a question that was answered.
func (s *suspects) drop(q question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.times, maphash.Bytes(s.seed, q.body))
}
