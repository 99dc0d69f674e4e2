package page

import (
	"hash/maphash"
	"strings"
	"unicode"

	"github.com/dateline-news/dateline/services/normalizer/normalize/internal/text"
)

// mask is the text that a page's data gives as that of its article. Where it is
// the same as what the page shows, it says where the article stands.
type mask struct {
	raw      string
	seed     maphash.Seed
	shingles map[uint64]struct{}
}

// The bounds of a mask.
const (
	minMask     = 400 // folded bytes of a text that is not a summary
	maskShingle = 4   // words
	maskedShare = 0.8 // of a block's shingles
)

// newMask is the mask of a text; nil when it is too short for one.
func newMask(raw string) *mask {
	if strings.Contains(raw, "<") && strings.Contains(raw, ">") {
		raw = strings.Join(text.Texts(text.Paragraphs(raw)), "\n")
	}
	m := &mask{raw: raw, seed: maphash.MakeSeed(), shingles: map[uint64]struct{}{}}
	if len(raw) < minMask {
		return nil
	}
	m.each(raw, func(hash uint64) { m.shingles[hash] = struct{}{} })
	return m
}

// each gives the hashes of the shingles of a text. Letters of scripts without
// spaces are words of their own.
func (m *mask) each(s string, yield func(hash uint64)) int {
	var recent [maskShingle]uint64
	words := 0
	word := func(w string) {
		recent[words%maskShingle] = maphash.String(m.seed, w)
		words++
		if words >= maskShingle {
			hash := uint64(0)
			for i := range uint64(maskShingle) {
				hash = hash*0x9E3779B97F4A7C15 + recent[(uint64(words)+i)%maskShingle]
			}
			yield(hash)
		}
	}
	start := -1
	for i, r := range s {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		alone := r >= 0x2E80 && in
		if start >= 0 && (!in || alone) {
			word(strings.ToLower(s[start:i]))
			start = -1
		}
		switch {
		case alone:
			word(string(r))
		case in && start < 0:
			start = i
		}
	}
	if start >= 0 {
		word(strings.ToLower(s[start:]))
	}
	return words
}

// covers reports whether a block is in the text.
func (m *mask) covers(s string) bool {
	all, in := 0, 0
	m.each(s, func(hash uint64) {
		all++
		if _, ok := m.shingles[hash]; ok {
			in++
		}
	})
	return all > 1 && float64(in) >= maskedShare*float64(all)
}
