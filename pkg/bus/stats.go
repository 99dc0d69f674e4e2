package bus

import (
	"maps"
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

// StageStats count what one stage has done. The counters add up: Received is the sum
// of In, Returned and InHand, and In that of Dead and of all Verdicts.
type StageStats struct {
	// Received counts messages that were taken in hand, each time that one came.
	Received atomic.Int64
	// Returned counts messages that were let go unsettled, and come again.
	Returned atomic.Int64
	// Published counts messages that the stage's work has stored, and Duplicates
	// those of its publishes that the stream had already.
	Published, Duplicates atomic.Int64
	// In counts messages that were settled for good.
	In atomic.Int64
	// Dead counts messages that went to the dead letters.
	Dead atomic.Int64
	// Retried counts work that was tried again: of messages that were given back,
	// and of those that waited in hand for a server.
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
	// Duration is the time that each message was in hand, waiting included.
	Duration *Histogram
	// Freshness is the age of each article at first sight, from the publication that
	// its feed tells to the fetch; a stage that sees none has none of them.
	Freshness *Histogram
	// Delay is the time of each article from its fetch to the store.
	Delay *Histogram

	mu       sync.Mutex
	counts   map[string]int64
	verdicts map[string]int64
	lag      *Lag
}

// Lag is how far a stage's consumer is, as the server said last: of all workers
// of the stage together.
type Lag struct {
	Stream, Consumer string
	// Pending are messages that were not delivered yet, Unacked those that are in
	// hand, and Redelivered those of them that came more than once.
	Pending, Unacked, Redelivered int64
}

func newStageStats() *StageStats {
	return &StageStats{
		Duration:  newHistogram(0.001, 4, 9), // 1 ms to 65 s
		Freshness: newHistogram(60, 4, 8),    // 1 min to 11 days
		Delay:     newHistogram(0.05, 3, 11), // 50 ms to 49 min
		counts:    map[string]int64{}, verdicts: map[string]int64{},
	}
}

// Stage returns the counters of a stage, the same for one name.
func (s *Stats) Stage(name string) *StageStats {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stages == nil {
		s.stages = map[string]*StageStats{}
	}
	if s.stages[name] == nil {
		s.stages[name] = newStageStats()
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

// Add adds to one of the stage's own counters of what its work met.
func (s *StageStats) Add(name string, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[name] += n
}

// settle counts a message that was settled with a verdict.
func (s *StageStats) settle(verdict string) {
	s.In.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verdicts[verdict]++
}

// Verdicts returns how many messages were settled with each verdict.
func (s *StageStats) Verdicts() map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.verdicts)
}

// Met returns a copy of the counters of what the stage's work met.
func (s *StageStats) Met() map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// Counts returns verdicts and what the work met together.
func (s *StageStats) Counts() map[string]int64 {
	all := s.Met()
	for verdict, n := range s.Verdicts() {
		all[verdict] += n
	}
	return all
}

// Lag returns how far the stage's consumer is; false when that is not known.
func (s *StageStats) Lag() (Lag, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lag == nil {
		return Lag{}, false
	}
	return *s.lag, true
}

// setLag keeps what the server said last, nil when it does not answer.
func (s *StageStats) setLag(lag *Lag) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag = lag
}
