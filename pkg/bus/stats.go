package bus

import (
	"sync"
	"sync/atomic"
)

// Stats count what the stages on a bus have done since the process began.
type Stats struct {
	// PushedBack counts publishes that had to wait and try again.
	PushedBack atomic.Int64

	mu     sync.Mutex
	stages map[string]*StageStats
}

// StageStats count what one stage has done. In is the sum of Dead and of all
// Verdicts: every message that was settled is in one of them.
type StageStats struct {
	// In counts messages that were settled for good.
	In atomic.Int64
	// Dead counts messages that went to the dead letters.
	Dead atomic.Int64
	// Retried counts messages that were given back to be tried again.
	Retried atomic.Int64
	// Panics counts panics of the stage.
	Panics atomic.Int64
	// InHand is how many messages are being worked on now.
	InHand atomic.Int64
	// Waiting is how many messages the server had yet to deliver, to this worker or
	// another, when it delivered the last; 0 once there was none to deliver.
	Waiting atomic.Int64
	// Timeout is how long one call of the stage's function may take, in nanoseconds.
	Timeout atomic.Int64
	// Busy is the time spent on messages, in nanoseconds, waiting included.
	Busy atomic.Int64

	mu     sync.Mutex
	counts map[string]int64
}

// Stage returns the counters of a stage, the same for one name.
func (s *Stats) Stage(name string) *StageStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stages == nil {
		s.stages = map[string]*StageStats{}
	}
	if s.stages[name] == nil {
		s.stages[name] = &StageStats{counts: map[string]int64{}}
	}
	return s.stages[name]
}

// Stages returns the counters of all stages by name.
func (s *Stats) Stages() map[string]*StageStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]*StageStats, len(s.stages))
	for name, stage := range s.stages {
		all[name] = stage
	}
	return all
}

// Add adds to one of the stage's own counters: a verdict, or what its work met.
func (s *StageStats) Add(name string, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[name] += n
}

// Counts returns a copy of the stage's own counters.
func (s *StageStats) Counts() map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]int64, len(s.counts))
	for name, n := range s.counts {
		all[name] = n
	}
	return all
}
