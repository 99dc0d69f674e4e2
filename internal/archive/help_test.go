package archive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nats-io/nats.go"

	"github.com/dateline-news/dateline/internal/archive"
	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
)

// memory is a source of messages by number.
type memory []bus.Delivery

func (m memory) Read(ctx context.Context, o bus.ReadOptions) iter.Seq2[bus.Delivery, error] {
	return func(yield func(bus.Delivery, error) bool) {
		begun := false
		for _, d := range m {
			if ctx.Err() != nil {
				yield(bus.Delivery{}, ctx.Err())
				return
			}
			begun = begun || d.Sequence >= o.From && !d.Time.Before(o.Since)
			on := len(o.Filters) == 0 || bus.Matches(o.Filters[0], d.Subject)
			if begun && on && !o.Until.IsZero() && !d.Time.Before(o.Until) {
				return
			}
			if begun && on && !yield(d, nil) {
				return
			}
		}
	}
}

var born = time.Date(2026, 3, 11, 23, 59, 58, 0, time.UTC)

// messages are n messages from sequence 1, a second apart over two days.
func messages(n int) memory {
	var all memory
	for i := range n {
		all = append(all, bus.Delivery{
			Stream: "ARTICLES", Sequence: uint64(i + 1), Time: born.Add(time.Duration(i) * time.Second), Delivered: 1,
			Subject: fmt.Sprintf("news.article.%s.example_org.%d", []string{"en", "de"}[i%2], i),
			Header:  nats.Header{"ce-id": {fmt.Sprint(i)}}, Data: fmt.Appendf(nil, `{"n": %d}`, i),
		})
	}
	return all
}

// ram is a store in memory, for what is not about disks.
type ram struct{ files map[string][]byte }

func newRAM() *ram { return &ram{map[string][]byte{}} }

type ramFile struct {
	bytes.Buffer
	ram *ram
}

func (r *ram) Create() (store.File, error) { return &ramFile{ram: r}, nil }

func (f *ramFile) Commit(_ context.Context, name string) error {
	f.ram.files[name] = slices.Clone(f.Bytes())
	return nil
}

func (f *ramFile) Discard() {}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

func (r *ram) Open(_ context.Context, name string) (io.ReadSeekCloser, error) {
	data, found := r.files[name]
	if !found {
		return nil, fs.ErrNotExist
	}
	return nopCloser{bytes.NewReader(data)}, nil
}

func (r *ram) List(_ context.Context, prefix string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, name := range slices.Sorted(maps.Keys(r.files)) {
			if strings.HasPrefix(name, prefix) && !yield(name, nil) {
				return
			}
		}
	}
}

func (r *ram) Remove(_ context.Context, name string) error {
	delete(r.files, name)
	return nil
}

func (r *ram) Close() error { return nil }

func dir(t *testing.T, path string) store.Store {
	t.Helper()
	s, err := store.NewDir(path, store.Write)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func options() archive.WriterOptions {
	return archive.WriterOptions{Kind: "articles", Stream: "ARTICLES", Created: born, Format: archive.JSONL("articles"), PartBytes: archive.DefaultPartBytes}
}

func writer(t *testing.T, s store.Store, o archive.WriterOptions) *archive.Writer {
	t.Helper()
	w, err := archive.NewWriter(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// write copies a stretch to a store.
func write(t *testing.T, s store.Store, from archive.Source, o archive.WriterOptions, read bus.ReadOptions) uint64 {
	t.Helper()
	read.Filters = o.Filters
	n, err := archive.Copy(t.Context(), from, writer(t, s, o), archive.CopyOptions{Read: read})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func articles(o bus.ReadOptions) bus.ReadOptions {
	o.Stream = "ARTICLES"
	return o
}

// back are the messages that an archive gives.
func back(t *testing.T, s store.Store, o bus.ReadOptions) []bus.Delivery {
	t.Helper()
	var all []bus.Delivery
	for d, err := range archive.NewReader(s).Read(t.Context(), articles(o)) {
		if err != nil {
			t.Fatalf("after %d messages: %v", len(all), err)
		}
		all = append(all, d)
	}
	n, err := archive.NewReader(s).Count(t.Context(), articles(o))
	if err != nil || n != uint64(len(all)) {
		t.Errorf("count: %d, %v, want %d", n, err, len(all))
	}
	return all
}

// same compares messages to the byte.
func same(t *testing.T, want, got []bus.Delivery) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal), cmp.Comparer(sameHeader), cmpopts.IgnoreFields(bus.Delivery{}, "Pending")); diff != "" {
		t.Errorf("%d messages, want %d:\n%.2000s", len(got), len(want), diff)
	}
}

func sameHeader(a, b nats.Header) bool {
	return maps.EqualFunc(a, b, slices.Equal[[]string])
}

// names are the files of a store, without the zeros of their numbers.
func names(t *testing.T, s store.Store) []string {
	t.Helper()
	var all []string
	for name, err := range s.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Replace(name, "00000000000000000", "", 1))
	}
	return all
}

// errKilled is what a store says to a process that is no more.
var errKilled = errors.New("killed")

// mortal is a store whose process is killed at its nth act: from then on nothing
// happens any more.
type mortal struct {
	store.Store
	left int
}

func (m *mortal) act() error {
	if m.left--; m.left < 0 {
		return errKilled
	}
	return nil
}

func (m *mortal) Create() (store.File, error) {
	if err := m.act(); err != nil {
		return nil, err
	}
	file, err := m.Store.Create()
	return &mortalFile{file, m}, err
}

func (m *mortal) Remove(ctx context.Context, name string) error {
	if err := m.act(); err != nil {
		return err
	}
	return m.Store.Remove(ctx, name)
}

type mortalFile struct {
	store.File
	*mortal
}

func (f *mortalFile) Write(p []byte) (int, error) {
	if err := f.act(); err != nil {
		n, _ := f.File.Write(p[:len(p)/2]) // torn
		return n, err
	}
	return f.File.Write(p)
}

// Commit dies before or after the file is there.
func (f *mortalFile) Commit(ctx context.Context, name string) error {
	if err := f.act(); err != nil {
		return err
	}
	return errors.Join(f.File.Commit(ctx, name), f.act())
}

func (f *mortalFile) Discard() {
	if f.left >= 0 {
		f.File.Discard()
	}
}

// damage changes a byte in the middle of a file.
func damage(t *testing.T, s store.Store, name string) {
	t.Helper()
	file, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	replace(t, s, name, data)
}

func replace(t *testing.T, s store.Store, name string, data []byte) {
	t.Helper()
	out, err := s.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := out.Commit(t.Context(), name); err != nil {
		t.Fatal(err)
	}
}
