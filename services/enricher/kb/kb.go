// Package kb is the knowledge base: which people, organizations and places a name
// may mean. A base is one file, read whole and never written again; Builder makes
// one, and the README has the format.
package kb

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"sync"

	"github.com/blevesearch/vellum"
)

// Base is a knowledge base in memory. It is safe for concurrent use.
type Base struct {
	header header
	begins string // a hash table: see begin
	posts  string
	rows   string
	texts  string
	names  *vellum.FST
	room   sync.Pool // of *vellum.Reader
}

// Candidate is an entity that a name may mean.
type Candidate struct {
	Entity
	// Written is how the name must be written to mean it.
	Written Written
	// Own is whether it is from a base of the user.
	Own bool
}

// Open reads a base from a file. It takes as much memory as the file has bytes,
// and its names once more: a file that is cut or changed while it is mapped would
// end the program, so none is.
func Open(path string) (*Base, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	b, err := New(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// readFile is os.ReadFile into a string.
func readFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	var data strings.Builder
	if stat, err := file.Stat(); err == nil && stat.Mode().IsRegular() {
		data.Grow(int(stat.Size()))
	}
	if _, err := io.Copy(&data, file); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return data.String(), nil
}

// New is the base that data holds, without a copy of most of it. The error is
// ErrFormat when data is none, or not whole.
func New(data string) (*Base, error) {
	h, err := decodeHeader(data)
	if err != nil {
		return nil, err
	}
	b := &Base{header: h}
	var names string
	rest := data[headerSize:]
	for i, section := range []*string{&b.begins, &names, &b.posts, &b.rows, &b.texts} {
		*section, rest = rest[:h.sizes[i]], rest[h.sizes[i]:]
	}
	if b.names, err = loadNames([]byte(names)); err != nil {
		return nil, fmt.Errorf("%w: names: %w", ErrFormat, err)
	}
	return b, nil
}

// loadNames is vellum.Load for bytes that anyone may have made.
func loadNames(data []byte) (fst *vellum.FST, err error) {
	defer recovered(&err)
	return vellum.Load(data)
}

// recovered makes an error of the panic with which vellum answers bytes that it
// did not write.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrFormat, r)
	}
}

// Info is what is in a base.
type Info struct {
	// Version names the content: a checksum.
	Version string
	// Entities and Names are how many there are. Bytes is the size of the file.
	Entities, Names, Bytes int
	// Kinds counts the entities by kind.
	Kinds map[Kind]int
}

// Info counts what is in the base.
func (b *Base) Info() Info {
	info := Info{
		Version: b.Version(), Entities: int(b.header.entities), Names: b.names.Len(),
		Bytes: headerSize + len(b.begins) + int(b.header.sizes[1]) + len(b.posts) + len(b.rows) + len(b.texts),
		Kinds: map[Kind]int{},
	}
	for i := range b.header.entities {
		info.Kinds[kindOf(b.rows[i*rowSize:])]++
	}
	return info
}

// Version names the content of the base: a checksum.
func (b *Base) Version() string { return fmt.Sprintf("%08x", b.header.sum) }

// Find appends what a name may mean to found, the likeliest first: key is the name
// as Key makes it. It allocates only when found has too little room.
func (b *Base) Find(found []Candidate, key []byte) []Candidate {
	value, ok := b.value(key)
	if !ok {
		return found
	}
	if value&manyPosts == 0 {
		return b.appendCandidate(found, uint32(value>>9), Written(value>>1))
	}
	at := value >> 1
	if at >= uint64(len(b.posts)) {
		return found
	}
	posts := b.posts[at+1:]
	for n := int(b.posts[at]); n > 0 && len(posts) >= postSize; n-- {
		found = b.appendCandidate(found, uint32At(posts, 0), Written(posts[4]))
		posts = posts[postSize:]
	}
	return found
}

