package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/replay"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/boot"
	"github.com/dateline-news/dateline/pkg/schema"
)

// history is where a stretch is read: the streams, or an archive of them.
type history struct {
	bus     *bus.Bus        // nil where no server is needed
	archive *archive.Reader // nil for the streams
	store   store.Store
}

// openHistory opens the archive at from, if that is not empty.
func openHistory(ctx context.Context, b *bus.Bus, from string) (history, error) {
	if from == "" {
		return history{bus: b}, nil
	}
	s, err := store.Open(ctx, from, store.Read)
	if err != nil {
		return history{}, boot.ConfigError(fmt.Errorf("--from: %w", err))
	}
	return history{bus: b, archive: archive.NewReader(s), store: s}, nil
}

func (h history) close() error {
	if h.store == nil {
		return nil
	}
	return h.store.Close()
}

// errOtherStream says that sequences of an archive mean nothing to the server.
var errOtherStream = errors.New("the archive is of another stream than the server's: its end is not where that goes on")

// fix is bus.Bus.Stretch. With follow the stretch goes on to what the server has.
func (h history) fix(ctx context.Context, s schema.Stretch, follow bool) (schema.Stretch, uint64, error) {
	if h.archive == nil {
		return h.bus.Stretch(ctx, s)
	}
	held, err := h.archive.Held(ctx, s.Stream)
	if err != nil {
		return s, 0, fmt.Errorf("--from: %w", err)
	}
	s.First = max(s.First, held.First, 1)
	if s.Last == 0 || s.Last > held.Last {
		s.Last = held.Last
	}
	total, err := h.source(s).Count(ctx, s.First)
	if err != nil || !follow {
		return s, total, err
	}
	stream, err := h.bus.JetStream().Stream(ctx, h.bus.Root().Stream(s.Stream))
	if err != nil {
		return s, 0, fmt.Errorf("stream %s: %w", s.Stream, err)
	}
	info := stream.CachedInfo()
	if !info.Created.Equal(held.Created) {
		return s, 0, errOtherStream
	}
	s.Last = max(held.Last, info.State.LastSeq)
	beyond, err := h.bus.Count(ctx, s, held.Last+1)
	return s, total + beyond, err
}

// source reads a fixed stretch.
func (h history) source(s schema.Stretch) replay.Source {
	if h.archive == nil {
		return replay.Stream{Bus: h.bus, Stretch: s}
	}
	o := bus.ReadOptions{Stream: s.Stream, Since: s.Since, Until: s.Until}
	if s.Filter != "" {
		o.Filters = []string{s.Filter}
	}
	from := archive.Stretch{Archive: h.archive, Options: o, To: s.Last}
	if h.bus != nil {
		from.Live = h.bus
	}
	return from
}
