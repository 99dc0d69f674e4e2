// Package memory is what a feed has shown: for each item of its last document
// a hash of its bytes and one of what it says. It tells new items from known
// ones without parsing, and knows neither a bus nor a clock.
package memory

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/zeebo/xxh3"
)

// Max is how many items a memory holds. A document with more is remembered up
// to there; the rest of its items is new at every poll.
const Max = 20_000

// The form of an encoded memory: a version, then entries of a fixed size.
const (
	version   = 2
	entrySize = 24
)

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
	entries []entry
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

// Encode returns the bytes that Decode reads.
func (m Memory) Encode() []byte {
	data := make([]byte, 0, 1+len(m.entries)*entrySize)
	data = append(data, version)
	for _, e := range m.entries {
		data = append(data, e.region[:]...)
		data = binary.BigEndian.AppendUint64(data, uint64(e.fold))
	}
	return data
}

// Decode reads what Encode wrote. No bytes at all are an empty memory.
func Decode(data []byte) (Memory, error) {
	if len(data) == 0 {
		return Memory{}, nil
	}
	if data[0] != version {
		return Memory{}, fmt.Errorf("%w: version %d, want %d", ErrFormat, data[0], version)
	}
	data = data[1:]
	if len(data)%entrySize != 0 || len(data) > Max*entrySize {
		return Memory{}, fmt.Errorf("%w: %d bytes, want at most %d entries of %d", ErrFormat, len(data), Max, entrySize)
	}
	entries := make([]entry, 0, len(data)/entrySize)
	for e := range slices.Chunk(data, entrySize) {
		entries = append(entries, entry{region: region(e[:16]), fold: Fold(binary.BigEndian.Uint64(e[16:]))})
	}
	return Memory{entries: entries}, nil
}
