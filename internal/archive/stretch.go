package archive

import (
	"context"
	"errors"
	"iter"

	"github.com/dateline-news/dateline/pkg/bus"
)

// Stretch is a stretch of an archive that can be read from any place on: a source
// of replays and backfills.
type Stretch struct {
	Archive *Reader
	// Options are the stretch; see Reader.Read.
	Options bus.ReadOptions
	// To is its last sequence, if not 0.
	To uint64
	// Live is where it goes on when it is followed; nil when it is not to be. It must
	// be of the very stream that was archived: see Holding.Created.
	Live Source
}

// Count is how many messages of the stretch the archive has from a sequence on.
func (s Stretch) Count(ctx context.Context, from uint64) (uint64, error) {
	h, err := s.Archive.messages(ctx, s.Options.Stream)
	if err != nil {
		return 0, err
	}
	return h.count(ctx, stretching{options: s.Options, from: from, to: s.To})
}

// Read yields the messages of the stretch from a sequence on. With follow it goes
// on with what comes after the archive, exactly, from Live.
func (s Stretch) Read(ctx context.Context, from uint64, follow bool) iter.Seq2[bus.Delivery, error] {
	return func(yield func(bus.Delivery, error) bool) {
		if follow && s.Live == nil {
			yield(bus.Delivery{}, ErrFollow)
			return
		}
		stretch := stretching{options: s.Options, from: from, to: s.To}
		out := yield
		if follow {
			stretch.to = 0
			// More may be there than the archive knows of.
			out = func(d bus.Delivery, err error) bool { d.Pending = 1; return yield(d, err) }
		}
		h, err := s.Archive.messages(ctx, s.Options.Stream)
		if err == nil {
			err = h.read(ctx, stretch, out)
		}
		switch {
		case errors.Is(err, errStop):
		case err != nil:
			yield(bus.Delivery{}, err)
		case follow:
			s.goOn(ctx, s.beyond(h, from), yield)
		}
	}
}

// goOn yields what is live, until there is no more use for it or an error, which is
// yielded too.
func (s Stretch) goOn(ctx context.Context, o bus.ReadOptions, yield func(bus.Delivery, error) bool) {
	for d, err := range s.Live.Read(ctx, o) {
		if !yield(d, err) || err != nil {
			return
		}
	}
}

// beyond is what comes after the archive, which ends either before the stretch
// begins or within it.
func (s Stretch) beyond(h *held, from uint64) bus.ReadOptions {
	o := s.Options
	o.Follow = true
	next := h.covered[len(h.covered)-1].last + 1
	if later := o.From == 0 && o.Since.After(h.parts[len(h.parts)-1].LastTime); !later || from > next {
		o.From = max(next, from, o.From)
	}
	return o
}
