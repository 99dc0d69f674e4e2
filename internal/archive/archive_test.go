package archive_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
)

func TestLayout(t *testing.T) {
	t.Parallel()
	s := dir(t, t.TempDir())
	all := messages(5)
	if n := write(t, s, all, options(), bus.ReadOptions{}); n != 5 {
		t.Errorf("%d written", n)
	}
	want := []string{
		"articles/day=2026-03-11/articles-001.jsonl.zst", "articles/day=2026-03-11/manifest.json",
		"articles/day=2026-03-12/articles-003.jsonl.zst", "articles/day=2026-03-12/manifest.json",
	}
	if got := names(t, s); !slices.Equal(got, want) {
		t.Errorf("files: %v", got)
	}
	same(t, all, back(t, s, bus.ReadOptions{}))
	if n := write(t, s, all, options(), bus.ReadOptions{}); n != 0 || !slices.Equal(names(t, s), want) {
		t.Errorf("a second time: %d written, files %v", n, names(t, s))
	}
	if n := write(t, s, messages(7), options(), bus.ReadOptions{}); n != 2 {
		t.Errorf("what is new: %d written", n)
	}
	same(t, messages(7), back(t, s, bus.ReadOptions{}))
}

// A part ends when it has so many bytes, and the rest is as it would be in one.
func TestPartsAreBounded(t *testing.T) {
	s := newRAM()
	o := options()
	o.PartBytes = 20
	var last []uint64
	o.Committed = func(_ context.Context, n uint64) error { last = append(last, n); return nil }
	all := messages(9)
	write(t, s, all, o, bus.ReadOptions{})
	if !slices.Equal(last, []uint64{2, 5, 8, 9}) {
		t.Errorf("durable up to %v", last)
	}
	same(t, all, back(t, s, bus.ReadOptions{}))
}

// Stretches in any order add up to the whole, each message once.
func TestStretchesAddUp(t *testing.T) {
	t.Parallel()
	all := messages(40)
	rapid.Check(t, func(r *rapid.T) {
		s := newRAM()
		want := map[uint64]bool{}
		for range rapid.IntRange(1, 6).Draw(r, "stretches") {
			from, n := rapid.IntRange(0, 45).Draw(r, "from"), rapid.IntRange(0, 20).Draw(r, "n")
			read := bus.ReadOptions{Since: born.Add(time.Duration(from) * time.Second), Until: born.Add(time.Duration(from+n) * time.Second)}
			if from%3 == 0 {
				read.Since, read.From = time.Time{}, uint64(from+1)
			}
			o := options()
			o.PartBytes = int64(rapid.IntRange(1, 200).Draw(r, "part"))
			written := write(t, s, all, o, read)
			for i := from; i < min(from+n, len(all)); i++ {
				if !want[uint64(i+1)] {
					written--
				}
				want[uint64(i+1)] = true
			}
			if written != 0 {
				r.Errorf("%d messages too many were written", int64(written))
			}
		}
		if len(want) == 0 {
			return
		}
		got := back(t, s, bus.ReadOptions{})
		if len(got) != len(want) || !slices.IsSortedFunc(got, func(a, b bus.Delivery) int { return int(a.Sequence) - int(b.Sequence) }) {
			r.Fatalf("%d messages, want %d", len(got), len(want))
		}
		for _, d := range got {
			if !want[d.Sequence] {
				r.Errorf("message %d was not in a stretch", d.Sequence)
			}
		}
	})
}

// Any stretch that is read from an archive is what its source gives.
func TestReadIsAsFromTheSource(t *testing.T) {
	t.Parallel()
	all := messages(60)
	for i := range all { // the clock of the stream goes back now and then
		if i%7 == 3 {
			all[i].Time = all[i].Time.Add(-3 * time.Second)
		}
	}
	s := newRAM()
	o := options()
	o.PartBytes = 50
	write(t, s, all, o, bus.ReadOptions{})
	rapid.Check(t, func(r *rapid.T) {
		read := bus.ReadOptions{}
		at := func(name string) time.Time {
			return born.Add(time.Duration(rapid.IntRange(-5, 65).Draw(r, name)) * time.Second)
		}
		switch rapid.IntRange(0, 2).Draw(r, "begin") {
		case 0:
			read.From = uint64(rapid.IntRange(1, 70).Draw(r, "from"))
		case 1:
			read.Since = at("since")
		}
		if rapid.Bool().Draw(r, "ends") {
			read.Until = at("until")
		}
		if rapid.Bool().Draw(r, "filtered") {
			read.Filters = []string{"news.article.de.>"}
		}
		var want []bus.Delivery
		for d := range all.Read(t.Context(), read) {
			want = append(want, d)
		}
		same(t, want, back(t, s, read))
	})
}

