package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/dateline-news/dateline/internal/store"
	"github.com/dateline-news/dateline/pkg/bus"
)

// WriterOptions are what to write.
type WriterOptions struct {
	// Kind names the folder of the stream, such as articles: letters a to z.
	Kind string
	// Stream is the stream's name on its server, Created when that made it, and
	// Filters the subjects that are taken.
	Stream  string
	Created time.Time
	Filters []string
	// Format is how.
	Format Format
	// PartBytes is about how many bytes of messages a part has at most, before
	// they are compressed.
	PartBytes int64
	// LeftOut, if not nil, is called with each ErrLeftOut.
	LeftOut func(error)
	// Committed, if not nil, is called when all messages up to a sequence are
	// durable that were added.
	Committed func(ctx context.Context, last uint64) error
}

// DefaultPartBytes is the PartBytes of an export.
const DefaultPartBytes = 256 << 20

// Writer writes messages of one stream. It is for one goroutine at a time.
type Writer struct {
	store   store.Store
	options WriterOptions
	held    contents
	covered []stretch
	part    *openPart
	after   uint64 // the last sequence that was added; see Part.After
	known   bool   // whether after is
}

// openPart is a part that is written.
type openPart struct {
	Part
	day     string
	bytes   int64
	files   []*hashedFile
	encoder Encoder
}

// hashedFile is a file whose bytes are hashed as they are written.
type hashedFile struct {
	store.File
	hash  hash.Hash
	bytes int64
}

func (f *hashedFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	f.hash.Write(p[:n])
	f.bytes += int64(n)
	return n, err
}

// NewWriter opens what a store holds of a stream, to add to it. It removes the
// files that a killed process has left without naming them in a manifest. It
// fails with an ErrOther when the store holds another stream, format or filter.
func NewWriter(ctx context.Context, s store.Store, o WriterOptions) (*Writer, error) {
	held, err := read(ctx, s, o.Kind)
	if err != nil {
		return nil, err
	}
	w := &Writer{store: s, options: o, held: held}
	for _, day := range slices.Sorted(maps.Keys(held.days)) {
		if err := w.manifest(day).same(held.days[day]); err != nil {
			return nil, err
		}
	}
	for _, name := range held.orphans {
		if err := s.Remove(ctx, name); err != nil {
			return nil, err
		}
	}
	w.covered = held.covered()
	return w, nil
}

// manifest is an empty manifest of a day.
func (w *Writer) manifest(day string) *Manifest {
	o := w.options
	return &Manifest{Version: manifestVersion, Format: o.Format.Name, Stream: o.Stream, Created: o.Created.UTC(), Filters: o.Filters, Day: day}
}

// Beyond is the first sequence after those from seq on that the store holds
// without a gap: seq itself when it holds that not.
func (w *Writer) Beyond(seq uint64) uint64 {
	for _, s := range w.covered {
		if s.first <= seq && seq <= s.last {
			return s.last + 1
		}
	}
	return seq
}

// Last is the last sequence that the store holds, 0 when it holds none.
func (w *Writer) Last() uint64 {
	if len(w.covered) == 0 {
		return 0
	}
	return w.covered[len(w.covered)-1].last
}

// From says that all messages on the filters from a sequence on are added next.
func (w *Writer) From(seq uint64) { w.after, w.known = max(seq, 1)-1, true }

// Add writes the next message, which the store must not hold yet. It makes the
// part durable that the message has no place in any more.
func (w *Writer) Add(ctx context.Context, d bus.Delivery) error {
	day := d.Time.UTC().Format(time.DateOnly)
	if p := w.part; p != nil && (p.day != day || p.bytes >= w.options.PartBytes) {
		if err := w.Commit(ctx); err != nil {
			return err
		}
	}
	if w.part == nil {
		if err := w.begin(d, day); err != nil {
			return err
		}
	}
	p := w.part
	err := p.encoder.Add(d)
	if errors.Is(err, ErrLeftOut) {
		p.LeftOut++
		if w.options.LeftOut != nil {
			w.options.LeftOut(err)
		}
		err = nil
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", w.options.Kind, err)
	}
	p.Last, p.LastTime = d.Sequence, d.Time.UTC()
	p.Messages++
	p.bytes += int64(len(d.Data))
	w.after, w.known = d.Sequence, true
	return nil
}

// begin begins a part.
func (w *Writer) begin(d bus.Delivery, day string) (err error) {
	if !w.known {
		w.after = d.Sequence - 1
	}
	p := &openPart{Part: Part{After: w.after, First: d.Sequence, FirstTime: d.Time.UTC()}, day: day}
	w.part = p
	defer func() {
		if err != nil {
			w.Discard()
		}
	}()
	var files []io.Writer
	for range w.options.Format.Tables {
		file, err := w.store.Create()
		if err != nil {
			return err
		}
		hashed := &hashedFile{File: file, hash: sha256.New()}
		p.files = append(p.files, hashed)
		files = append(files, hashed)
	}
	p.encoder, err = w.options.Format.New(files)
	return err
}

// Commit makes all durable that was added: first the files, then the manifest
// that names them. After an error the part is given up.
func (w *Writer) Commit(ctx context.Context) error {
	p := w.part
	if p == nil {
		return nil
	}
	defer p.discard()
	w.part = nil
	if err := w.name(ctx, p); err != nil {
		return err
	}
	m, found := w.held.days[p.day]
	if !found {
		m = w.manifest(p.day)
	}
	changed := *m
	changed.Parts = slices.Clone(m.Parts)
	changed.add(p.Part)
	if err := changed.write(ctx, w.store, w.options.Kind); err != nil {
		return err
	}
	w.held.days[p.day] = &changed
	w.covered = w.held.covered()
	if w.options.Committed == nil {
		return nil
	}
	return w.options.Committed(ctx, p.Last)
}

// name makes the files of a part durable.
func (w *Writer) name(ctx context.Context, p *openPart) error {
	if err := p.encoder.Close(); err != nil {
		return fmt.Errorf("write %s: %w", w.options.Kind, err)
	}
	for i, t := range w.options.Format.Tables {
		file := p.files[i]
		name := fmt.Sprintf("%s-%020d%s", t.Name, p.First, t.Suffix)
		if err := file.Commit(ctx, path.Join(folder(w.options.Kind, p.day), name)); err != nil {
			return err
		}
		p.Files = append(p.Files, File{Name: name, Bytes: file.bytes, SHA256: hex.EncodeToString(file.hash.Sum(nil))})
	}
	return nil
}

// Discard gives up what was added since the last part was made durable.
func (w *Writer) Discard() {
	if w.part != nil {
		w.part.discard()
		w.part = nil
	}
}

func (p *openPart) discard() {
	for _, f := range p.files {
		f.Discard()
	}
}
