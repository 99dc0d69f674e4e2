package bus

import (
	"context"
	"fmt"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Stretch fixes a stretch that is given by its times, or by its First and Last:
// to the sequences that they are now. It returns how many messages there are.
func (b *Bus) Stretch(ctx context.Context, s schema.Stretch) (fixed schema.Stretch, total uint64, err error) {
	first, last, err := b.bounds(ctx, s.Stream)
	if err != nil {
		return s, 0, err
	}
	if last, err = b.until(ctx, s, last); err != nil {
		return s, 0, err
	}
	if !s.Since.IsZero() && s.First == 0 {
		if s.First, err = b.firstOf(ctx, ReadOptions{Stream: s.Stream, Since: s.Since}); err != nil {
			return s, 0, err
		}
		if s.First == 0 { // nothing is as late
			s.First = last + 1
		}
	}
	s.First = max(s.First, first, 1)
	if s.Last == 0 || s.Last > last {
		s.Last = last
	}
	total, err = b.Count(ctx, s, s.First)
	return s, total, err
}

// until is the last sequence of a stretch that ends at a time, if it does, and no
// later than last.
func (b *Bus) until(ctx context.Context, s schema.Stretch, last uint64) (uint64, error) {
	if s.Until.IsZero() {
		return last, nil
	}
	beyond, err := b.firstOf(ctx, ReadOptions{Stream: s.Stream, Since: s.Until})
	if err != nil || beyond == 0 {
		return last, err
	}
	return min(last, beyond-1), nil
}

// Count is how many messages of a stretch there are from a sequence on. While
// messages are being stored it may be a little too high, but never too low.
func (b *Bus) Count(ctx context.Context, s schema.Stretch, from uint64) (uint64, error) {
	if from > s.Last {
		return 0, nil
	}
	beyond, err := b.ahead(ctx, s, s.Last+1)
	if err != nil {
		return 0, err
	}
	total, err := b.ahead(ctx, s, from)
	return min(total-min(beyond, total), s.Last-from+1), err
}

// ReadStretch are the options that read a stretch from a sequence on.
func ReadStretch(s schema.Stretch, from uint64) ReadOptions {
	o := ReadOptions{Stream: s.Stream, From: max(from, s.First, 1), To: s.Last}
	if s.Filter != "" {
		o.Filters = []string{s.Filter}
	}
	return o
}

// ahead is how many messages on a stretch's filter a stream has from a sequence
// on.
func (b *Bus) ahead(ctx context.Context, s schema.Stretch, from uint64) (uint64, error) {
	stream, err := b.stream(ctx, b.root.Stream(s.Stream))
	if err != nil {
		return 0, err
	}
	o := ReadStretch(s, from)
	o.HeadersOnly = true
	consumer, err := stream.OrderedConsumer(ctx, o.consumer())
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", s.Stream, err)
	}
	info := consumer.CachedInfo()
	b.dropConsumer(info)
	return info.NumPending, nil
}

// firstOf is the sequence of the first message of a reading, 0 when there is
// none.
func (b *Bus) firstOf(ctx context.Context, o ReadOptions) (uint64, error) {
	o.HeadersOnly = true
	for d, err := range b.Read(ctx, o) {
		return d.Sequence, err
	}
	return 0, nil
}

// bounds are the first and last sequence of a stream.
func (b *Bus) bounds(ctx context.Context, stream string) (first, last uint64, err error) {
	s, err := b.stream(ctx, b.root.Stream(stream))
	if err != nil {
		return 0, 0, err
	}
	state := s.CachedInfo().State
	return state.FirstSeq, state.LastSeq, nil
}