// value is what the names have for key.
func (b *Base) value(key []byte) (value uint64, ok bool) {
	reader, _ := b.room.Get().(*vellum.Reader)
	if reader == nil {
		reader, _ = b.names.Reader() // There is never an error.
	}
	defer func() {
		if recover() != nil { // See recovered. The reader is left to the collector.
			value, ok = 0, false
		}
	}()
	value, ok, err := reader.Get(key)
	b.room.Put(reader)
	return value, ok && err == nil
}

func (b *Base) appendCandidate(found []Candidate, entity uint32, w Written) []Candidate {
	e, ok := b.entity(entity)
	if !ok {
		return found
	}
	for i := range found {
		if found[i].Same(e) {
			if e.Kind == Figure && found[i].Kind == Person {
				found[i].Kind = Figure // One base knows more of it than the other.
			}
			return found
		}
	}
	return append(found, Candidate{Entity: e, Written: w})
}

// Begins is how many words the longest name has that begins with this folded word,
// 0 when none does, and whether one of them begins in lower case. It may err on
// the side of more.
func (b *Base) Begins(word []byte) (words int, small bool) {
	slots := uint64(len(b.begins) / 4)
	if slots == 0 {
		return 0, false
	}
	hash := hashOf(word)
	for at, left := hash%slots, slots; left > 0; left-- {
		entry := uint32At(b.begins, int(at)*4)
		switch {
		case entry == 0:
			return 0, false
		case entry&^0xff == tagOf(hash):
			return int(entry & wordsMask), entry&smallBit != 0
		}
		if at++; at == slots {
			at = 0
		}
	}
	return 0, false
}

// Set is several bases that are asked as one, those of the user before the one
// that is part of the program.
type Set struct{ own, program []*Base }

// NewSet is the program's base and those of the user.
func NewSet(program *Base, own ...*Base) *Set {
	return &Set{own: own, program: []*Base{program}}
}

// Find is Base.Find over all bases. Of two that have the same entity the user's is
// taken, and the likeliest of the user's is likelier than any of the program's.
func (s *Set) Find(found []Candidate, key []byte) []Candidate {
	from := len(found)
	for _, b := range s.own {
		found = b.Find(found, key)
	}
	owned := len(found)
	for i := range found[from:owned] {
		found[from+i].Own = true
	}
	for _, b := range s.program {
		found = b.Find(found, key)
	}
	if owned > from && len(found) > owned {
		yield(found[from:owned], found[owned:])
	}
	return found
}

// yield scales the priors of the user's, which may count something else, so that
// the greatest is twice the greatest of the program's.
func yield(own, program []Candidate) {
	greatest := func(all []Candidate) (most float64) {
		for i := range all {
			most = max(most, all[i].Prior)
		}
		return most
	}
	most := 2 * max(greatest(program), 1)
	scale := most / greatest(own)
	for i := range own {
		if own[i].Prior *= scale; math.IsNaN(own[i].Prior) {
			own[i].Prior = most // All were 0.
		}
	}
}

// Begins is Base.Begins over all bases.
func (s *Set) Begins(word []byte) (words int, small bool) {
	for _, bases := range [...][]*Base{s.own, s.program} {
		for _, b := range bases {
			n, low := b.Begins(word)
			words, small = max(words, n), small || low
		}
	}
	return words, small
}

// Version names the content of all bases.
func (s *Set) Version() string {
	var versions []string
	for _, bases := range [...][]*Base{s.program, s.own} {
		for _, b := range bases {
			versions = append(versions, b.Version())
		}
	}
	return strings.Join(versions, "+")
}

// Countries are the ISO codes of the countries in the base, by Wikidata number.
func (b *Base) Countries() map[uint32]string {
	codes := map[uint32]string{}
	for i := range b.header.entities {
		if e, ok := b.entity(i); ok && e.Kind == Country && e.QID != 0 && e.Country != "" {
			codes[e.QID] = e.Country
		}
	}
	return codes
}
