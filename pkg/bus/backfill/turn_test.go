package backfill

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/dateline-news/dateline/pkg/schema"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const year = 366 * 24 * time.Hour

func TestNextTurn(t *testing.T) {
	for _, test := range []struct {
		last time.Duration // from now
		rate float64
		want time.Duration
	}{
		{-time.Hour, 10, 0},
		{0, 10, 0},
		{10 * time.Second, 10, 10 * time.Second}, // others are before
		{50 * time.Second, 10, 50 * time.Second},
		{51 * time.Second, 10, 0}, // of a clock that was put back
		{time.Hour, 10, 0},
		{year, 10, 0},
		{290 * year, 10, 0},
		{time.Hour, 0.01, time.Hour}, // each turn is of 100 seconds
		{3 * time.Hour, 0.01, 0},
		{year, 1e-300, year},
		{-year, 1e-300, 0},
		{-year, 1e300, 0},
	} {
		if got := nextTurn(noon.Add(test.last), noon, test.rate).Sub(noon); got != test.want {
			t.Errorf("the next turn is in %s, at %g a second: got one in %s, want %s", test.last, test.rate, got, test.want)
		}
	}
	if got := nextTurn(time.Time{}, noon, 1); !got.Equal(noon) {
		t.Errorf("the first turn is at %s", got)
	}
}

// However the clock is set, workers that wait for their turns, and no more of them
// than there may be, do not wait for long, and while it is not set they keep the
// rate.
func TestTurnsAndAClockThatJumps(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		now, last := noon, time.Time{}
		rate := math.Pow(10, 6*rng.Float64()-3)
		most := seconds(max(0.5, 1/rate) * furthest)
		for range 50 {
			set := time.Duration([]int{0, 0, 0, 1, -1, 9000, -9000}[rng.IntN(7)]) * time.Hour
			now = now.Add(set)
			before := last
			turn := nextTurn(last, now, rate)
			if wait := turn.Sub(now); wait < 0 || wait > most {
				t.Fatalf("a turn in %s", wait)
			}
			if set == 0 && before.Sub(now) <= most && turn.Before(before) {
				t.Fatalf("a turn at %s, before the last of the others, %s", turn, before)
			}
			last = turn.Add(seconds(1 / rate))
			if rng.IntN(2) == 0 { // it is the only one
				now = turn
			}
		}
	}
}

// How far a job is goes on being told when the clock was put back.
func TestProgressAndAClockThatJumps(t *testing.T) {
	for updated, told := range map[time.Duration]bool{
		0: false, 100 * time.Millisecond: false, -100 * time.Millisecond: false,
		time.Minute: true, -time.Minute: true, year: true, -year: true,
	} {
		p := &part{job: schema.Job{Stretch: &schema.Stretch{First: 1, Last: 100}}}
		job := schema.Job{
			State: schema.JobRunning, Updated: noon.Add(updated), Stretch: p.job.Stretch,
			Progress: &schema.Progress{Total: 100, Done: 10}, Backfill: &schema.Backfill{},
		}
		info := standing(50)
		if got := p.advance(&job, nil, info, noon); got != told || told && (job.Progress.Done != 50 || !job.Updated.Equal(noon)) {
			t.Errorf("told %s from now: %v, %+v at %s", updated, got, job.Progress, job.Updated)
		}
		if job.Progress.Rate < 0 || job.Progress.Left < 0 {
			t.Errorf("told %s from now: %+v", updated, job.Progress)
		}
	}
}

// standing is a consumer that has acknowledged up to a sequence, of 100.
func standing(floor uint64) *jetstream.ConsumerInfo {
	return &jetstream.ConsumerInfo{AckFloor: jetstream.SequenceInfo{Stream: floor}, NumPending: 100 - floor}
}
