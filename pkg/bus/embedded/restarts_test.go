package embedded

import (
	"slices"
	"testing"
	"time"
)

// The first is at once; then they come less and less often, and begin anew after
// a long time without.
func TestRestarts(t *testing.T) {
	var r restarts
	var at []time.Duration
	begun := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := time.Duration(0); d <= 20*time.Minute; d += time.Second {
		if r.due(begun.Add(d)) {
			at = append(at, d)
		}
	}
	want := []time.Duration{0, 10 * time.Second, 30 * time.Second, 70 * time.Second, 150 * time.Second, 310 * time.Second, 610 * time.Second, 910 * time.Second}
	if !slices.Equal(at, want) {
		t.Errorf("got %v, want %v", at, want)
	}
	later := begun.Add(time.Hour)
	if !r.due(later) || r.due(later.Add(restartEvery-1)) || !r.due(later.Add(restartEvery)) {
		t.Error("after an hour it does not begin anew")
	}
}
