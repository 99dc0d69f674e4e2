package page

import (
	"hash/fnv"
	"iter"
	"strings"
	"unicode"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// mask is the text that a page's data gives as that of its article. Where it is
// the same as what the page shows, it says where the article stands.
type mask struct {
	shingles map[uint64]struct{}
	size     int // bytes
}

// The bounds of a mask.
const (
	minMask     = 400 // bytes of a text that is not a summary
	maskShingle = 4   // words
	maskedShare = 0.8 // of a block's shingles
)

// newMask is the mask of a text; nil when it is too short for one.
func newMask(raw string) *mask {
	raw = plain(raw)
	if len(raw) < minMask {
		return nil
	}
	m := &mask{shingles: map[uint64]struct{}{}, size: len(raw)}
	eachShingle(raw, func(hash uint64) { m.shingles[hash] = struct{}{} })
	return m
}

// plain is a text without markup.
func plain(s string) string {
	if strings.Contains(s, "<") && strings.Contains(s, ">") {
		return strings.Join(text.Texts(text.Paragraphs(s)), "\n")
	}
	return s
}

// eachShingle gives the hashes of the runs of words of a text.
func eachShingle(s string, yield func(hash uint64)) {
	var recent [maskShingle]uint64
	count := 0
	for word := range wordsOf(s) {
		hash := fnv.New64a()
		hash.Write([]byte(strings.ToLower(word)))
		recent[count%maskShingle] = hash.Sum64()
		if count++; count < maskShingle {
			continue
		}
		all := uint64(0)
		for i := range maskShingle {
			all = all*0x9E3779B97F4A7C15 + recent[(count+i)%maskShingle]
		}
		yield(all)
	}
}

// wordsOf are the words of a text. Letters of scripts that write no spaces are
// words of their own.
func wordsOf(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start := none
		for i, r := range s {
			in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
			alone := in && r >= firstUnspaced
			if start != none && (!in || alone) {
				if !yield(s[start:i]) {
					return
				}
				start = none
			}
			switch {
			case alone && !yield(string(r)):
				return
			case in && !alone && start == none:
				start = i
			}
		}
		if start != none {
			yield(s[start:])
		}
	}
}

// firstUnspaced is where in Unicode the scripts of East Asia begin.
const firstUnspaced = 0x2E80

// covers reports whether a block is in the text.
func (m *mask) covers(s string) bool {
	all, in := 0, 0
	eachShingle(s, func(hash uint64) {
		all++
		if _, ok := m.shingles[hash]; ok {
			in++
		}
	})
	return all > 1 && float64(in) >= maskedShare*float64(all)
}

// useMask fills root with the smallest element around the blocks that are in the
// text of the page's data, if they are most of it. A short text beside much prose
// is only the start of the article.
func (f *finder) useMask() {
	m := newMask(f.facts.data.text("articleBody"))
	if m == nil {
		return
	}
	masked, size, around := make([]bool, len(f.blocks)), 0, int32(none)
	for i := range f.blocks {
		b := &f.blocks[i]
		if b.linked*2 > len(b.text) || b.caption || !m.covers(b.text) {
			continue
		}
		masked[i] = true
		size += len(b.text)
		if around == none {
			around = b.in
		}
		around = f.around(around, b.in)
	}
	if size*5 < m.size*3 || size < maxTeaser && size*2 < f.prose[f.root] {
		return
	}
	f.root, f.masked = around, masked
}

// maxTeaser is the bytes below which a text may be only the start of one.
const maxTeaser = 2000

// around is the smallest element around two.
func (f *finder) around(a, b int32) int32 {
	for a > 0 && (b < a || b >= f.nodes[a].end) {
		a = f.nodes[a].parent
	}
	return a
}

// cutUnmasked leaves out what stands below the last block that is in the text of
// the page's data, when that text does not end before the article does.
func (f *finder) cutUnmasked() {
	last, before, after := none, 0, 0
	for i := range f.blocks {
		b := &f.blocks[i]
		switch {
		case f.masked == nil || b.drop != "":
		case f.masked[i]:
			last, before, after = i, before+after+len(b.text), 0
		default:
			after += len(b.text)
		}
	}
	if last == none || after*2 > before {
		return
	}
	f.dropFrom(last+1, "below_text")
}
