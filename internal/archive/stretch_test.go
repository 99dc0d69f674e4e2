package archive_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/pkg/bus"
	"github.com/dateline-news/dateline/pkg/bus/bustest"
	"github.com/dateline-news/dateline/pkg/schema"
)

// A stretch that is read in two goes, at any place, is the stretch.
func TestStretchGoesOn(t *testing.T) {
	t.Parallel()
	all := messages(50)
	s := newRAM()
	o := options()
	o.PartBytes = 60
	write(t, s, all, o, bus.ReadOptions{})
	rapid.Check(t, func(r *rapid.T) {
		stretch := archive.Stretch{Archive: archive.NewReader(s), Options: articles(bus.ReadOptions{}), To: uint64(rapid.IntRange(0, 60).Draw(r, "to"))}
		switch rapid.IntRange(0, 2).Draw(r, "begin") {
		case 0:
			stretch.Options.From = uint64(rapid.IntRange(1, 60).Draw(r, "first"))
		case 1:
			stretch.Options.Since = born.Add(time.Duration(rapid.IntRange(-5, 60).Draw(r, "since")) * time.Second)
		}
		if rapid.Bool().Draw(r, "filtered") {
			stretch.Options.Filters = []string{"news.article.de.>"}
		}
		from := uint64(rapid.IntRange(0, 60).Draw(r, "from"))
		var want []bus.Delivery
		for d := range all.Read(t.Context(), stretch.Options) {
			if d.Sequence >= from && (stretch.To == 0 || d.Sequence <= stretch.To) {
				want = append(want, d)
			}
		}
		var got []bus.Delivery
		for d, err := range stretch.Read(t.Context(), from, false) {
			if err != nil {
				r.Fatal(err)
			}
			got = append(got, d)
		}
		same(t, want, got)
		if n, err := stretch.Count(t.Context(), from); err != nil || n != uint64(len(want)) {
			r.Errorf("count: %d, %v, want %d", n, err, len(want))
		}
	})
}

// A stretch that is followed goes over to the live stream without a gap and
// without a repeat.
func TestStretchIsFollowed(t *testing.T) {
	t.Parallel()
	b := bustest.New(t)
	publish(t, b, 0, 20)
	s := dir(t, t.TempDir())
	stop := work(t, b, s)
	archived(t, b, 20)
	stop()
	publish(t, b, 20, 30)
	stretch := archive.Stretch{Archive: archive.NewReader(s), Options: bus.ReadOptions{Stream: schema.StreamEnriched}, Live: b}
	for _, from := range []uint64{0, 7, 21, 25} {
		next := max(from, 1)
		for d, err := range stretch.Read(t.Context(), from, true) {
			if err != nil || d.Sequence != next {
				t.Fatalf("from %d: %d, %v, want %d", from, d.Sequence, err, next)
			}
			if next++; next > 30 {
				break
			}
		}
	}
	stretch.Options.Since = read(t, b, bus.ReadOptions{From: 27})[0].Time // later than the archive
	for d, err := range stretch.Read(t.Context(), 0, true) {
		if err != nil || d.Sequence != 27 {
			t.Errorf("since later: %d, %v", d.Sequence, err)
		}
		break
	}
	stretch.Live = nil
	for _, err := range stretch.Read(t.Context(), 0, true) {
		if !errors.Is(err, archive.ErrFollow) {
			t.Errorf("got %v", err)
		}
	}
	stretch.Options.Stream = schema.StreamItems
	if _, err := stretch.Count(t.Context(), 0); !errors.Is(err, archive.ErrNoStream) {
		t.Errorf("got %v", err)
	}
}
