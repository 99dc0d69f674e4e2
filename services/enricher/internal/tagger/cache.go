package tagger

import "github.com/dateline-news/dateline/services/enricher/internal/text"

// roles are the places from which a word is looked at: from two words before it
// to two after.
const (
	roles  = 5
	itself = 2
)

// modes are what a capital says where a word stands.
const (
	plain     = iota // it makes a name
	first            // the word begins a sentence
	titleCase        // nearly all words have one
	allCaps          // all letters are
	modes
)

// vector is a score for each label.
type vector [Labels]int16

func (v *vector) add(w []byte) {
	_ = w[Labels-1]
	for i := range Labels {
		v[i] += int16(int8(w[i]))
	}
}

// cache holds the words that were seen and their scores. It is a memory of words
// alone, and of so many.
type cache struct {
	model  *Model
	forms  []form
	index  []int32 // 1 + index into forms, by hash
	hashes []uint32
	bytes  []byte
	lowers map[uint64]int32
	scores [][roles]vector
	room   []byte
	hashed []uint64 // room for the features of a word
}

// A cache with more is made anew before the next article.
const (
	maxForms = 1 << 15
	maxBytes = 1 << 20
)

func (c *cache) reset() {
	if len(c.forms) > 0 && len(c.forms) < maxForms && len(c.bytes) < maxBytes {
		return
	}
	c.forms = append(c.forms[:0], form{}) // the edge of a sentence
	c.hashes = append(c.hashes[:0], 0)
	c.bytes, c.scores = c.bytes[:0], c.scores[:0]
	if c.lowers == nil {
		c.lowers = map[uint64]int32{}
	}
	clear(c.lowers)
	c.lowers[0] = 0
	if len(c.index) == 0 || len(c.index) > 4*maxForms {
		c.index = make([]int32, 2*maxForms)
	}
	clear(c.index)
}

// formOf is the index of the form of a token.
func (c *cache) formOf(s string, t text.Token) int32 {
	word := s[t.Start:t.End]
	if len(word) > maxForm {
		word = word[:maxForm]
	}
	h := uint32(14695981)
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * 16777619
	}
	h = (h ^ uint32(t.Kind)) * 16777619
	h ^= h >> 15
	mask := uint32(len(c.index) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		id := c.index[i]
		if id == 0 {
			return c.insert(i, h, word, t.Kind)
		}
		if f := &c.forms[id]; c.hashes[id] == h && string(c.bytes[f.start:f.end]) == word {
			return id
		}
	}
}

func (c *cache) insert(at, h uint32, word string, kind text.Kind) int32 {
	id := int32(len(c.forms))
	start := len(c.bytes)
	c.bytes = append(c.bytes, word...)
	f := form{start: int32(start), end: int32(len(c.bytes))}
	c.room = c.model.analyse(&f, c.bytes[start:], kind, c.room)
	lowerID, ok := c.lowers[f.lower]
	if !ok {
		lowerID = int32(len(c.lowers))
		c.lowers[f.lower] = lowerID
	}
	f.lowerID = lowerID
	c.forms, c.hashes = append(c.forms, f), append(c.hashes, h)
	c.index[at] = id
	if 2*len(c.forms) > len(c.index) {
		c.grow()
	}
	return id
}

func (c *cache) grow() {
	c.index = make([]int32, 2*len(c.index))
	mask := uint32(len(c.index) - 1)
	for id := 1; id < len(c.forms); id++ {
		i := c.hashes[id] & mask
		for c.index[i] != 0 {
			i = (i + 1) & mask
		}
		c.index[i] = int32(id)
	}
}

// scoresOf are the scores of a form in a mode, by role.
func (c *cache) scoresOf(id int32, mode uint8) *[roles]vector {
	f := &c.forms[id]
	if at := f.scored[mode]; at > 0 {
		return &c.scores[at-1]
	}
	var all [roles]vector
	for role := range roles {
		c.hashed = c.wordFeatures(c.hashed[:0], f, role, mode)
		c.model.sum(&all[role], c.hashed)
	}
	if mode >= titleCase && f.casing.named() {
		all[itself][Outside] -= c.model.Eager
	}
	c.scores = append(c.scores, all)
	f.scored[mode] = int32(len(c.scores))
	return &c.scores[len(c.scores)-1]
}

// sum adds the weights of features to v.
func (m *Model) sum(v *vector, features []uint64) {
	for _, h := range features {
		if w := m.weights.find(h); w != nil {
			v.add(w)
		}
	}
}
