package tagger

import "github.com/dateline-news/dateline/services/enricher/internal/text"

// template names a kind of feature. Its number is in every hash of a model: new
// ones go to the end, and magic changes.
type template uint64

const (
	tLower template = iota + 1
	tWritten
	tShape
	tPrefix
	tSuffix
	tCluster
	tClass
	tNoCluster
	tPair
	tClusterPair
	tWordShape
	tShapes
	tAround
	tClustersAround
	tWindow
	tGlue
	tBeforePair
	tAfterPair
	tRunFirst
	tRunLast
	tRunLastCluster
	tRunBefore
	tRunAfter
	tRunBeforeCluster
	tRunAfterCluster
	tRunSize
	tRunAround
	tRunFirstClass
	tPhrase
	tFact
	tFactNone
	tCompound
	tBias
	tRunLastClass
	tMode
	tMajority
	tPlace
)

func (t template) of(v uint64) uint64 { return join(uint64(t)<<32, v) }

func (t template) of2(a, b uint64) uint64 { return join(join(uint64(t)<<32, a), b) }

// written is how a word is written where that says something.
func (f *form) written(mode uint8) uint64 { return uint64(f.casing) | uint64(mode)<<8 }

// wordFeatures appends what a word says about the one that it has a role for.
func (c *cache) wordFeatures(dst []uint64, f *form, role int, mode uint8) []uint64 {
	at := uint64(role) << 40
	dst = append(dst, tLower.of(at^f.lower), tShape.of(at^f.written(mode)))
	for i, cl := range f.clusters {
		if cl > 0 && (role != 0 && role != 4 || i > 0 && i < 3) {
			dst = append(dst, tCluster.of(at|uint64(i)<<32|uint64(cl)))
		}
	}
	if role == 0 || role == 4 {
		return dst
	}
	dst = f.classFeatures(dst, tClass, at)
	if f.clusters[0] == 0 && f.casing.named() {
		dst = append(dst, tNoCluster.of(at^f.written(mode)))
	}
	if f.casing <= number {
		return dst
	}
	word := c.bytes[f.start:f.end]
	if role != itself {
		return append(dst, tSuffix.of2(at|3, hashOf(lastOf(word, 3))))
	}
	dst = append(dst, tShape.of2(at, f.shape^uint64(mode)))
	if mode == plain {
		dst = append(dst, tWritten.of(hashOf(word)))
	}
	c.room = lowerOf(c.room, string(word))
	word = c.room
	for n := 1; n <= 4 && n <= len(word); n++ {
		dst = append(dst, tSuffix.of2(at|uint64(n), hashOf(lastOf(word, n))))
		if n > 1 {
			dst = append(dst, tPrefix.of2(at|uint64(n), hashOf(word[:n])))
		}
	}
	return dst
}

// lastOf is the last n bytes of a word, or all.
func lastOf(word []byte, n int) []byte { return word[max(0, len(word)-n):] }

// classFeatures appends a feature for each class of f.
func (f *form) classFeatures(dst []uint64, t template, at uint64) []uint64 {
	for i := range classes {
		if f.class>>i&1 != 0 {
			dst = append(dst, t.of(at|uint64(i)))
		}
	}
	return dst
}

// placeFeatures appends what the words around token i say together: its own forms
// and modes are those of the window, which is two tokens to each side.
func (w *window) placeFeatures(dst []uint64) []uint64 {
	pp, p, f, n, nn := w.forms[0], w.forms[1], w.forms[2], w.forms[3], w.forms[4]
	sp, s, sn := p.written(w.modes[1]), f.written(w.modes[2]), n.written(w.modes[3])
	dst = append(dst,
		tBias.of(0),
		tPair.of2(p.lower, f.lower),
		tPair.of2(f.lower^1, n.lower),
		tClusterPair.of2(uint64(p.clusters[1]), uint64(f.clusters[1])),
		tClusterPair.of2(uint64(f.clusters[1])|1<<32, uint64(n.clusters[1])),
		tWordShape.of2(p.lower, s),
		tWordShape.of2(n.lower^1, s),
		tShapes.of2(sp<<32|sn, s),
		tShapes.of2(uint64(pp.casing)|sp<<8|sn<<32|uint64(nn.casing)<<50, s^1<<60),
		tAround.of2(p.lower, n.lower),
		tClustersAround.of2(uint64(p.clusters[2])<<16|uint64(n.clusters[2]), s),
		tBeforePair.of2(pp.lower, p.lower),
		tAfterPair.of2(n.lower, nn.lower),
		tGlue.of(s<<16|uint64(w.glue)),
		tMode.of2(s, uint64(f.clusters[2])),
	)
	return dst
}

