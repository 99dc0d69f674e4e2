// Package memory is what a feed has shown: for each item of its last document
// a hash of its bytes and one of what it says. It tells new items from known
// ones without parsing. Beside them it holds what must outlive a document: what
// tells the feed's items apart, and which articles its guids name. It knows
// neither a bus nor a clock.
package memory

import (
	"errors"
	"slices"

	"github.com/zeebo/xxh3"

	"github.com/dateline-news/dateline/pkg/schema"
)

// Max is how many items a memory holds. A document with more is remembered up
// to there; the rest of its items is new at every poll.
const Max = 20_000

// ErrFormat is the cause when bytes are no memory. The caller may go on with
// an empty one: known items are then found again, and dropped further on.
var ErrFormat = errors.New("not a feed memory")

// Fold stands for what an item says (link, headline, text and dates), whatever
// its bytes are. The zero Fold is that of an item that could not be parsed, and
// equals none.
type Fold uint64

// Memory is what a feed has shown, newest document first. The zero Memory is
// that of a feed that has shown nothing. It is not changed after it is made.
type Memory struct {
	entries  []entry
	policy   schema.IdentityPolicy
	articles []known // that its entries are and were, the newest first
}

type entry struct {
	region region
	fold   Fold
}

// region is the hash of an item's bytes. It is no cryptographic one, which takes
// ten times as long: a publisher who makes two items of the same hash hides one
// of its own. By chance it does not happen.
type region [16]byte

func regionOf(item []byte) region { return xxh3.Hash128(item).Bytes() }

// Len is the number of items.
func (m Memory) Len() int { return len(m.entries) }

// Has says whether the memory holds an item. It looks at every entry: Compare
// and Shows are for whole documents.
func (m Memory) Has(item []byte) bool {
	r := regionOf(item)
	return slices.ContainsFunc(m.entries, func(e entry) bool { return e.region == r })
}

// Shows says whether a document of these items would leave the memory as it is:
// they are all that it holds, in the same order. One that has an item twice does
// not count, so that it takes no more than a look at each. Without items there
// is nothing to compare.
func (m Memory) Shows(items [][]byte) bool {
	if len(items) == 0 || len(items) != len(m.entries) {
		return false
	}
	for i, item := range items {
		if m.entries[i].region != regionOf(item) {
			return false
		}
	}
	return true
}
