package kb

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// post is one candidate of a name.
type post struct {
	entity  uint32
	prior   float32
	written Written
}

// runs sorts names with their candidates: what has no place in memory is in sorted
// files, the runs, which are merged at the end.
type runs struct {
	dir   string
	most  int // bytes in memory
	keys  []byte
	refs  []ref
	files []*os.File
}

// ref is a name in memory.
type ref struct {
	at, size uint32 // in keys
	post
}

// refSize is about what a ref takes.
const refSize = 24

func (r *runs) add(key []byte, p post) error {
	if len(r.keys)+len(r.refs)*refSize+len(key) > r.most {
		if err := r.spill(); err != nil {
			return err
		}
	}
	r.refs = append(r.refs, ref{at: uint32(len(r.keys)), size: uint32(len(key)), post: p})
	r.keys = append(r.keys, key...)
	return nil
}

func (r *runs) key(x ref) []byte { return r.keys[x.at : x.at+x.size] }

// sort sorts what is in memory by name, then by entity.
func (r *runs) sort() {
	slices.SortFunc(r.refs, func(a, b ref) int {
		return cmp.Or(bytes.Compare(r.key(a), r.key(b)), cmp.Compare(a.entity, b.entity), cmp.Compare(a.written, b.written))
	})
}

// spill writes what is in memory to a file of its own.
func (r *runs) spill() error {
	r.sort()
	file, err := os.Create(filepath.Join(r.dir, fmt.Sprint("run", len(r.files))))
	if err != nil {
		return err
	}
	r.files = append(r.files, file)
	w := bufio.NewWriterSize(file, 256<<10)
	var head [10]byte
	for _, x := range r.refs {
		head[0] = byte(x.size)
		binary.LittleEndian.PutUint32(head[1:], x.entity)
		binary.LittleEndian.PutUint32(head[5:], math.Float32bits(x.prior))
		head[9] = byte(x.written)
		if _, err := w.Write(head[:]); err != nil {
			return err
		}
		if _, err := w.Write(r.key(x)); err != nil {
			return err
		}
	}
	r.keys, r.refs = r.keys[:0], r.refs[:0]
	return w.Flush()
}

// merge gives each name once, in order, with its likeliest candidates, the
// likeliest first.
func (r *runs) merge(do func(key []byte, posts []post) error) error {
	r.sort()
	sources := sources{{next: r.fromMemory()}}
	for _, file := range r.files {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		sources = append(sources, &source{next: fromFile(bufio.NewReaderSize(file, 256<<10))})
	}
	sources, err := sources.begin()
	if err != nil {
		return err
	}
	var key []byte
	var posts []post
	for len(sources) > 0 {
		first := sources[0]
		if len(posts) > 0 && !bytes.Equal(key, first.key) {
			if err := do(key, posts); err != nil {
				return err
			}
			posts = posts[:0]
		}
		key, posts = append(key[:0], first.key...), keep(posts, first.post)
		if err := sources.advance(); err != nil {
			return err
		}
	}
	if len(posts) > 0 {
		return do(key, posts)
	}
	return nil
}

// keep adds p to the likeliest MaxPosts, one for each entity: of several ways to
// write a name the one that asks least.
func keep(posts []post, p post) []post {
	for i := range posts {
		if posts[i].entity == p.entity {
			posts[i].written = asksLess(posts[i].written, p.written)
			return posts
		}
	}
	at, _ := slices.BinarySearchFunc(posts, p, func(a, b post) int {
		return cmp.Or(cmp.Compare(b.prior, a.prior), cmp.Compare(a.entity, b.entity))
	})
	posts = slices.Insert(posts, at, p)
	return posts[:min(len(posts), MaxPosts)]
}

// asksLess is the way to write a name that fits where either does.
func asksLess(a, b Written) Written { return a & b }

func (r *runs) close() error {
	var all error
	for _, file := range r.files {
		all = errors.Join(all, file.Close())
	}
	r.files = nil
	return all
}

// source is a sorted run while it is read.
type source struct {
	next func(key []byte) ([]byte, post, error)
	key  []byte
	post
}

func (s *source) read() (err error) {
	s.key, s.post, err = s.next(s.key[:0])
	return err
}

// sources is a heap of them, by what they are at.
type sources []*source

// Len, Less, Swap, Push and Pop are for container/heap.
func (s sources) Len() int { return len(s) }

// Less orders by name, then by entity.
func (s sources) Less(i, j int) bool {
	return cmp.Or(bytes.Compare(s[i].key, s[j].key), cmp.Compare(s[i].entity, s[j].entity)) < 0
}

// Swap swaps two.
func (s sources) Swap(i, j int) { s[i], s[j] = s[j], s[i] }

// Push adds one.
func (s *sources) Push(x any) { *s = append(*s, x.(*source)) }

// Pop takes the last.
func (s *sources) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}

// begin reads the first name of each, and leaves out those that have none.
func (s sources) begin() (sources, error) {
	kept := s[:0]
	for _, one := range s {
		switch err := one.read(); {
		case err == nil:
			kept = append(kept, one)
		case !errors.Is(err, io.EOF):
			return nil, err
		}
	}
	heap.Init(&kept)
	return kept, nil
}

// advance reads the next name of the first source.
func (s *sources) advance() error {
	switch err := (*s)[0].read(); {
	case err == nil:
		heap.Fix(s, 0)
	case errors.Is(err, io.EOF):
		heap.Pop(s)
	default:
		return err
	}
	return nil
}

func (r *runs) fromMemory() func([]byte) ([]byte, post, error) {
	i := 0
	return func(key []byte) ([]byte, post, error) {
		if i == len(r.refs) {
			return key, post{}, io.EOF
		}
		x := r.refs[i]
		i++
		return append(key, r.key(x)...), x.post, nil
	}
}

func fromFile(r *bufio.Reader) func([]byte) ([]byte, post, error) {
	var head [10]byte
	return func(key []byte) ([]byte, post, error) {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return key, post{}, err
		}
		key = slices.Grow(key, int(head[0]))[:head[0]]
		_, err := io.ReadFull(r, key)
		return key, post{
			entity:  binary.LittleEndian.Uint32(head[1:]),
			prior:   math.Float32frombits(binary.LittleEndian.Uint32(head[5:])),
			written: Written(head[9]),
		}, err
	}
}

// newSum is the checksum of a base, over begun and what is written to it.
func newSum(begun []byte) hash.Hash32 {
	sum := crc32.New(castagnoli())
	_, _ = sum.Write(begun) // It never fails.
	return sum
}