// window is a token with the two to each side.
type window struct {
	forms [roles]*form
	modes [roles]uint8
	// glue is 1 when nothing stands before the token, 2 when nothing stands after.
	glue uint8
}

// Features appends the features of token i of a segment.
func (t *Tagger) Features(dst []uint64, i int, seg Segment) []uint64 {
	s := seg.sentence
	w := t.windowAt(i, s)
	dst = t.wordFeatures(dst, w.forms[itself], itself, w.modes[itself])
	for role := range roles {
		if role != itself {
			dst = t.wordFeatures(dst, w.forms[role], role, w.modes[role])
		}
	}
	dst = w.placeFeatures(dst)
	dst = t.documentFeatures(dst, i, &w)
	dst = t.voteFeatures(dst, i)
	if n := t.runOf[i]; n > 0 {
		r := &t.runs[n-1]
		dst = t.runFeatures(dst, r, s, min(i-r.from, 1))
	}
	return dst
}

// windowAt is the window of token i of a sentence.
func (t *Tagger) windowAt(i int, s text.Sentence) (w window) {
	for role := range roles {
		j := i + role - itself
		if j < s.From || j >= s.To {
			w.forms[role] = &t.cache.forms[0]
			continue
		}
		w.forms[role], w.modes[role] = t.form(j), t.modes[j]
	}
	if t.tokens[i].Glued {
		w.glue = 1
	}
	if i+1 < s.To && t.tokens[i+1].Glued {
		w.glue |= 2
	}
	return w
}

// documentFeatures appends what the lists say about the phrase that token i is in,
// and the article about its word.
func (t *Tagger) documentFeatures(dst []uint64, i int, w *window) []uint64 {
	f := w.forms[itself]
	s := f.written(w.modes[itself])
	if c := t.phrases[i]; c != 0 {
		in := uint64(c & more)
		for n := range classes {
			if c>>n&1 != 0 {
				dst = append(dst, tPhrase.of2(in|uint64(n), uint64(w.modes[itself])))
			}
		}
	}
	if !f.casing.named() {
		return dst
	}
	known := t.factsOf(f)
	for n := range facts {
		if known>>n&1 != 0 {
			dst = append(dst, tFact.of2(uint64(n), s))
		}
	}
	if known == 0 {
		dst = append(dst, tFactNone.of(s))
	}
	return dst
}

// runFeatures appends what a run and its place say about its first token (later 0)
// or those after it (1).
func (t *Tagger) runFeatures(dst []uint64, r *run, s text.Sentence, later int) []uint64 {
	at := uint64(later) << 40
	edge := &t.cache.forms[0]
	before, after := edge, edge
	if r.from > s.From {
		before = t.form(r.from - 1)
	}
	if r.to < s.To {
		after = t.form(r.to)
	}
	head, last := t.form(r.from), t.form(r.to-1)
	size := uint64(min(r.to-r.from, 6))
	dst = append(dst,
		tRunSize.of(at|size),
		tRunBefore.of(at^before.lower), tRunAfter.of(at^after.lower),
		tRunBeforeCluster.of(at|uint64(before.clusters[1])), tRunAfterCluster.of(at|uint64(after.clusters[1])),
		tRunAround.of2(at|uint64(before.clusters[2]), uint64(after.clusters[2])),
	)
	if size == 1 {
		return dst
	}
	dst = append(dst,
		tRunFirst.of(at^head.lower), tRunLast.of(at^last.lower),
		tRunFirst.of(at|1<<39|uint64(head.clusters[1])), tRunLastCluster.of(at|uint64(last.clusters[1])),
	)
	dst = head.classFeatures(dst, tRunFirstClass, at)
	return last.classFeatures(dst, tRunLastClass, at)
}