// A process that is killed at any of its acts, and begun again, leaves what one
// that was not killed leaves.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	all := messages(12)
	o := options()
	o.PartBytes = 25
	whole := newRAM()
	write(t, whole, all, o, bus.ReadOptions{})
	want := names(t, whole)
	for acts := 0; ; acts++ {
		s := newRAM()
		_, err := killed(t, &mortal{Store: s, left: acts}, all, o)
		if err == nil {
			t.Logf("killed at each of %d acts", acts)
			return
		}
		if !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		whatIsThereIsRight(t, s, all)
		write(t, s, all, o, bus.ReadOptions{})
		same(t, all, back(t, s, bus.ReadOptions{}))
		if got := names(t, s); !slices.Equal(got, want) {
			t.Errorf("killed at act %d: files %v, want %v", acts, got, want)
		}
	}
}

func killed(t *testing.T, s store.Store, all memory, o archive.WriterOptions) (uint64, error) {
	w, err := archive.NewWriter(t.Context(), s, o)
	if err != nil {
		return 0, err
	}
	return archive.Copy(t.Context(), all, w, archive.CopyOptions{})
}

// whatIsThereIsRight reads an archive that is not finished.
func whatIsThereIsRight(t *testing.T, s store.Store, all memory) {
	t.Helper()
	n := 0
	for d, err := range archive.NewReader(s).Read(t.Context(), articles(bus.ReadOptions{})) {
		if errors.Is(err, archive.ErrNoStream) {
			return
		}
		if err != nil || d.Sequence != all[n].Sequence {
			t.Fatalf("message %d: %d, %v", n, d.Sequence, err)
		}
		n++
	}
}

