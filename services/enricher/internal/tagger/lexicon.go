package tagger

import (
	"encoding/binary"
	"slices"
)

// Class is a set of what lists say about a name or a word.
type Class uint16

// Classes of names and words.
const (
	FirstName Class = 1 << iota
	LastName
	FullName
	Country
	LargeCity
	City
	Division
	Company
	Demonym
	PersonTitle
	OrgWord // ends the name of an organization: Inc, University
	PlaceWord
	Speech
	Calendar
	more // a longer name begins so; of no meaning outside of the lexicon
)

// classes is how many classes there are without more.
const classes = 14

// maxPhrase is the most tokens of a name of the lists.
const maxPhrase = 6

// Granularities is how many clusterings of words there are, from fine to coarse.
const Granularities = 4

// lexicon is what is known of words and names before any training.
type lexicon struct {
	clusters table // of the lower-cased word: four numbers
	names    table // of the lower-cased words: Class
}

// clusterBits are the widths of the four numbers in 32 bits.
func clusterBits() [Granularities]uint { return [...]uint{11, 9, 7, 5} }

// clustersOf is the clusters of a word, each at least 1, or zeros.
func (l *lexicon) clustersOf(lower uint64) (c [Granularities]uint16) {
	v := l.clusters.find(lower)
	if v == nil {
		return c
	}
	all := binary.LittleEndian.Uint32(v)
	for i, n := range clusterBits() {
		c[i] = uint16(all&(1<<n-1)) + 1
		all >>= n
	}
	return c
}

func (l *lexicon) classOf(phrase uint64) Class {
	v := l.names.find(phrase)
	if v == nil {
		return 0
	}
	return Class(binary.LittleEndian.Uint16(v))
}

// phrase is the hash of a phrase and one more word.
func phrase(before, lower uint64) uint64 {
	if before == 0 {
		return lower
	}
	return join(before, lower)
}

// Lexicon collects words and names for a model.
type Lexicon struct {
	clusters map[uint64]uint32
	names    map[uint64]Class
}

// NewLexicon makes an empty one.
func NewLexicon() *Lexicon {
	return &Lexicon{clusters: map[uint64]uint32{}, names: map[uint64]Class{}}
}

// Cluster says in which clusters a word is, counted from 0. Numbers that are too
// large for their granularity are cut.
func (l *Lexicon) Cluster(word string, clusters [Granularities]int) {
	var all uint32
	shift := uint(0)
	for i, n := range clusterBits() {
		all |= uint32(clusters[i]&(1<<n-1)) << shift
		shift += n
	}
	l.clusters[hashOf(lowerOf(nil, word))] = all
}

// Name says what a name of one to six tokens is; a longer one is left out.
func (l *Lexicon) Name(name string, class Class) {
	words := lowerTokens(name)
	if len(words) == 0 || len(words) > maxPhrase {
		return
	}
	h := uint64(0)
	for i, w := range words {
		h = phrase(h, w)
		if i < len(words)-1 {
			l.names[h] |= more
		}
	}
	l.names[h] |= class
}

// Class is what the lists say about a name, 0 if nothing.
func (l *Lexicon) Class(name string) Class {
	h := uint64(0)
	for _, w := range lowerTokens(name) {
		h = phrase(h, w)
	}
	return l.names[h] &^ more
}

// append writes the lexicon as tables.
func (l *Lexicon) append(data []byte) []byte {
	words := sortedKeys(l.clusters)
	data = appendTable(data, 2, 4, len(words), func(i int) (uint64, []byte) {
		return words[i], binary.LittleEndian.AppendUint32(nil, l.clusters[words[i]])
	})
	names := sortedKeys(l.names)
	return appendTable(data, 4, 2, len(names), func(i int) (uint64, []byte) {
		return names[i], binary.LittleEndian.AppendUint16(nil, uint16(l.names[names[i]]))
	})
}

func sortedKeys[V any](m map[uint64]V) []uint64 {
	keys := make([]uint64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
