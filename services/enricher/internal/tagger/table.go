package tagger

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// errTable says that a table is not one.
var errTable = errors.New("tagger: not a table")

// table maps 64-bit hashes to values of a fixed width, by open addressing. Of a
// hash it keeps as many bytes as make a wrong hit rare; a slot whose check is 0 is
// empty. It is read where it lies, so that loading a model costs nothing.
type table struct {
	checks []byte // width check each
	values []byte // width value each
	slots  uint64
	check  int // 2 or 4
	value  int
}

// tableHead is slots, check, value and a spare, 4 bytes each.
const tableHead = 16

// openTable reads the table at the start of data, and what follows it.
func openTable(data []byte) (t table, rest []byte, err error) {
	if len(data) < tableHead {
		return table{}, nil, errTable
	}
	t.slots = uint64(binary.LittleEndian.Uint32(data))
	t.check, t.value = int(binary.LittleEndian.Uint32(data[4:])), int(binary.LittleEndian.Uint32(data[8:]))
	data = data[tableHead:]
	if t.slots == 0 || t.check != 2 && t.check != 4 || t.value < 1 || t.value > 64 || uint64(len(data)) < t.slots*uint64(t.check+t.value) {
		return table{}, nil, errTable
	}
	n := int(t.slots)
	t.checks, data = data[:n*t.check], data[n*t.check:]
	t.values, rest = data[:n*t.value], data[n*t.value:]
	if !t.hasRoom() {
		return table{}, nil, errTable
	}
	return t, rest, nil
}

// hasRoom reports whether a slot is empty, without which a search would not end.
func (t *table) hasRoom() bool {
	for i := range t.slots {
		if t.checkAt(i) == 0 {
			return true
		}
	}
	return false
}

func (t *table) checkAt(slot uint64) uint32 {
	if t.check == 2 {
		return uint32(binary.LittleEndian.Uint16(t.checks[slot*2:]))
	}
	return binary.LittleEndian.Uint32(t.checks[slot*4:])
}

// place is the first slot for a hash, and its check.
func (t *table) place(hash uint64) (slot uint64, check uint32) {
	slot, _ = bits.Mul64(hash, t.slots)
	check = uint32(hash)
	if t.check == 2 {
		check &= 0xffff
	}
	return slot, max(check, 1)
}

// find is the value for a hash, or nil.
func (t *table) find(hash uint64) []byte {
	slot, check := t.place(hash)
	for {
		switch t.checkAt(slot) {
		case check:
			return t.values[slot*uint64(t.value):][:t.value]
		case 0:
			return nil
		}
		if slot++; slot == t.slots {
			slot = 0
		}
	}
}

// tableLoad is how full a table is, in percent.
const tableLoad = 80

// appendTable appends a table of n entries to data.
func appendTable(data []byte, check, value, n int, entry func(i int) (hash uint64, value []byte)) []byte {
	slots := n*100/tableLoad + 1
	for _, x := range []int{slots, check, value, 0} {
		data = binary.LittleEndian.AppendUint32(data, uint32(x))
	}
	t := table{checks: make([]byte, slots*check), values: make([]byte, slots*value), slots: uint64(slots), check: check, value: value}
	for i := range n {
		hash, v := entry(i)
		t.insert(hash, v)
	}
	return append(append(data, t.checks...), t.values...)
}

func (t *table) insert(hash uint64, value []byte) {
	slot, check := t.place(hash)
	for t.checkAt(slot) != 0 {
		if t.checkAt(slot) == check {
			return
		}
		if slot++; slot == t.slots {
			slot = 0
		}
	}
	if t.check == 2 {
		binary.LittleEndian.PutUint16(t.checks[slot*2:], uint16(check))
	} else {
		binary.LittleEndian.PutUint32(t.checks[slot*4:], check)
	}
	copy(t.values[slot*uint64(t.value):], value)
}
