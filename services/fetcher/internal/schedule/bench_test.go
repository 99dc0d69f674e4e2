package schedule_test

import (
	"testing"
	"time"

	"github.com/dateline-news/dateline/services/fetcher/internal/schedule"
)

func BenchmarkNext(b *testing.B) {
	in := input(func(in *schedule.Input) {
		in.Rhythm, in.Outcome = steady(24), schedule.Changed
		in.Items = []time.Time{now.Add(-minute), {}}
	})
	b.ReportAllocs()
	for b.Loop() {
		in.Polls++
		schedule.Next(in)
	}
}
