// Package memory is what a feed has shown: for each item of its last document
// a hash of its bytes and one of what it says. It tells new items from known
// ones without parsing, and knows neither a bus nor a clock.
package memory

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Max is how many items a memory holds. A document with more is remembered up
// to there; the rest of its items is new at every poll.
const Max = 20_000

// The form of an encoded memory: a version, then entries of a fixed size.
const (
	version   = 1
	entrySize = 24
)

// ErrFormat is the cause when bytes are no memory. The caller may go on with
// an empty one: known items are then found again, and dropped further on.
var ErrFormat = errors.New("not a feed memory")

// Hash is the SHA-256 of an item's region, whose hex form is
// schema.RegionHash.
type Hash = [sha256.Size]byte

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

// region is as much of a Hash as is kept.
type region [16]byte

func regionOf(h Hash) region { return region(h[:len(region{})]) }

// Len is the number of items.
func (m Memory) Len() int { return len(m.entries) }

// Has says whether the memory holds the region. It looks at every entry:
// Compare is the one for whole documents.
func (m Memory) Has(h Hash) bool {
	r := regionOf(h)
	return slices.ContainsFunc(m.entries, func(e entry) bool { return e.region == r })
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