// What a killed process has left under a name that the next does not write is
// removed.
func TestOrphansAreRemoved(t *testing.T) {
	s := newRAM()
	write(t, s, messages(2), options(), bus.ReadOptions{})
	want := append(names(t, s), "articles/README.txt")
	replace(t, s, "articles/README.txt", nil) // not ours
	replace(t, s, "articles/day=2026-03-11/articles-00000000000000000002.jsonl.zst", []byte("torn"))
	replace(t, s, "articles/day=2026-04-01/entities-00000000000000000009.parquet", nil)
	write(t, s, messages(2), options(), bus.ReadOptions{})
	got := names(t, s)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A stop makes durable what was read.
func TestCopyStops(t *testing.T) {
	s := newRAM()
	ctx, stop := context.WithCancel(t.Context())
	all := messages(500)
	o := archive.CopyOptions{Progress: func(done, _ uint64) {
		if done >= 200 {
			stop()
		}
	}}
	n, err := archive.Copy(ctx, all, writer(t, s, options()), o)
	if !errors.Is(err, context.Canceled) || n < 200 || n == 500 {
		t.Fatalf("%d written: %v", n, err)
	}
	same(t, all[:n], back(t, s, bus.ReadOptions{}))
	write(t, s, all, options(), bus.ReadOptions{})
	same(t, all, back(t, s, bus.ReadOptions{}))
}

func TestFilters(t *testing.T) {
	s := newRAM()
	o := options()
	o.Filters = []string{"news.article.de.>"}
	if n := write(t, s, messages(10), o, bus.ReadOptions{}); n != 5 {
		t.Errorf("%d written", n)
	}
	if n := write(t, s, messages(10), o, bus.ReadOptions{}); n != 0 {
		t.Errorf("%d written again", n)
	}
	if n := write(t, s, messages(13), o, bus.ReadOptions{}); n != 1 {
		t.Errorf("%d written later", n)
	}
}

// A store is of one stream, format and filter.
func TestOthersAreRefused(t *testing.T) {
	s := newRAM()
	write(t, s, messages(3), options(), bus.ReadOptions{})
	for name, change := range map[string]func(*archive.WriterOptions){
		"format":  func(o *archive.WriterOptions) { o.Format.Name = "warc" },
		"stream":  func(o *archive.WriterOptions) { o.Stream = "OTHER_ARTICLES" },
		"created": func(o *archive.WriterOptions) { o.Created = born.Add(time.Second) },
		"filters": func(o *archive.WriterOptions) { o.Filters = []string{"news.article.en.>"} },
	} {
		o := options()
		change(&o)
		if _, err := archive.NewWriter(t.Context(), s, o); !errors.Is(err, archive.ErrOther) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := options()
	other.Kind, other.Stream, other.Format = "enriched", "ENRICHED", archive.JSONL("enriched")
	write(t, s, messages(3), other, bus.ReadOptions{}) // beside it
}

func TestDamageIsFound(t *testing.T) {
	file := "articles/day=2026-03-12/articles-00000000000000000003.jsonl.zst"
	for name, harm := range map[string]func(store.Store){
		"a byte":       func(s store.Store) { damage(t, s, file) },
		"cut off":      func(s store.Store) { replace(t, s, file, nil) },
		"gone":         func(s store.Store) { _ = s.Remove(t.Context(), file) },
		"another file": func(s store.Store) { replace(t, s, file, []byte("x")) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newRAM()
			all := messages(5)
			write(t, s, all, options(), bus.ReadOptions{})
			r := archive.NewReader(s)
			for err := range r.Check(t.Context(), "ARTICLES") {
				t.Errorf("before: %v", err)
			}
			harm(s)
			var got []bus.Delivery
			var failed error
			for d, err := range r.Read(t.Context(), articles(bus.ReadOptions{})) {
				if failed = err; err == nil {
					got = append(got, d)
				}
			}
			same(t, all[:2], got)
			checked := slices.Collect(r.Check(t.Context(), "ARTICLES"))
			if len(checked) != 1 {
				t.Fatalf("check: %v", checked)
			}
			for _, err := range []error{failed, checked[0]} {
				if !errors.Is(err, archive.ErrDamaged) || !strings.Contains(err.Error(), file) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}

// What a manifest says must be possible, and must not lead elsewhere.
func TestManifestsAreChecked(t *testing.T) {
	part := `{"after":0,"first":1,"last":2,"messages":2,"files":[{"name":"articles-00000000000000000001.jsonl.zst"}]}`
	manifest := func(day, parts string) string {
		return fmt.Sprintf(`{"version":1,"format":"jsonl","stream":"ARTICLES","day":%q,"parts":[%s]}`, day, parts)
	}
	for name, text := range map[string]string{
		"no JSON":         "{",
		"version":         strings.Replace(manifest("2026-03-12", part), `"version":1`, `"version":2`, 1),
		"another day":     manifest("2026-03-13", part),
		"out of order":    manifest("2026-03-12", part+","+part),
		"backwards":       manifest("2026-03-12", strings.Replace(part, `"last":2`, `"last":0`, 1)),
		"leads out":       manifest("2026-03-12", strings.Replace(part, "articles-0", "../../articles-0", 1)),
		"no file":         manifest("2026-03-12", `{"after":0,"first":1,"last":2,"messages":2}`),
		"no message":      manifest("2026-03-12", strings.Replace(part, `"messages":2`, `"messages":0`, 1)),
		"first was there": manifest("2026-03-12", strings.Replace(part, `"after":0`, `"after":1`, 1)),
	} {
		s := newRAM()
		replace(t, s, "articles/day=2026-03-12/manifest.json", []byte(text))
		_, err := archive.NewReader(s).Count(t.Context(), articles(bus.ReadOptions{}))
		if !errors.Is(err, archive.ErrManifest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	s := newRAM()
	r := archive.NewReader(s)
	fails := func(o bus.ReadOptions, want error) {
		t.Helper()
		for _, err := range r.Read(t.Context(), o) {
			if !errors.Is(err, want) {
				t.Errorf("got %v, want %v", err, want)
			}
		}
	}
	fails(articles(bus.ReadOptions{Follow: true}), archive.ErrFollow)
	fails(articles(bus.ReadOptions{New: true}), archive.ErrFollow)
	fails(articles(bus.ReadOptions{}), archive.ErrNoStream)
	o := options()
	o.Format.Name = "ninjs"
	write(t, s, messages(1), o, bus.ReadOptions{})
	fails(articles(bus.ReadOptions{}), archive.ErrFormat)
}

func TestHeld(t *testing.T) {
	s := newRAM()
	all := messages(30)
	for _, run := range []memory{all[4:10], all[20:30]} { // the stream has let the others go
		write(t, s, run, options(), bus.ReadOptions{From: run[0].Sequence})
	}
	r := archive.NewReader(s)
	held, err := r.Held(t.Context(), "ARTICLES")
	if want := (archive.Holding{Stream: "ARTICLES", Created: born, Messages: 16, First: 5, Last: 30, Missing: 10}); err != nil || held != want {
		t.Errorf("got %+v, %v", held, err)
	}
	var ahead uint64
	for range r.Read(t.Context(), articles(bus.ReadOptions{From: 8, Until: all[22].Time, Progress: func(n uint64) { ahead = n }})) {
		break
	}
	if ahead != 13 {
		t.Errorf("ahead: %d", ahead)
	}
	for d := range r.Read(t.Context(), articles(bus.ReadOptions{HeadersOnly: true})) {
		if len(d.Data) > 0 || len(d.Header) == 0 {
			t.Fatalf("headers only: %+v", d)
		}
	}
}
