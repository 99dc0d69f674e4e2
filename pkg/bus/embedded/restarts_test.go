package embedded

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// A server that hangs is told of as one that cannot be written, and is asked once,
// not at each look. When it answers after all, that counts.
func TestServerThatHangs(t *testing.T) {
	t.Parallel()
	s, err := Start(t.Context(), Options{Dir: t.TempDir(), Store: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	asked, goOn := make(chan struct{}, 10), make(chan error)
	s.health = func(*server.Server) error {
		asked <- struct{}{}
		return <-goOn
	}
	for range 2 {
		s.look()
		if err := s.Ready(); !errors.Is(err, ErrWrite) || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("got %v", err)
		}
		if s.isLost() {
			t.Error("it is given up at once: the process may have been paused")
		}
	}
	s.silent = hangs
	if !s.isLost() {
		t.Error("it is never given up")
	}
	if n := len(asked); n != 1 {
		t.Errorf("it was asked %d times, want once", n)
	}
	goOn <- nil
	s.look()
	if err := s.Ready(); err != nil {
		t.Errorf("it has answered: %v", err)
	}
	s.health = health
	told := ErrWrite
	s.trouble.Store(&told)
	if !s.isLost() || s.limit() != stopLimit {
		t.Error("one that tells of a write error is not given up at once, or not given its time")
	}
}

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
