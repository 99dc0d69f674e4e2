package lang

import (
	"bytes"
	"compress/flate"
	_ "embed" // the model
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// packed is the model as command langmodel writes it. It is made of the language
// models of lingua (github.com/pemistahl/lingua-go, Apache-2.0).
//
//go:embed model.bin
var packed []byte

const (
	maxLanguages = 64      // room in the scores
	maxModel     = 8 << 20 // bytes of a model, unpacked
	longest      = 3       // letters of the longest sequences
)

// errModel says that a model is not what command langmodel writes.
var errModel = errors.New("lang: not a model")

// model says of letter sequences how much each speaks for which languages. It is
// a table of hashes with open addressing: two words would have to collide in 64
// bits to be taken for each other.
type model struct {
	languages []string
	scripts   []script // of the languages
	rows      *rows
	data      []byte // the unpacked model, which at points into
	keys      []uint64
	at        []uint32 // by slot: where the weights of a sequence start
}

// theModel is the embedded model, unpacked at the first use. A model that
// cannot be read tells no language; a test reads it.
var theModel = sync.OnceValue(func() *model {
	m, err := load(packed)
	if err != nil {
		return &model{rows: newRows(), keys: make([]uint64, 1), at: make([]uint32, 1)}
	}
	return m
})

func load(packed []byte) (*model, error) {
	data, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxModel))
	if err != nil {
		return nil, err
	}
	line, _, found := bytes.Cut(data, []byte("\n"))
	rest := data[min(len(line)+1, len(data)):]
	count, n := binary.Uvarint(rest)
	m := &model{languages: strings.Fields(string(line)), rows: newRows(), data: data}
	if !found || n <= 0 || count > uint64(len(rest)) || len(m.languages) > maxLanguages {
		return nil, errModel
	}
	for _, tag := range m.languages {
		m.scripts = append(m.scripts, scriptOf(tag))
	}
	slots := 1 << bits.Len64(count+count/2)
	m.keys, m.at = make([]uint64, slots), make([]uint32, slots)
	return m, m.read(len(line)+1+n, int(count))
}

// read fills the table with the sequences that start in data at a place. Each
// has the number of bytes that it shares with the one before, its other bytes,
// and its languages with their weights.
func (m *model) read(at, count int) error {
	var sequence []byte
	for range count {
		if at+2 > len(m.data) {
			return errModel
		}
		shared, more := int(m.data[at]), int(m.data[at+1])
		at += 2
		if shared > len(sequence) || at+more >= len(m.data) {
			return errModel
		}
		sequence = append(sequence[:shared], m.data[at:at+more]...)
		at += more
		end := at + 1 + 2*int(m.data[at])
		if end > len(m.data) || !m.known(m.data[at+1:end]) {
			return errModel
		}
		m.put(sequence, at)
		at = end
	}
	return nil
}

// known reports whether weights are of languages of the model.
func (m *model) known(weights []byte) bool {
	for i := 0; i < len(weights); i += 2 {
		if int(weights[i]) >= len(m.languages) {
			return false
		}
	}
	return true
}

func (m *model) put(sequence []byte, at int) {
	key := uint64(0)
	for _, letter := range string(sequence) {
		key = extend(key, letter)
	}
	slot := m.slot(key)
	m.keys[slot], m.at[slot] = key, uint32(at)
}

// extend is the key of a sequence with one more letter; that of none is 0.
func extend(key uint64, letter rune) uint64 {
	key = (key ^ uint64(letter)) * 0x9e3779b97f4a7c15
	return key ^ key>>29
}

// slot is where a sequence is, or where it would be.
func (m *model) slot(key uint64) int {
	mask := uint64(len(m.keys) - 1)
	for slot := (key ^ key>>32) & mask; ; slot = (slot + 1) & mask {
		if m.keys[slot] == key || m.keys[slot] == 0 {
			return int(slot)
		}
	}
}

// weights are the languages of a sequence, each followed by what it says for it.
func (m *model) weights(key uint64) []byte {
	at := int(m.at[m.slot(key)])
	if at == 0 {
		return nil
	}
	return m.data[at+1 : at+1+2*int(m.data[at])]
}

// number is the place of a language among those of the model, -1 for others.
func (m *model) number(language string) int { return slices.Index(m.languages, language) }
