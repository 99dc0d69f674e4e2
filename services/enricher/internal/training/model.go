package training

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dateline-news/dateline/services/enricher/internal/corpus"
	"github.com/dateline-news/dateline/services/enricher/internal/tagger"
)

// ErrNoData says that there is nothing to train on.
var ErrNoData = errors.New("training: no marked names")

// Progress is told of each epoch: its number from 1, the mean loss of a token, and
// the model so far.
type Progress func(epoch int, loss float64, model []byte) error

// Train makes a model file. It gives the same file for the same sets, lexicon and
// settings.
//
// A model labels an article twice, the second time knowing how it has labelled
// each word elsewhere. So that it learns how far to trust that, each half of the
// documents is labelled first by a model of the other half.
func Train(info tagger.Info, sets []Set, lexicon *tagger.Lexicon, c Config, progress Progress) ([]byte, error) {
	random := rand.New(rand.NewPCG(c.Seed, 0))
	all := c.documents(sets, lexicon, random)
	blank, err := tagger.Encode(tagger.Info{Scale: 1}, lexicon, tagger.Weights{})
	if err != nil {
		return nil, err
	}
	var labellers [2][]byte
	for half := range labellers {
		short := c
		short.Epochs = 2
		part := func(i int) bool { return i%2 != half }
		if labellers[half], err = train(info, all, lexicon, short, random, part, [2][]byte{blank, blank}, func(int, float64, []byte) error { return nil }); err != nil {
			return nil, err
		}
	}
	return train(info, all, lexicon, c, random, func(int) bool { return true }, labellers, progress)
}

// document is one to train on.
type document struct {
	corpus.Document
	weight float32
	group  int // variants of one document are of one group
}

// documents are those of the sets, tidied and cut, with their variants.
func (c Config) documents(sets []Set, lexicon *tagger.Lexicon, random *rand.Rand) []document {
	pool := names{}
	var all []document
	for _, set := range sets {
		for _, doc := range set.Documents {
			pool.add(tidier{lexicon, set.Silver}.tidy(doc))
		}
	}
	group := 0
	for _, set := range sets {
		for _, doc := range set.Documents {
			for _, part := range cut(tidier{lexicon, set.Silver}.tidy(doc)) {
				for _, v := range c.variants(part, pool, random) {
					all = append(all, document{v, set.Weight, group})
				}
				group++
			}
		}
	}
	return all
}

// train makes a model of the documents of the groups that are wanted. Those of
// even groups are labelled before by the first labeller, the others by the second.
func train(info tagger.Info, all []document, lexicon *tagger.Lexicon, c Config, random *rand.Rand, wanted func(group int) bool, labellers [2][]byte, progress Progress) ([]byte, error) {
	b := builder{ids: map[uint64]uint32{}}
	var taggers [2]*tagger.Tagger
	for i, l := range labellers {
		m, err := tagger.Load(l)
		if err != nil {
			return nil, fmt.Errorf("model of a half: %w", err)
		}
		taggers[i] = tagger.NewTagger(m)
	}
	blank := bytes.Equal(labellers[0], labellers[1])
	for _, d := range all {
		if wanted(d.group) {
			b.tagger = taggers[d.group%2]
			b.read = b.tagger.Vote
			if blank {
				b.read = b.tagger.Read
			}
			b.add(d.Document, d.weight)
		}
	}
	if !slices.ContainsFunc(b.labels, func(l tagger.Label) bool { return l != tagger.Outside }) {
		return nil, ErrNoData
	}
	hashes := b.prune(c.MinCount)
	t := &trainer{Config: c, data: b.data, random: random, w: make(weights, len(hashes)), sum: make(weights, len(hashes)), g: make([]float32, len(hashes))}
	var model []byte
	for n := range c.Epochs {
		loss := t.epoch(n)
		var err error
		if model, err = t.encode(info, lexicon, hashes); err != nil {
			return nil, err
		}
		if err := progress(n+1, loss, model); err != nil {
			return nil, err
		}
	}
	return model, nil
}

// prune leaves out rare features, and gives the hashes of the others.
func (b *builder) prune(least int) []uint64 {
	const gone = math.MaxUint32
	hashes := make([]uint64, len(b.counts))
	for h, id := range b.ids {
		hashes[id] = h
	}
	b.ids = nil
	renamed := make([]uint32, len(b.counts))
	n := uint32(0)
	for id, count := range b.counts {
		if int(count) < least {
			renamed[id] = gone
			continue
		}
		hashes[n], renamed[id] = hashes[id], n
		n++
	}
	to, from := uint64(0), uint64(0)
	for i, end := range b.ends {
		for ; from < end; from++ {
			if id := renamed[b.features[from]]; id != gone {
				b.features[to] = id
				to++
			}
		}
		b.ends[i] = to
	}
	b.features = b.features[:to]
	return hashes[:n]
}

// maxUnits is the most units of a weight.
const maxUnits = 127

// encode writes the model so far: the features with the largest weights, as bytes.
func (t *trainer) encode(info tagger.Info, lexicon *tagger.Lexicon, hashes []uint64) ([]byte, error) {
	w, trans, scale := t.w, t.trans, 1.0
	if t.summed > 0 {
		w, trans, scale = t.sum, t.transS, 1/float64(t.summed)
	}
	sizes := make([]float32, len(w))
	for i := range w {
		lo, hi := slices.Min(w[i][:]), slices.Max(w[i][:])
		sizes[i] = hi - lo
	}
	order := make([]int, len(w))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(hashes[a], hashes[b])) })
	order = order[:min(len(order), t.Keep)]
	info.Scale = 32
	out := tagger.Weights{Features: make(map[uint64][tagger.Labels]int8, len(order))}
	for _, i := range order {
		var q [tagger.Labels]int8
		for l, x := range w[i] {
			q[l] = int8(max(-maxUnits, min(maxUnits, math.Round(float64(x)*scale*info.Scale))))
		}
		if q != [tagger.Labels]int8{} {
			out.Features[hashes[i]] = q
		}
	}
	for a := range trans {
		for b := range trans[a] {
			out.Transitions[a][b] = int16(max(-8000, min(8000, math.Round(trans[a][b]*scale*info.Scale))))
		}
	}
	return tagger.Encode(info, lexicon, out)
}
