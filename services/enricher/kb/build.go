package kb

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/blevesearch/vellum"
)

// Bounds of a base.
const (
	// MaxPosts is the most entities of one name: the likeliest are kept.
	MaxPosts = 64
	// MaxName is the most bytes of a name.
	MaxName   = 120
	maxText   = 255      // bytes, as lengths are one byte
	defMemory = 64 << 20 // bytes of names in memory
)

// Name is one way to write the name of an entity.
type Name struct {
	Text string
	// Marked is whether the name only counts where something else says that it is
	// one; see the constant.
	Marked bool
}

// Builder makes a base. It holds a bounded number of names in memory, the others
// in sorted files, and what it takes beside them grows with the words that names
// begin with, by about 10 bytes a word.
type Builder struct {
	dir      string // of the files in work, removed by Close
	rows     *sink
	texts    *sink
	runs     runs
	entities uint32
}

// NewBuilder works in a new folder within dir, which is on the disk that the base
// will be on. Close takes it away.
func NewBuilder(dir string) (*Builder, error) {
	work, err := os.MkdirTemp(dir, ".kb-*")
	if err != nil {
		return nil, err
	}
	b := &Builder{dir: work, runs: runs{dir: work, most: defMemory}}
	if b.rows, err = newSink(work, "rows"); err == nil {
		b.texts, err = newSink(work, "texts")
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close removes what the builder has on the disk. It may be called more than once.
func (b *Builder) Close() error {
	return errors.Join(b.rows.close(), b.texts.close(), b.runs.close(), os.RemoveAll(b.dir))
}

// Add adds an entity with the names that may mean it; e.Name is what it is called,
// and is looked for only if it is one of them. Names that are too long or have no
// words are left out. An entity without a name, kind or place in the
// numbers of a base is an error.
func (b *Builder) Add(e Entity, names ...Name) error {
	switch {
	case e.Kind.Type() == "":
		return fmt.Errorf("entity %q: no kind %d", e.Name, e.Kind)
	case e.Name == "" || len(e.Name) > maxText || len(e.Admin) > maxText:
		return fmt.Errorf("entity %q: name or division empty or too long", e.Name)
	case b.entities == 1<<32-1 || b.texts.size > 1<<32-1:
		return fmt.Errorf("entity %q: a base holds no more", e.Name)
	}
	if _, err := b.rows.Write(encodeRow(&e, uint32(b.texts.size))); err != nil {
		return err
	}
	for _, text := range [...]string{e.Name, e.Admin} {
		if _, err := b.texts.Write(append([]byte{byte(len(text))}, text...)); err != nil {
			return err
		}
	}
	for _, name := range names {
		if err := b.addName(name, e.Prior); err != nil {
			return err
		}
	}
	b.entities++
	return nil
}

// Entities is how many were added.
func (b *Builder) Entities() int { return int(b.entities) }

func (b *Builder) addName(name Name, prior float64) error {
	if len(name.Text) > MaxName {
		return nil
	}
	var room [maxKey]byte
	key := Key(room[:0], name.Text)
	if len(key) == 0 {
		return nil
	}
	w := WrittenAs(name.Text)
	if name.Marked {
		w |= Marked
	}
	return b.runs.add(key, post{entity: b.entities, written: w, prior: float32(prior)})
}

// WriteFile finishes the base and puts it at path: there is the whole file, or what
// was there before.
func (b *Builder) WriteFile(path string) error {
	whole, err := os.Create(filepath.Join(b.dir, "whole"))
	if err != nil {
		return err
	}
	if err := errors.Join(b.write(whole), whole.Sync(), whole.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	// #nosec G302 -- for others to read, as the umask allows
	if err := os.Chmod(whole.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(whole.Name(), path)
}

// write writes the file: the sections after a gap, then the header into the gap.
func (b *Builder) write(w io.WriteSeeker) error {
	names, err := b.index()
	defer func() { _ = names.close() }() // What is lost is removed with the folder.
	if err != nil {
		return err
	}
	h := header{entities: b.entities}
	for i, part := range [sections]*sink{names.begins, names.fst, names.posts, b.rows, b.texts} {
		h.sizes[i] = part.size
	}
	sum := newSum(h.body())
	if _, err := w.Write(make([]byte, headerSize)); err != nil {
		return err
	}
	for _, part := range [sections]*sink{names.begins, names.fst, names.posts, b.rows, b.texts} {
		if err := part.copyTo(io.MultiWriter(w, sum)); err != nil {
			return err
		}
	}
	h.sum = sum.Sum32()
	if _, err := w.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = w.Write(h.encode())
	return err
}

// index is the sections that lead from names to entities.
type index struct {
	begins, fst, posts *sink
	builder            *vellum.Builder
	firsts             []uint32 // pairs: hash halves and entry, see begin
	lastFirst          []byte
}

// index merges the sorted names into their sections.
func (b *Builder) index() (*index, error) {
	x := &index{}
	for name, part := range map[string]**sink{"begins": &x.begins, "fst": &x.fst, "posts": &x.posts} {
		var err error
		if *part, err = newSink(b.dir, name); err != nil {
			return x, err
		}
	}
	var err error
	if x.builder, err = vellum.New(x.fst, nil); err != nil {
		return x, err
	}
	if err := b.runs.merge(x.add); err != nil {
		return x, err
	}
	if err := x.builder.Close(); err != nil {
		return x, err
	}
	return x, x.writeBegins()
}

// add adds a name with the candidates that it has, in any order.
func (x *index) add(key []byte, posts []post) error {
	x.begin(key, posts)
	value := uint64(posts[0].entity)<<9 | uint64(posts[0].written)<<1
	if len(posts) > 1 {
		value = x.posts.size<<1 | manyPosts
		list := append(make([]byte, 0, 1+postSize*MaxPosts), byte(len(posts)))
		for _, p := range posts {
			list = append(binary.LittleEndian.AppendUint32(list, p.entity), byte(p.written))
		}
		if _, err := x.posts.Write(list); err != nil {
			return err
		}
	}
	return x.builder.Insert(key, value)
}

// begin notes the first word of a name. Names come in order, so those with the same
// first word come one after the other.
func (x *index) begin(key []byte, posts []post) {
	words, first := uint32(1), len(key)
	for i, c := range key {
		if c == ' ' {
			words, first = words+1, min(first, i)
		}
	}
	small := slices.ContainsFunc(posts, func(p post) bool { return !p.written.Capital(0) })
	if last := len(x.firsts) - 1; last > 0 && string(key[:first]) == string(x.lastFirst) {
		x.firsts[last] = x.firsts[last]&smallBit | max(x.firsts[last]&wordsMask, words)
	} else {
		hash := hashOf(key[:first])
		x.lastFirst = append(x.lastFirst[:0], key[:first]...)
		x.firsts = append(x.firsts, uint32(hash), uint32(hash>>32), words)
	}
	if small {
		x.firsts[len(x.firsts)-1] |= smallBit
	}
}

// writeBegins writes the hash table of first words, which is four fifths full.
func (x *index) writeBegins() error {
	words := uint64(len(x.firsts) / 3)
	slots := words*5/4 + 1
	table := make([]uint32, slots)
	for i := 0; i < len(x.firsts); i += 3 {
		hash := uint64(x.firsts[i]) | uint64(x.firsts[i+1])<<32
		at := hash % slots
		for table[at] != 0 {
			at = (at + 1) % slots
		}
		table[at] = tagOf(hash) | x.firsts[i+2]
	}
	var entry [4]byte
	for _, e := range table {
		binary.LittleEndian.PutUint32(entry[:], e)
		if _, err := x.begins.Write(entry[:]); err != nil {
			return err
		}
	}
	return nil
}

func (x *index) close() error { return errors.Join(x.begins.close(), x.fst.close(), x.posts.close()) }

// sink is a file that is written, then read once.
type sink struct {
	file *os.File
	*bufio.Writer
	size uint64
}

func newSink(dir, name string) (*sink, error) {
	file, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	return &sink{file: file, Writer: bufio.NewWriterSize(file, 256<<10)}, nil
}

// Write writes to the file.
func (s *sink) Write(p []byte) (int, error) {
	n, err := s.Writer.Write(p)
	s.size += uint64(n)
	return n, err
}

// copyTo copies all that was written.
func (s *sink) copyTo(w io.Writer) error {
	if err := s.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
}

func (s *sink) close() error {
	if s == nil || s.file == nil {
		return nil
	}
	file := s.file
	s.file = nil
	return file.Close()
}
