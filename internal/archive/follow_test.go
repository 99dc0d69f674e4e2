package archive_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/pkg/bus"
)

// live is a source that keeps what it was asked for, and fails at its end with err.
type live struct {
	memory
	asked []bus.ReadOptions
	err   error
}

func (l *live) Read(ctx context.Context, o bus.ReadOptions) iter.Seq2[bus.Delivery, error] {
	l.asked = append(l.asked, o)
	return func(yield func(bus.Delivery, error) bool) {
		for d, err := range l.memory.Read(ctx, o) {
			if !yield(d, err) {
				return
			}
		}
		if l.err != nil {
			yield(bus.Delivery{}, l.err)
		}
	}
}

// archivedTo is an archive of the first n messages.
func archivedTo(t *testing.T, all memory, n int) *archive.Reader {
	t.Helper()
	s := newRAM()
	write(t, s, all[:n], options(), bus.ReadOptions{})
	return archive.NewReader(s)
}

// sequences are those from one to another.
func sequences(from, to uint64) (all []uint64) {
	for n := from; n <= to; n++ {
		all = append(all, n)
	}
	return all
}

// The live stream begins behind the archive, or later if the stretch does. What the
// archive gives always has something after it; what is live says so itself.
func TestFollowBeginsBehindTheArchive(t *testing.T) {
	const held, stored = 20, 30
	all := messages(stored)
	reader := archivedTo(t, all, held)
	second := func(n int) time.Time { return born.Add(time.Duration(n) * time.Second) }
	tests := map[string]struct {
		options bus.ReadOptions
		to      uint64
		from    uint64
		first   uint64 // of what is read
		begins  uint64 // the From of what is live; 0 when it begins by its time
	}{
		"from the beginning":        {first: 1, begins: 21},
		"goes on in the archive":    {from: 7, first: 7, begins: 21},
		"goes on at its last":       {from: 20, first: 20, begins: 21},
		"goes on at the first live": {from: 21, first: 21, begins: 21},
		"goes on among the live":    {from: 25, first: 25, begins: 25},
		"begins in the archive":     {options: bus.ReadOptions{From: 5}, first: 5, begins: 21},
		"begins among the live":     {options: bus.ReadOptions{From: 25}, first: 25, begins: 25},
		"begins, and goes on later": {options: bus.ReadOptions{From: 23}, from: 26, first: 26, begins: 26},
		"since, in the archive":     {options: bus.ReadOptions{Since: second(9)}, first: 10, begins: 21},
		"since its last":            {options: bus.ReadOptions{Since: second(19)}, first: 20, begins: 21},
		"since, among the live":     {options: bus.ReadOptions{Since: second(24)}, first: 25},
		"since, and goes on later":  {options: bus.ReadOptions{Since: second(24)}, from: 27, first: 27, begins: 27},
		"an end does not hold":      {to: 10, first: 1, begins: 21},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := &live{memory: all}
			stretch := archive.Stretch{Archive: reader, Options: articles(test.options), To: test.to, Live: l}
			var got []uint64
			for d, err := range stretch.Read(t.Context(), test.from, true) {
				if err != nil {
					t.Fatal(err)
				}
				if inArchive := d.Sequence <= held; inArchive != (d.Pending > 0) {
					t.Errorf("%d has %d pending", d.Sequence, d.Pending)
				}
				got = append(got, d.Sequence)
			}
			if want := sequences(test.first, stored); !slices.Equal(got, want) {
				t.Errorf("got %d, want %d", got, want)
			}
			if len(l.asked) != 1 {
				t.Fatalf("asked for %+v", l.asked)
			}
			if o := l.asked[0]; !o.Follow || o.From != test.begins || o.Stream != "ARTICLES" {
				t.Errorf("asked for %+v, want it from %d", o, test.begins)
			}
		})
	}
}

// A stretch that is not followed, or that is left within the archive, asks nothing of
// the live stream.
func TestFollowIsNotBegun(t *testing.T) {
	all := messages(30)
	reader := archivedTo(t, all, 20)
	tests := map[string]struct {
		to     uint64
		follow bool
		stop   int // after so many
		last   uint64
	}{
		"not followed":            {stop: 100, last: 20},
		"not followed, to an end": {to: 10, stop: 100, last: 10},
		"left":                    {follow: true, stop: 5, last: 5},
		"left at the last":        {follow: true, stop: 20, last: 20},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := &live{memory: all}
			stretch := archive.Stretch{Archive: reader, Options: articles(bus.ReadOptions{}), To: test.to, Live: l}
			var got []uint64
			for d, err := range stretch.Read(t.Context(), 0, test.follow) {
				if err != nil {
					t.Fatal(err)
				}
				if got = append(got, d.Sequence); len(got) == test.stop {
					break
				}
			}
			if !slices.Equal(got, sequences(1, test.last)) || len(l.asked) > 0 {
				t.Errorf("got %d, want up to %d; asked for %+v", got, test.last, l.asked)
			}
		})
	}
}

// What goes wrong with the live stream is told once, at the end.
func TestFollowFails(t *testing.T) {
	all := messages(30)
	broken := errors.New("broken")
	stretch := archive.Stretch{Archive: archivedTo(t, all, 20), Options: articles(bus.ReadOptions{}), Live: &live{memory: all, err: broken}}
	var got []uint64
	var failed []error
	for d, err := range stretch.Read(t.Context(), 18, true) {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		got = append(got, d.Sequence)
	}
	if !slices.Equal(got, sequences(18, 30)) || len(failed) != 1 || !errors.Is(failed[0], broken) {
		t.Errorf("got %d and %v", got, failed)
	}
}
