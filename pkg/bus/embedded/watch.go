package embedded

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/zap"
)

// A server whose disk is full answers no publish, and does not recover when there
// is room again: a stream that could not be written once is not written any more
// until the server is started anew. So the disk is watched, to take in nothing
// more while there is still room for what is on its way; and a server that has
// met a full disk all the same is started anew.
const (
	watchEvery   = time.Second
	restartEvery = 10 * time.Second // at first; it doubles up to restartLimit
	restartLimit = 5 * time.Minute

	healthWait = 5 * time.Second // for an answer of the server
	stopLimit  = time.Minute     // for its end
	hangLimit  = 10 * time.Second
	hangs      = 6 // looks without an answer: one alone may be that of a process that was paused, or of a slow disk
)

// Errors of Ready.
var (
	// ErrLow says that the disk has less room than Options.MinFree.
	ErrLow = errors.New("the disk is nearly full")
	// ErrWrite says that the streams could not be written. They are opened again
	// when the disk has room.
	ErrWrite = errors.New("the streams cannot be written")
	// ErrHangs says that the server could not be stopped: its process has to end.
	ErrHangs = errors.New("the embedded server does not end")
)

// Ready reports why nothing should be brought in now, or nil. It is as new as the
// last look of Watch.
func (s *Server) Ready() error {
	if why := s.trouble.Load(); why != nil {
		return *why
	}
	return nil
}

// Watch looks after the disk and the streams until ctx ends, every second. When
// streams could not be written, for a full disk mostly, it starts the server anew
// once the disk has room. Clients connect again by themselves. The error is
// ErrHangs.
func (s *Server) Watch(ctx context.Context) error {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	var restarts restarts
	for {
		s.look()
		if s.isLost() && s.room() == nil && restarts.due(time.Now()) {
			if err := s.restart(ctx); err != nil {
				return err
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// isLost reports whether the server has to be started anew.
func (s *Server) isLost() bool {
	return errors.Is(s.Ready(), ErrWrite) && (s.silent == 0 || s.silent >= hangs)
}

// look finds out whether there is trouble, and logs when that changes.
func (s *Server) look() {
	before, now := s.Ready(), s.writeError()
	if now == nil {
		now = s.room()
	}
	if now == nil {
		s.trouble.Store(nil)
	} else {
		s.trouble.Store(&now)
	}
	switch {
	case now != nil && (before == nil || errors.Is(before, ErrLow) != errors.Is(now, ErrLow)):
		s.options.Logger.Warn("nothing is fetched until the disk has room", zap.Error(now))
	case now == nil && before != nil:
		s.options.Logger.Warn("the disk has room again")
	}
}

// room is nil when the disk has enough. What has fallen below that must come a
// tenth above it.
func (s *Server) room() error {
	free, known, err := freeBytes(s.options.Dir)
	if err != nil {
		return err
	}
	want := s.options.MinFree
	if errors.Is(s.Ready(), ErrLow) {
		want += want / 10
	}
	if !known || free >= want {
		return nil
	}
	return fmt.Errorf("%w: %.1f MiB are free at %s, %.1f MiB are wanted (--min-free)", ErrLow, mebibytes(free), s.options.Dir, mebibytes(want))
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

// writeError is what the streams met when they could not be written, or nil. A
// server that hangs must not hang who asks: its answer, if it comes, is that to
// the next look.
func (s *Server) writeError() error {
	if s.answer == nil {
		s.answer = make(chan error, 1)
		go func(server *server.Server, answer chan<- error) { answer <- s.health(server) }(s.running(), s.answer)
	}
	timer := time.NewTimer(healthWait)
	defer timer.Stop()
	select {
	case err := <-s.answer:
		s.answer, s.silent = nil, 0
		return err
	case <-timer.C:
		s.silent++
		return fmt.Errorf("%w: the server does not answer", ErrWrite)
	}
}

// health is the write error that a server tells of, or nil.
func health(s *server.Server) error {
	if !s.Running() { // it was stopped to be started anew
		return ErrWrite
	}
	if health := s.Healthz(nil); strings.Contains(health.Error, "write error") {
		return fmt.Errorf("%w: %s", ErrWrite, health.Error)
	}
	return nil
}

// restart starts the server anew on its streams. Who connects meanwhile waits.
func (s *Server) restart(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun := time.Now()
	if err := stop(s.server, s.limit()); err != nil {
		return err
	}
	s.answer, s.silent = nil, 0 // that of the old one
	server, err := start(ctx, s.options)
	if err != nil {
		s.options.Logger.Error("start the server anew; will try again", zap.Error(err))
		return nil
	}
	s.server = server
	s.options.Logger.Warn("the streams were opened again", zap.Duration("took", time.Since(begun)))
	return nil
}

// limit is how long the end of the server is waited for: not for long when it hangs,
// as one may for ever that met a full disk while it purged (nats-server 2.15.2).
func (s *Server) limit() time.Duration {
	if s.answer != nil {
		return hangLimit
	}
	return stopLimit
}

// stop ends a server, which syncs its streams.
func stop(s *server.Server, limit time.Duration) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Shutdown()
		s.WaitForShutdown()
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return nil
	case <-timer.C:
		return ErrHangs
	}
}

// restarts says when the next may be: a disk that has room, and cannot be written
// for another reason, must not keep the server starting.
type restarts struct {
	last time.Time
	wait time.Duration // from the last to the next
}

func (r *restarts) due(now time.Time) bool {
	since := now.Sub(r.last)
	if since > 2*restartLimit { // it was well for long, or has never been ill
		r.wait = 0
	}
	if since < r.wait {
		return false
	}
	r.last, r.wait = now, min(max(2*r.wait, restartEvery), restartLimit)
	return true
}
