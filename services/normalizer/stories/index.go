package stories

import (
	"time"

	"github.com/dateline-news/dateline/services/normalizer/fingerprint"
)

const (
	bands = fingerprint.Bins / 2 // of two least hashes each

	// maxBucket is how many articles that share a band are looked at, newest
	// first: what a band of boilerplate has in common with thousands must not cost
	// a comparison with each.
	maxBucket = 64
)

// entry is a revision of an article in the index.
type entry struct {
	article   Article
	signature fingerprint.Signature
	// next is, for each band, the number of an older entry whose bucket is the
	// same, plus 1.
	next [bands]uint32
	// dead says that a later revision has taken its place, or none is wanted.
	dead bool
	// asked is the last query that met it.
	asked uint32
}

// index finds articles by their signatures. Its entries are numbered in the order
// of the stream, and go in that order too: an entry is gone when its number is
// below tail, so that nothing that points to it has to be changed.
type index struct {
	pages []*[pageSize]entry // from the page of tail on
	first uint32             // the number of the first entry of pages[0]
	tail  uint32             // the oldest entry
	count uint32             // the number of the next entry

	heads [][bands]uint32 // by the low bits of a band's hash: the newest entry, plus 1
	byID  map[ID]uint32   // the live entry of an article
	query uint32
}

// pageSize is how many entries are allocated at once.
const pageSize = 128

func newIndex() *index {
	return &index{heads: make([][bands]uint32, 256), byID: map[ID]uint32{}}
}

func (x *index) at(n uint32) *entry {
	n -= x.first
	return &x.pages[n/pageSize][n%pageSize]
}

// live is the entry of an article, nil when there is none.
func (x *index) live(id ID) *entry {
	n, ok := x.byID[id]
	if !ok {
		return nil
	}
	return x.at(n)
}

// size is how many entries there are, dead ones included.
func (x *index) size() int { return int(x.count - x.tail) }

// kill takes an article out of comparison, and reports whether it was there.
func (x *index) kill(id ID) bool {
	e := x.live(id)
	if e == nil {
		return false
	}
	e.dead = true
	delete(x.byID, id)
	return true
}

// add adds the newest revision of an article.
func (x *index) add(a Article) *entry {
	x.kill(a.ID)
	if x.size() >= len(x.heads) {
		x.grow()
	}
	if int(x.count-x.first) == len(x.pages)*pageSize {
		x.pages = append(x.pages, new([pageSize]entry))
	}
	n := x.count
	x.count++
	e := x.at(n)
	e.article, e.signature = a, *a.Signature
	e.article.Signature = &e.signature
	x.byID[a.ID] = n
	x.link(n, e)
	return e
}

// link puts an entry at the head of its buckets.
func (x *index) link(n uint32, e *entry) {
	for band := range bands {
		head := &x.heads[x.bucket(&e.signature, band)][band]
		e.next[band], *head = *head, n+1
	}
}

// grow doubles the table of buckets. Which entries share a band stays as it is.
func (x *index) grow() {
	x.heads = make([][bands]uint32, 2*len(x.heads))
	for n := x.tail; n < x.count; n++ {
		x.link(n, x.at(n))
	}
}

func (x *index) bucket(s *fingerprint.Signature, band int) int {
	h := (uint64(s.Least[2*band])<<32 | uint64(s.Least[2*band+1])) * 0x9e3779b97f4a7c15
	return int(h>>32) & (len(x.heads) - 1)
}

// drop removes the oldest entry and returns it.
func (x *index) drop() entry {
	e := *x.at(x.tail)
	if !e.dead {
		delete(x.byID, e.article.ID)
	}
	x.tail++
	if x.tail == x.first+pageSize {
		x.pages[0] = nil
		x.pages, x.first = x.pages[1:], x.tail
	}
	return e
}

// oldest is the oldest entry, nil when there is none.
func (x *index) oldest() *entry {
	if x.tail == x.count {
		return nil
	}
	return x.at(x.tail)
}

// alike calls yield once for each article that shares a band with a, and was
// fetched within the window before or after it. It returns how many bands were
// shared by more articles than are looked at.
func (x *index) alike(a Article, window time.Duration, yield func(*entry)) (hot int) {
	x.query++
	for band := range bands {
		met := 0
		for n := x.heads[x.bucket(a.Signature, band)][band]; n > x.tail; {
			e := x.at(n - 1)
			n = e.next[band]
			if !e.shares(a, band) || e.article.Fetched.Sub(a.Fetched).Abs() > window {
				continue
			}
			if met++; met > maxBucket {
				hot++
				break
			}
			if e.asked != x.query {
				e.asked = x.query
				yield(e)
			}
		}
	}
	return hot
}

// shares reports whether an entry counts, and has a band of its signature in
// common with another article.
func (e *entry) shares(a Article, band int) bool {
	return !e.dead && e.signature.Least[2*band] == a.Signature.Least[2*band] &&
		e.signature.Least[2*band+1] == a.Signature.Least[2*band+1] && e.article.ID != a.ID
}
